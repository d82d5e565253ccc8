// Unknown options and typos: rejected, forwarded or ignored, and logged.
import { KEY, SANDBOX_KEY, show, TOKEN } from '../context.js'

const start = (core, options) => core.createSession(SANDBOX_KEY, { configurationId: 'approved', ...options })
const finish = (core, options) => core.getFinishStatus(null, { token: TOKEN, retries: 0, ...options })
const CALLS = { createSession: start, getFinishStatus: finish }
const warnings = (printed) => printed.map(({ args }) => String(args[0]))

const REJECTED = {
  createSession: {
    // equal after lower-casing and dropping _ and -
    'e-x-t-e-r-n-a-l_I_D': 'externalId',
    LANGUAGE: 'language',
    _timeout: 'timeout',
    'api-url': 'apiURL',
    UI_CONFIG: 'uiConfig',
    'hosting-app': 'hostingApp',
    Token: 'token',
    uuid_: 'uuid',
    u_r_l_uuid: 'urlUuid',
    FETCH: 'fetch',
    // one edit, of a name of at least 5 letters
    fetc: 'fetch',
    fetchs: 'fetch',
    ftech: 'fetch',
    fatch: 'fetch',
    sgnal: 'signal',
    signla: 'signal',
    apiURI: 'apiURL',
    timeouts: 'timeout',
    retires: 'retries',
    // two edits, of a name of at least 8 letters
    languag: 'language',
    langage: 'language',
    lagnuaeg: 'language',
    interviewI: 'interviewId',
    intervewID: 'interviewId',
    countrCod: 'countryCode',
    customField: 'customFields',
    custmFilds: 'customFields',
    externalIdXY: 'externalId',
    // aliases
    lang: 'language',
    locale: 'language',
    configId: 'configurationId',
    flowId: 'configurationId',
    customerId: 'externalCustomerId',
    retry: 'retries',
    maxRetries: 'retries',
  },
  getFinishStatus: {
    ap_i_url: 'apiURL',
    tokne: 'token',
    tokens: 'token',
    retry: 'retries',
    maxRetries: 'retries',
    fetc: 'fetch',
    TimeOut: 'timeout',
  },
}

/** Too far from every known name, or too short. */
const FORWARDED = [
  'code',
  'id',
  'url',
  'uid',
  'lng',
  'ine',
  'country',
  'customer',
  'fields',
  'ui',
  'uuidd',
  'uid4',
  'uu',
  'host',
  'flows',
  'themes',
  'wasn',
  'fech1',
  'sign',
  'retr',
  'apiBase',
  'redirection',
]

const rejected = Object.entries(REJECTED).flatMap(([name, typos]) =>
  Object.entries(typos).map(([typo, meant]) => ({
    name: `${name} rejects ${typo} and asks whether ${meant} was meant`,
    async run(t) {
      const core = await t.ready()
      const printed = t.console()
      const error = await t.rejectsArgument(CALLS[name](core, { [typo]: 'x' }), typo)
      t.ok(error.message.startsWith(`${name}: `) && error.message.replace(typo, '').includes(meant), error.message)
      t.equal([printed, await t.journal()], [[], []])
    },
  })),
)

const forwarded = FORWARDED.map((option) => ({
  name: `createSession forwards ${option} with one warning, getFinishStatus ignores it with one`,
  async run(t) {
    const core = await t.ready('', { token: await t.token() })
    const printed = t.console()
    for (let call = 0; call < 2; call++) await start(core, { [option]: 'x' })
    t.equal(JSON.parse((await t.requests())[0].body), { configurationId: 'approved', [option]: 'x' })
    const [warning, ...more] = warnings(printed)
    t.equal(more, [])
    t.ok(warning.includes(JSON.stringify(option)), warning)
    printed.length = 0
    const other = await t.ready('', { token: await t.token() })
    for (let call = 0; call < 2; call++) await other.getFinishStatus(null, { [option]: 'x' })
    t.equal(printed.length, 1)
    t.ok(warnings(printed)[0].includes(JSON.stringify(option)), warnings(printed)[0])
    t.equal((await t.requests()).at(-1).query, '')
  },
}))

const suggested = [
  ['setup', 'apiUrl', 'apiURL', (core, t, options) => core.setup({ apiURL: t.api(), ...options })],
  ['setup', 'custom_headers', 'customHeaders', (core, t, options) => core.setup({ apiURL: t.api(), ...options })],
  ['setup', 'Timeout', 'timeout', (core, t, options) => core.setup({ apiURL: t.api(), ...options })],
  ['setup', 'maxRetries', 'retries', (core, t, options) => core.setup({ apiURL: t.api(), ...options })],
  ['setup', 'uiconfig', 'uiConfig', (core, t, options) => core.setup({ apiURL: t.api(), ...options })],
  ['initializeSession', 'Token', 'token', (core, _t, options) => core.initializeSession({ token: TOKEN, ...options })],
  ['initializeSession', 'hosting_app', 'hostingApp', (core, _t, options) => core.initializeSession({ token: TOKEN, ...options })],
].map(([name, typo, meant, call]) => ({
  name: `${name} ignores ${typo} with a warning that asks whether ${meant} was meant`,
  async run(t) {
    const core = await t.core()
    const printed = t.console()
    for (let repeat = 0; repeat < 2; repeat++) await call(core, t, { [typo]: 'x', whatever: 1 })
    t.equal(printed.length, 1)
    const [warning] = warnings(printed)
    t.ok(new RegExp(`${typo}"? \\(did you mean ${meant}\\?\\)`).test(warning) && warning.includes('"whatever"'), warning)
  },
}))

const unsafe = [
  ['a line break', 'a\nb'],
  ['a carriage return', 'a\rb'],
  ['an escape sequence', '\x1b[31mred\x1b[0m'],
  ['a null character', 'a\0b'],
  ['a delete character', 'a\x7fb'],
  ['a C1 control character', 'a\x9b31mb'],
  ['U+2028', 'a\u2028b'],
  ['U+2029', 'a\u2029b'],
  ['a bidirectional override', 'a\u202eb'],
  ['a bidirectional isolate', 'a\u2066b'],
  ['a quote', 'a"b'],
  ['a lone surrogate', 'a\ud800b'],
  ['a zero-width space', 'a\u200bb'],
  ['a byte order mark', 'a\ufeffb'],
  ['a format directive', '%c%s%o'],
]
const RAW = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u

const quoted = [
  ['setup', (core, t, options) => core.setup({ apiURL: t.api(), ...options })],
  ['initializeSession', (core, _t, options) => core.initializeSession({ token: TOKEN, ...options })],
  ['createSession', (core, _t, options) => start(core, options)],
  ['getFinishStatus', async (core, t, options) => core.getFinishStatus(null, { token: await t.token(), ...options })],
].map(([name, call]) => ({
  name: `${name} logs no raw character of a name`,
  async run(t) {
    for (const [what, option] of unsafe) {
      if (what === 'a lone surrogate' && name === 'createSession') continue // JSON can represent it, the sandbox rejects it
      const core = await t.ready()
      const printed = t.console()
      await call(core, t, { [`zz${option}`]: 'x' })
      t.equal(printed.length, 1, what)
      const { method, args } = printed[0]
      t.equal([method, args.length], ['warn', 1], what)
      t.ok(!RAW.test(args[0]), `${what}: ${JSON.stringify(args[0])}`)
      const [literal] = args[0].match(/"zz.*"$/) ?? []
      t.ok(literal, `${what}: ${args[0]}`)
      if (what !== 'a lone surrogate') t.equal(JSON.parse(literal), `zz${option}`, what)
      t.restore()
    }
  },
}))

export default [
  ...rejected,
  ...forwarded,
  ...suggested,
  ...quoted,
  {
    name: 'createSession rejects apiKey and api_key among its options, and says where the key goes',
    async run(t) {
      const core = await t.ready()
      for (const option of ['apiKey', 'api_key']) {
        const error = await t.rejectsArgument(start(core, { [option]: KEY }), option)
        t.ok(/first argument/.test(error.message) && !error.message.includes(KEY), error.message)
        await start(core, { [option]: undefined })
      }
      t.equal(
        (await t.requests()).map(({ body }) => body),
        Array(2).fill('{"configurationId":"approved"}'),
      )
    },
  },
  {
    name: 'createSession compares with an option of setup by the first rule alone',
    async run(t) {
      const core = await t.ready()
      t.console()
      for (const option of ['tokn', 'toke', 'encrypton', 'hostngApp']) await start(core, { [option]: 'x' })
      for (const option of ['to_ken', 'Encryption', 'hosting-app']) await t.rejectsArgument(start(core, { [option]: 'x' }), option)
      t.equal((await t.requests()).length, 4)
    },
  },
  {
    name: 'a misspelled option without a value is not an error',
    async run(t) {
      const core = await t.ready('', { token: await t.token() })
      const printed = t.console()
      await start(core, { lang: undefined, externalID: null })
      await core.getFinishStatus(null, { Timeout: undefined, retry: null })
      t.equal(printed, [])
    },
  },
  {
    name: 'reports at most 20 distinct names in the life of the module, each once',
    async run(t) {
      const core = await t.ready('', { token: await t.token() })
      const printed = t.console()
      for (let at = 0; at < 30; at++) await start(core, { [`zz${at % 25}`]: 'x' })
      for (let at = 0; at < 30; at++) await core.getFinishStatus(null, { [`zy${at}`]: 'x' })
      await core.setup({ zx: 1 })
      await core.initializeSession({ zw: 1 })
      const names = warnings(printed).flatMap((warning) => warning.match(/"z[w-z]\d*"/g) ?? [])
      t.equal(
        names,
        Array.from({ length: 20 }, (_, at) => `"zz${at}"`),
      )
      t.equal(printed.length, 20)
    },
  },
  {
    name: 'reports at most 20 names of one call',
    async run(t) {
      const core = await t.ready()
      const printed = t.console()
      await core.setup(Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`zz${at}`, 1])))
      await core.setup({ another: 1 })
      t.equal(printed.length, 1)
      t.equal(warnings(printed)[0].match(/"zz\d+"/g).length, 20)
      t.ok(warnings(printed)[0].length < 2_000, `${warnings(printed)[0].length} characters`)
    },
  },
  {
    name: 'cuts a name to 40 characters before it quotes it',
    async run(t) {
      const core = await t.ready()
      const printed = t.console()
      await core.setup({ [`zz${'y'.repeat(1_000)}`]: 1 })
      const [literal] = warnings(printed)[0].match(/"zz.*"/)
      t.ok(JSON.parse(literal).length <= 41 && literal.startsWith(`"zz${'y'.repeat(38)}`), literal)
      printed.length = 0
      await core.setup({ [`zz${'\n'.repeat(1_000)}`]: 1 })
      t.ok(JSON.parse(warnings(printed)[0].match(/"zz.*"/)[0]).startsWith(`zz${'\n'.repeat(38)}`), warnings(printed)[0])
    },
  },
  {
    name: 'two names that differ only after 40 characters are both forwarded',
    async run(t) {
      const core = await t.ready()
      t.console()
      const names = ['a', 'b'].map((end) => `zz${'y'.repeat(60)}${end}`)
      await start(core, Object.fromEntries(names.map((name) => [name, 1])))
      t.equal(Object.keys(JSON.parse((await t.requests())[0].body)).slice(-2), names)
    },
  },
  {
    name: 'a rejected name in a message is quoted, cut and has no raw character',
    async run(t) {
      const core = await t.ready()
      for (const [what, option] of unsafe) {
        const { message } = await t.rejectsArgument(start(core, { [`zz${option}`]: () => {} }), 'zz', what)
        t.ok(!RAW.test(message), `${what}: ${JSON.stringify(message)}`)
      }
      const { message } = await t.rejectsArgument(start(core, { [`zz${'y'.repeat(5_000)}`]: () => {} }), 'zz')
      t.ok(message.length < 300, `${message.length} characters`)
    },
  },
  {
    name: 'createSession rejects an unknown option that JSON cannot represent',
    async run(t) {
      const core = await t.ready()
      const circle = {}
      circle.circle = circle
      const throwing = {
        toJSON() {
          throw new Error('on purpose')
        },
      }
      for (const value of [
        () => {},
        Symbol('s'),
        1n,
        [1n],
        { deep: [1n] },
        circle,
        throwing,
        class {},
        { toJSON: () => 1n },
        { toJSON: () => undefined },
      ])
        await t.rejectsArgument(start(core, { ofNextYear: value }), 'ofNextYear', show(value))
      t.equal(await t.journal(), [])
    },
  },
  {
    name: 'getFinishStatus ignores unknown options of any value, even those that JSON cannot represent',
    async run(t) {
      const core = await t.ready('', { token: await t.token() })
      t.console()
      for (const value of [() => {}, Symbol('s'), 1n, new Map()]) await core.getFinishStatus(null, { ofNextYear: value })
    },
  },
]
