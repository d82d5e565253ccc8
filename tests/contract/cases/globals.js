// Globals that a page replaced: each one throws, is missing or has a wrong shape, before and after the module is loaded.
import { KEY, show, TOKEN } from '../context.js'
import { fail, NAMES, WAYS } from '../replacements.js'

const SESSION = { token: 'token-of-a-mock' }
const STATUS = { ...SESSION, action: 'none', scoreStatus: 'UNKNOWN', redirectionUrl: '' }
const OK = { ok: true, status: 200, json: async () => ({ ...SESSION }) }
const OPTIONS = { configurationId: 'approved' }

const GLOBALS = [
  ...NAMES.map((name) => [name, globalThis, name]),
  ...['debug', 'error', 'info', 'log', 'trace', 'warn'].map((name) => [`console.${name}`, console, name]),
  ['performance.now', performance, 'now'],
  ['Date.now', Date, 'now'],
  ['Math.random', Math, 'random'],
  ['Promise.race', Promise, 'race'],
  ['Error.captureStackTrace', Error, 'captureStackTrace'],
  ['Error.prepareStackTrace', Error, 'prepareStackTrace'],
]

/** Mocks APIs by their host names. Uses no global, because each may be replaced. Returns the held responses' release. */
function mockAPIs(t) {
  let release
  const held = new Promise((resolve) => {
    release = () => resolve(OK)
  })
  const busy = (seconds) => ({ ok: false, status: 503, headers: { 'retry-after': seconds }, json: async () => ({ message: 'busy' }) })
  const responses = {
    api: async () => OK,
    offline: async () => {
      throw new TypeError('offline')
    },
    busy: async () => busy('0'),
    later: async () => busy('1'),
    hang: () => new Promise(() => {}),
    held: () => held,
  }
  t.mockFetch((url) => responses[/^https:\/\/(\w+)\./.exec(url)[1]]())
  return release
}

const api = (name) => `https://${name}.example/0`

/** Makes each kind of call, with an unknown option and another token, so that there is something to warn about. */
async function callEverything(t, core, signal) {
  t.equal(await core.setup({ apiURL: api('api'), token: TOKEN, optionOfNextYear: 1, timeout: 5_000 }), undefined, 'setup')
  t.equal(await core.initializeSession({ token: 'another-token', signal }), undefined, 'initializeSession')
  t.equal(await core.createSession(KEY, { ...OPTIONS, anotherOptionOfNextYear: 1, signal }), SESSION, 'createSession')
  t.equal(await core.getFinishStatus('flow', { signal }), STATUS, 'getFinishStatus')
  await t.rejects(core.getFinishStatus(5), { code: 'INVALID_ARGUMENT' }, 'an invalid argument')
  await t.rejects(core.setup({ apiURL: 'nowhere' }), { code: 'INVALID_ARGUMENT' }, 'an invalid address')
  await t.rejects(core.setup({ encryption: true }), { code: 'UNSUPPORTED' }, 'encryption')
  await t.rejects(core.createSession(KEY, { ...OPTIONS, apiURL: api('offline') }), { code: 'NETWORK', attempts: 1 }, 'offline')
  await t.rejects(core.getFinishStatus(null, { apiURL: api('busy'), token: TOKEN }), { code: 'SERVER_ERROR', attempts: 3 }, 'busy')
}

/** Starts two calls. Returns a function that lets them finish. */
function callsUnderWay(t, core, signal, release) {
  const options = { apiURL: api('held'), signal }
  const calls = [core.createSession(KEY, { ...OPTIONS, ...options }), core.getFinishStatus(null, { token: TOKEN, ...options })]
  return async () => {
    release()
    t.equal(await Promise.all(calls), [SESSION, STATUS], 'the calls that were under way')
  }
}

const replaced = GLOBALS.flatMap(([label, holder, name]) =>
  Object.entries(WAYS).flatMap(([way, replacement]) => [
    {
      name: `makes every call although ${label} ${way} before the module is loaded`,
      async run(t) {
        const { signal } = new AbortController()
        const core = await t.core()
        mockAPIs(t)
        // The package cannot stop its timers then, and Node would wait for them.
        if (name === 'clearTimeout') t.timers()
        t.redefine(holder, name, replacement)
        await callEverything(t, core, signal)
      },
    },
    {
      name: `makes every call and disturbs no other although ${label} ${way} after the module is loaded`,
      async run(t) {
        const { signal } = new AbortController()
        const core = await t.core()
        await core.preload()
        const release = mockAPIs(t)
        if (name === 'clearTimeout') t.timers()
        const finish = callsUnderWay(t, core, signal, release)
        t.redefine(holder, name, replacement)
        await callEverything(t, core, signal)
        await finish()
      },
    },
  ]),
)

const wrongNumbers = [
  ['performance', performance, 'now'],
  ['Date', Date, 'now'],
  ['Math', Math, 'random'],
].flatMap(([label, holder, name]) =>
  [-1, 0, NaN, Infinity, '5', 'soon', 10n, null, {}, Symbol('s'), { valueOf: fail }].map((value) => ({
    name: `makes every call although ${label}.${name} returns ${show(value)} (${typeof value}${value?.valueOf === fail ? ' that throws' : ''})`,
    async run(t) {
      const core = await t.core()
      mockAPIs(t)
      t.patch(holder, name, () => value)
      await callEverything(t, core, new AbortController().signal)
    },
  })),
)

const immediateTimers = ['before', 'after'].map((when) => ({
  name: `a call ends although setTimeout calls back immediately, replaced ${when} the load`,
  async run(t) {
    const core = await t.core()
    if (when === 'after') await core.preload()
    mockAPIs(t)
    t.patch(globalThis, 'setTimeout', (handler, _ms, ...args) => void handler(...args))
    const call = core.getFinishStatus(null, { apiURL: api('hang'), token: TOKEN })
    await t.rejects(call, { code: 'TIMEOUT' })
  },
}))

const withoutDecoder = Object.entries(WAYS).map(([way, replacement]) => ({
  name: `reads a stream although TextDecoder ${way}`,
  async run(t) {
    const core = await t.ready()
    const fetch = async () => new Response('{"action":"\u00e4"}')
    t.redefine(globalThis, 'TextDecoder', replacement)
    t.equal((await core.getFinishStatus(null, { fetch })).action, '\u00e4')
  },
}))

const withoutTimers = Object.entries(WAYS).flatMap(([way, replacement]) => [
  {
    name: `a signal still ends a call that hangs although setTimeout ${way}`,
    async run(t) {
      const controller = new AbortController()
      const { signal } = controller
      const core = await t.core()
      mockAPIs(t)
      t.redefine(globalThis, 'setTimeout', replacement)
      await core.setup({ apiURL: api('hang'), token: TOKEN })
      const pending = [t.thrown(core.getFinishStatus(null, { signal })), t.thrown(core.createSession(KEY, { ...OPTIONS, signal }))]
      controller.abort('enough')
      t.equal(await Promise.all(pending), ['enough', 'enough'])
    },
  },
  {
    name: `rejects with the last error instead of waiting for a retry although setTimeout ${way}`,
    async run(t) {
      const core = await t.core()
      mockAPIs(t)
      t.redefine(globalThis, 'setTimeout', replacement)
      await core.setup({ apiURL: api('later'), token: TOKEN })
      await t.rejects(core.getFinishStatus(), { code: 'SERVER_ERROR', status: 503, retryAfter: 1_000, attempts: 1 })
    },
  },
])

/** Cases in which timeouts and aborts work without an `AbortController` of the page. */
const withoutControllers = Object.entries(WAYS).map(([way, replacement]) => ({
  name: `ends a call that hangs at its timeout and by its signal although AbortController ${way}`,
  async run(t) {
    const controller = new AbortController()
    const core = await t.core()
    mockAPIs(t)
    t.redefine(globalThis, 'AbortController', replacement)
    await core.setup({ apiURL: api('hang'), token: TOKEN })
    for (const call of [
      (options) => core.getFinishStatus(null, options),
      (options) => core.createSession(KEY, { ...OPTIONS, ...options }),
    ]) {
      await t.rejects(call({ timeout: 20 }), { code: 'TIMEOUT', attempts: 1 })
    }
    const pending = t.thrown(core.getFinishStatus(null, { signal: controller.signal }))
    controller.abort('enough')
    t.equal(await pending, 'enough')
  },
}))

export default [
  ...replaced,
  ...wrongNumbers,
  ...immediateTimers,
  ...withoutTimers,
  ...withoutDecoder,
  ...withoutControllers,
  {
    name: 'creates a session and keeps the configuration although console.warn throws for an unknown option',
    async run(t) {
      const core = await t.ready('', { token: await t.token() })
      t.patch(console, 'warn', (message) => {
        throw new Error(message)
      })
      const pending = core.getFinishStatus('under way')
      const { fetch } = globalThis
      t.mockFetch((url, init) => (init.method === 'POST' ? OK : fetch(url, init)))
      t.equal(await core.createSession(KEY, { ...OPTIONS, optionOfNextYear: 1 }), SESSION)
      t.equal((await pending).action, 'none')
      t.equal((await core.getFinishStatus()).action, 'none')
    },
  },
  {
    name: 'makes every call although URL makes empty objects',
    async run(t) {
      const core = await t.core()
      mockAPIs(t)
      t.patch(globalThis, 'URL', function URL() {})
      await callEverything(t, core, new AbortController().signal)
    },
  },
  {
    name: 'makes every call although several globals are missing together',
    async run(t) {
      const { signal } = new AbortController()
      const core = await t.core()
      mockAPIs(t)
      t.timers()
      for (const name of NAMES) if (name !== 'setTimeout') t.patch(globalThis, name, undefined)
      await callEverything(t, core, signal)
    },
  },
  {
    name: 'rejects with an AbortError for a signal without a reason although DOMException is missing',
    async run(t) {
      const core = await t.core()
      mockAPIs(t)
      await core.setup({ apiURL: api('api'), token: TOKEN })
      t.patch(globalThis, 'DOMException', undefined)
      const signal = { aborted: true, addEventListener() {}, removeEventListener() {} }
      const reason = await t.thrown(core.getFinishStatus(null, { signal }))
      t.ok(reason instanceof Error && reason.name === 'AbortError', `rejects with an AbortError, not ${show(reason)}`)
    },
  },
]
