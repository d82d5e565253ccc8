// The module's instance: how it is loaded, and what becomes of the calls when it panics.
//
// Loading: the first call compiles and instantiates the module, calls made meanwhile share that load, and a load that failed is
// forgotten, so that the next call tries again. A call's own `timeout` and `signal` hold for it too.
//
// Panic: Rust's panic hook throws, which traps. Promises that the instance owed would stay pending for ever, and nobody knows in what
// state it was left. So it is out of use from then on: each call that waits for it rejects with INTERNAL, what still calls into it (an
// answer that arrives late) finds nobody, and the next call makes a new instance of the compiled module, in which nothing is in force.

import glue from 'incode-core:glue' // what wasm-bindgen made, as a function: each call is a fresh instance's other half
import embedded from 'incode-core:module' // () => the module that the package brings, in a form that `load` takes
import { IncodeError } from './error.js'
import { Decoder, Encoder } from './text.js'

/** How long a call waits for the module if it has no `timeout` of its own, in ms. */
const LOADING = 30_000

/** The instance to be or in use; none before the first call, after a failed load and after a panic. */
let loading
let isLoaded = false

/** The compiled module is kept: after a panic only a new instance is needed. */
let module

export function load(source) {
  loading ??= open(source).catch((error) => {
    loading = undefined
    throw error
  })
  return loading
}

async function open(source) {
  try {
    module ??= await compile(source ?? embedded())
    const { TextDecoder = Decoder, TextEncoder = Encoder } = globalThis // jsdom has none
    const { imports, attach, ...core } = glue(IncodeError, TextDecoder, TextEncoder)
    const { exports } = await WebAssembly.instantiate(module, imports)
    core.inFlight = new Set()
    attach(watched(exports, core))
    isLoaded = true
    return core
  } catch (cause) {
    module = undefined
    if (cause instanceof IncodeError) throw cause
    const remedy = source
      ? "preload() takes the package's own .wasm, allowed by connect-src and CORS, or the bytes of a file that fetch can't read"
      : "a Content-Security-Policy has to allow 'wasm-unsafe-eval' in script-src"
    throw new IncodeError({
      code: 'MODULE_LOAD',
      message: `the WebAssembly module could not be loaded: ${remedy} (${cause?.message ?? cause})`,
      cause,
    })
  }
}

/** Values of another realm and of other implementations count: they are told by what they are, not by their class. */
async function compile(source) {
  let given = await source
  const is = (kind) => Object.prototype.toString.call(given) === `[object ${kind}]`
  if (is('URL') || typeof given === 'string') given = await fetch(given)
  if (typeof given?.arrayBuffer === 'function') {
    if (given.ok === false) throw new Error(`${given.url} answered ${given.status}`)
    given = await given.arrayBuffer()
  }
  if (is('WebAssembly.Module')) return given
  if (is('ArrayBuffer') || ArrayBuffer.isView(given)) return WebAssembly.compile(given)
  throw new IncodeError({ code: 'INVALID_ARGUMENT', message: 'source must be a WebAssembly.Module, a Response, a URL, a string or bytes' })
}

/** The exports of an instance, so that a trap ends the calls that wait for it. */
function watched(exports, core) {
  let isBroken = false
  const watch =
    (run) =>
    (...args) => {
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
  return Object.fromEntries(Object.entries(exports).map(([name, value]) => [name, typeof value === 'function' ? watch(value) : value]))
}

/**
 * Carries a call over to Rust, which gives a promise; the messages of its errors begin with `prefix` once there was a request.
 */
export function run(call, options, prefix = '') {
  const started = (globalThis.performance ?? Date).now()
  return new Promise((resolve, reject) => {
    const isAwaited = isLoaded ? () => true : awaitLoading(options ?? {}, reject)
    load().then(
      (core) => {
        if (!isAwaited()) return
        let begins = ''
        const fail = ({ message }) =>
          reject(new IncodeError({ code: 'INTERNAL', message: `${begins}a bug in incode-core (${message}), please report it` }))
        core.inFlight.add(fail)
        const ended = new Promise((done) => {
          done(call(core, started, prefix))
          begins = prefix
        })
        ended.then(resolve, reject).then(() => core.inFlight.delete(fail))
      },
      (error) => {
        isAwaited()
        reject(error)
      },
    )
  })
}

/**
 * The call's own limits hold for the loading of the module as well, before there is anybody else to keep them. Gives what ends
 * the wait, and says whether it was still going on.
 */
function awaitLoading({ signal, timeout }, reject) {
  // What is no timeout at all is refused by Rust once it is there.
  const ms = timeout >= 1 && timeout < 2 ** 31 ? timeout : LOADING
  let isWaiting = true
  const end = (error) => {
    isWaiting = false
    reject(error)
  }
  const late = () => end(new IncodeError({ code: 'TIMEOUT', message: `the WebAssembly module was not loaded within ${ms} ms` }))
  const timer = setTimeout(late, ms)
  const abort = () => end(signal.reason ?? new DOMException('The operation was aborted.', 'AbortError'))
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
