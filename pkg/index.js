// The facade: loads the module once, hands calls over, makes errors of what comes back. What is allowed, refused, retried or
// redacted is decided in Rust (src/).
import embedded from 'incode-core:module' // () => the module that the package brings, in a form that `preload` takes
import glue from 'incode-core:glue' // what wasm-bindgen made, as a function: each call is a fresh instance's other half

export class IncodeError extends Error {
  constructor({ message, ...fields }, begins = '') {
    super(begins + message)
    Object.assign(this, fields)
  }
}
Object.defineProperty(IncodeError.prototype, 'name', { value: 'IncodeError', configurable: true, writable: true })

export function setup(options) {
  return call('setup', options)
}

export function initializeSession(options) {
  return call('initializeSession', options)
}

export function createSession(apiKey, options) {
  return call('createSession', options, 'Failed to create Incode session: ', apiKey)
}

export function getFinishStatus(flowId, options) {
  return call('getFinishStatus', options, 'Failed to get Incode finish status: ', flowId)
}

export async function preload(source) {
  await load(source)
}

/** The instance to be or in use; none before the first call, after a failed load and after a panic. */
let loading
let isLoaded = false

function load(source) {
  loading ??= open(source).catch((error) => {
    loading = undefined
    throw error
  })
  return loading
}

/** The compiled module is kept: after a panic only a new instance is needed. */
let module

async function open(source) {
  try {
    module ??= await compile(source ?? embedded())
    const { imports, attach, ...core } = glue()
    const { exports } = await WebAssembly.instantiate(module, imports)
    core.inFlight = new Set()
    attach(watched(exports, core))
    isLoaded = true
    return core
  } catch (cause) {
    module = undefined
    if (cause instanceof IncodeError) throw cause
    throw new IncodeError({
      code: 'MODULE_LOAD',
      message:
        `the WebAssembly module could not be loaded (${cause?.message ?? cause}): a Content-Security-Policy has to allow ` +
        "'wasm-unsafe-eval' in script-src; what preload() is given has to be the package's own .wasm, and allowed by connect-src and CORS",
      cause,
    })
  }
}

async function compile(source) {
  let given = await source
  if (given instanceof URL || typeof given === 'string') given = await fetch(given)
  if (given instanceof Response) {
    if (!given.ok) throw new Error(`${given.url} answered ${given.status}`)
    given = await given.arrayBuffer()
  }
  if (given instanceof WebAssembly.Module) return given
  if (given instanceof ArrayBuffer || ArrayBuffer.isView(given)) return WebAssembly.compile(given)
  throw new IncodeError({
    code: 'INVALID_ARGUMENT',
    message: 'source must be a WebAssembly.Module, a Response, a URL, a string or bytes',
  })
}

/**
 * The exports of an instance, so that a trap ends the calls that wait for it instead of leaving them pending. From then on the
 * instance is out of use, and what still calls into it (an answer that arrives late) finds nobody.
 */
function watched(exports, core) {
  let isBroken = false
  const watch = (run) => (...args) => {
    if (isBroken) return []
    try {
      return run(...args)
    } catch (trap) {
      isBroken = true
      isLoaded = false
      loading = undefined
      for (const fail of core.inFlight) fail(trap)
      return []
    }
  }
  return Object.fromEntries(
    Object.entries(exports).map(([name, value]) => [name, typeof value === 'function' ? watch(value) : value]),
  )
}

/** Carries a call over to Rust, which throws before there is a request, and gives a promise from then on; its errors begin so. */
function call(name, options, begins, ...first) {
  const started = performance.now()
  const copy = copied(options)
  return new Promise((resolve, reject) => {
    const stopWaiting = isLoaded ? () => true : waitForLoading(copy ?? {}, reject)
    load().then((core) => {
      if (!stopWaiting()) return
      let sent
      const fail = (error) => reject(error === undefined ? reasonOf(copy.signal) : new IncodeError(error, sent && begins))
      const panicked = ({ message }) => fail({ code: 'INTERNAL', message: `a bug in incode-core (${message}), please report it` })
      core.inFlight.add(panicked)
      const run = (done) => done((sent = core[name](...first, copy, started)))
      new Promise(run).then(resolve, fail).then(() => core.inFlight.delete(panicked))
    }, (error) => {
      stopWaiting()
      reject(error)
    })
  })
}

/**
 * The call's own limits hold for the loading of the module as well, before there is anybody else to keep them. Gives what ends
 * the wait, and says whether it was still going on.
 */
function waitForLoading({ signal, timeout }, reject) {
  const ms = Number.isInteger(timeout) && timeout > 0 && timeout < 2 ** 31 ? timeout : 30_000
  let isWaiting = true
  const end = (error) => {
    isWaiting = false
    reject(error)
  }
  const late = () => end(new IncodeError({ code: 'TIMEOUT', message: `the WebAssembly module was not loaded within ${ms} ms` }))
  const timer = setTimeout(late, ms)
  const abort = () => end(reasonOf(signal))
  const listen = (how) => {
    try {
      signal[how]('abort', abort)
    } catch {
      // Where there is no signal, or something else, Rust says so once it is there.
    }
  }
  listen('addEventListener')
  return () => {
    clearTimeout(timer)
    listen('removeEventListener')
    return isWaiting
  }
}

function reasonOf({ reason }) {
  // Some engines have signals without a reason.
  return reason === undefined ? new DOMException('The operation was aborted.', 'AbortError') : reason
}

/** Stands for what can't be read. Never a legal value, so Rust refuses it by its name. */
const UNREADABLE = Symbol('unreadable')

/** Options as they are now: changing them after the call changes nothing. What is no object goes on as it is, to be refused. */
function copied(options) {
  try {
    if (typeof options !== 'object' || !options || Array.isArray(options)) return options
    const copy = Object.create(null)
    // The whole prototype chain, but for the root that all objects share.
    for (let holder = options; holder && (holder === options || Object.getPrototypeOf(holder)); holder = Object.getPrototypeOf(holder)) {
      for (const name of Object.getOwnPropertyNames(holder)) {
        if (name in copy) continue
        const value = taken(options, name)
        // A class brings its constructor and methods along, which are no options.
        if (holder === options || typeof value !== 'function') copy[name] = value
      }
    }
    return copy
  } catch {
    return UNREADABLE
  }
}

/** One option's value; an object that another hand may change is copied. */
function taken(options, name) {
  try {
    const value = options[name]
    if (value instanceof URL) return value.href
    if (typeof value !== 'object' || !value) return value
    const prototype = Object.getPrototypeOf(value)
    return prototype && Object.getPrototypeOf(prototype) ? value : Object.assign(Object.create(null), value)
  } catch {
    return UNREADABLE
  }
}
