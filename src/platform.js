// What the crate takes from the platform where that may throw at once. An exception that crosses into wasm costs a slot of the
// externref table each time (wasm-bindgen 0.2.130), and one that nobody expects costs the instance; here it becomes a value.

/** What the platform's parser makes of an address; `undefined` if nothing. */
export function parseURL(address) {
  try {
    return new URL(address)
  } catch {
    return undefined
  }
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

/** One instance's, so that nothing is left of it after a panic. */
let settings

/** The settings in force, in a new object, with `own` over them. */
export function inForce(own) {
  return merged(settings, own)
}

/** Puts settings in force, in the place of others. */
export function enforce(others) {
  settings = others
}

/** The names of an object's own properties; none of what is absent. */
export function names(object) {
  return Object.keys(object ?? {})
}

/** A property of a value of whatever kind; `undefined` where reading it throws. */
export function property(value, name) {
  try {
    return value[name]
  } catch {
    return undefined
  }
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

/** An object as JSON; `undefined` where there is none, or that can't be. */
export function stringify(object) {
  try {
    return object ? JSON.stringify(object) : undefined
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

/** All texts in a value and what it leads to, names and values; `undefined` where they can't be had to their end. */
export function texts(value) {
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

/** A date as HTTP writes it, in any of its three forms (RFC 9110, section 5.6.7), in ms since 1970; NaN where it is none. */
export function httpDate(text) {
  // Parsers take much more for a date.
  const forms = /^\w{3}(, \d\d \w{3} \d{4} [\d:]{8} GMT|\w{3,6}, \d\d-\w{3}-\d\d [\d:]{8} GMT| \w{3} [ \d]\d [\d:]{8} \d{4})$/
  return forms.test(text) ? Date.parse(text.replace(/\d$/, '$& GMT')) : NaN
}

/** Whether the signal among a call's settings, if there is one, is aborted. */
export function isAborted({ signal }) {
  return Boolean(signal?.aborted)
}

const given = new Set()

/** Warns on the console, each thing once. */
export function warnOnce(message) {
  if (!given.has(message)) console.warn(message)
  given.add(message)
}

/** No redirect is followed, as custom headers would travel with it: `error` would do as well, but Cloudflare's workerd refuses it. */
const SETTINGS = { redirect: 'manual', credentials: 'omit', cache: 'no-store' }

/**
 * A caller's patience: all that a call waits for is raced against its deadline and its signal. The race, and not just an aborted
 * fetch, because a page's patched fetch may not care.
 */
export class Patience {
  #connection = new AbortController()
  #ended
  #giveUp
  #deadline
  #pause
  #signal
  #settle
  isLate = false
  /** What the call comes to. */
  outcome = new Promise((...settle) => (this.#settle = settle))

  constructor(ms, signal) {
    this.#ended = new Promise((_, reject) => (this.#giveUp = reject))
    this.#deadline = setTimeout(() => this.#giveUp((this.isLate = true)), ms)
    this.#signal = signal
    signal?.addEventListener('abort', this.#giveUp)
    if (signal?.aborted) this.#giveUp()
  }

  /**
   * After `pause` ms asks the page's `fetch` of that moment, by a POST if there is a body, and reads the answer's body as
   * `Response.json` does, but no further than `limit` bytes, or `errorLimit`. Patched or not, throwing or not answering with a
   * promise, it ends as one, of a `Reply` (platform.rs).
   */
  attempt(pause, url, headers, body, limit, errorLimit) {
    const send = async () => {
      if (pause) await new Promise((resolve) => (this.#pause = setTimeout(resolve, pause)))
      const response = await fetch(url, { method: body ? 'POST' : 'GET', headers, body, ...SETTINGS, signal: this.#connection.signal })
      let fault = 1
      try {
        // What only has the prototype of a Response has no status.
        if (!(response instanceof Response && response.status >= 0)) return { fault }
        fault = 2
        const object = await json(response, response.ok ? limit : errorLimit)
        return { response, body: object, fault: object ? 0 : 3 }
      } catch {
        return { response, fault }
      }
    }
    return Promise.race([send(), this.#ended])
  }

  /** Fulfils or rejects the outcome, and leaves no timer, listener or connection behind. */
  end(isFulfilled, value) {
    this.#settle[isFulfilled ? 0 : 1](value)
    clearTimeout(this.#deadline)
    clearTimeout(this.#pause)
    this.#signal?.removeEventListener('abort', this.#giveUp)
    if (!isFulfilled) this.#connection.abort()
  }
}

async function json(response, limit) {
  const decoder = new TextDecoder()
  let text = ''
  let length = 0
  // A redirect isn't followed, nor read.
  const reader = (response.ok || response.status > 399) && response.body?.getReader()
  while (reader) {
    const { done, value } = await reader.read()
    if (done) break
    length += value.byteLength
    if (length > limit) return undefined
    text += decoder.decode(value, { stream: true })
  }
  const body = parse(text + decoder.decode())
  // Fewer bytes than were announced: WebKitGTK ends such a body as if it were whole.
  if (body === undefined && length < response.headers.get('content-length')) throw length
  return typeof body === 'object' && body && !Array.isArray(body) ? body : undefined
}
