// Globals that a page replaced: each one throws, is missing or has a wrong shape, before and after the module is loaded.
import { KEY, show, TOKEN } from '../context.js'

const SESSION = { token: 'token-of-a-mock' }
const OK = { ok: true, status: 200, json: async () => ({ ...SESSION }) }
const STATUS = { ...SESSION, action: 'none', scoreStatus: 'UNKNOWN', redirectionUrl: '' }

const fail = () => {
  throw new Error('a global that throws')
}
/** Throws whatever is done with it: as a function, a class or an object. */
const hostile = new Proxy(() => {}, { apply: fail, construct: fail, get: fail, getOwnPropertyDescriptor: fail, has: fail })

const WAYS = {
  throws: (t, holder, name) => t.patch(holder, name, hostile),
  'throws when it is read': (t, holder, name) => t.patchGetter(holder, name, fail),
  'is missing': (t, holder, name) => t.patch(holder, name, undefined),
  'has a wrong shape': (t, holder, name) => t.patch(holder, name, {}),
}

const NAMES = [
  'console',
  'performance',
  'setTimeout',
  'clearTimeout',
  'AbortController',
  'AbortSignal',
  'URL',
  'DOMException',
  'Request',
  'queueMicrotask',
  // A page's own cannot be replaced.
  ...(globalThis.document ? [] : ['document', 'location']),
]
const GLOBALS = [
  ...NAMES.map((name) => [name, globalThis, name]),
  ...['debug', 'error', 'info', 'log', 'trace', 'warn'].map((name) => [`console.${name}`, console, name]),
  ['performance.now', performance, 'now'],
  ['Date.now', Date, 'now'],
  ['Math.random', Math, 'random'],
]

/** Makes each kind of call, with an unknown option and another token, so that there is something to warn about. */
async function callEverything(t, core, signal) {
  const apiURL = 'https://api.example/0'
  t.equal(await core.setup({ apiURL, token: TOKEN, unknown: 1, fetch: async () => OK, timeout: 5_000 }), undefined, 'setup')
  t.equal(await core.initializeSession({ token: 'another-token', signal }), undefined, 'initializeSession')
  const session = await core.createSession(KEY, { configurationId: 'c', optionOfNextYear: 1, signal })
  t.equal(session, SESSION, 'createSession')
  t.equal(await core.getFinishStatus('flow', { signal }), STATUS, 'getFinishStatus')
  await t.rejects(core.getFinishStatus(5), { code: 'INVALID_ARGUMENT' }, 'an invalid call')
  await t.rejects(core.setup({ apiURL: 'nowhere' }), { code: 'INVALID_ARGUMENT' }, 'an invalid address')
  await t.rejects(core.setup({ encryption: true }), { code: 'UNSUPPORTED' }, 'encryption')
  const offline = async () => {
    throw new TypeError('offline')
  }
  await t.rejects(core.createSession(KEY, { configurationId: 'c', fetch: offline }), { code: 'NETWORK', attempts: 1 }, 'offline')
  await t.rejects(core.getFinishStatus(null, { fetch: offline, retries: 0 }), { code: 'NETWORK', attempts: 1 }, 'offline')
  const failing = async () => ({ ok: false, status: 503, headers: { 'retry-after': '0' }, json: async () => ({ message: 'busy' }) })
  await t.rejects(core.getFinishStatus(null, { fetch: failing, retries: 2 }), { code: 'SERVER_ERROR', attempts: 3 }, '503')
}

/** Starts two calls whose response is still to come. */
function underWay(core, signal) {
  let respond
  const response = new Promise((resolve) => {
    respond = () => resolve(OK)
  })
  const options = { apiURL: 'https://other.example', fetch: () => response, signal }
  const calls = [core.createSession(KEY, { configurationId: 'c', ...options }), core.getFinishStatus(null, { token: TOKEN, ...options })]
  return async (t) => {
    respond()
    t.equal(await Promise.all(calls), [SESSION, STATUS], 'the calls that were under way')
  }
}

const cases = GLOBALS.flatMap(([label, holder, name]) =>
  Object.entries(WAYS).flatMap(([way, replace]) => [
    {
      name: `makes every call although ${label} ${way} before the module is loaded`,
      async run(t) {
        const { signal } = new AbortController()
        const core = await t.core()
        replace(t, holder, name)
        await callEverything(t, core, signal)
      },
    },
    {
      name: `makes every call and disturbs no other although ${label} ${way} after the module is loaded`,
      async run(t) {
        const { signal } = new AbortController()
        const core = await t.core()
        await core.preload()
        const finish = underWay(core, signal)
        replace(t, holder, name)
        await callEverything(t, core, signal)
        await finish(t)
      },
    },
  ]),
)

export default [
  ...cases,
  ...['throws', 'throws when it is read', 'is missing', 'has a wrong shape'].map((way) => ({
    name: `a signal still ends a call that hangs although setTimeout ${way}`,
    async run(t) {
      const controller = new AbortController()
      const core = await t.core()
      WAYS[way](t, globalThis, 'setTimeout')
      await core.setup({ apiURL: 'https://api.example', token: TOKEN, fetch: () => new Promise(() => {}) })
      const pending = [
        t.thrown(core.getFinishStatus(null, { signal: controller.signal })),
        t.thrown(core.createSession(KEY, { configurationId: 'c', signal: controller.signal })),
      ]
      controller.abort('enough')
      t.equal(await Promise.all(pending), ['enough', 'enough'])
    },
  })),
  ...['throws', 'throws when it is read', 'is missing', 'has a wrong shape'].map((way) => ({
    name: `rejects with the last error instead of waiting for a retry although setTimeout ${way}`,
    async run(t) {
      const core = await t.core()
      WAYS[way](t, globalThis, 'setTimeout')
      const fetch = async () => ({ ok: false, status: 503, headers: { 'retry-after': '1' }, json: async () => ({}) })
      await core.setup({ apiURL: 'https://api.example', token: TOKEN, fetch })
      await t.rejects(core.getFinishStatus(), { code: 'SERVER_ERROR', status: 503, attempts: 1 })
    },
  })),
  {
    name: 'creates a session although console.warn throws for its unknown option, and keeps the configuration',
    async run(t) {
      const token = await t.token()
      const core = await t.ready('', { token })
      t.patch(console, 'warn', (message) => {
        throw new Error(message)
      })
      const pending = core.getFinishStatus('under way')
      const fetch = async () => OK
      t.equal(await core.createSession(KEY, { configurationId: 'c', optionOfNextYear: 1, fetch }), SESSION)
      t.equal((await pending).action, 'none')
      t.equal((await core.getFinishStatus()).action, 'none')
    },
  },
  ...[
    ['performance', () => performance, 'now'],
    ['Date', () => Date, 'now'],
    ['Math', () => Math, 'random'],
  ].flatMap(([label, holder, name]) =>
    [-1, 0, NaN, Infinity, '5', 'soon', 10n, null, {}, Symbol('s'), { valueOf: fail }].map((value) => ({
      name: `makes every call although ${label}.${name} returns ${show(value)} (${typeof value})`,
      async run(t) {
        const core = await t.core()
        t.patch(holder(), name, () => value)
        await callEverything(t, core, new AbortController().signal)
      },
    })),
  ),
]
