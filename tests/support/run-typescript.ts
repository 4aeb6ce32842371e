/** The word that has a process of node take TypeScript, wherever that process runs and its program lies. */
export const TYPESCRIPT_LOADER: string = `--import=${new URL('./esbuild-loader.mjs', import.meta.url).href}`
