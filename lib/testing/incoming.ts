import type { IncomingMessage } from 'node:http'
import { makeIncoming as makeMessage } from '../wrappers/incoming.ts'
import type { BuiltRequest } from './request-builder.ts'

/** A request as node would have received it, without a connection: what a test request context is made of. */
export function makeIncoming(built: BuiltRequest): IncomingMessage {
  const req = makeMessage({
    method: built.method.toUpperCase(),
    url: built.target,
    rawHeaders: built.rawHeaders,
    body: built.body,
    scheme: built.scheme === 'https' ? 'https' : 'http',
    remote_addr: built.remoteAddress,
  })
  mountRequest(req, built.rootPath)
  return req
}

/** Tells the app that it is mounted below a path, as Express does. */
export function mountRequest(req: IncomingMessage, rootPath: string): void {
  if (rootPath !== '') Object.assign(req, { baseUrl: rootPath, originalUrl: rootPath + (req.url ?? '') })
}
