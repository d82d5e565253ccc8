// The module's instance: how it is loaded, and what happens to the calls when it panics.
//
// Loading: the first call compiles and instantiates the module. Calls made meanwhile share that load. After a load that failed, or that a
// call has waited for in vain, the next call loads again; the calls that still wait take the first instance that there is.
//
// Panic: Rust's panic hook throws, which traps. Pending promises of the instance would never settle, and its state is undefined. So it is
// not used again: each call that waits for it rejects with INTERNAL, late callbacks into it do nothing, and the next call makes a new
// instance, in which nothing is configured.

import glue from 'incode-core:glue' // wasm-bindgen's JavaScript as a function: each call returns the other half of a new instance
import embedded from 'incode-core:module' // returns the package's own module, in a form that `compile` takes
import { abortReason, attempt, deferred, startLimits } from '../../src/platform/host.js'
import { snapshot } from '../../src/platform/inspect.js'
import { Decoder, Encoder } from './text.js'

/** How long a call without a `timeout` waits for the module, in ms. */
const LOADING_TIMEOUT = 30_000

/** The current instance; absent until it is loaded, and after a panic. */
let current
/** True while a load is in progress, until a call has waited for it in vain. */
let isLoading
/** The deferred that calls wait for while there is no instance. */
let ready
/** The compiled module, set by a successful load: after a panic only a new instance is needed. */
let compiled

function load() {
  if (current) return Promise.resolve(current)
  ready ??= deferred()
  if (!isLoading) {
    isLoading = true
    ;(async () => instantiate(compiled ?? (await compile(embedded()))))().then(use, (error) => {
      ready?.reject(error)
      ready = isLoading = undefined
    })
  }
  return ready.promise
}

/** Makes an instance the current one, unless another load was faster. */
function use(core) {
  current ??= core
  ready?.resolve(current)
  ready = isLoading = undefined
}

/** Loads the module from a source of the caller's. It fails alone: other calls do not wait for it, and use the package's own. */
export async function preloadFrom(source, caller) {
  try {
    const given = await source
    if (given == null) return void (await load())
    const core = await instantiate(await compile(given))
    if (!isLoading) use(core)
  } catch (cause) {
    throw loadError(cause, caller, source)
  }
}

function loadError(cause, caller, source) {
  if (cause === INVALID_SOURCE) {
    const message = 'source must be a WebAssembly.Module, Response, URL, string, ArrayBuffer or typed array'
    return caller.error('INVALID_ARGUMENT', message)
  }
  const hint = source
    ? "preload() needs this package's .wasm file; allow it in connect-src and CORS, or pass its bytes"
    : "if this page has a Content-Security-Policy, add 'wasm-unsafe-eval' to script-src"
  const copy = snapshot(cause)
  const message = `the WebAssembly module could not be loaded: ${hint} (${copy?.message ?? copy})`
  return caller.error('MODULE_LOAD', message, [], undefined, copy)
}

const INVALID_SOURCE = {}

/** Compiles a source of any realm: the value decides its kind, not its class. */
async function compile(source) {
  const is = (kind) => Object.prototype.toString.call(source) === `[object ${kind}]`
  if (is('URL') || typeof source === 'string') source = await fetch(source)
  if (typeof source?.arrayBuffer === 'function') {
    if (source.ok === false) throw new Error(`${source.url} responded with ${source.status}`)
    source = await source.arrayBuffer()
  }
  if (is('WebAssembly.Module')) return source
  if (is('ArrayBuffer') || ArrayBuffer.isView(source)) return WebAssembly.compile(source)
  throw INVALID_SOURCE
}

async function instantiate(module) {
  const { TextDecoder = Decoder, TextEncoder = Encoder } = globalThis // jsdom has neither
  const { imports, attach, ...core } = glue(TextDecoder, TextEncoder)
  const { exports } = await WebAssembly.instantiate(module, imports)
  core.inFlight = new Set()
  attach(guardExports(exports, core))
  if (core.isBroken) throw new Error('it did not start')
  compiled = module
  return core
}

/**
 * Wraps the exports of an instance: a trap ends the calls that wait for it, and nothing enters it again. From then on each export returns
 * `[]`, because the glue destructures some results.
 */
function guardExports(exports, core) {
  const guard =
    (run) =>
    (...args) => {
      if (core.isBroken) return []
      try {
        return run(...args)
      } catch (trap) {
        core.isBroken = true
        if (current === core) current = undefined
        for (const fail of core.inFlight) fail(trap)
        return []
      }
    }
  return Object.fromEntries(Object.entries(exports).map(([name, value]) => [name, typeof value === 'function' ? guard(value) : value]))
}

/** Runs a call on the instance. While the module loads, the `timeout` and `signal` of these options apply. */
export function run(caller, options = caller.options) {
  return new Promise((resolve, reject) => {
    const [timeout, signal] = attempt(() => [options?.timeout, options?.signal]) ?? []
    // Only calls that send a request have a timeout. Rust rejects an invalid one once it is loaded.
    const ms = caller.failure && Number.isInteger(timeout) && timeout > 0 && timeout < 2 ** 31 ? timeout : LOADING_TIMEOUT
    let limits
    const loaded = () => {
      // Takes as many microtasks as a call that waits for the load, so that calls start in the order in which they were made.
      if (current) return load().then()
      limits ??= startLimits(caller, ms, signal)
      return limits.race({ promise: load() })
    }
    const start = (core) => {
      // A call before this one may have broken the instance.
      if (core.isBroken) return loaded().then(start, fail)
      limits?.release()
      const abandon = (trap) => {
        caller.limits?.release()
        reject(caller.error('INTERNAL', `a bug in incode-core (${trap.message}), please report it`))
      }
      core.inFlight.add(abandon)
      const outcome = new Promise((done) => {
        done(core[caller.name](caller))
        caller.isSent = Boolean(caller.failure)
      })
      outcome.then(core.isBroken ? undefined : resolve, reject).then(() => core.inFlight.delete(abandon))
    }
    const fail = (cause) => {
      limits?.release()
      const reason = abortReason(signal)
      if (reason !== undefined) return reject(reason)
      if (cause !== limits) return reject(loadError(cause, caller))
      isLoading = undefined // it may hang
      reject(caller.error('TIMEOUT', `the WebAssembly module did not load within ${ms} ms`))
    }
    loaded().then(start, fail)
  })
}
