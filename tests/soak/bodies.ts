/* Uploads of 2 GiB, slow readers and aborted uploads of a whole app, in bounded memory. */
await import('../bench/bodies.ts')
