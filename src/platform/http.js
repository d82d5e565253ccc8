// One HTTP exchange through any `fetch`: a polyfill's, another realm's, a caller's own function or a test's mock.
import { attempt, isPage, peek } from './host.js'
import { parse } from './json.js'

/** The API's documented limit of a body, in bytes. */
const MAX_BODY = 10 * 2 ** 20
/** An error object has a few hundred bytes. A larger body is not one, and redacting it would block the page. */
const MAX_ERROR_BODY = 64 * 2 ** 10

/**
 * Sends a request with the settings of a call; `undefined` if there is no `fetch`. `promise` fulfills with an object in the shape of a
 * `Response` (`HttpResponse` in dictionaries.rs), or with `undefined` if `fetch` did not return one. `cancel` ends the exchange.
 */
export function exchange(method, path, credential, body, { apiURL, customHeaders, fetch = attempt(() => globalThis.fetch) }) {
  if (!isFunction(fetch)) return undefined
  const headers = { ...customHeaders, 'api-version': '1.0', [method === 'GET' ? 'x-incode-hardware-id' : 'x-api-key']: credential }
  if (body !== undefined) headers['content-type'] = 'application/json'
  const controller = attempt(() => new AbortController())
  // No redirect is followed: custom headers would travel with it. `error` would do as well, but workerd rejects it.
  const init = { method, headers, body, redirect: 'manual', credentials: 'omit', cache: 'no-store', signal: controller?.signal }
  const reading = { abort: () => attempt(() => controller.abort()), cancel() {} }
  return {
    promise: respond(fetch, apiURL + path, init, reading),
    cancel() {
      reading.isCanceled = true
      reading.abort()
      reading.cancel()
    },
  }
}

async function respond(fetch, url, init, reading) {
  for (const name of unsupportedSettings(url, init)) delete init[name]
  const response = await fetch(url, init)
  const head = attempt(() => readHead(response))
  if (!head) return undefined
  if (head.status === 0 && response.type !== 'opaqueredirect') throw new TypeError('network error')
  try {
    // The body of a redirect has no use, and may have no end. Without an abort, a clone stays readable.
    if (head.status >= 300 && head.status < 400) cancel(response.body)
    else head.object = await readObject(response, reading, head.status < 400 ? MAX_BODY : MAX_ERROR_BODY, head.headers.get)
  } catch (error) {
    // A complete body that `json()` cannot parse did not end early.
    head.isTruncated = peek(error, 'name') !== 'SyntaxError'
    reading.cancel()
  }
  return head
}

/** The settings that the runtime of `Request` rejects. Found out once for each `Request`, without sending anything. */
const unsupported = { names: [] }

function unsupportedSettings(url, init) {
  const Request = attempt(() => globalThis.Request)
  const Controller = attempt(() => globalThis.AbortController)
  if (unsupported.Request !== Request || unsupported.Controller !== Controller) {
    const isRejected = (settings) => !attempt(() => new Request(url, settings))
    const names = isRejected({}) ? [] : ['cache', 'credentials', 'signal'].filter((name) => isRejected({ [name]: init[name] }))
    Object.assign(unsupported, { Request, Controller, names })
  }
  return unsupported.names
}

const isFunction = (value) => typeof value === 'function'

/** Characters of a header or a status text that are read. */
const MAX_HEADER = 200

/** Reads status and headers. Returns `undefined` if the value is not a response; may throw. */
function readHead(response) {
  const { ok, statusText, headers } = response
  const status = typeof response.status === 'number' ? response.status : { true: 200, false: 500 }[ok]
  const isReadable = [response.body?.getReader, response.text, response.json].some(isFunction)
  if (!(status >= 0 && status < 1_000) || !isReadable) return undefined
  const cut = (value) => String(value ?? '').slice(0, MAX_HEADER)
  const get = (name) => attempt(() => cut(headers.get ? headers.get(name) : headers[name]))
  return { status, statusText: cut(statusText), headers: { get } }
}

/** Cancels a stream or its reader, if it can be canceled. */
function cancel(stream) {
  attempt(() => Promise.resolve(stream.cancel()).catch(() => {}))
}

/** Reads the JSON object in a body. Returns `undefined` if there is none within `limit` bytes; throws if the body ended early. */
async function readObject(response, reading, limit, getHeader) {
  if (response.bodyUsed || response.body?.locked) return undefined
  let text = ''
  let length = 0
  const decoder = attempt(() => new TextDecoder())
  if (isFunction(response.body?.getReader) && decoder) {
    const reader = response.body.getReader()
    reading.cancel = () => cancel(reader)
    if (reading.isCanceled) reading.cancel()
    for (;;) {
      const { done, value } = await reader.read()
      if (done || reading.isCanceled) break
      length += value.byteLength
      if (length > limit) {
        // Aborted first: happy-dom continues to write into a body that is only canceled.
        reading.abort()
        return reading.cancel()
      }
      text += decoder.decode(value, { stream: true })
    }
    text += decoder.decode()
  } else {
    text = isFunction(response.text) ? await response.text() : `${JSON.stringify(await response.json())}`
    length = text.replace(/[\u0080-\u07ff\ud800-\udfff]/g, '--').replace(/[\u0800-\uffff]/g, '---').length // in UTF-8
    if (length > limit) return undefined
  }
  const object = parse(text)
  if (object === undefined && length < getHeader('content-length') && isUncompressed(getHeader('content-encoding'), text)) throw new Error()
  return typeof object === 'object' && object && !Array.isArray(object) ? object : undefined
}

/** Returns true if `Content-Length` counts the bytes that were read. A page often cannot see `Content-Encoding`: there a `{` decides. */
function isUncompressed(encoding, text) {
  if (encoding) return encoding === 'identity'
  return !isPage() || /^\s*\{/.test(text)
}
