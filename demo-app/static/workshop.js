// biome-ignore-all lint/suspicious/noDocumentCookie: this page shows document.cookie.
// What the page's own JavaScript sees of the cookies, beside what the server received.
const seen = document.getElementById('seen')
const form = document.getElementById('by-script')

function show() {
  seen.textContent = document.cookie || '（document.cookie 是空的）'
  const names = document.cookie.split('; ').map((pair) => pair.split('=')[0])
  for (const cell of document.querySelectorAll('.script-only')) cell.hidden = false
  for (const row of document.querySelectorAll('#received [data-name]')) {
    const isSeen = names.includes(row.dataset.name)
    const cell = row.querySelector('.sight')
    cell.textContent = isSeen ? '看得见' : '看不见'
    cell.classList.toggle('hidden-cookie', !isSeen)
  }
}

form.addEventListener('submit', (event) => {
  event.preventDefault()
  document.cookie = form.elements.line.value
  show()
})

document.getElementById('forget').addEventListener('click', () => {
  const name = form.elements.line.value.split('=')[0].trim()
  document.cookie = `${name}=; path=/; max-age=0`
  show()
})

show()
