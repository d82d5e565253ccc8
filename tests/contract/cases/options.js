import { KEY, SANDBOX_KEY, show, TOKEN } from '../context.js'
import { fail } from '../replacements.js'

const ILLEGAL_VALUES = ['a\r\nx-evil: 1', 'a\nb', 'a\0b', 'a\tb', 'a\x7f', ' a', 'a ', ' ', 'café', 'ключ', '\ud800']
const NOT_STRINGS = [5, 0, true, false, {}, [], ['a'], 1n, Symbol('s'), () => 'a', new String('a')]
const INVALID_TIMEOUTS = [0, -1, 1.5, NaN, Infinity, 2_147_483_648, '5', '', true, {}, [5], 5n, new Date(5)]
const INVALID_RETRIES = [-1, 11, 1.5, NaN, Infinity, '2', '', true, {}, [2], 2n]
const NOT_SIGNALS = ['abort', 5, true, {}, [], () => {}, new AbortController(), { aborted: false }]
/** Options of `createSession` that are sent unchanged if they are strings. */
export const STRING_OPTIONS = [
  'language',
  'externalId',
  'externalCustomerId',
  'countryCode',
  'interviewId',
  'uuid',
  'urlUuid',
  'redirectionUrl',
  'redirectUrl',
  'integrationId',
]
class Fields {
  constructor() {
    this.a = 'b'
  }
}
const NOT_PLAIN_OBJECTS = ['a', 5, true, [], [['a', 'b']], new Map([['a', 'b']]), () => {}, new Fields(), new Date(0)]

const INVALID_HEADERS = [
  ...NOT_PLAIN_OBJECTS,
  new Headers({ a: 'b' }),
  ...NOT_STRINGS.map((value) => ({ 'x-a': value })),
  ...ILLEGAL_VALUES.map((value) => ({ 'x-a': value })),
  ...['', ' ', 'a b', 'a:', 'a\r\nb', 'é', '(a)', 'a"'].map((name) => ({ [name]: 'b' })),
  ...['x-incode-hardware-id', 'api-version', 'content-type', 'X-Incode-Hardware-Id', 'API-VERSION', 'Content-Type'].map((name) => ({
    [name]: 'b',
  })),
  { 'x-a': 'b', 'X-A': 'b' },
  { 'x-api-key': 'b', 'X-API-Key': 'b' },
]

/** Invalid values of each option, by call. */
const INVALID = {
  setup: {
    token: ['', ...ILLEGAL_VALUES, ...NOT_STRINGS],
    apiURL: ['', ...NOT_STRINGS],
    timeout: INVALID_TIMEOUTS,
    retries: INVALID_RETRIES,
    customHeaders: INVALID_HEADERS,
  },
  initializeSession: { token: ['', ...ILLEGAL_VALUES, ...NOT_STRINGS], signal: NOT_SIGNALS },
  createSession: {
    configurationId: [undefined, null, '', ...NOT_STRINGS],
    ...Object.fromEntries(STRING_OPTIONS.map((name) => [name, NOT_STRINGS])),
    customFields: [
      ...NOT_PLAIN_OBJECTS,
      ...[NaN, Infinity, {}, [], ['a'], 1n, Symbol('s'), () => 'a', new String('a')].map((value) => ({ a: value })),
    ],
    customHeaders: INVALID_HEADERS,
    apiURL: ['', ...NOT_STRINGS],
    signal: NOT_SIGNALS,
    timeout: INVALID_TIMEOUTS,
    retries: INVALID_RETRIES,
  },
  getFinishStatus: {
    token: ['', ...ILLEGAL_VALUES, ...NOT_STRINGS],
    apiURL: ['', ...NOT_STRINGS],
    customHeaders: INVALID_HEADERS,
    signal: NOT_SIGNALS,
    timeout: INVALID_TIMEOUTS,
    retries: INVALID_RETRIES,
  },
}

const REQUIRED = { setup: {}, initializeSession: { token: TOKEN }, createSession: { configurationId: 'approved' }, getFinishStatus: {} }

function call(core, name, options) {
  if (name === 'createSession') return core.createSession(KEY, options)
  if (name === 'getFinishStatus') return core.getFinishStatus(null, options)
  return core[name](options)
}

const wrong = Object.entries(INVALID).flatMap(([name, options]) =>
  Object.entries(options).map(([option, values]) => ({
    name: `${name} rejects an invalid ${option} by name before any request`,
    async run(t) {
      const core = await t.ready()
      const printed = t.console()
      for (const value of values) {
        await t.rejectsArgument(call(core, name, { ...REQUIRED[name], [option]: value }), option, `${name} with ${option} ${show(value)}`)
      }
      t.equal(await t.journal(), [])
      t.equal(printed, [])
    },
  })),
)

const noOptions = Object.keys(INVALID).map((name) => ({
  name: `${name} rejects options that are not an object`,
  async run(t) {
    const core = await t.ready()
    for (const value of ['options', 5, true, [], [['token', TOKEN]], () => {}, Symbol('s'), 1n]) {
      await t.rejectsArgument(call(core, name, value), '', `${name}(${show(value)})`)
    }
    t.equal(await t.journal(), [])
  },
}))

const unreadable = Object.keys(INVALID).flatMap((name) => [
  {
    name: `${name} names the option whose getter throws`,
    async run(t) {
      const core = await t.ready()
      for (const option of Object.keys(INVALID[name])) {
        const options = { ...REQUIRED[name] }
        Object.defineProperty(options, option, {
          enumerable: true,
          get() {
            throw new Error('on purpose')
          },
        })
        await t.rejectsArgument(call(core, name, options), option, `${name}, ${option}`)
      }
      t.equal(await t.journal(), [])
    },
  },
  {
    name: `${name} rejects proxies that cannot be read`,
    async run(t) {
      const core = await t.ready()
      const fail = () => {
        throw new Error('on purpose')
      }
      const revoked = Proxy.revocable({}, {})
      revoked.revoke()
      for (const options of [
        new Proxy({ token: TOKEN }, { get: fail }),
        new Proxy({}, { ownKeys: fail }),
        new Proxy({}, { getPrototypeOf: fail }),
        revoked.proxy,
      ]) {
        await t.rejectsArgument(call(core, name, options), '', name)
      }
      t.equal(await t.journal(), [])
    },
  },
])

const kindsOfObject = [
  ['a frozen object', (options) => Object.freeze({ ...options })],
  ['an object without prototype', (options) => Object.assign(Object.create(null), options)],
  ['an object that inherits its options', (options) => Object.create(options)],
  ['a proxy', (options) => new Proxy(options, {})],
  [
    'an instance with fields',
    (options) =>
      new (class Options {
        constructor() {
          Object.assign(this, options)
        }
        method() {}
      })(),
  ],
  [
    'an instance with getters',
    (options) => {
      class Options {}
      for (const [name, value] of Object.entries(options)) Object.defineProperty(Options.prototype, name, { get: () => value })
      return new Options()
    },
  ],
].map(([kind, made]) => ({
  name: `options may be ${kind}`,
  async run(t) {
    const core = await t.core()
    const printed = t.console()
    const token = await t.token()
    await core.setup(made({ apiURL: t.api(), customHeaders: { 'x-a': '1' } }))
    await core.initializeSession(made({ token: 'another' }))
    await core.createSession(SANDBOX_KEY, made({ configurationId: 'approved', externalId: 'u1', customFields: { a: 'b' } }))
    await core.getFinishStatus(null, made({ token }))
    const [start, finish] = await t.requests()
    t.equal(JSON.parse(start.body), { configurationId: 'approved', externalId: 'u1', customFields: { a: 'b' } })
    t.equal([start.headers['x-a'], finish.headers['x-a'], finish.headers['x-incode-hardware-id']], ['1', '1', token])
    t.equal(printed, [])
  },
}))

export default [
  ...wrong,
  ...noOptions,
  ...unreadable,
  ...kindsOfObject,
  {
    name: 'the first setup rejects a missing apiURL by name',
    async run(t) {
      for (const options of [undefined, null, {}, { token: TOKEN }, { apiURL: null }, { apiURL: undefined }]) {
        const core = await t.core()
        await t.rejectsArgument(core.setup(options), 'apiURL', `setup(${show(options)})`)
      }
    },
  },
  {
    name: 'createSession rejects an invalid apiKey before any request and does not repeat it',
    async run(t) {
      const core = await t.ready()
      for (const value of [undefined, null, '', ...ILLEGAL_VALUES, ...NOT_STRINGS]) {
        await t.rejectsArgument(core.createSession(value, { configurationId: 'approved' }), 'apiKey', `apiKey ${show(value)}`)
      }
      const error = await t.rejectsArgument(core.createSession(`${KEY}\n`, { configurationId: 'approved' }), 'apiKey')
      t.ok(!error.message.includes(KEY), error.message)
      t.equal(await t.journal(), [])
    },
  },
  {
    name: 'createSession rejects missing options and names configurationId',
    async run(t) {
      const core = await t.ready()
      for (const options of [undefined, null, {}]) await t.rejectsArgument(core.createSession(KEY, options), 'configurationId')
      t.equal(await t.journal(), [])
    },
  },
  {
    name: 'getFinishStatus rejects a flowId that is not a string',
    async run(t) {
      const core = await t.ready()
      for (const value of NOT_STRINGS) await t.rejectsArgument(core.getFinishStatus(value), 'flowId', `flowId ${show(value)}`)
      t.equal(await t.journal(), [])
    },
  },
  ...[
    ['createSession', 'externalID', 'externalId'],
    ['createSession', 'configurationID', 'configurationId'],
    ['createSession', 'external_customer_id', 'externalCustomerId'],
    ['createSession', 'lang', 'language'],
    ['createSession', 'apiUrl', 'apiURL'],
    ['createSession', 'customfields', 'customFields'],
    ['getFinishStatus', 'Token', 'token'],
    ['getFinishStatus', 'timeOut', 'timeout'],
    ['getFinishStatus', 'retry', 'retries'],
  ].map(([name, typo, meant]) => ({
    name: `${name} rejects ${typo} and asks whether ${meant} was meant`,
    async run(t) {
      const core = await t.ready()
      const error = await t.rejectsArgument(call(core, name, { ...REQUIRED[name], [typo]: 'x' }), typo)
      t.ok(error.message.replace(typo, '').includes(meant), error.message)
      t.equal(await t.journal(), [])
    },
  })),
  {
    name: 'createSession forwards unknown options, with names of Object.prototype too, and rejects values that JSON cannot represent',
    async run(t) {
      const core = await t.ready()
      t.console()
      const unknown = JSON.parse('{"toString":"x","constructor":{"a":[1]},"__proto__":"x","":"x","0":false}')
      await core.createSession(SANDBOX_KEY, { configurationId: 'approved', ...unknown, ['__proto__']: 'x' })
      const [{ body }] = await t.requests()
      t.equal(JSON.parse(body), { configurationId: 'approved', ...unknown, ['__proto__']: 'x' })
      for (const value of [() => {}, Symbol('s'), 10n, NaN, -Infinity, { deep: [() => {}] }, { deep: 10n }, { deep: [Infinity] }]) {
        await t.rejectsArgument(core.createSession(KEY, { configurationId: 'approved', ofNextYear: value }), 'ofNextYear', show(value))
      }
      t.equal((await t.requests()).length, 1)
    },
  },
  {
    name: 'rejects a promise as options, because a missing await must not mean the current session',
    async run(t) {
      const core = await t.ready('', { token: TOKEN })
      const calls = t.watchFetch()
      const session = Promise.resolve({ token: 'of another user', interviewId: 'a' })
      await t.rejects(core.getFinishStatus(null, { then() {} }), { code: 'INVALID_ARGUMENT' })
      const wrong = { code: 'INVALID_ARGUMENT', message: /options must be an object, not a promise/ }
      await t.rejects(core.getFinishStatus(null, session), wrong)
      await t.rejects(core.setup(session), wrong)
      await t.rejects(core.createSession(KEY, session), wrong)
      t.equal(calls, [])
    },
  },
  {
    name: 'an option named then that is not a function is an unknown option',
    async run(t) {
      const core = await t.ready('', { token: await t.token() })
      t.console()
      t.equal((await core.getFinishStatus(null, { then: 1, apiURL: new URL(t.api()) })).action, 'none')
      const throwing = { then: 1 }
      Object.defineProperty(throwing, 'timeout', { enumerable: true, get: fail })
      await t.rejectsArgument(core.getFinishStatus(null, throwing), 'timeout')
    },
  },
  {
    name: 'a proxy whose prototypes have no end does not block a call',
    async run(t) {
      const core = await t.core()
      const options = new Proxy({}, { getPrototypeOf: () => options })
      await t.rejects(core.setup(options), { code: 'INVALID_ARGUMENT' })
    },
  },
  {
    name: 'properties that a page adds to Object.prototype are not options',
    async run(t) {
      const core = await t.ready()
      const printed = t.console()
      Object.assign(Object.prototype, { polluted: 'x', language: 'x' })
      try {
        await core.setup({ apiURL: t.api(), customHeaders: { 'x-a': '1' } })
        await core.createSession(SANDBOX_KEY, { configurationId: 'approved', customFields: { a: 'b' } })
      } finally {
        delete Object.prototype.polluted
        delete Object.prototype.language
      }
      const [{ headers, body }] = await t.requests()
      t.equal(body, '{"configurationId":"approved","customFields":{"a":"b"}}')
      t.equal([headers['x-a'], headers.polluted], ['1', undefined])
      t.equal(printed, [])
    },
  },
  {
    name: 'a setting that a page adds to Object.prototype reaches no call',
    async run(t) {
      const core = await t.core()
      const sent = []
      t.mockFetch(async (url, { headers }) => {
        sent.push([url, headers['x-incode-hardware-id'], headers['x-a']])
        return { ok: true, status: 200, json: async () => ({ token: 't' }) }
      })
      const added = {
        apiURL: 'http://evil.example',
        token: 'evil',
        customHeaders: { 'x-a': '1' },
        timeout: 1,
        retries: 'many',
        fetch: fail,
        signal: AbortSignal.abort('added'),
      }
      Object.assign(Object.prototype, added)
      try {
        await core.createSession(KEY, { configurationId: 'approved' })
        await t.rejects(core.getFinishStatus(), { code: 'NOT_CONFIGURED' })
        await core.setup({ apiURL: 'https://api.example' })
        await t.rejects(core.getFinishStatus(), { code: 'NOT_CONFIGURED' })
        await core.initializeSession({ token: TOKEN })
        await core.getFinishStatus()
      } finally {
        for (const name of Object.keys(added)) delete Object.prototype[name]
      }
      t.equal(sent, [
        ['https://demo-api.incodesmile.com/omni/start', undefined, undefined],
        ['https://api.example/omni/finish-status', TOKEN, undefined],
      ])
    },
  },
  {
    name: 'customFields accept any name and any string',
    async run(t) {
      const core = await t.ready()
      const customFields = JSON.parse(
        '{"__proto__":"p","constructor":"c","toJSON":"j","":"","a\\nb":"c\\u0000d","é":"\\ud83d\\ude00","<script>":"\\u2028"}',
      )
      await core.createSession(SANDBOX_KEY, { configurationId: 'approved', customFields, externalId: 'a"b\\c\n' })
      const [{ body }] = await t.requests()
      t.equal(JSON.parse(body), { configurationId: 'approved', customFields, externalId: 'a"b\\c\n' })
    },
  },
  {
    name: 'treats null and undefined as absent, except for the token of getFinishStatus',
    async run(t) {
      const core = await t.core()
      const printed = t.console()
      const absent = (names) => Object.fromEntries(names.map((name, index) => [name, index % 2 ? null : undefined]))
      const token = await t.token()
      await core.setup({
        ...absent(['customHeaders', 'timeout', 'retries', 'encryption', 'wasm', 'hostingApp', 'flow', 'theme', 'whatever', 'more']),
        apiURL: t.api(),
        token,
      })
      await core.setup(null)
      await core.initializeSession({ token, hostingApp: null })
      await core.createSession(SANDBOX_KEY, {
        ...absent([...STRING_OPTIONS, 'customFields', 'apiURL', 'signal', 'timeout', 'retries', 'unheardOf', 'unknown']),
        configurationId: 'approved',
      })
      await core.getFinishStatus(null, { ...absent(['fetch', 'signal', 'timeout', 'retries', 'unknown']) })
      await core.getFinishStatus(undefined, null)
      const [start, ...finishes] = await t.requests()
      t.equal(JSON.parse(start.body), { configurationId: 'approved' })
      t.equal(
        finishes.map(({ headers }) => headers['x-incode-hardware-id']),
        [token, token],
      )
      t.equal(printed, [])
    },
  },
  {
    name: 'absent entries of customHeaders and customFields are left out',
    async run(t) {
      const core = await t.ready('', { customHeaders: { 'x-a': '1', 'x-b': undefined, 'x-c': null } })
      await core.createSession(SANDBOX_KEY, { configurationId: 'approved', customFields: { a: 'b', c: undefined, d: null } })
      const [{ headers, body }] = await t.requests()
      t.equal([headers['x-a'], headers['x-b'], headers['x-c']], ['1', undefined, undefined])
      t.equal(JSON.parse(body).customFields, { a: 'b' })
    },
  },
  {
    name: 'optional strings can be empty and are sent empty',
    async run(t) {
      const core = await t.ready('', { customHeaders: { 'x-empty': '' } })
      const empty = Object.fromEntries(STRING_OPTIONS.map((name) => [name, '']))
      await core.createSession(SANDBOX_KEY, { configurationId: 'approved', ...empty, customFields: { a: '' } })
      const [{ headers, body }] = await t.requests()
      t.equal(JSON.parse(body), { configurationId: 'approved', ...empty, customFields: { a: '' } })
      t.equal(headers['x-empty'], '')
    },
  },
  {
    name: 'timeout and retries accept their smallest and largest values',
    async run(t) {
      const core = await t.ready('/fault/status-404')
      for (const [timeout, retries] of [
        [2_147_483_647, 0],
        [60_000, 10],
      ]) {
        await core.setup({ timeout, retries })
        await t.rejects(core.getFinishStatus(null, { timeout, retries }), { code: 'CLIENT_ERROR' })
        await t.rejects(core.createSession(KEY, { configurationId: 'approved', timeout, retries }), { code: 'CLIENT_ERROR' })
      }
      await core.setup({ timeout: 1 })
    },
  },
  {
    name: 'a header value can contain visible ASCII and inner spaces',
    async run(t) {
      const value = Array.from({ length: 94 }, (_, at) => String.fromCharCode(33 + at)).join('') + ' end'
      const core = await t.ready('/fault/status-404', { token: value, customHeaders: { 'x-a': value, "!#$%&'*+-.^_`|~9Az": 'b' } })
      const calls = t.watchFetch()
      await t.thrown(core.getFinishStatus())
      await t.thrown(core.createSession(value, { configurationId: 'approved' }))
      const [finish, start] = await t.requests()
      t.equal([finish.headers['x-incode-hardware-id'], finish.headers['x-a']], [value, value])
      t.equal(t.keys(calls), [undefined, value])
      t.equal(start.path.endsWith('/start'), true)
      t.equal(finish.headers["!#$%&'*+-.^_`|~9az"], 'b')
    },
  },
  {
    name: 'options are read once, when the call is made',
    async run(t) {
      const reads = {}
      const counting = (options) =>
        new Proxy(options, {
          get(target, name) {
            reads[String(name)] = (reads[String(name)] ?? 0) + 1
            return target[name]
          },
        })
      const core = await t.core()
      const setup = core.setup(counting({ apiURL: t.api(), token: TOKEN, timeout: 20_000 }))
      const early = { ...reads }
      await setup
      t.equal(reads, early, 'reads after the call was made')
      for (const name of ['apiURL', 'token', 'timeout']) t.equal(reads[name], 1, `reads of ${name}`)
    },
  },
  {
    name: 'changes to options after the call have no effect',
    async run(t) {
      const core = await t.core()
      const token = await t.token()
      const setup = { apiURL: new URL(t.api()), token, customHeaders: { 'x-a': '1' } }
      const first = core.setup(setup)
      setup.apiURL.pathname = '/elsewhere'
      setup.apiURL = t.api('/elsewhere')
      setup.token = 'other'
      setup.customHeaders['x-a'] = '2'
      setup.customHeaders['x-b'] = '2'
      const create = { configurationId: 'approved', customFields: { a: 'b' }, language: 'en' }
      const second = core.createSession(SANDBOX_KEY, create)
      create.configurationId = 'rejected'
      create.customFields.a = 'c'
      delete create.language
      create.externalId = 'late'
      const finish = { token }
      const third = core.getFinishStatus(null, finish)
      finish.token = 'other'
      await Promise.all([first, second, third])
      const requests = await t.requests()
      const sent = Object.fromEntries(requests.map((request) => [request.path, request]))
      const { body, headers } = sent['/omni/start']
      t.equal(JSON.parse(body), { configurationId: 'approved', language: 'en', customFields: { a: 'b' } })
      t.equal([headers['x-a'], headers['x-b']], ['1', undefined])
      t.equal(sent['/omni/finish-status'].headers['x-incode-hardware-id'], token)
    },
  },
  {
    name: 'invalid arguments are reported before an aborted signal',
    async run(t) {
      const core = await t.ready()
      const signal = AbortSignal.abort('given up')
      await t.rejectsArgument(core.createSession('', { configurationId: 'approved', signal }), 'apiKey')
      await t.rejectsArgument(core.createSession(KEY, { signal }), 'configurationId')
      await t.rejectsArgument(core.createSession(KEY, { signal, configurationId: 'approved', lang: 'x' }), 'lang')
      await t.rejectsArgument(core.initializeSession({ signal, token: '' }), 'token')
      await t.rejectsArgument(core.getFinishStatus(5, { signal }), 'flowId')
      await t.rejectsArgument(core.getFinishStatus(null, { signal, retries: -1 }), 'retries')
    },
  },
  {
    name: 'encryption is rejected, and nothing is silently sent unencrypted',
    async run(t) {
      const core = await t.core()
      for (const encryption of [true, {}, { publicKey: 'k' }, [], 'yes', '', 'false', 1, 0, 1n, () => {}]) {
        await t.rejects(core.setup({ apiURL: t.api(), token: TOKEN, encryption }), { code: 'UNSUPPORTED', message: /encryption/ })
      }
      await t.rejects(core.getFinishStatus(), { code: 'NOT_CONFIGURED' })
      for (const encryption of [false, null, undefined]) await core.setup({ apiURL: t.api(), encryption })
      t.equal(await t.journal(), [])
    },
  },
]
