// The connection under the requests: TCP, and for https TLS and the versions of HTTP. It sends no request.
import { connect as connectTCP, isIP } from 'node:net'
import { connect as connectTLS } from 'node:tls'
import { Stop } from './stop.js'

/** Resolves with `{ tls, alpn, authorized }` of a new connection, `undefined` where the runtime doesn't report it. */
export function connect(apiURL, signal) {
  const { protocol, port, host, name } = address(apiURL)
  const isSecure = protocol === 'https:'
  const servername = isIP(name) ? undefined : name
  const options = { host: name, port, servername, ALPNProtocols: ['h2', 'http/1.1'] }
  return new Promise((resolve, reject) => {
    const socket = isSecure ? connectTLS(options) : connectTCP({ host: name, port })
    const abort = () => end(() => reject(signal.reason))
    const end = (settle) => {
      signal.removeEventListener('abort', abort)
      socket.destroy()
      settle()
    }
    socket.once(isSecure ? 'secureConnect' : 'connect', () => {
      const seen = isSecure ? describe(socket) : {}
      end(() => resolve({ host, isSecure, ...seen }))
    })
    socket.on('error', (error) => end(() => reject(error)))
    socket.once('close', () => end(() => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' }))))
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort)
  })
}

function describe(socket) {
  const expires = Date.parse(socket.getPeerCertificate?.()?.valid_to)
  return {
    tls: socket.getProtocol?.() || undefined,
    alpn: socket.alpnProtocol || undefined,
    authorized: socket.authorized,
    problem: String(socket.authorizationError ?? ''),
    expires: Number.isNaN(expires) ? undefined : new Date(expires).toISOString().slice(0, 10),
  }
}

function address(apiURL) {
  const { protocol, hostname, port, host } = new URL(apiURL)
  return { protocol, host, name: hostname.replace(/^\[|\]$/g, ''), port: Number(port || (protocol === 'https:' ? 443 : 80)) }
}

const PROXY = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy']

/** Returns the name of the variable that sets a proxy. With one, a direct connection may fail and requests may succeed. */
export function proxyVariable() {
  return PROXY.find((name) => process.env[name])
}

const UNRESOLVED = ['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'EAI_NONAME', 'EAI_FAIL', 'ENODATA', 'ESERVFAIL', 'DNS_ENOTFOUND']
const CLOSED = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'ConnectionClosed']
const SLOW = ['ETIMEDOUT', 'ESOCKETTIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']
const TLS = /^(?:CERT_|ERR_TLS|ERR_SSL|ERR_OSSL|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|EPROTO|HOSTNAME_MISMATCH|UNKNOWN_CERTIFICATE)/

/** Returns the one sentence for a request or a connection without a response. */
export function unreachable(error, apiURL) {
  const { host, name, port, protocol } = address(apiURL)
  const code = findCode(error)
  const proxy = proxyVariable()
  const hint = proxy ? ` ${proxy} is set but was not used: Node.js 24 and later use it with NODE_USE_ENV_PROXY=1.` : ''
  return new Stop(sentence() + hint, 2)

  function sentence() {
    if (UNRESOLVED.includes(code)) return `The host name ${name} can't be resolved: check INCODE_API_URL and the network.`
    if (/^(?:ECONNREFUSED|ConnectionRefused)$/.test(code)) return `No server listens at ${name}, port ${port}: check INCODE_API_URL.`
    if (TLS.test(code)) return `TLS with ${host} failed (${code}): ${tlsReason(code)}.`
    if (isClosed(error)) return `${host} closed the connection without a response: check INCODE_API_URL.`
    if (SLOW.includes(code)) return `${host} did not respond in time (${code}): check INCODE_API_URL and the network.`
    const isTLS = protocol === 'https:' && /certificate|tls|ssl/i.test(error.message)
    if (isTLS) return `TLS with ${host} failed: ${tlsReason(code)}.`
    return `${host} sent no response${code ? ` (${code})` : ''}: check INCODE_API_URL.`
  }
}

/** Returns whether the server ended a connection that it had accepted. */
export function isClosed(error) {
  return CLOSED.includes(findCode(error)) || findCode(error).startsWith('HPE_')
}

function tlsReason(code) {
  if (/WRONG_VERSION|PACKET_LENGTH/.test(code)) return 'the server may not use TLS'
  if (/NO_APPLICATION_PROTOCOL/.test(code)) return 'the server does not accept HTTP/1.1'
  if (code === 'EPROTO') return 'the server does not use TLS, or does not accept HTTP/1.1'
  return 'check its certificate; for your own certificate authority, set NODE_EXTRA_CA_CERTS'
}

/** Returns the first code in an error, its causes and the errors that it combines. */
export function findCode(error) {
  for (let current = error, depth = 0; current && depth < 5; depth += 1) {
    if (typeof current.code === 'string' && current.code !== 'NETWORK') return current.code
    current = current.cause ?? current.errors?.[0]
  }
  return ''
}
