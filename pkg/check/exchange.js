// One request and its response, as a plain record:
// { method, path, status, version, headers, cookies, text, json, problem, error }.
import * as http from 'node:http'
import * as https from 'node:https'
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import { findCode, isClosed, unreachable } from './connection.js'

/** The API's documented limit of a body. */
const MAX_BODY = 10 * 2 ** 20

const CODINGS = { gzip: gunzipSync, 'x-gzip': gunzipSync, deflate: inflateSync, br: brotliDecompressSync, identity: (bytes) => bytes }
export const ACCEPTED_CODINGS = ['gzip', 'deflate', 'br']

/**
 * Sends a request by `node:http`, which can send headers that `fetch` reserves for browsers and doesn't decompress. The record has an
 * `error` if the server closed the connection without a response. An abort rejects.
 */
export async function send({ method, apiURL, path, headers, body, signal }) {
  const exchange = { method, path }
  const url = new URL(apiURL + path)
  try {
    const response = await new Promise((resolve, reject) => {
      const { request } = url.protocol === 'https:' ? https : http
      const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
      // The default agent: only that uses the proxy that Node.js was set to.
      const options = {
        method,
        signal,
        headers: { accept: '*/*', connection: 'close', 'accept-encoding': ACCEPTED_CODINGS.join(', '), ...length, ...headers },
      }
      request(url, options, resolve).on('error', reject).end(body)
    })
    exchange.status = response.statusCode
    exchange.version = response.httpVersion
    exchange.headers = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)]))
    exchange.cookies = cookieNames(response.headers['set-cookie'] ?? [])
    await read(exchange, response)
    response.destroy()
    decode(exchange)
  } catch (error) {
    if (signal.aborted) throw signal.reason
    // Another request had a response, so this one failed on this side: a proxy or an authority that only `fetch` uses.
    if (exchange.status === undefined && !isClosed(error)) throw unreachable(error, apiURL)
    fail(exchange, error)
  }
  return exchange
}

/** Returns a `fetch` for the package's calls: the global one, whose exchanges are also added to `exchanges`. */
export function recorder(exchanges, apiURL) {
  return async (url, init) => {
    const exchange = { method: init.method, path: url.slice(apiURL.length), byFetch: true }
    exchanges.push(exchange)
    try {
      const response = await fetch(url, init)
      exchange.status = response.status
      exchange.isRedirect = response.type === 'opaqueredirect'
      exchange.headers = Object.fromEntries(response.headers)
      exchange.cookies = cookieNames(response.headers.getSetCookie?.() ?? [response.headers.get('set-cookie') ?? ''])
      await read(exchange, response.body ?? [])
      exchange.bytes = Buffer.concat(exchange.chunks)
      finish(exchange)
    } catch (error) {
      fail(exchange, error)
      if (exchange.status === undefined) throw error
    }
    const { status, headers, problem, text = '' } = exchange
    return { status, ok: status >= 200 && status < 300, headers: new Headers(headers), text: async () => (problem ? cut() : text) }
  }
}

function cut() {
  throw new Error('the body cannot be read')
}

async function read(exchange, body) {
  exchange.chunks = []
  let length = 0
  for await (const chunk of body) {
    length += chunk.length
    if (length > MAX_BODY) {
      exchange.problem = 'a body of more than 10 MB'
      return
    }
    exchange.chunks.push(chunk)
  }
}

function decode(exchange) {
  const { headers, chunks } = exchange
  const bytes = Buffer.concat(chunks)
  const coding = headers['content-encoding']?.trim().toLowerCase() || 'identity'
  const announced = Number(headers['content-length'])
  if (exchange.method !== 'HEAD' && bytes.length < announced) exchange.problem ??= 'a body that ends early'
  try {
    exchange.bytes = Object.hasOwn(CODINGS, coding) && bytes.length > 0 ? CODINGS[coding](bytes, { maxOutputLength: MAX_BODY }) : bytes
    exchange.isDecoded = Object.hasOwn(CODINGS, coding)
  } catch {
    exchange.bytes = Buffer.alloc(0)
    exchange.isDecoded = false
  }
  finish(exchange)
}

/** Replaces the bytes by the text and its JSON. */
function finish(exchange) {
  exchange.text = exchange.problem ? '' : new TextDecoder().decode(exchange.bytes)
  delete exchange.bytes
  delete exchange.chunks
  try {
    exchange.json = JSON.parse(exchange.text)
  } catch {
    // `json` stays undefined.
  }
}

function fail(exchange, error) {
  delete exchange.chunks
  const code = findCode(error) || error.name
  if (exchange.status === undefined) exchange.error = error
  else exchange.problem ??= `a body that ${/^Z_|^ERR_.*BROTLI|^ZlibError/i.test(code) ? 'cannot be decompressed' : 'ends early'} (${code})`
}

function cookieNames(values) {
  return values.filter(Boolean).map((value) => value.split('=')[0].trim())
}
