// Values that the sandbox accepts and returns, and the requests that it received.
import { request as send } from 'node:http'
import { listen } from './site.mjs'

export { SANDBOX_KEY } from '../contract/sandbox-key.mjs'

export const APPROVED = { action: 'approved', scoreStatus: 'OK', redirectionUrl: '' }
export const JOURNEY = ['POST /omni/start', 'POST /omni/add/face', 'POST /omni/process/face', 'GET /omni/finish-status']

/** Requests of a page that completes the flow: one finish-status, because it completes the session. */
const STEPS = ['add/user-consent', 'add/front-id', 'add/back-id', 'process/id', 'add/face', 'process/face']
export const WALKED = ['POST /omni/start', ...STEPS.map((step) => `POST /omni/${step}`), 'GET /omni/finish-status']

/** Returns the requests that the API received, except preflights. */
export async function journal(apiURL) {
  const entries = await (await fetch(apiURL)).json()
  return entries.filter(({ method }) => method !== 'OPTIONS').map(({ method, path }) => `${method} ${path}`)
}

/** Serves the API of `apiURL` at another address, also called `apiURL`, where `failing` can break one of its paths. */
export async function breakable(apiURL) {
  const { pathname } = new URL(apiURL)
  let broken
  const bodies = []
  const { address, close } = await listen((request, response) => {
    const path = request.url.slice(pathname.length)
    const { host, ...headers } = request.headers
    const target = apiURL + (path.split('?')[0] === broken ? '/fault/status-503' : '') + path
    const forwarded = send(target, { method: request.method, headers }, (answer) => {
      answer.pipe(response.writeHead(answer.statusCode, answer.headers))
    })
    forwarded.on('error', () => response.destroy())
    request.on('data', (part) => bodies.push(String(part)))
    request.pipe(forwarded)
  })
  return {
    apiURL: address + pathname.slice(1),
    close,
    /** Bodies of the requests. */
    bodies,
    /** Calls `use` while the API responds with 503 at this path. */
    async failing(path, use) {
      broken = path
      await use()
      broken = undefined
    },
  }
}
