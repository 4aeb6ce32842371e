import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { Socket } from 'node:net'
import { escape_html } from '../http/html.ts'
import type { ConnectionTaker } from '../serving/held-port.ts'
import { isLoopback } from './loopback.ts'

/** Certificate and key, where the app speaks HTTPS. */
export interface PageCertificate {
  readonly cert?: string | Buffer | undefined
  readonly key?: string | Buffer | undefined
}

const STATUS = 500
/** After this time a browser asks again, and finds the app once it stands. */
const REFRESH_SECONDS = 1
/** The port at the end of a Host field. */
const PORT = /:\d*$/
const HIDDEN = 'The app does not run. The terminal that it was started in says why.'

/** Answers in place of an app that cannot be started, with the reason why. */
export class FailurePage implements ConnectionTaker {
  readonly #server: HttpServer
  #title = ''
  #reason = ''

  constructor({ cert, key }: PageCertificate) {
    const answer = (req: IncomingMessage, res: ServerResponse): void => this.#answer(req, res)
    this.#server =
      cert === undefined || key === undefined ? createServer(answer) : createHttpsServer({ cert, key }, answer)
    this.#server.emit('listening')
  }

  /** Sets what is shown from now on. */
  show(title: string, reason: string): void {
    this.#title = title
    this.#reason = reason
  }

  take(socket: Socket): Promise<boolean> {
    this.#server.emit('connection', socket)
    socket.resume()
    return Promise.resolve(true)
  }

  /** Ends all connections. */
  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  #answer(req: IncomingMessage, res: ServerResponse): void {
    req.resume()
    const hostname = (req.headers.host ?? '').replace(PORT, '')
    const isHtml = req.headers.accept?.includes('text/html') ?? false
    // A page of another site whose name leads here must not read it: it shows source and paths.
    const text = isLoopback(hostname) ? `${this.#title}\n\n${this.#reason}` : HIDDEN
    const body = isHtml ? pageOf(text) : `${text}\n`
    res.writeHead(STATUS, {
      'Content-Type': `text/${isHtml ? 'html' : 'plain'}; charset=utf-8`,
      'Content-Length': Buffer.byteLength(body),
      'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'no-store',
      // The next request is for the app again.
      Connection: 'close',
    })
    res.end(body)
  }
}

function pageOf(text: string): string {
  const [title = '', ...rest] = text.split('\n\n')
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="${REFRESH_SECONDS}">
<title>${escape_html(title)}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 3rem auto; max-width: 60rem; padding: 0 1rem }
h1 { font-size: 1.4rem }
pre { background: #f4f1ea; border-left: 4px solid #b3261e; overflow: auto; padding: 1rem }
@media (prefers-color-scheme: dark) { body { background: #1c1b1f; color: #eee } pre { background: #2b2930 } }
</style>
<h1>${escape_html(title)}</h1>
${rest.length === 0 ? '' : `<pre>${escape_html(rest.join('\n\n'))}</pre>\n<p>This page looks again every second; the next save starts the app.</p>`}
</html>
`
}
