// A small API that is as assumed, except for one change.
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'

/** Returns a JSON Web Token without a real signature. */
export function makeToken(claims = { sub: 'session', exp: Math.round(Date.now() / 1000) + 90 * 86_400 }) {
  return [{ alg: 'HS256' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.') + '.c2lnbmF0dXJl'
}

export const session = () => ({
  token: makeToken(),
  interviewId: '0123456789abcdef01234567',
  interviewCode: '123456',
  flowType: 'configuration',
  idCaptureTimeout: 60,
  idCaptureRetries: 3,
  selfieCaptureTimeout: 60,
  selfieCaptureRetries: 3,
  curpValidationRetries: 3,
  clientId: 'client',
  env: 'demo',
  existingSession: false,
})

const failure = (status) => ({ timestamp: 1, status, error: 'Unauthorized', message: 'Unknown API key', path: '/omni/start' })

/** Names a request: `start`, `wrong-key`, `preflight-start`, `preflight-finish`, `finish-token`, `finish-zero`, `finish-key`. */
function kindOf({ method, url, headers }, key) {
  const call = url.endsWith('/omni/start') ? 'start' : 'finish'
  if (method === 'OPTIONS') return `preflight-${call}`
  if (call === 'start') return headers['x-api-key'] === key ? 'start' : 'wrong-key'
  if (headers['x-api-key']) return 'finish-key'
  return url.startsWith('/0/') ? 'finish-zero' : 'finish-token'
}

function replyTo(kind) {
  const cors = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'Retry-After' }
  const json = { 'content-type': 'application/json', ...cors }
  if (kind.startsWith('preflight')) {
    const allowed = 'content-type, x-api-key, api-version, x-incode-hardware-id'
    return {
      status: 204,
      headers: { ...cors, 'access-control-allow-methods': 'GET, POST', 'access-control-allow-headers': allowed },
      body: '',
    }
  }
  if (kind === 'start') return { status: 200, headers: json, body: session() }
  if (kind === 'wrong-key') return { status: 401, headers: json, body: failure(401) }
  return { status: 200, headers: json, body: { action: 'none', scoreStatus: 'UNKNOWN', redirectionUrl: '' } }
}

/**
 * Starts the API. `change` is called with the kind of a request, the reply, the request with its body, and the number of earlier requests
 * of that kind. It changes the reply, or returns `true` if it has taken over the connection.
 */
export async function serve(key, change = () => {}, secure) {
  const counts = {}
  const handle = async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const kind = kindOf(request, key)
    const reply = replyTo(kind)
    counts[kind] = (counts[kind] ?? 0) + 1
    if (change(kind, reply, Object.assign(request, { body }), counts[kind] - 1) === true) return
    const content = typeof reply.body === 'string' || Buffer.isBuffer(reply.body) ? reply.body : JSON.stringify(reply.body)
    response.writeHead(reply.status, reply.headers).end(content)
  }
  const server = secure ? createSecureServer(secure, handle) : createServer(handle)
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  return {
    port,
    counts,
    address: `${secure ? 'https' : 'http'}://127.0.0.1:${port}`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
