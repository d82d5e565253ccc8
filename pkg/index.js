// The facade: loads the module once, hands calls over, makes errors of what comes back. What is allowed, refused, retried or
// redacted is decided in Rust (src/).
import glue from 'incode-core:glue' // what wasm-bindgen made, as a function: each call is a fresh instance's other half
import embedded from 'incode-core:module' // () => the module that the package brings, in a form that `preload` takes

export class IncodeError extends Error {
  constructor({ message, ...fields }, begins = '') {
    super(begins + message)
    Object.assign(this, fields)
  }
}
Object.defineProperty(IncodeError.prototype, 'name', { value: 'IncodeError', configurable: true, writable: true })

export function setup(options) {
  return call(options, (core, copy) => core.setup(copy))
}

export function initializeSession(options) {
  return call(options, (core, copy) => core.initializeSession(copy))
}

export function createSession(apiKey, options) {
  return call(options, (core, copy, started) => core.createSession(apiKey, copy, started), 'Failed to create Incode session: ')
}

export function getFinishStatus(flowId, options) {
  return call(options, (core, copy, started) => core.getFinishStatus(flowId, copy, started), 'Failed to get Incode finish status: ')
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
        `the WebAssembly module could not be loaded (${cause?.message ?? cause}); if the page has a Content-Security-Policy, ` +
        "its script-src must allow 'wasm-unsafe-eval'; if preload() was given a source, it must be the package's own .wasm, and the page allowed to fetch it (connect-src, CORS)",
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

const LONGEST_TIMEOUT = 2 ** 31 - 1

/** Carries a call over: `run` throws before there is a request, and gives a promise from then on. */
function call(options, run, begins) {
  const started = performance.now()
  const copy = copied(options)
  return new Promise((resolve, reject) => {
    let isOver = false
    let stopWaiting = () => {}
    const end = (settle) => (value) => {
      if (!isOver) settle(value)
      isOver = true
      stopWaiting()
    }
    const done = end(resolve)
    const fail = end(reject)
    if (!isLoaded) stopWaiting = endWhileLoading(copy, fail)

    load().then((core) => {
      stopWaiting()
      if (isOver) return
      let sent
      const panicked = (trap) =>
        fail(new IncodeError({ code: 'INTERNAL', message: `a bug in incode-core (${trap.message}), please report it` }, sent && begins))
      core.inFlight.add(panicked)
      const failed = (error) =>
        fail(error === undefined ? reasonOf(copy.signal) : new IncodeError(error, sent && begins))
      const settled = () => core.inFlight.delete(panicked)
      try {
        const answer = run(core, copy, started)
        sent = answer !== undefined
        if (sent) answer.then(done, failed).then(settled)
        else settled(done())
      } catch (error) {
        settled(failed(error))
      }
    }, fail)
  })
}

/** The call's own limits hold for the loading of the module as well, before there is anybody else to keep them. */
function endWhileLoading(copy, fail) {
  const { signal, timeout } = copy ?? {}
  const ms = Number.isInteger(timeout) && timeout > 0 ? Math.min(timeout, LONGEST_TIMEOUT) : 30_000
  const timer = setTimeout(() => {
    fail(new IncodeError({ code: 'TIMEOUT', message: `the WebAssembly module was not loaded within ${ms} ms` }))
  }, ms)
  const abort = () => fail(reasonOf(signal))
  try {
    signal?.addEventListener('abort', abort)
  } catch {
    // No signal at all: Rust says so once it is there.
  }
  return () => {
    clearTimeout(timer)
    try {
      signal?.removeEventListener('abort', abort)
    } catch {
      // As above.
    }
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
    if (typeof options !== 'object' || options === null || Array.isArray(options)) return options
    const copy = Object.create(null)
    for (let holder = options; isOwn(holder, options); holder = Object.getPrototypeOf(holder)) {
      for (const [name, { enumerable }] of Object.entries(Object.getOwnPropertyDescriptors(holder))) {
        const value = name in copy ? undefined : taken(options, name)
        // A class brings its constructor and methods along, which are no options.
        if (!(name in copy) && (enumerable || typeof value !== 'function')) copy[name] = value
      }
    }
    return copy
  } catch {
    return UNREADABLE
  }
}

/** Whether a link of an object's prototype chain is the object's own, and not the root that all objects share. */
function isOwn(holder, object) {
  return holder !== null && (holder === object || Object.getPrototypeOf(holder) !== null)
}

/** One option's value; an object that another hand may change is copied. */
function taken(options, name) {
  try {
    const value = options[name]
    if (value instanceof URL) return value.href
    const parent = typeof value === 'object' && value !== null && Object.getPrototypeOf(value)
    const isPlain = parent === null || (parent && Object.getPrototypeOf(parent) === null)
    return isPlain ? Object.assign(Object.create(null), value) : value
  } catch {
    return UNREADABLE
  }
}
