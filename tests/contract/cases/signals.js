// Signals of the caller: one listener, any reason, any origin.
import { KEY, show, TOKEN } from '../context.js'

const silent = () => new Promise(() => {})
const CALLS = [
  ['createSession', (core, options) => core.createSession(KEY, { configurationId: 'approved', ...options })],
  ['getFinishStatus', (core, options) => core.getFinishStatus(null, options)],
]

/** Counts listeners as they are added and removed, including those with `once` or a signal. */
function count(t, signal) {
  const listening = new Map()
  const seen = {
    most: 0,
    added: 0,
    get open() {
      return listening.size
    },
  }
  const { addEventListener, removeEventListener } = signal
  t.patch(signal, 'addEventListener', (type, listener, ...rest) => {
    if (!listening.has(listener)) seen.added++
    listening.set(listener, type)
    seen.most = Math.max(seen.most, listening.size)
    return addEventListener.call(signal, type, listener, ...rest)
  })
  t.patch(signal, 'removeEventListener', (type, listener, ...rest) => {
    listening.delete(listener)
    return removeEventListener.call(signal, type, listener, ...rest)
  })
  return seen
}

async function foreign(t) {
  if (t.runtime === 'page') {
    const frame = document.body.appendChild(document.createElement('iframe'))
    return { AbortController: frame.contentWindow.AbortController, end: () => frame.remove() }
  }
  const { createContext, runInContext } = await import('node:vm')
  return { AbortController: runInContext('AbortController', createContext({ AbortController })), end() {} }
}

const REASONS = [null, undefined, 0, '', false, NaN, 'text', { an: 'object' }, new Error('mine'), Symbol('s'), 5n]

const whileLoading = REASONS.map((reason) => ({
  name: `an abort with ${show(reason)} (${typeof reason}) while the module loads rejects with signal.reason`,
  async run(t) {
    for (const [, call] of [...CALLS, ['initializeSession', (core, { signal }) => core.initializeSession({ token: TOKEN, signal })]]) {
      const core = await t.core()
      t.patch(WebAssembly, 'instantiate', silent)
      const controller = new AbortController()
      const pending = call(core, { apiURL: t.api(), token: undefined, signal: controller.signal }).then(
        () => ({}),
        (error) => ({ error }),
      )
      controller.abort(reason)
      const { error } = await pending
      t.ok(Object.is(error, controller.signal.reason), `${show(error)} instead of ${show(controller.signal.reason)}`)
      t.restore()
    }
  },
}))

const ORIGINS = {
  AbortController: async () => {
    const controller = new AbortController()
    return [controller.signal, () => controller.abort('enough')]
  },
  'AbortSignal.any': async () => {
    const controller = new AbortController()
    return [AbortSignal.any([controller.signal, new AbortController().signal]), () => controller.abort('enough')]
  },
  'another realm': async (t) => {
    const { AbortController } = await foreign(t)
    const controller = new AbortController()
    return [controller.signal, () => controller.abort('enough')]
  },
  'a subclass of EventTarget': async () => {
    class Signal extends EventTarget {
      aborted = false
      reason = undefined
      throwIfAborted() {}
      get [Symbol.toStringTag]() {
        return 'AbortSignal'
      }
    }
    const signal = new Signal()
    return [
      signal,
      () => {
        signal.aborted = true
        signal.reason = 'enough'
        signal.dispatchEvent(new Event('abort'))
      },
    ]
  },
}

const origins = Object.entries(ORIGINS).map(([what, made]) => ({
  name: `accepts a signal of ${what}, and ends each call with its reason`,
  async run(t) {
    if (what === 'AbortSignal.any' && !AbortSignal.any) return
    const core = await t.ready()
    for (const [, call] of CALLS) {
      const [signal, abort] = await made(t)
      const pending = call(core, { signal, fetch: silent }).catch((error) => ({ error }))
      await Promise.resolve()
      abort()
      t.equal(await pending, { error: 'enough' })
      t.equal(await call(core, { signal, fetch: silent }).catch((error) => ({ error })), { error: 'enough' })
    }
  },
}))

export default [
  ...whileLoading,
  ...origins,
  {
    name: 'adds one listener to a signal however many calls share it, and removes it with the last',
    async run(t) {
      const core = await t.ready('', { token: TOKEN })
      const { signal } = new AbortController()
      const seen = count(t, signal)
      const responses = []
      const fetch = () => new Promise((resolve) => responses.push(resolve))
      const calls = Array.from({ length: 50 }, (_, at) => CALLS[at % 2][1](core, { signal, fetch }))
      await t.until(() => responses.length === 50, 'the requests')
      t.equal([seen.most, seen.open], [1, 1])
      for (const [at, resolve] of responses.entries()) {
        t.equal(seen.open, 1, `listeners with ${50 - at} calls open`)
        resolve(new Response('{"token":"t"}'))
        await calls[at]
      }
      await t.until(() => seen.open === 0, 'the end of the listener')
      t.equal(seen.added, 1)
    },
  },
  {
    name: 'an abort ends every call under its signal, and leaves no listener',
    async run(t) {
      const core = await t.ready()
      const controller = new AbortController()
      const seen = count(t, controller.signal)
      const calls = Array.from({ length: 50 }, (_, at) =>
        CALLS[at % 2][1](core, { signal: controller.signal, fetch: silent }).catch((error) => ({ error })),
      )
      controller.abort(null)
      for (const outcome of await Promise.all(calls)) t.equal(outcome, { error: null })
      await t.until(() => seen.open === 0, 'the end of the listener')
    },
  },
  {
    name: 'leaves no listener after errors, retries, timeouts and rejected input',
    async run(t) {
      const core = await t.ready()
      t.waits()
      const { signal } = new AbortController()
      const seen = count(t, signal)
      for (const [, call] of CALLS) {
        for (const status of [200, 401, 429, 503])
          await call(core, { signal, fetch: async () => new Response('{"token":"t"}', { status }) }).catch(() => {})
        await t.thrown(call(core, { signal, fetch: () => Promise.reject(new TypeError('failed')) }))
        await t.thrown(call(core, { signal, timeout: 0 }))
      }
      t.restore()
      const other = count(t, signal)
      for (const [, call] of CALLS) await t.rejects(call(core, { signal, fetch: silent, timeout: 20 }), { code: 'TIMEOUT' })
      await t.until(() => seen.open === 0 && other.open === 0, `the end of ${seen.open} and ${other.open} listeners`)
    },
  },
  {
    name: 'a signal aborted with null before the call rejects with null and makes no request',
    async run(t) {
      const core = await t.ready()
      const calls = t.watchFetch()
      for (const [, call] of CALLS)
        t.equal(await call(core, { signal: AbortSignal.abort(null) }).catch((error) => ({ error })), { error: null })
      t.equal(await core.initializeSession({ token: 'other', signal: AbortSignal.abort(null) }).catch((error) => ({ error })), {
        error: null,
      })
      t.equal(calls, [])
    },
  },
  {
    name: 'a signal that aborts while a listener is added ends the call',
    async run(t) {
      const core = await t.ready()
      for (const [, call] of CALLS) {
        const signal = { aborted: false, reason: 'immediately', removeEventListener() {} }
        signal.addEventListener = (_, listener) => {
          signal.aborted = true
          listener()
        }
        t.equal(await t.thrown(call(core, { signal, fetch: silent })), 'immediately')
      }
    },
  },
  {
    name: 'adds no listener to a signal that is already aborted',
    async run(t) {
      const core = await t.ready()
      const signal = AbortSignal.abort('before')
      const seen = count(t, signal)
      for (const [, call] of CALLS) t.equal(await t.thrown(call(core, { signal })), 'before')
      t.equal(seen.open, 0)
    },
  },
  {
    name: 'an inline AbortSignal.timeout() ends the call with its TimeoutError',
    async run(t) {
      const core = await t.ready()
      for (const [, call] of CALLS) {
        const error = await t.thrown(call(core, { signal: AbortSignal.timeout(20), timeout: 20_000, fetch: silent }))
        t.equal(error.name, 'TimeoutError')
        t.ok(!(error instanceof core.IncodeError), 'the reason of the signal')
      }
    },
  },
]
