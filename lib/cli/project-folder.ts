import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The folder of the project that a folder is in: the nearest one with a package.json; the folder itself where there is none. */
export function projectFolderOf(folder: string): string {
  for (let current = folder; ; current = dirname(current)) {
    if (existsSync(join(current, 'package.json'))) return current
    if (dirname(current) === current) return folder
  }
}
