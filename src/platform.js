// What the crate takes from the platform where that may throw at once. An exception that crosses into wasm costs a slot of the
// externref table each time (wasm-bindgen 0.2.130), and one that nobody expects costs the instance; here it becomes a value.

/** What the platform's parser makes of an address; '' if nothing. */
export function normalise(url) {
  try {
    return new URL(url).href
  } catch {
    return ''
  }
}

/** The host of the page or worker that runs this; '' outside browsers. */
export function hostname() {
  try {
    return location.hostname
  } catch {
    return ''
  }
}

/** Whether a value can be listened to as an AbortSignal, of this realm or of another (a frame's, jsdom's). */
export function isSignal(value) {
  try {
    return typeof value.aborted === 'boolean' && typeof value.addEventListener === 'function'
  } catch {
    return false
  }
}

/** A property of a value of whatever kind; `undefined` where reading it throws. */
export function property(value, name) {
  try {
    return value[name]
  } catch {
    return undefined
  }
}

/** A value of whatever kind as text; '' where it refuses. */
export function text(value) {
  try {
    return String(value)
  } catch {
    return ''
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

/**
 * A caller's patience: all that a call waits for is raced against its deadline and its signal. The race, and not just an aborted
 * fetch, because a page's patched fetch may not care.
 */
export class Patience {
  constructor(ms, signal) {
    this.connection = new AbortController()
    this.ended = new Promise((_, reject) => (this.giveUp = reject))
    this.deadline = setTimeout(() => this.giveUp((this.isLate = true)), ms)
    this.isLate = false
    this.caller = signal
    signal?.addEventListener('abort', this.giveUp)
    if (signal?.aborted) this.giveUp()
  }

  wait(promise) {
    return Promise.race([promise, this.ended])
  }

  /** Asks the page's `fetch` of this moment. Patched or not, throwing or not answering with a promise, it ends as one. */
  request(url, init) {
    const send = async () => fetch(url, { ...init, signal: this.connection.signal })
    return this.wait(send())
  }

  /** The JSON in a body, or `undefined`: read as `Response.json` does, but no further than `limit` bytes. */
  read(response, limit) {
    return this.wait(json(response, limit))
  }

  pause(ms) {
    return this.wait(new Promise((resolve) => (this.timer = setTimeout(resolve, ms))))
  }

  /** Leaves no timer, listener or connection behind. */
  end() {
    clearTimeout(this.deadline)
    clearTimeout(this.timer)
    this.caller?.removeEventListener('abort', this.giveUp)
    this.connection.abort()
  }
}

async function json(response, limit) {
  const decoder = new TextDecoder()
  let text = ''
  let length = 0
  const reader = response.body?.getReader()
  while (reader) {
    const { done, value } = await reader.read()
    if (done) break
    length += value.byteLength
    if (length > limit) return undefined
    text += decoder.decode(value, { stream: true })
  }
  try {
    return JSON.parse(text + decoder.decode())
  } catch (error) {
    // Fewer bytes than were announced: WebKitGTK ends such a body as if it were whole.
    if (length < response.headers.get('content-length')) throw error
    return undefined
  }
}
