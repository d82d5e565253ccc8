// The context of a case (`t`): a fresh core, its own address in the sandbox, and ways to observe what happens.
import { SANDBOX_KEY } from './sandbox-key.mjs'

export { SANDBOX_KEY }

const { Error: OriginalError, fetch, setTimeout, clearTimeout } = globalThis // a case may replace them

export const KEY = 'Zx81-kfQw_92uvB7~yT'
export const TOKEN = 'tok-5gHq2LmW8-rNd3_VcX'

/** Returns a JWT with this payload, a string. */
export const jwt = (payload) =>
  ['{"alg":"HS256"}', payload, 'sig'].map((part) => btoa(part).replaceAll('=', '').replaceAll('+', '-').replaceAll('/', '_')).join('.')

let serial = 0

/**
 * Creates the context of one case. `origin` is that of the sandbox; `entry` and `panicEntry` are addresses of the package, as published and in a
 * build that can panic.
 */
export function context({ origin, entry, panicEntry, runtime }) {
  const run = `/run/${runtime}-${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`
  const undo = []
  const originals = {}

  const t = {
    runtime,
    origin,

    core: (from = entry) => import(`${from}?case=${++serial}`),
    panickingCore: () => t.core(panicEntry),
    api: (path = '') => origin + run + path,

    /** Returns a core that is set up for the sandbox, or for one of its faults. */
    async ready(path, options) {
      const core = await t.core()
      await core.preload()
      await core.setup({ apiURL: t.api(path), token: TOKEN, ...options })
      return core
    },

    /** Returns a token of the sandbox; with `isFinished`, of a session whose flow has finished. */
    async token(configurationId = 'approved', isFinished = false) {
      const post = async (path, headers, body) => {
        const response = await fetch(`${origin}/omni/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
        t.equal(response.status, 200, path)
        return response.json()
      }
      const json = { 'content-type': 'application/json', 'api-version': '1.0' }
      const { token } = await post('start', { ...json, 'x-api-key': SANDBOX_KEY }, { configurationId })
      for (const step of isFinished ? ['add/face', 'process/face'] : []) {
        await post(step, { ...json, 'x-incode-hardware-id': token }, {})
      }
      return token
    },

    /** Lists all requests to the sandbox under `t.api()`, preflights included. */
    async journal() {
      return (await fetch(origin + run)).json()
    },
    async requests() {
      return (await t.journal()).filter(({ method }) => method !== 'OPTIONS')
    },

    /** Returns the API keys that `fetch` received. The sandbox's journal masks keys other than its own. */
    keys: (calls) => calls.map(([, { headers }]) => headers['x-api-key']),

    /** Polls a condition that has no event. */
    async until(condition, what) {
      for (const end = Date.now() + 10_000; Date.now() < end; await new Promise((done) => setTimeout(done, 5))) {
        if (await condition()) return
      }
      throw new Error(`timed out waiting for: ${what}`)
    },

    /** Replaces a property by a value until the case ends. */
    patch(holder, name, value) {
      t.redefine(holder, name, { value, writable: true })
    },
    /** Replaces a property until the case ends. */
    redefine(holder, name, descriptor) {
      const before = Object.getOwnPropertyDescriptor(holder, name)
      undo.push(() => (before ? Object.defineProperty(holder, name, before) : delete holder[name]))
      // Node reads no global `fetch`, and cases that replace it may count who reads it.
      if (runtime === 'node' && holder === globalThis && name !== 'fetch') {
        if (!(name in originals)) originals[name] = globalThis[name]
        descriptor = exceptForNode(descriptor, originals[name])
      }
      Object.defineProperty(holder, name, { ...descriptor, configurable: true, enumerable: before?.enumerable })
    },

    /** Replaces the network. */
    mockFetch(mock) {
      t.patch(globalThis, 'fetch', mock)
    },
    /** Replaces the network by an API that responds with a session. Returns the URLs that are requested. */
    mockAPI() {
      const urls = []
      t.mockFetch(async (url) => {
        urls.push(String(url))
        return new Response('{"token":"t"}')
      })
      return urls
    },
    /** Records every `[url, init]` on its way to the network. */
    watchFetch() {
      const calls = []
      t.mockFetch((...call) => {
        calls.push(call)
        return fetch(...call)
      })
      return calls
    },

    /**
     * Records the delays of timers in order, and which timers are still open. Those that are `skipped` fire immediately. None outlives the
     * case.
     */
    timers(skipped = () => false) {
      const delays = []
      const open = new Set()
      undo.push(() => open.forEach(clearTimeout))
      t.patch(globalThis, 'setTimeout', (handler, ms, ...args) => {
        delays.push(ms)
        const fire = () => {
          open.delete(id)
          handler(...args)
        }
        const id = setTimeout(fire, skipped(ms) ? 0 : ms)
        open.add(id)
        return id
      })
      t.patch(globalThis, 'clearTimeout', (id) => {
        open.delete(id)
        clearTimeout(id)
      })
      return { delays, open }
    },
    /** Records the waits between attempts, and skips them. They are shorter than any deadline. */
    waits() {
      const isWait = (ms) => ms < 20_000
      const timers = t.timers(isWait)
      return {
        get delays() {
          return timers.delays.filter(isWait)
        },
      }
    },

    /** Records console output as `{ method, args }`. */
    console() {
      const printed = []
      for (const method of ['debug', 'error', 'info', 'log', 'trace', 'warn']) {
        t.patch(console, method, (...args) => void printed.push({ method, args }))
      }
      return printed
    },

    /** Records the memory and tables of each instance that is made from now on. */
    instances() {
      const { instantiate } = WebAssembly
      const made = []
      t.patch(WebAssembly, 'instantiate', async (...args) => {
        const result = await instantiate(...args)
        const exports = Object.values((result.instance ?? result).exports)
        made.push({
          memory: exports.find((value) => value instanceof WebAssembly.Memory),
          tables: exports.filter((value) => value instanceof WebAssembly.Table),
        })
        return result
      })
      return made
    },

    ok(value, what) {
      if (!value) throw new Error(what)
    },
    equal(actual, expected, what = 'value') {
      if (!same(actual, expected)) throw new Error(`${what}: expected ${show(expected)}, got ${show(actual)}`)
    },
    /** Returns the `IncodeError` that a call rejects with. Asserts that its fields equal, or match, those expected. */
    async rejects(promise, expected, what = 'the call') {
      const error = await thrown(promise, what)
      t.ok(error instanceof Error && error.name === 'IncodeError', `${what} rejected with ${show(error)}, which is not an IncodeError`)
      for (const [field, value] of Object.entries(expected)) {
        const fits = value instanceof RegExp ? value.test(error[field]) : same(error[field], value)
        t.ok(fits, `${what}: ${field} should be ${show(value)}, is ${show(error[field])} (${error.code}: ${error.message})`)
      }
      return error
    },
    /** Asserts that a call rejects with INVALID_ARGUMENT for that argument before any request. */
    async rejectsArgument(promise, name, what) {
      const error = await t.rejects(promise, { code: 'INVALID_ARGUMENT' }, what)
      t.ok(error.message.includes(name), `${what}: the message should name ${name}: ${error.message}`)
      t.ok(!error.message.startsWith('Failed'), `${what}: there was no request: ${error.message}`)
      t.ok(!('attempts' in error) && !('status' in error), `${what}: there was no request`)
      return error
    },
    /** Returns the value that a call rejects with. */
    thrown,

    restore() {
      while (undo.length) undo.pop()()
    },
  }
  return t
}

/**
 * Keeps the `original` of a replaced global for Node's own fetch. It still closes connections of earlier cases, and an error there ends the
 * process.
 */
function exceptForNode({ get, value }, original) {
  // After the message and these two functions, the stack has the one that reads the global.
  const isCalledByNode = () => String(new OriginalError().stack).split('\n')[3]?.includes('node:internal/deps')
  return {
    get: () => (isCalledByNode() ? original : get ? get() : value),
    set(other) {
      get = undefined
      value = other
    },
  }
}

async function thrown(promise, what = 'the call') {
  let value
  try {
    value = await promise
  } catch (error) {
    return error
  }
  throw new Error(`${what} should reject, gave ${show(value)}`)
}

function same(a, b) {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b || Array.isArray(a) !== Array.isArray(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]))
}

/** Describes any value in a few words. */
export function show(value) {
  try {
    if (value === globalThis) return 'globalThis'
    if (typeof value === 'bigint' || value instanceof RegExp) return String(value)
    if (value instanceof Error) return `${value.name}: ${value.message}`
    const text = JSON.stringify(value, (_, part) => (typeof part === 'number' && !Number.isFinite(part) ? `${part}` : part))
    return (text ?? String(value)).slice(0, 300)
  } catch {
    return 'a value that cannot be shown'
  }
}

const MAX_CASE_MS = 180_000

/** Runs one case. Throws if it fails. */
export async function runCase(run, settings) {
  const t = context(settings)
  let timer
  const stuck = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`still pending after ${MAX_CASE_MS} ms`)), MAX_CASE_MS)
  })
  try {
    await Promise.race([run(t), stuck])
  } finally {
    clearTimeout(timer)
    t.restore()
  }
}
