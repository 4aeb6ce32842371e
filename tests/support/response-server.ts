import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Response } from '../../lib/wrappers/response.ts'
import { sendResponse } from '../../lib/wrappers/send.ts'

/** How the sending of one response ended. */
export interface Outcome {
  /** What was thrown, if anything. */
  readonly error: unknown
  /** Whether the head was on its way when it ended. */
  readonly headersSent: boolean
  /** Whether all was handed over before `sendResponse` returned. */
  readonly wasSync: boolean
  readonly res: ServerResponse
}

/** A server on loopback that answers every request with a response made for it, and a 500 when nothing could be sent. */
export class ResponseServer {
  readonly port: number
  readonly #server: Server
  readonly #outcomes: Outcome[] = []
  #wake: () => void = () => {}

  private constructor(server: Server) {
    this.#server = server
    this.port = (server.address() as AddressInfo).port
  }

  static async open(make: (req: IncomingMessage) => Response): Promise<ResponseServer> {
    const server = createServer((req, res) => {
      void opened.then((self) => self.#answer(make, req, res))
    })
    const opened = new Promise<ResponseServer>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve(new ResponseServer(server)))
    })
    return opened
  }

  /** The outcome of the next response, once it is known. */
  async outcome(): Promise<Outcome> {
    for (;;) {
      const outcome = this.#outcomes.shift()
      if (outcome !== undefined) return outcome
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  async #answer(make: (req: IncomingMessage) => Response, req: IncomingMessage, res: ServerResponse): Promise<void> {
    let error: unknown
    let wasSync = true
    try {
      const sending = sendResponse(make(req), req, res)
      wasSync = sending === undefined
      await sending
    } catch (thrown) {
      error = thrown
    }
    const { headersSent } = res
    if (error !== undefined && !headersSent) res.writeHead(500, ['Content-Length', '6']).end('failed')
    this.#outcomes.push({ error, headersSent, wasSync, res })
    this.#wake()
  }
}
