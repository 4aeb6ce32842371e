/* A hundred thousand requests over twenty connections, each with a token that nothing of another request may show. */
process.env['FLAGON_SOAK'] ??= '100000'
await import('../security/contexts.test.ts')
