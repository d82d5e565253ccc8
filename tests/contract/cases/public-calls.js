// The calls that public code around the vendor's SDK makes.
import { KEY, SANDBOX_KEY, TOKEN } from '../context.js'

const start = { configurationId: 'approved' }
const bodies = async (t) => (await t.requests()).filter(({ path }) => path.endsWith('/start')).map(({ body }) => JSON.parse(body))
const warnings = (printed) => printed.map(({ args }) => String(args[0]))

const TYPOS = {
  createSession: {
    lang: 'language',
    locale: 'language',
    languages: 'language',
    externalID: 'externalId',
    external_id: 'externalId',
    'external-id': 'externalId',
    ExternalId: 'externalId',
    externalld: 'externalId',
    extrenalId: 'externalId',
    externalCustomerID: 'externalCustomerId',
    external_customer_id: 'externalCustomerId',
    customerId: 'externalCustomerId',
    flowId: 'configurationId',
    configId: 'configurationId',
    configurationID: 'configurationId',
    configurationid: 'configurationId',
    apiUrl: 'apiURL',
    api_url: 'apiURL',
    customField: 'customFields',
    custom_fields: 'customFields',
    interviewID: 'interviewId',
    UUID: 'uuid',
    urlUUID: 'urlUuid',
    redirectionURL: 'redirectionUrl',
    redirectURL: 'redirectUrl',
    integrationID: 'integrationId',
    customheaders: 'customHeaders',
    timeOut: 'timeout',
    retry: 'retries',
    maxRetries: 'retries',
    Signal: 'signal',
    fecth: 'fetch',
    uiconfig: 'uiConfig',
    api_key: 'first argument',
    apiKey: 'first argument',
  },
  getFinishStatus: {
    Token: 'token',
    apiUrl: 'apiURL',
    custom_headers: 'customHeaders',
    timeOut: 'timeout',
    retry: 'retries',
    signals: 'signal',
  },
}

const typos = Object.entries(TYPOS).map(([name, names]) => ({
  name: `${name} rejects each typo of a known option and names both`,
  async run(t) {
    const core = await t.ready()
    const printed = t.console()
    for (const [written, meant] of Object.entries(names)) {
      const options = name === 'createSession' ? { ...start, [written]: 'x' } : { [written]: 'x' }
      const error = await t.rejectsArgument(
        name === 'createSession' ? core.createSession(KEY, options) : core.getFinishStatus(null, options),
        written,
      )
      t.ok(error.message.replace(written, '').includes(meant), error.message)
    }
    t.equal(await t.journal(), [])
    t.equal(printed, [])
  },
}))

const SETUP_OPTIONS = { token: TOKEN, encryption: true, wasm: {}, hostingApp: 'shop', flow: {}, theme: {} }

export default [
  ...typos,
  ...['', '&'].map((extra) => ({
    name: `getFinishStatus accepts the whole response of createSession${extra && ', with undocumented fields,'} and reads its token without a warning`,
    async run(t) {
      const core = await t.core()
      await core.setup({ apiURL: t.api() })
      const printed = t.console()
      const session = await core.createSession(SANDBOX_KEY, start)
      const more = extra && { sdkVersion: '1', languages: ['en'], retry: 5, nested: { a: 1 }, flowId: 'f' }
      t.equal((await core.getFinishStatus(null, { ...session, ...more })).action, 'none')
      t.equal((await t.requests()).at(-1).headers['x-incode-hardware-id'], session.token)
      t.equal(printed, [])
    },
  })),
  {
    name: 'setup accepts a whole session without a warning',
    async run(t) {
      const core = await t.core()
      const printed = t.console()
      const session = await core.createSession(SANDBOX_KEY, { ...start, apiURL: t.api() })
      await core.setup({ apiURL: t.api(), ...session })
      await core.getFinishStatus()
      t.equal((await t.requests()).at(-1).headers['x-incode-hardware-id'], session.token)
      t.equal(printed, [])
    },
  },
  {
    name: 'createSession continues a session by interviewId, uuid or urlUuid alone, and names all three if none is given',
    async run(t) {
      const core = await t.ready()
      for (const option of ['interviewId', 'uuid', 'urlUuid']) await t.thrown(core.createSession(KEY, { [option]: 'one' }))
      t.equal(await bodies(t), [{ interviewId: 'one' }, { uuid: 'one' }, { urlUuid: 'one' }])
      for (const options of [{}, { externalId: 'x' }, { uuid: '' }, { interviewId: null, configurationId: undefined }]) {
        const error = await t.rejectsArgument(core.createSession(KEY, options), 'configurationId')
        for (const name of ['interviewId', 'uuid', 'urlUuid']) t.ok(error.message.includes(name), error.message)
      }
      await t.rejectsArgument(core.createSession(KEY, { uuid: 'one', configurationId: '' }), 'configurationId')
      t.equal((await bodies(t)).length, 3)
    },
  },
  {
    name: 'forwards unknown options to the API with one warning once the call succeeds',
    async run(t) {
      const core = await t.ready()
      const printed = t.console()
      const options = {
        ...start,
        redirectUrl: 'https://shop.example',
        sdkVersion: '2.1',
        ofNextYear: { deep: [1, null, true] },
        externalId: null,
      }
      await t.thrown(core.createSession(KEY, options))
      t.equal(printed, [])
      await core.createSession(SANDBOX_KEY, options)
      await core.createSession(SANDBOX_KEY, options)
      const { externalId, ...sent } = options
      t.equal(await bodies(t), Array(3).fill(sent))
      const [warning, ...more] = warnings(printed)
      t.equal(more, [])
      t.ok(/sdkVersion/.test(warning) && /ofNextYear/.test(warning) && !/redirectUrl|externalId/.test(warning), warning)
    },
  },
  {
    name: 'customFields keep numbers and booleans',
    async run(t) {
      const core = await t.ready()
      const customFields = { text: 't', number: 1.5, zero: 0, yes: true, no: false, none: null }
      await core.createSession(SANDBOX_KEY, { ...start, customFields })
      t.equal((await bodies(t))[0].customFields, { text: 't', number: 1.5, zero: 0, yes: true, no: false })
    },
  },
  {
    name: 'createSession rejects options of setup and names the call that they belong to',
    async run(t) {
      const core = await t.ready()
      for (const [name, value] of Object.entries(SETUP_OPTIONS)) {
        const error = await t.rejectsArgument(core.createSession(KEY, { ...start, [name]: value }), name)
        t.ok(/setup/.test(error.message) && !error.message.includes(TOKEN), error.message)
        await t.thrown(core.createSession(KEY, { ...start, [name]: undefined }))
      }
      await t.rejectsArgument(core.createSession(KEY, { ...start, Encryption: true }), 'Encryption')
      t.equal(await bodies(t), Array(6).fill(start))
    },
  },
  {
    name: 'the positional form of 1.x is rejected with a message that shows the form of 2.0',
    async run(t) {
      const core = await t.ready()
      for (const options of ['ext-1', '', 12_345, 1n, true, null, undefined, ['ext-1']]) {
        const { message } = await t.rejectsArgument(core.createSession('ALL', options, { configurationId: 'approved' }), 'options')
        t.ok(/createSession\(apiKey, \{ configurationId/.test(message), message)
      }
      t.equal(await t.journal(), [])
    },
  },
  {
    name: 'initializeSession without a token keeps the current one, and rejects if there is none',
    async run(t) {
      const core = await t.core()
      for (const options of [undefined, null, {}, { hostingApp: 'shop' }])
        await t.rejects(core.initializeSession(options), { code: 'NOT_CONFIGURED', message: /token/ })
      const token = await t.token()
      await core.setup({ apiURL: t.api(), token })
      await core.initializeSession()
      await core.initializeSession({ token })
      await core.getFinishStatus()
      t.equal((await t.requests())[0].headers['x-incode-hardware-id'], token)
    },
  },
  {
    name: 'initializeSession with an aborted signal rejects with its reason and changes nothing',
    async run(t) {
      const token = await t.token()
      const core = await t.ready('', { token })
      t.equal(await t.thrown(core.initializeSession({ token: 'other', signal: AbortSignal.abort('given up') })), 'given up')
      await core.initializeSession({ signal: new AbortController().signal })
      await core.getFinishStatus()
      t.equal((await t.requests())[0].headers['x-incode-hardware-id'], token)
    },
  },
  {
    name: "setup accepts the options of the vendor's samples",
    async run(t) {
      const core = await t.core()
      const printed = t.console()
      await core.setup({ apiURL: t.api(), token: await t.token(), flow: false, theme: false, wasm: { pipelines: ['selfie'] } })
      for (const flowId of [null, '']) t.equal((await core.getFinishStatus(flowId)).action, 'none')
      t.equal(printed, [])
    },
  },
  {
    name: 'a hundred concurrent calls without setup never share a token or a header',
    async run(t) {
      const core = await t.core()
      const tokens = await Promise.all(Array.from({ length: 10 }, () => t.token()))
      const calls = Array.from({ length: 100 }, (_, at) => {
        const options = { token: tokens[at % 10], apiURL: t.api(at % 2 ? '/0' : ''), customHeaders: { 'x-person': `${at}` } }
        return core.getFinishStatus(`${at}`, options)
      })
      await Promise.all(calls)
      const requests = await t.requests()
      t.equal(requests.length, 100)
      for (const { path, query, headers } of requests) {
        const at = Number(query.slice('flowId='.length))
        t.equal(
          [headers['x-person'], headers['x-incode-hardware-id'], path.startsWith('/0')],
          [`${at}`, tokens[at % 10], at % 2 === 1],
          query,
        )
      }
      await t.rejects(core.getFinishStatus(), { code: 'NOT_CONFIGURED' })
    },
  },
  {
    name: 'a call with another apiURL uses neither the current token nor the current customHeaders',
    async run(t) {
      const [token, own] = [await t.token(), await t.token()]
      const core = await t.ready('', { token, customHeaders: { 'x-a': '1', 'x-b': '1' } })
      await t.rejects(core.getFinishStatus(null, { apiURL: t.api('/0') }), { code: 'NOT_CONFIGURED', message: /token/ })
      await core.getFinishStatus(null, { apiURL: t.api('/0'), token: own })
      await core.getFinishStatus(null, { apiURL: `${t.api()}/` })
      await core.getFinishStatus(null, { customHeaders: { 'x-b': '2' } })
      await core.createSession(SANDBOX_KEY, { ...start, apiURL: t.api('/0'), customHeaders: { 'x-b': '3' } })
      const seen = (await t.requests()).map(({ path, headers }) => [path, headers['x-incode-hardware-id'], headers['x-a'], headers['x-b']])
      t.equal(seen, [
        ['/0/omni/finish-status', own, undefined, undefined],
        ['/omni/finish-status', token, '1', '1'],
        ['/omni/finish-status', token, undefined, '2'],
        ['/0/omni/start', undefined, undefined, '3'],
      ])
    },
  },
  {
    name: 'an apiURL without a value sends no key to the demo API by accident',
    async run(t) {
      const core = await t.core()
      const calls = t.watchFetch()
      for (const apiURL of [undefined, null]) {
        const { message } = await t.rejectsArgument(core.createSession(KEY, { ...start, apiURL }), 'apiURL')
        t.ok(/demo/.test(message), message)
      }
      t.equal(calls, [])
      await core.setup({ apiURL: t.api() })
      await core.createSession(SANDBOX_KEY, { ...start, apiURL: undefined })
      t.equal(
        calls.map(([url]) => url),
        [t.api('/omni/start')],
      )
    },
  },
  {
    name: 'a replaced token logs one warning in a process without pages and none in a page',
    async run(t) {
      const core = await t.core()
      const printed = t.console()
      await core.setup({ apiURL: t.api(), token: TOKEN })
      await core.setup({ token: TOKEN })
      await core.initializeSession({ token: TOKEN })
      await core.setup({ apiURL: t.api('/0') })
      await core.initializeSession({ token: TOKEN })
      t.equal(printed, [])
      await core.initializeSession({ token: 'another-token' })
      await core.setup({ token: TOKEN })
      const logged = warnings(printed)
      t.equal(logged.length, t.runtime === 'page' ? 0 : 1)
      if (logged.length) t.ok(/getFinishStatus/.test(logged[0]) && !logged[0].includes(TOKEN), logged[0])
    },
  },
  ...[401, 403].map((status) => ({
    name: `a ${status} to a token alone says that the apiURL may have to end in /0, where it does not and no key went along`,
    async run(t) {
      const hint = /\/0/
      const core = await t.ready(`/fault/status-${status}`, { retries: 0 })
      t.ok(hint.test((await t.thrown(core.getFinishStatus())).message), 'a token alone')
      t.ok(!hint.test((await t.thrown(core.createSession(KEY, start))).message), 'a key')
      t.ok(!hint.test((await t.thrown(core.getFinishStatus(null, { customHeaders: { 'X-Api-Key': KEY } }))).message), 'token and key')
      await core.setup({ apiURL: t.api(`/fault/status-${status}/0`), token: TOKEN })
      t.ok(!hint.test((await t.thrown(core.getFinishStatus())).message), 'under /0')
      await core.setup({ apiURL: t.api('/fault/status-404'), token: TOKEN })
      t.ok(!hint.test((await t.thrown(core.getFinishStatus())).message), 'another status')
    },
  })),
  {
    name: 'an IncodeError made for a test has exactly the given fields',
    async run(t) {
      const { IncodeError } = await t.core()
      const cause = new TypeError('fetch failed')
      const error = new IncodeError({ code: 'NETWORK', message: 'no network', attempts: 3, cause, status: undefined })
      t.ok(error instanceof Error && error instanceof IncodeError, 'instanceof')
      t.equal(
        [error.name, error.message, error.code, error.attempts, error.cause === cause],
        ['IncodeError', 'no network', 'NETWORK', 3, true],
      )
      t.equal(Object.keys(error).sort(), ['attempts', 'code'])
      t.equal([String(error), IncodeError.name], ['IncodeError: no network', 'IncodeError'])
    },
  },
]
