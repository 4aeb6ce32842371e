import type { SecretOwner } from '../signing/app-keys.ts'

/** What a response takes from the app whose request is handled. */
export interface ResponseApp extends SecretOwner {
  /** The settings. */
  readonly config: SecretOwner['config'] & {
    /** Bytes above which a cookie is warned about; 0: never. */
    readonly MAX_COOKIE_SIZE?: number | undefined
  }
}

let findApp: () => ResponseApp | undefined = () => undefined

/** Tells responses how to find the app that is active; contexts, which know it, stand in a higher layer. */
export function provideResponseApp(find: () => ResponseApp | undefined): void {
  findApp = find
}

/** The app that is active here; undefined outside of a context. */
export function responseApp(): ResponseApp | undefined {
  return findApp()
}
