import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Folders that are passed over, besides those whose names begin with a dot: what is installed, built, or for browsers. */
const PASSED_OVER = new Set(['node_modules', 'dist', 'build', 'out', 'coverage', 'static', 'public', '__pycache__'])
const CODE = /\.(?:[cm]?[jt]s|[jt]sx)$/
const TEMPLATE = /\.(?:html?|xml|jinja2?|j2)$/
const SETTINGS = /^(?:\.env(?:\..+)?|\.flagonenv|package\.json|tsconfig\.json)$/
/** Whatever is in a folder of this name is a template. */
export const TEMPLATES_FOLDER = 'templates'

/** Whether a folder below one that is watched is watched too. */
export function isEntered(name: string): boolean {
  return !name.startsWith('.') && !PASSED_OVER.has(name)
}

/** Whether a file is code, a template or settings. */
export function isWatched(name: string, isBelowTemplates: boolean): boolean {
  if (CODE.test(name) || TEMPLATE.test(name) || SETTINGS.test(name)) return true
  return isBelowTemplates && !name.startsWith('.') && !name.endsWith('~')
}

/** The files below a folder whose names match, but for those in folders that are passed over. */
export function filesBelow(folder: string, names: RegExp): string[] {
  const found: string[] = []
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      if (isEntered(entry.name)) found.push(...filesBelow(path, names))
    } else if (names.test(entry.name)) found.push(path)
  }
  return found
}
