import { dump_options_header } from './options-header.ts'

/** What a browser does with the file: saves it, or shows it. */
export type Disposition = 'attachment' | 'inline'

/** The characters that no file name needs and no header may hold: C0, DEL and C1. */
const CONTROLS = /[\x00-\x1f\x7f-\x9f]/g
/** What `encodeURIComponent` leaves although attr-char of RFC 8187 section 3.2.1 lacks it. */
const NOT_ATTR_CHAR = /['()*]/g
/** What `encodeURIComponent` encodes although attr-char has it: # $ & + ^ ` | */
const ATTR_CHAR_ENCODED = /%(?:23|24|26|2B|5E|60|7C)/g

/**
 * A `Content-Disposition` for a file of that name. A name outside of ASCII is sent twice, as RFC 6266 recommends: `filename*` for
 * those who know RFC 8187, and what remains of it in ASCII for those who do not. Control characters are left out.
 *
 * @see Flask `flask.send_file`
 * @see RFC 6266 section 4.3, RFC 8187
 */
export function dump_content_disposition(disposition: Disposition, filename: string): string {
  // Through UTF-8 and back: half a surrogate pair becomes U+FFFD, which can be encoded.
  const name = Buffer.from(filename.replace(CONTROLS, '')).toString()
  if (/^[\x20-\x7e]*$/.test(name)) return dump_options_header(disposition, { filename: name })
  const simple = name.normalize('NFKD').replace(/[^\x20-\x7e]/g, '')
  const encoded = encodeURIComponent(name)
    .replace(NOT_ATTR_CHAR, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(ATTR_CHAR_ENCODED, decodeURIComponent)
  return dump_options_header(disposition, { filename: simple, 'filename*': `UTF-8''${encoded}` })
}
