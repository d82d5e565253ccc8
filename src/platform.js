// What the crate takes from the platform where that may throw at once, or where only JavaScript can do it. An exception that crosses
// into wasm costs a slot of the externref table each time (wasm-bindgen 0.2.130), and one that nobody expects costs the instance;
// here it becomes a value. Nothing is told by class: a value may be of another realm, or of another implementation.

/** What the platform's parser makes of an address. */
export function parseURL(address) {
  try {
    return new URL(address)
  } catch {
    return {}
  }
}

/** What an error has beside its code and its message. */
export function errorDetails(status, api, retryAfter, attempts, cause) {
  return { status, api, retryAfter, attempts: attempts || undefined, cause }
}

/** An error of the class that pkg/src/instance.js hands to the module. */
export function incodeError(code, prefix = '', message, details) {
  return new IncodeError({ code, message: prefix + message, ...details })
}

/** What a value is: one of `kind` in platform.rs. */
export function kind(value) {
  if (typeof value !== 'object') return { undefined: 0, string: value ? 2 : 1, symbol: 3, boolean: value ? 4 : 5 }[typeof value] ?? 6
  try {
    if (value === null) return 0
    if (Array.isArray(value)) return 7
    if (typeof value.aborted === 'boolean' && typeof value.addEventListener === 'function') return 8
    const prototype = Object.getPrototypeOf(value)
    return prototype && Object.getPrototypeOf(prototype) ? 10 : 9
  } catch {
    return 10
  }
}

/** The properties of two objects in a new one, where any name means itself; those of `over` go before. */
export function merged(under, over) {
  return Object.assign(Object.create(null), under, over)
}

/** One instance's, so that nothing is left of it after a panic. Never changed, only replaced: a call keeps what it started with. */
let settings

/** The settings in force, in a new object, with `own` over them. */
export function inForce(own) {
  return merged(settings, own)
}

/** Puts settings in force, in the place of others. */
export function enforce(others) {
  settings = others
}

/** When a JWT says that it ends; NaN where it does not. Its signature is the API's business. */
export function expiry(token) {
  const { 1: payload, length } = token.split('.')
  try {
    const { exp } = JSON.parse(atob(payload.replace(/-/g, '+').replace(/_/g, '/')))
    return length === 3 && typeof exp === 'number' ? exp : NaN
  } catch {
    return NaN
  }
}

/** A value as JSON; `undefined` where JSON cannot carry it, or some part of it. */
export function stringify(value) {
  try {
    return JSON.stringify(value, (name, part) => {
      if (['function', 'symbol', 'bigint'].includes(typeof part)) throw name
      return part
    })
  } catch {
    return undefined
  }
}

/** What JSON means; `undefined` where it is none. */
export function parse(json) {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

/** Objects that keep nothing in slots which can't be looked into, as a Request, a Map or a function does. */
const TRANSPARENT = /Error|Exception|Object|Array/

/** All texts in a value and what it leads to, names and values; `undefined` where there is no value, or they can't be had to their end. */
export function texts(value) {
  if (value === null || value === undefined) return undefined
  const found = new Set([value])
  let all = ''
  try {
    // What is added while it runs is visited too.
    for (const each of found) {
      if (Object(each) !== each) all += String(each) + '\n'
      else if (!TRANSPARENT.test(Object.prototype.toString.call(each))) return undefined
      // In some engines an error's name and stack are no properties of its own.
      else for (const name of ['name', 'stack', ...Reflect.ownKeys(each)]) found.add(name).add(each[name])
      if (found.size > 1_000 || all.length > 50_000) return undefined
    }
    return all
  } catch {
    return undefined
  }
}

/** What a rejection says of itself, and of the cause that Node gives to a failed fetch. */
export function description(reason) {
  try {
    const { cause } = reason
    return `${reason}${cause ? `: ${cause.code ?? cause.message}` : ''}`
  } catch {
    return ''
  }
}

/** Whether a framework steers its rendering by what it throws: React suspends by a thenable, Next.js knows its own by a `digest`. */
export function isControlFlow(reason) {
  try {
    return typeof reason.then === 'function' || typeof reason.digest === 'string'
  } catch {
    return false
  }
}

/** A date as HTTP writes it, in any of its three forms (RFC 9110, section 5.6.7), in ms since 1970; NaN where it is none. */
export function httpDate(text) {
  // Parsers take much more for a date.
  const forms = /^\w{3}(, \d\d \w{3} \d{4} [\d:]{8} GMT|\w{3,6}, \d\d-\w{3}-\d\d [\d:]{8} GMT| \w{3} [ \d]\d [\d:]{8} \d{4})$/
  return forms.test(text) ? Date.parse(text.replace(/\d$/, '$& GMT')) : NaN
}

/** Whether there is a page, or a worker of one. */
export function isPage() {
  return Boolean(globalThis.document ?? globalThis.WorkerGlobalScope)
}

/** Of the page or worker that runs this; empty outside browsers. */
export function hostname() {
  return globalThis.location?.hostname ?? ''
}

/** Has a page connect ahead to an API of another origin. No request, and nothing where there is no page, or its DOM or policy forbids it. */
export function preconnect(apiURL) {
  try {
    const { origin } = new URL(apiURL)
    // The pool of connections that requests without credentials are made on.
    const isThere = (link) => link.crossOrigin === 'anonymous' && link.href.startsWith(origin + '/')
    if (origin === location.origin || [...document.querySelectorAll('link[rel~=preconnect]')].some(isThere)) return
    document.head.append(Object.assign(document.createElement('link'), { rel: 'preconnect', crossOrigin: 'anonymous', href: origin }))
  } catch {
    // Then the first request connects.
  }
}

const given = new Set()

/** Warns on the console, each thing once; of nothing where there is nothing to say. */
export function warnOnce(message) {
  if (message && !given.has(message)) console.warn(message)
  given.add(message)
}

export function now() {
  return (globalThis.performance ?? Date).now()
}

export function deferred() {
  const deferred = {}
  deferred.promise = new Promise((resolve, reject) => Object.assign(deferred, { resolve, reject }))
  return deferred
}

/** Settles as the first of two. */
export function race(one, other) {
  return Promise.race([one, other])
}

/** There may be no signal, and whatever passes for one may throw. */
export function listen(signal, how, listener) {
  try {
    signal?.[how]('abort', listener)
  } catch {
    // Then its aborts are seen between the steps of a call.
  }
}

export function abortController() {
  return new AbortController()
}

/** Why a signal is aborted; `undefined` where it isn't. Some engines have signals without a reason. */
export function abortReason(signal) {
  if (!signal?.aborted) return undefined
  return signal.reason === undefined ? new DOMException('The operation was aborted.', 'AbortError') : signal.reason
}

/** A request, for `exchange`. */
export function request(url, method, headers, body) {
  return { url, method, headers, body }
}

/**
 * What the page's `fetch` of this moment gives, as Rust reads it (`Answer` in dictionaries.rs), whatever implementation it comes from: a
 * polyfill's, another realm's, a test's plain object; `undefined` where it is no response. Throwing at once or answering with no
 * promise, it ends as one.
 */
export async function exchange({ url, method, headers, body }, connection, without, limit, errorLimit) {
  // No redirect is followed, as custom headers would travel along: `error` would do as well, but workerd refuses it.
  const init = { method, headers, redirect: 'manual', credentials: 'omit', cache: 'no-store', signal: connection.signal }
  if (body) init.body = body
  if (without) for (const name in init) if (without.includes(name)) delete init[name]
  const response = await globalThis.fetch(url, init)
  try {
    const { ok, status = ok ? 200 : 500, statusText } = response
    const isResponse = typeof response.status === 'number' || (response.status === undefined && typeof ok === 'boolean')
    if (!isResponse || ![response.body?.getReader, response.text, response.json].some((read) => typeof read === 'function'))
      return undefined
    const get = (name) => (response.headers?.get ? response.headers.get(name) : response.headers?.[name])?.toString()
    const object = await objectIn(response, status < 400 ? limit : errorLimit, get('content-length'), connection).catch(() => null)
    return { status, statusText: statusText ?? '', contentType: get('content-type'), retryAfter: get('retry-after'), object }
  } catch {
    return undefined
  }
}

/** The object in a body, read as `Response.json` does; a stream that goes on after `limit` bytes is none, and is cut. */
async function objectIn(response, limit, announced, connection) {
  let text = ''
  let length = 0
  if (response.body?.getReader && globalThis.TextDecoder) {
    const decoder = new TextDecoder()
    const reader = response.body.getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      length += value.byteLength
      if (length > limit) return void connection.abort()
      text += decoder.decode(value, { stream: true })
    }
    text += decoder.decode()
  } else {
    text = response.text ? await response.text() : JSON.stringify(await response.json())
    length = text.replace(/[\u0080-\u07ff\ud800-\udfff]/g, '--').replace(/[\u0800-\uffff]/g, '---').length // in UTF-8
    if (length > limit) return
  }
  const body = parse(text)
  // Fewer bytes than were announced: WebKitGTK ends such a body as if it were whole.
  if (body === undefined && length < announced) throw length
  return typeof body === 'object' && body && !Array.isArray(body) ? body : undefined
}
