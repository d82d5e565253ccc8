// A first call of a fresh module: checked by the same rules as later ones, and what happens while the module loads.
import { KEY, SANDBOX_KEY, show, TOKEN } from '../context.js'

const raise = () => {
  throw new Error('on purpose')
}
const CALLS = {
  createSession: (core, options) => core.createSession(KEY, { configurationId: 'approved', ...options }),
  getFinishStatus: (core, options) => core.getFinishStatus(null, options),
  setup: (core, options) => core.setup({ apiURL: 'https://api.example.com', ...options }),
}
const symbolic = { [Symbol.toPrimitive]: raise }
const VALUES = {
  timeout: [
    {},
    [],
    [5],
    5n,
    '5',
    '',
    true,
    0,
    -1,
    1.5,
    NaN,
    Infinity,
    2 ** 31,
    Symbol('s'),
    () => 5,
    new Date(5),
    symbolic,
    { valueOf: raise, toString: raise },
    { valueOf: () => 5 },
    Object.create(null),
    new Number(5),
  ],
  retries: [{}, 2n, '2', 11, -1, 0.5, Symbol('s'), symbolic],
  apiURL: [5, {}, '', 'nowhere', 'http://a.example', symbolic, Symbol('s'), [], 1n],
  customHeaders: [5, [], new Map(), { a: 5 }, { a: symbolic }, new Headers()],
  fetch: [5, {}, 'fetch', symbolic],
}
const WITH_SIGNAL = { signal: [5, {}, 'abort', symbolic, new AbortController(), { aborted: true }, Object.create(null)] }

const wrong = Object.entries(CALLS).flatMap(([name, call]) =>
  Object.entries({ ...VALUES, ...(name === 'setup' ? {} : WITH_SIGNAL) }).map(([option, values]) => ({
    name: `a first ${name} rejects an invalid ${option} as a later one does`,
    async run(t) {
      t.mockFetch(raise) // a call that is accepted by mistake must not reach the demo API
      const later = await t.core()
      await later.preload()
      for (const value of values) {
        const core = await t.core()
        const messages = []
        for (const each of [core, later])
          messages.push((await t.rejectsArgument(call(each, { [option]: value }), option, show(value))).message)
        t.equal(messages[0], messages[1], show(value))
      }
    },
  })),
)

const getters = Object.keys(CALLS).map((name) => ({
  name: `a first ${name} names the option whose getter throws`,
  async run(t) {
    for (const option of ['timeout', 'apiURL', 'fetch', 'customHeaders', 'retries']) {
      const core = await t.core()
      const options = name === 'createSession' ? { configurationId: 'approved' } : name === 'setup' ? { apiURL: t.api() } : {}
      Object.defineProperty(options, option, { enumerable: true, get: raise })
      const pending =
        name === 'createSession'
          ? core.createSession(KEY, options)
          : name === 'setup'
            ? core.setup(options)
            : core.getFinishStatus(null, options)
      await t.rejectsArgument(pending, option)
    }
  },
}))

const wrongSources = [
  ['an address that is not served', (t) => new URL('/pkg/dist/no-such.wasm', t.runtime === 'page' ? location : t.origin).href],
  ['bytes that are not WebAssembly', () => new Uint8Array(20)],
  ['a number', () => 5],
  ['a promise that rejects', () => Promise.reject(new Error('none'))],
].flatMap(([what, source]) =>
  ['before', 'after'].map((when) => ({
    name: `preload of ${what} rejects alone when a call starts ${when} it`,
    async run(t) {
      const core = await t.core()
      const preload = () => t.thrown(core.preload(source(t)))
      const call = () => core.createSession(SANDBOX_KEY, { configurationId: 'approved', apiURL: t.api() })
      const [session, error] = when === 'before' ? await both(call, preload) : (await both(preload, call)).reverse()
      t.ok(session.token, 'a session')
      t.ok(['MODULE_LOAD', 'INVALID_ARGUMENT'].includes(error.code), `${error.code}: ${error.message}`)
    },
  })),
)

const both = (first, second) => Promise.all([first(), second()])

async function unhandled(t, run) {
  const reasons = []
  const note = (event) => {
    event.preventDefault?.()
    reasons.push(String(event.reason ?? event))
  }
  if (t.runtime === 'page') addEventListener('unhandledrejection', note)
  else process.on('unhandledRejection', note)
  try {
    await run()
    for (let turn = 0; turn < 10; turn++) await new Promise((done) => setTimeout(done))
  } finally {
    if (t.runtime === 'page') removeEventListener('unhandledrejection', note)
    else process.off('unhandledRejection', note)
  }
  return reasons
}

class Options {
  #token = TOKEN
  get token() {
    return this.#token
  }
  get apiURL() {
    return this.url
  }
  method() {}
  constructor(url) {
    Object.defineProperty(this, 'url', { value: url })
  }
}

export default [
  ...wrong,
  ...getters,
  ...wrongSources,
  {
    name: 'a second preload while one is running leaves no rejection unhandled',
    async run(t) {
      const reasons = await unhandled(t, async () => {
        const core = await t.core()
        const first = core.preload(Promise.reject(new Error('none')))
        const second = core.preload(Promise.reject(new Error('none either')))
        await Promise.allSettled([first, second])
        const other = await t.core()
        const running = other.preload()
        await Promise.allSettled([running, other.preload(Promise.reject(new Error('late'))), other.preload(new Uint8Array(3))])
        await running
      })
      t.equal(reasons, [])
    },
  },
  {
    name: 'an invalid argument is reported before an aborted signal in a first call too',
    async run(t) {
      const signal = AbortSignal.abort('before')
      await t.rejectsArgument((await t.core()).createSession(KEY, { signal }), 'configurationId')
      await t.rejectsArgument((await t.core()).getFinishStatus(5, { signal }), 'flowId')
      await t.rejectsArgument((await t.core()).getFinishStatus(null, { signal, timeout: {} }), 'timeout')
    },
  },
  {
    name: 'ignores non-enumerable own properties, such as the __ob__ of Vue 2',
    async run(t) {
      const observed = (options) => Object.defineProperty(options, '__ob__', { value: { value: options, dep: {} } })
      const core = await t.core()
      const printed = t.console()
      const token = await t.token()
      await core.setup(observed({ apiURL: t.api(), customHeaders: observed({ 'x-a': '1' }) }))
      await core.initializeSession(observed({ token }))
      await core.createSession(SANDBOX_KEY, observed({ configurationId: 'approved', customFields: observed({ a: 'b' }) }))
      await core.getFinishStatus(null, observed({ token }))
      const [{ body, headers }] = await t.requests()
      t.equal([body, headers['x-a']], ['{"configurationId":"approved","customFields":{"a":"b"}}', '1'])
      t.equal(printed, [])
    },
  },
  {
    name: 'a non-enumerable own option is not read, even where a prototype has a getter of that name',
    async run(t) {
      const core = await t.core()
      await core.setup({ apiURL: t.api() })
      const hidden = (options) => Object.defineProperty(options, 'token', { value: TOKEN })
      await t.rejects(core.getFinishStatus(null, hidden({})), { code: 'NOT_CONFIGURED' })
      await t.rejects(
        core.getFinishStatus(
          null,
          hidden(
            new (class {
              get token() {
                return TOKEN
              }
            })(),
          ),
        ),
        { code: 'NOT_CONFIGURED' },
      )
    },
  },
  {
    name: 'reads the getters of a class instance with private fields, and not its methods',
    async run(t) {
      const core = await t.core()
      const printed = t.console()
      await core.setup(new Options(t.api()))
      await t.thrown(core.getFinishStatus())
      t.equal((await t.requests())[0].headers['x-incode-hardware-id'], TOKEN)
      t.equal(printed, [])
    },
  },
  {
    name: 'reads frozen and sealed objects, proxies and objects without a prototype',
    async run(t) {
      for (const made of [
        Object.freeze,
        Object.seal,
        (options) => new Proxy(options, {}),
        (options) => Object.assign(Object.create(null), options),
      ]) {
        const core = await t.core()
        const session = await core.createSession(
          SANDBOX_KEY,
          made({ configurationId: 'approved', apiURL: t.api(), customFields: made({ a: 'b' }), customHeaders: made({ 'x-a': '1' }) }),
        )
        t.ok(session.token, 'a session')
      }
      for (const { body, headers } of await t.requests()) t.equal([JSON.parse(body).customFields, headers['x-a']], [{ a: 'b' }, '1'])
    },
  },
  {
    name: 'setup accepts uiConfig silently and createSession rejects it as an option of setup',
    async run(t) {
      const core = await t.core()
      const printed = t.console()
      for (const uiConfig of [{ theme: {} }, 'x', 5, () => {}, [1n]]) await core.setup({ apiURL: t.api(), uiConfig })
      t.equal(printed, [])
      const { message } = await t.rejectsArgument(core.createSession(KEY, { configurationId: 'approved', uiConfig: {} }), 'uiConfig')
      t.ok(/setup/.test(message), message)
    },
  },
]
