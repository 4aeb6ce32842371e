import { Markup } from './markup.ts'
import { native } from './native.ts'
import { checkedLength } from './python/containers.ts'

const WORDS: readonly string[] = (
  'a ac accumsan ad adipiscing aenean aliquam aliquet amet ante aptent arcu at auctor augue bibendum blandit class commodo ' +
  'condimentum congue consectetuer consequat conubia convallis cras cubilia cum curabitur curae cursus dapibus diam dictum ' +
  'dictumst dignissim dis dolor donec dui duis egestas eget eleifend elementum elit enim erat eros est et etiam eu euismod ' +
  'facilisi facilisis fames faucibus felis fermentum feugiat fringilla fusce gravida habitant habitasse hac hendrerit ' +
  'hymenaeos iaculis id imperdiet in inceptos integer interdum ipsum justo lacinia lacus laoreet lectus leo libero ligula ' +
  'litora lobortis lorem luctus maecenas magna magnis malesuada massa mattis mauris metus mi molestie mollis montes morbi mus ' +
  'nam nascetur natoque nec neque netus nibh nisi nisl non nonummy nostra nulla nullam nunc odio orci ornare parturient ' +
  'pede pellentesque penatibus per pharetra phasellus placerat platea porta porttitor posuere potenti praesent pretium primis ' +
  'proin pulvinar purus quam quis quisque rhoncus ridiculus risus rutrum sagittis sapien scelerisque sed sem semper senectus ' +
  'sit sociis sociosqu sodales sollicitudin suscipit suspendisse taciti tellus tempor tempus tincidunt torquent tortor tristique ' +
  'turpis ullamcorper ultrices ultricies urna ut varius vehicula vel velit venenatis vestibulum vitae vivamus viverra volutpat ' +
  'vulputate'
).split(' ')

function between(low: number, high: number): number {
  return low + Math.floor(Math.random() * (high - low))
}

function paragraph(count: number): string {
  const words: string[] = []
  let last = ''
  let lastComma = 0
  let lastStop = 0
  let startsSentence = true
  for (let index = 0; index < count; index++) {
    let word = last
    while (word === last) word = WORDS[between(0, WORDS.length)]!
    last = word
    if (startsSentence) word = word.charAt(0).toUpperCase() + word.slice(1)
    startsSentence = false
    if (index - between(3, 8) > lastComma) {
      lastComma = index
      lastStop += 2
      word += ','
    }
    if (index - between(10, 20) > lastStop) {
      lastComma = lastStop = index
      word += '.'
      startsSentence = true
    }
    words.push(word)
  }
  const text = words.join(' ')
  if (text.endsWith(',')) return `${text.slice(0, -1)}.`
  return text.endsWith('.') ? text : `${text}.`
}

/**
 * Paragraphs of filler text.
 *
 * @throws OverflowError for more than 16,777,216 words.
 * @see https://jinja.palletsprojects.com/en/stable/templates/#jinja-globals.lipsum
 */
export const lipsum: (n?: number, html?: boolean, min?: number, max?: number) => Markup | string = native(
  'lipsum',
  'n? html? min? max?',
  (n = 5, html: boolean | undefined = true, min = 20, max = 100) => {
    checkedLength(n * max)
    const paragraphs = Array.from({ length: n }, () => paragraph(between(min, max)))
    return html ? new Markup(paragraphs.map((text) => `<p>${text}</p>`).join('\n')) : paragraphs.join('\n\n')
  },
)
