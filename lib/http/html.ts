const special = /[&<>"']/
const specials = /[&<>"']/g

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
}

/**
 * Text that is safe inside an HTML element and inside a quoted attribute: `& < > " '` become entities, as MarkupSafe writes them.
 * Text without any of them is returned as it is.
 */
export function escape_html(text: string): string {
  return special.test(text) ? text.replace(specials, (char) => entities[char] ?? char) : text
}
