/* Uploads of 2 GiB into a request alone: a form by its length and in chunks, and a stream. */
await import('../bench/upload.ts')
