// URI = [ scheme ":" ] [ "//" authority ] path [ "?" query ] [ "#" fragment ] ; RFC 3986 appendix B
const PARTS = /^([A-Za-z][A-Za-z0-9+.-]*:)?(\/\/[^/?#]*)?([^?#]*)(.*)$/s

/** A path without its `.` and `..` segments. RFC 3986 section 5.2.4. */
function removeDots(path: string): string {
  const segments = path.split('/')
  const kept: string[] = []
  segments.forEach((segment, index) => {
    const isLast = index === segments.length - 1
    if (segment === '..' && kept.length > 1) kept.pop()
    if (segment !== '..' && segment !== '.') kept.push(segment)
    else if (isLast) kept.push('')
  })
  return kept.join('/')
}

/**
 * The absolute URL that a reference in a page at `base` leads to. Characters are left as they are.
 *
 * @see RFC 3986 section 5.2
 */
export function joinUrl(base: string, reference: string): string {
  const [, scheme, authority, path = '', rest = ''] = PARTS.exec(reference) ?? []
  if (scheme !== undefined) return reference
  const [, baseScheme = '', baseAuthority = '', basePath = ''] = PARTS.exec(base) ?? []
  if (authority !== undefined) return baseScheme + reference
  const origin = baseScheme + baseAuthority
  if (path === '') return rest === '' ? base : origin + basePath + rest
  // Python's urljoin merges doubled slashes of a relative path, unlike the RFC.
  const full = path.startsWith('/')
    ? path
    : (basePath.slice(0, basePath.lastIndexOf('/') + 1) + path).replace(/\/{2,}/g, '/')
  return origin + removeDots(full) + rest
}
