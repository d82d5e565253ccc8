// The first frame of an error's stack: the file of the caller.
import { jwt, KEY, TOKEN } from '../context.js'

/** Returns the frames of a stack: `at f (file:///…/stack.js:1:2)` in V8, `f@http://…/stack.js:1:2` in SpiderMonkey and JavaScriptCore. */
const frames = (error) =>
  error.stack
    .split('\n')
    .filter((line) => /:\d+:\d+\)?$/.test(line) || /^\s*at /.test(line) || (line.includes('@') && !line.includes(error.message)))
const OWN = /\/cases\/stack\.js/
const LIBRARY = /pkg\/dist|wasm/

async function callerOf(t, promiseOf, code) {
  const error = await (async function namedCaller() {
    try {
      await promiseOf()
    } catch (error) {
      return error
    }
  })()
  t.ok(error?.code === code, `rejected with ${error?.code} (${error?.message}), not with ${code}`)
  const [first] = frames(error)
  t.ok(first && OWN.test(first) && !LIBRARY.test(first), `${code}: the first frame is ${first} in ${error.stack}`)
  const last = frames(error).findLastIndex((line) => OWN.test(line))
  t.ok(
    !frames(error)
      .slice(0, last)
      .some((line) => LIBRARY.test(line)),
    `${code}: a frame of the package before one of the caller: ${error.stack}`,
  )
  return error
}

const status = (code) => async () => new Response('{}', { status: code })
const options = { apiURL: 'https://api.example.com', retries: 0, token: TOKEN }
const finish = (core, more) => core.getFinishStatus(null, { ...options, ...more })
const { token, ...forStart } = options
const start = (core, more) => core.createSession(KEY, { ...forStart, configurationId: 'approved', ...more })

const EXPIRED = jwt('{"exp":1}')

const CODES = {
  'INVALID_ARGUMENT of createSession': (core) => start(core, { timeout: 0 }),
  'INVALID_ARGUMENT of getFinishStatus': (core) => finish(core, { timeout: 0 }),
  'INVALID_ARGUMENT of setup': (core) => core.setup({ apiURL: 'http://api.example.com' }),
  'INVALID_ARGUMENT of initializeSession': (core) => core.initializeSession({ token: '' }),
  'NOT_CONFIGURED of getFinishStatus': (core) => core.getFinishStatus(),
  'NOT_CONFIGURED of initializeSession': (core) => core.initializeSession(),
  'UNSUPPORTED of setup': (core) => core.setup({ apiURL: options.apiURL, encryption: true }),
  'UNAUTHORIZED of createSession': (core) => start(core, { fetch: status(401) }),
  'UNAUTHORIZED of getFinishStatus': (core) => finish(core, { fetch: status(401) }),
  'FORBIDDEN of getFinishStatus': (core) => finish(core, { fetch: status(403) }),
  'SESSION_EXPIRED of getFinishStatus': (core) => finish(core, { token: EXPIRED, fetch: status(401) }),
  'RATE_LIMITED of createSession': (core) => start(core, { fetch: status(429) }),
  'CLIENT_ERROR of createSession': (core) => start(core, { fetch: status(404) }),
  'CLIENT_ERROR of getFinishStatus': (core) => finish(core, { fetch: status(404) }),
  'SERVER_ERROR of getFinishStatus': (core) => finish(core, { fetch: status(500) }),
  'NETWORK of createSession': (core) => start(core, { fetch: () => Promise.reject(new TypeError('failed')) }),
  'NETWORK of getFinishStatus': (core) =>
    finish(core, {
      fetch() {
        throw new TypeError('failed')
      },
    }),
  'TIMEOUT of createSession': (core) => start(core, { timeout: 20, fetch: () => new Promise(() => {}) }),
  'TIMEOUT of getFinishStatus': (core) => finish(core, { timeout: 20, fetch: () => new Promise(() => {}) }),
  'INVALID_RESPONSE of createSession': (core) => start(core, { fetch: async () => new Response('OK') }),
  'INVALID_RESPONSE of getFinishStatus': (core) => finish(core, { fetch: async () => new Response('OK') }),
}

const loaded = Object.entries(CODES).map(([what, call]) => ({
  name: `the stack of ${what} starts with the caller`,
  async run(t) {
    const core = await t.core()
    await core.preload()
    await callerOf(t, () => call(core), what.split(' ')[0])
  },
}))

const first = Object.entries(CODES)
  .filter(([what]) => !what.startsWith('TIMEOUT'))
  .map(([what, call]) => ({
    name: `the stack of ${what} starts with the caller in a first call too`,
    async run(t) {
      const core = await t.core()
      await callerOf(t, () => call(core), what.split(' ')[0])
    },
  }))

const CALLS = {
  createSession: (core) => start(core),
  getFinishStatus: (core) => finish(core),
  setup: (core) => core.setup({ apiURL: options.apiURL }),
  initializeSession: (core) => core.initializeSession({ token: TOKEN }),
  preload: (core) => core.preload(),
}
const loading = Object.entries(CALLS).map(([name, call]) => ({
  name: `the stack of MODULE_LOAD of ${name} starts with the caller`,
  async run(t) {
    const core = await t.core()
    t.patch(WebAssembly, 'instantiate', () => Promise.reject(new WebAssembly.CompileError('blocked')))
    await callerOf(t, () => call(core), 'MODULE_LOAD')
  },
}))

export default [
  ...loaded,
  ...first,
  ...loading,
  {
    name: 'the stack of INTERNAL starts with the caller',
    async run(t) {
      const core = await t.panickingCore()
      await core.preload()
      await callerOf(t, () => core.createSession('provoke-panic-at-once', { configurationId: 'approved', apiURL: t.api() }), 'INTERNAL')
    },
  },
  {
    name: 'two callers of one function have different stacks',
    async run(t) {
      const core = await t.ready()
      const one = async () => await core.getFinishStatus(5)
      const other = async () => await core.getFinishStatus(5)
      const [a, b] = [await t.thrown(one()), await t.thrown(other())]
      t.ok(frames(a)[0] !== frames(b)[0], `both start with ${frames(a)[0]}`)
    },
  },
  {
    name: 'the stack starts with the name and message where the engine writes them',
    async run(t) {
      const core = await t.ready()
      const error = await t.thrown(core.getFinishStatus(5))
      if (!/^\s*at /m.test(new Error('x').stack)) return t.ok(!error.stack.startsWith('Error'), error.stack)
      t.ok(error.stack.startsWith(`IncodeError: ${error.message}\n`), error.stack)
    },
  },
  {
    name: 'the stack has no token from the address of the page',
    async run(t) {
      const core = await t.ready()
      if (t.runtime !== 'node') return t.ok(location.href, 'a script cannot choose its address')
      const { runInThisContext } = await import('node:vm')
      const filename = `https://shop.example/verify?step=2&token=${TOKEN}&lang=en`
      const call = runInThisContext('(finish) => finish()', { filename })
      for (const options of [{ fetch: status(500), retries: 0 }, { timeout: 0 }]) {
        const { stack } = await t.thrown(call(() => core.getFinishStatus(null, options)))
        t.ok(!stack.includes(TOKEN) && stack.includes('verify?step=2&token=[redacted]&lang=en:1:'), stack)
      }
    },
  },
  {
    name: 'a caller without any stack frames left still gets an error',
    async run(t) {
      const core = await t.ready()
      for (const limit of [0, undefined, 'many', Number.POSITIVE_INFINITY]) {
        t.patch(Error, 'stackTraceLimit', limit)
        await t.rejects(core.getFinishStatus(5), { code: 'INVALID_ARGUMENT' })
        await t.rejects(finish(core, { fetch: status(401) }), { code: 'UNAUTHORIZED' })
      }
    },
  },
]
