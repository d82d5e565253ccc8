// The page's fetch may be anything: another implementation, of another realm, a mock. Hosts also interfere with the tasks of a call.
import { KEY, show, TOKEN } from '../context.js'

const SESSION = { token: 'a-token-of-a-mock' }
const start = (core, options) => core.createSession(KEY, { configurationId: 'approved', retries: 0, ...options })
const finish = (core, options) => core.getFinishStatus(null, { token: TOKEN, retries: 0, ...options })

const RESPONSES = {
  'a plain object with ok and json': () => ({ ok: true, json: async () => ({ ...SESSION }) }),
  'a plain object with status and json': () => ({ status: 200, json: async () => ({ ...SESSION }) }),
  'a plain object with text': () => ({ ok: true, status: 201, text: async () => JSON.stringify(SESSION) }),
  'a plain object whose json is not a promise': () => ({ ok: true, json: () => ({ ...SESSION }) }),
  'a frozen object that returns a frozen one': () =>
    Object.freeze({ ok: true, status: 200, json: async () => Object.freeze({ ...SESSION }) }),
  'a response without streams': () => ({
    ok: true,
    status: 200,
    statusText: 'OK',
    headers: new Headers(),
    text: async () => JSON.stringify(SESSION),
  }),
  'a response whose body is another kind of stream': () => ({
    ok: true,
    status: 200,
    body: { pipe() {} },
    text: async () => JSON.stringify(SESSION),
  }),
  'a response of a reader alone': () => ({ ok: true, status: 200, body: new Response(JSON.stringify(SESSION)).body }),
  'a class of its own': () =>
    new (class Answer {
      get status() {
        return 200
      }
      get ok() {
        return true
      }
      json() {
        return Promise.resolve({ ...SESSION })
      }
    })(),
}

const responses = Object.entries(RESPONSES).map(([what, made]) => ({
  name: `accepts a response that is ${what}`,
  async run(t) {
    const core = await t.ready()
    t.mockFetch(async () => made())
    t.equal(await start(core), SESSION)
    t.equal(await finish(core), { ...SESSION, action: 'none', scoreStatus: 'UNKNOWN', redirectionUrl: '' })
  },
}))

const failing = (status, more) => ({ ok: false, status, json: async () => ({ message: 'from a mock' }), ...more })

const CONTROL_FLOW = {
  'an error with a digest': Object.assign(new Error('Dynamic server usage'), { digest: 'DYNAMIC_SERVER_USAGE' }),
  'an error with a digest and the message of an unsupported setting': Object.assign(new Error('it used a fetch with cache: no-store'), {
    digest: 'DYNAMIC_SERVER_USAGE',
  }),
  'a thenable': new Promise(() => {}),
  'an object with a then': { then() {} },
}

const passing = Object.entries(CONTROL_FLOW).map(([what, thrown]) => ({
  name: `passes through unchanged and does not retry what a framework throws through fetch: ${what}`,
  async run(t) {
    const core = await t.ready()
    for (const raise of [
      () => {
        throw thrown
      },
      () => Promise.reject(thrown),
    ]) {
      let calls = 0
      t.mockFetch(() => {
        calls++
        return raise()
      })
      for (const call of [start, finish]) {
        const caught = await call(core, { retries: 5 }).then(
          () => undefined,
          (error) => [error],
        )
        t.ok(caught?.[0] === thrown, `${show(caught)} is not what was thrown`)
      }
      t.equal(calls, 2)
    }
  },
}))

const UNSUPPORTED_SETTINGS = {
  cache: "The 'cache' field on 'RequestInitializerDict' is not implemented.",
  credentials: "The 'credentials' field on 'RequestInitializerDict' is not implemented.",
  signal: 'RequestInit: Expected signal ("AbortSignal {}") to be an instance of AbortSignal.',
}

const unsupportedSettings = Object.entries(UNSUPPORTED_SETTINGS).map(([setting, message]) => ({
  name: `leaves out ${setting} where the runtime rejects that setting, and sends one request`,
  async run(t) {
    const core = await t.ready('', { token: await t.token() })
    const { fetch, Request } = globalThis
    const inits = []
    const validate = (init) => {
      if (setting in init) throw new TypeError(message)
    }
    t.patch(
      globalThis,
      'Request',
      class extends Request {
        constructor(url, init = {}) {
          validate(init)
          super(url, init)
        }
      },
    )
    t.mockFetch((url, init) => {
      inits.push(init)
      validate(init)
      return fetch(url, init)
    })
    t.equal((await core.getFinishStatus()).action, 'none')
    t.equal(inits.length, 1)
    for (const kept of ['method', 'headers', 'redirect', 'cache', 'credentials', 'signal'])
      t.equal(kept in inits[0], kept !== setting, kept)
    t.equal((await t.requests()).length, 1)
  },
}))

const wordings = ['cache', 'signal', 'credentials', 'CACHE_ERROR', 'RequestInit: signal'].flatMap((word) =>
  [
    (word) => `request to https://${word}.example.com/ failed, reason: socket hang up`,
    (word) => `The '${word}' field is not implemented`,
  ].map((message) => ({
    name: `sends createSession once, whatever an error says: ${message(word)}`,
    async run(t) {
      const core = await t.ready()
      let calls = 0
      t.mockFetch(async () => {
        calls++
        throw new TypeError(message(word))
      })
      await t.rejects(start(core), { code: 'NETWORK', attempts: 1 })
      t.equal(calls, 1)
    },
  })),
)

/** Returns the globals of a frame in a page, or of a context of `vm` in Node, and a function that ends it. */
async function otherRealm(t) {
  if (t.runtime === 'node') {
    const { createContext, runInContext } = await import('node:vm')
    return { realm: runInContext('globalThis', createContext({ URL, AbortController, Response, fetch })), end() {} }
  }
  const frame = document.body.appendChild(document.createElement('iframe'))
  return { realm: frame.contentWindow, end: () => frame.remove() }
}

export default [
  ...responses,
  ...passing,
  ...unsupportedSettings,
  ...wordings,
  {
    name: 'an error response of a mock has status, api and Retry-After, whatever type its headers have',
    async run(t) {
      const core = await t.ready()
      for (const headers of [undefined, {}, new Map(), new Headers()]) {
        t.mockFetch(async () => failing(404, { headers }))
        const error = await t.rejects(finish(core), { code: 'CLIENT_ERROR', status: 404, api: { message: 'from a mock' } })
        t.ok(!('retryAfter' in error), 'no retryAfter')
      }
      for (const headers of [{ 'retry-after': 7 }, new Map([['retry-after', '7']]), new Headers({ 'Retry-After': '7' })]) {
        t.mockFetch(async () => failing(429, { headers }))
        await t.rejects(finish(core), { code: 'RATE_LIMITED', retryAfter: 7_000 })
      }
    },
  },
  {
    name: 'the limit of 10 MB holds without streams too',
    async run(t) {
      const core = await t.ready()
      const text = (length) => JSON.stringify({ token: 't', long: 'é'.repeat(length) })
      t.mockFetch(async () => ({ ok: true, text: async () => text(5 * 2 ** 20 - 30) }))
      t.equal((await start(core)).token, 't')
      t.mockFetch(async () => ({ ok: true, text: async () => text(5 * 2 ** 20) }))
      await t.rejects(start(core), { code: 'INVALID_RESPONSE' })
    },
  },
  {
    name: 'an error that mentions settings is a network failure, and the request is not repeated',
    async run(t) {
      const core = await t.ready()
      let calls = 0
      for (const name of ['AbortError', 'TimeoutError']) {
        t.mockFetch(async () => {
          calls++
          throw new DOMException('The signal timed out, and the cache too', name)
        })
        await t.rejects(start(core), { code: 'NETWORK', attempts: 1 })
      }
      t.equal(calls, 2)
    },
  },
  {
    name: 'accepts values of another realm',
    async run(t) {
      const { realm, end } = await otherRealm(t)
      try {
        const bytes = new Uint8Array(
          await (await fetch(new URL('/pkg/dist/incode_core.wasm', t.runtime === 'page' ? location : t.origin))).arrayBuffer(),
        )
        const buffer = new realm.ArrayBuffer(bytes.length)
        new Uint8Array(buffer).set(bytes)
        for (const source of [buffer, new realm.Uint8Array(buffer), await realm.WebAssembly.compile(buffer), new realm.Response(buffer)]) {
          const core = await t.core()
          await core.preload(source)
          await core.setup({ apiURL: t.api() })
        }
        const core = await t.core()
        const options = Object.assign(new realm.Object(), { apiURL: new realm.URL(t.api()), token: await t.token() })
        options.customHeaders = Object.assign(new realm.Object(), { 'x-a': '1' })
        await core.setup(options)
        t.equal((await core.getFinishStatus()).action, 'none')
        const controller = new realm.AbortController()
        controller.abort('elsewhere')
        t.equal(await t.thrown(core.getFinishStatus(null, { signal: controller.signal })), 'elsewhere')
        t.mockFetch((...call) => realm.fetch(...call))
        t.equal((await core.getFinishStatus()).action, 'none')
        t.equal(
          (await t.requests()).map(({ headers }) => headers['x-a']),
          ['1', '1'],
        )
      } finally {
        end()
      }
    },
  },
  {
    name: 'a dropped microtask delays no other call, and its own call at most until the deadline',
    async run(t) {
      const core = await t.ready('/fault/hang')
      const signal = AbortSignal.timeout(5_000)
      const { queueMicrotask } = globalThis
      t.patch(globalThis, 'queueMicrotask', () => {})
      const lost = t.rejects(core.getFinishStatus(null, { timeout: 200, signal }), { code: 'TIMEOUT' })
      const other = t.rejects(core.createSession(KEY, { configurationId: 'approved', timeout: 200 }), { code: 'TIMEOUT' })
      await Promise.resolve()
      t.patch(globalThis, 'queueMicrotask', queueMicrotask)
      await Promise.all([lost, other])
      t.equal((await core.getFinishStatus(null, { apiURL: t.api(), token: await t.token() })).action, 'none')
    },
  },
  {
    name: 'the attempts of a call stay in the asynchronous context of its caller',
    async run(t) {
      if (t.runtime !== 'node') return t.ok(!globalThis.AsyncLocalStorage, 'pages have no such contexts')
      const { AsyncLocalStorage } = await import('node:async_hooks')
      const context = new AsyncLocalStorage()
      const core = await t.ready()
      const seen = {}
      t.mockFetch(async (url) => {
        ;(seen[new URL(url).searchParams.get('flowId')] ??= []).push(context.getStore())
        return new Response('{}', { status: 503, headers: { 'retry-after': '0' } })
      })
      await Promise.all(['a', 'b', 'c'].map((name) => context.run(name, () => t.thrown(core.getFinishStatus(name, { retries: 2 })))))
      t.mockFetch(async (url) => {
        seen[new URL(url).searchParams.get('flowId')].push(context.getStore())
        throw new TypeError('Failed to fetch')
      })
      await Promise.all(['a', 'b', 'c'].map((name) => context.run(name, () => t.thrown(core.getFinishStatus(name, { retries: 1 })))))
      for (const name of ['a', 'b', 'c']) t.equal(seen[name], Array(5).fill(name))
    },
  },
  {
    name: 'does not abort a finished exchange: a clone of the response stays readable, after an error too',
    async run(t) {
      const core = await t.ready()
      const { fetch } = globalThis
      const clones = []
      t.mockFetch(async (...call) => {
        const response = await fetch(...call)
        clones.push(response.clone())
        return response
      })
      for (const path of ['/fault/status-401', '/fault/status-500', '/fault/not-json', '/fault/html', '']) {
        await start(core, { apiURL: t.api(path) }).catch(() => {})
        t.ok((await clones.at(-1).text()).length > 0, path)
      }
      t.mockFetch(async () => {
        const response = new Response('{"action":"approved"}')
        clones.push(response.clone())
        return response
      })
      await finish(core)
      t.equal(await clones.at(-1).text(), '{"action":"approved"}')
    },
  },
  {
    name: 'thirty concurrent calls under one signal log no warning and leave no listener',
    async run(t) {
      const controller = new AbortController()
      const warned = []
      const listener = (warning) => warned.push(String(warning))
      globalThis.process?.on?.('warning', listener)
      const core = await t.core()
      await core.setup({ apiURL: t.origin })
      const token = await t.token()
      await Promise.all(Array.from({ length: 30 }, () => core.getFinishStatus(null, { token, signal: controller.signal })))
      const fresh = await t.core()
      await Promise.all(
        Array.from({ length: 30 }, () => fresh.getFinishStatus(null, { apiURL: t.origin, token, signal: controller.signal })),
      )
      await new Promise((done) => setTimeout(done))
      t.equal(warned, [])
      if (t.runtime === 'node') {
        const { getEventListeners } = await import('node:events')
        t.equal(getEventListeners(controller.signal, 'abort').length, 0)
        process.off('warning', listener)
      }
    },
  },
  {
    name: 'a deadline that passes in a wait counts no request that was never made',
    async run(t) {
      const core = await t.ready()
      let calls = 0
      t.mockFetch(async () => {
        calls++
        return new Response('{}', { status: 503, headers: { 'retry-after': '1' } })
      })
      // The wait of 1 s never ends, the deadline of 1.5 s passes immediately.
      const { setTimeout } = globalThis
      t.patch(globalThis, 'setTimeout', (handler, ms, ...args) => setTimeout(handler, ms > 1_000 ? 20 : 60_000_000, ...args))
      await t.rejects(core.getFinishStatus(null, { timeout: 1_500 }), { code: 'TIMEOUT', attempts: 1 })
      t.equal(calls, 1)
    },
  },
  {
    name: 'a fetch that rejects with nothing leaves no cause',
    async run(t) {
      const core = await t.ready()
      for (const reason of [undefined, null]) {
        t.mockFetch(() => Promise.reject(reason))
        t.ok(!('cause' in (await t.rejects(finish(core), { code: 'NETWORK' }))), 'no cause')
      }
    },
  },
  ...[
    ['t', 'status'],
    ['status', '170000'],
    ['key', 'error'],
  ].map(([token, key]) => ({
    name: `short credentials (${token}, ${key}) are redacted only as whole words, and the API's names and numbers stay`,
    async run(t) {
      const core = await t.ready('', { token })
      const api = {
        timestamp: 1_700_001_234_567,
        status: 401,
        error: 'Unauthorized',
        message: `Not ${token}, nor "${key}", but statuses`,
        path: '/omni',
      }
      t.mockFetch(async () => new Response(JSON.stringify(api), { status: 400 }))
      for (const error of [
        await t.thrown(core.getFinishStatus(null, { retries: 0 })),
        await t.thrown(core.createSession(key, { configurationId: 'a' })),
      ]) {
        t.equal([error.api.timestamp, error.api.status, error.api.path], [api.timestamp, 401, '/omni'])
        t.ok(!/\[redac\[|redacted\]ed/.test(error.message) && /but statuses/.test(error.message), error.message)
      }
      const own = await t.thrown(core.createSession(key, { configurationId: 'a' }))
      t.ok(!own.message.includes(`"${key}"`) && own.api.message.includes('[redacted]'), own.message)
    },
  })),
  {
    name: 'a short credential in a header is redacted, although the call has no API key',
    async run(t) {
      const core = await t.ready()
      t.mockFetch(async () => new Response(JSON.stringify({ message: 'bad authorization abc12== !' }), { status: 400 }))
      const error = await t.thrown(core.getFinishStatus(null, { token: TOKEN, customHeaders: { authorization: 'abc12==' } }))
      t.equal(error.api.message, 'bad authorization [redacted] !')
      t.ok(!error.message.includes('abc12'), error.message)
    },
  },
  {
    name: 'replaces only the number that contains a piece of a credential and keeps the rest of api',
    async run(t) {
      const secret = '12345678901'
      const core = await t.ready('', { token: secret })
      t.mockFetch(async () => new Response(`{"status":401,"id":99${secret}99,"list":[${secret},7],"message":"no"}`, { status: 400 }))
      const { api } = await t.thrown(core.getFinishStatus())
      t.equal([api.status, api.list[1], api.message], [401, 7, 'no'])
      t.ok(!JSON.stringify(api).includes('12345678'), JSON.stringify(api))
    },
  },
  {
    name: 'without performance the calls use Date',
    async run(t) {
      const core = await t.core()
      t.patch(globalThis, 'performance', undefined)
      t.mockFetch(async () => ({ ok: true, json: async () => ({ action: 'rejected' }) }))
      await core.setup({ apiURL: t.api(), token: TOKEN })
      t.equal((await core.getFinishStatus()).action, 'rejected')
      await t.rejects(core.getFinishStatus(5), { code: 'INVALID_ARGUMENT' })
    },
  },
  {
    name: "works in a host without TextEncoder and TextDecoder, such as Jest's jsdom",
    async run(t) {
      t.patch(globalThis, 'TextEncoder', undefined)
      t.patch(globalThis, 'TextDecoder', undefined)
      const core = await t.core()
      t.mockFetch(async (url, { body }) => ({ ok: true, json: async () => ({ token: 'ü€😀', url, body }) }))
      const { token, body } = await core.createSession(KEY, { configurationId: 'é€😀', externalId: 'x\ud800', apiURL: t.api() })
      t.equal([token, JSON.parse(body).configurationId], ['ü€😀', 'é€😀'])
      const error = await t.rejectsArgument(core.createSession(KEY, { configurationId: 'a', apiURL: 'ftp://é' }), 'apiURL')
      t.ok(error.stack, 'a stack')
    },
  },
  {
    name: 'the message about an HTML response has its status, content type and format',
    async run(t) {
      const core = await t.ready()
      t.mockFetch(async () => new Response('<!doctype html>', { headers: { 'content-type': 'text/html; charset=utf-8' } }))
      await t.rejects(finish(core), { code: 'INVALID_RESPONSE', message: /200.*text\/html.*HTML/ })
    },
  },
]
