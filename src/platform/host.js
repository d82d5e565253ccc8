// Clock, timers, abort signals, console and page. A page can replace any of these globals, so each function catches what they throw.
// The facade (pkg/src) and all instances of the module share the files of this folder and their state.

/** Returns what `read` returns, or `undefined` if it throws. */
export function attempt(read) {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** Returns the number that `read` returns, or `fallback` if it throws or returns anything else. */
function number(read, fallback) {
  const value = attempt(read)
  return Number.isFinite(value) ? value : fallback
}

/** Reads a property of a foreign object. A getter can throw, or return a promise that rejects. */
export function peek(object, name) {
  return attempt(() => {
    const value = object[name]
    if (value instanceof Promise) value.catch(() => {})
    return value
  })
}

export function wallClock() {
  return number(() => Date.now(), 0)
}

let latest = 0
let offset

/** Milliseconds on a monotonic clock. Without a usable `performance`, `Date` continues where it stopped. */
export function now() {
  const time = number(() => performance.now())
  if (time >= 0) {
    offset = undefined
    latest = time
    return time
  }
  offset ??= latest - wallClock()
  return wallClock() + offset
}

/**
 * Starts a timer. Returns a function that stops it with the `clearTimeout` that was global when it started, because fake timers cannot
 * stop a real one. Returns `undefined` where the host has no timers.
 */
function setTimer(handler, ms) {
  return attempt(() => {
    const timer = setTimeout(handler, ms)
    const clear = attempt(() => clearTimeout)
    return () => attempt(() => clear(timer))
  })
}

/**
 * Starts the limits of a call: its waits end `timeout` ms after it was made, or when `signal` aborts. Then they reject with the limits
 * themselves, an object that no one else can reject with. `caller.limits` has them too, for a call whose instance breaks.
 */
export function startLimits(caller, timeout, signal) {
  let isOver = false
  let cancel
  let fail
  const end = () => {
    isOver = true
    fail?.(limits)
  }
  const limits = {
    /** Returns the time left, in ms. A clock that goes back does not give more. */
    left: () => Math.min(timeout, caller.started + timeout - now()),
    /** Waits for a promise. `cancel` ends it, unless it has settled: a clone of a finished response may still be read. */
    race(wait) {
      cancel = wait.cancel
      return new Promise((resolve, reject) => {
        const settle = (complete) => (value) => {
          cancel = undefined
          complete(value)
        }
        fail = reject
        wait.promise.then(settle(resolve), settle(reject))
        if (isOver) end()
      })
    },
    /** Waits for `ms`. Returns `undefined` where the host has no timers. */
    sleep(ms) {
      const wait = deferred()
      wait.cancel = setTimer(wait.resolve, ms)
      return wait.cancel && limits.race(wait)
    },
    release() {
      stop?.()
      offAbort(signal, end)
      cancel?.()
    },
  }
  const stop = setTimer(end, limits.left())
  onAbort(signal, end)
  return (caller.limits = limits)
}

/** Calls that wait for a signal's abort: signal → `{ listeners, notify }`. */
const signals = new Map()

/** Calls `listener` when `signal` aborts. All listeners of a signal share one event listener, because Node warns about the eleventh. */
function onAbort(signal, listener) {
  if (!signal) return
  const shared = signals.get(signal)
  if (shared) return void shared.listeners.add(listener)
  const listeners = new Set([listener])
  const notify = () => {
    for (const each of listeners) each()
  }
  signals.set(signal, { listeners, notify })
  attempt(() => signal.addEventListener('abort', notify))
}

/** Removes a listener, and the event listener with the last of them. */
function offAbort(signal, listener) {
  const shared = signals.get(signal)
  shared?.listeners.delete(listener)
  if (shared?.listeners.size !== 0) return
  signals.delete(signal)
  attempt(() => signal.removeEventListener('abort', shared.notify))
}

/** Returns the reason of an aborted signal, `undefined` for any other. Some engines have signals without a reason. */
export function abortReason(signal) {
  if (!attempt(() => signal.aborted)) return undefined
  const reason = attempt(() => signal.reason)
  if (reason !== undefined) return reason
  const message = 'The operation was aborted.'
  return attempt(() => new DOMException(message, 'AbortError')) ?? Object.assign(new Error(message), { name: 'AbortError' })
}

export function random() {
  return number(() => Math.random(), 0.5)
}

export function deferred() {
  const deferred = {}
  deferred.promise = new Promise((resolve, reject) => Object.assign(deferred, { resolve, reject }))
  return deferred
}

/** Parses a URL. Without a usable `URL`, plain addresses still pass. Returns an object without properties for an invalid one. */
export function parseURL(address) {
  const parse = (text) =>
    attempt(() => {
      const { href, hostname } = new URL(text)
      return { href, hostname }
    })
  if (parse('https://a')?.hostname === 'a') return parse(address) ?? {}
  const { 1: hostname } = /^https?:\/\/([a-z\d.-]+|\[::1\])(:\d+)?(\/[\w./~-]*)?$/.exec(address) ?? {}
  return hostname ? { href: address, hostname } : {}
}

/** Returns true in a page (a realm with a `document`) and in a worker of one. */
export function isPage() {
  return Boolean(attempt(() => globalThis.document ?? (globalThis.WorkerGlobalScope && globalThis.location)))
}

/** Returns the host name of the page or worker, or an empty string elsewhere. */
export function hostname() {
  return attempt(() => isPage() && String(location.hostname ?? '')) || ''
}

/** Logged messages and reported options, so that each is logged once. */
const logged = new Set()

/** Logs a warning, unless it was logged before. */
export function warnOnce(message) {
  if (!logged.has(message)) attempt(() => console.warn(message))
  logged.add(message)
}

/** Unknown options of callers can have any name, so their number is limited. */
const MAX_OPTIONS = 20
let reported = 0

/** Logs one warning about the options of a list that were not reported before. */
export function warnAboutOptions(operation, isForwarded, options) {
  const fresh = options.filter((option) => !logged.has(option) && reported++ < MAX_OPTIONS && logged.add(option))
  const verb = isForwarded ? 'passes on' : 'ignores'
  if (fresh.length > 0) warnOnce(`incode-core: ${operation} ${verb} unknown options: ${fresh.join(' ')}`)
}

/** Adds a `preconnect` link for an API of another origin, unless the page has one or forbids it. Sends no request. */
export function preconnect(apiURL) {
  attempt(() => {
    const { origin } = new URL(apiURL)
    // Requests without credentials use their own pool of connections.
    const isSame = (link) => link.crossOrigin === 'anonymous' && link.href.startsWith(origin + '/')
    if (origin === location.origin || [...document.querySelectorAll('link[rel~=preconnect]')].some(isSame)) return
    document.head.append(Object.assign(document.createElement('link'), { rel: 'preconnect', crossOrigin: 'anonymous', href: origin }))
  })
}
