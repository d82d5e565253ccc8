import { KEY, SANDBOX_KEY, TOKEN } from '../context.js'

const tokenSent = async (t) => (await t.requests()).map(({ headers }) => headers['x-incode-hardware-id'])

const rejected = [
  ['INVALID_ARGUMENT', 'a wrong option', { timeout: 0 }],
  ['INVALID_ARGUMENT', 'a wrong header', { customHeaders: { 'x-a': '2', 'api-version': '2' } }],
  ['INVALID_ARGUMENT', 'a wrong token', { token: 'a\nb' }],
  ['INVALID_ARGUMENT', 'a wrong apiURL', { apiURL: 'http://evil.example' }],
  ['UNSUPPORTED', 'encryption', { encryption: true }],
].map(([code, why, wrong]) => ({
  name: `a setup rejected for ${why} keeps the current configuration`,
  async run(t) {
    const token = await t.token()
    const core = await t.ready('', { token, customHeaders: { 'x-a': '1' }, retries: 0 })
    const other = { apiURL: t.api('/fault/status-500'), token: 'other', customHeaders: { 'x-a': '2' }, timeout: 1, retries: 5 }
    await t.rejects(core.setup({ ...other, ...wrong }), { code })
    await core.getFinishStatus()
    const [{ path, headers }] = await t.requests()
    t.equal([path, headers['x-incode-hardware-id'], headers['x-a']], ['/omni/finish-status', token, '1'])
  },
}))

const ignored = {
  name: 'options that initializeSession ignores do not change the configuration',
  async run(t) {
    const token = await t.token()
    const core = await t.ready('', { customHeaders: { 'x-a': '1' } })
    t.console()
    await core.initializeSession({ token, apiURL: t.api('/fault/status-500'), customHeaders: { 'x-a': '2' }, timeout: 1, retries: 0 })
    await core.getFinishStatus()
    const [{ path, headers }] = await t.requests()
    t.equal([path, headers['x-incode-hardware-id'], headers['x-a']], ['/omni/finish-status', token, '1'])
  },
}

const kept = [
  ['no apiURL', undefined, true],
  ['the same apiURL', '', true],
  ['the same apiURL with a slash', '/', true],
  ['another path', '/0', false],
].map(([what, path, isKept]) => ({
  name: `a setup without token and with ${what} ${isKept ? 'keeps' : 'drops'} the token`,
  async run(t) {
    const token = await t.token()
    const core = await t.ready('', { token })
    await core.setup({ apiURL: path === undefined ? undefined : t.api(path) })
    if (isKept) {
      await core.getFinishStatus()
      t.equal(await tokenSent(t), [token])
    } else {
      await t.rejects(core.getFinishStatus(), { code: 'NOT_CONFIGURED', message: /token/ })
      t.equal(await t.journal(), [])
    }
  },
}))

export default [
  ...rejected,
  ignored,
  ...kept,
  {
    name: 'a token is not sent to another origin and does not return with the old one',
    async run(t) {
      const core = await t.ready()
      await core.setup({ apiURL: t.api().replace('localhost', '127.0.0.1') })
      await t.rejects(core.getFinishStatus(), { code: 'NOT_CONFIGURED' })
      await core.setup({ apiURL: t.api() })
      await t.rejects(core.getFinishStatus(), { code: 'NOT_CONFIGURED' })
      t.equal(await t.journal(), [])
    },
  },
  {
    name: '/0 and /0/ are the same apiURL',
    async run(t) {
      const token = await t.token()
      const core = await t.ready('/0', { token })
      await core.setup({ apiURL: t.api('/0/') })
      await core.getFinishStatus()
      await core.setup({ apiURL: t.api('/0') })
      await core.getFinishStatus()
      t.equal(
        (await t.requests()).map(({ path }) => path),
        ['/0/omni/finish-status', '/0/omni/finish-status'],
      )
    },
  },
  {
    name: 'setup with a token has the same effect as setup and then initializeSession',
    async run(t) {
      const token = await t.token()
      await (await t.ready('', { token })).getFinishStatus()
      const core = await t.core()
      await core.setup({ apiURL: t.api() })
      await core.initializeSession({ token, hostingApp: 'shop' })
      await core.getFinishStatus()
      t.equal(await tokenSent(t), [token, token])
    },
  },
  {
    name: 'the first setup keeps a token that initializeSession set before it',
    async run(t) {
      const token = await t.token()
      const core = await t.core()
      await core.initializeSession({ token })
      await core.setup({ apiURL: t.api() })
      await core.getFinishStatus()
      t.equal(await tokenSent(t), [token])
    },
  },
  {
    name: 'a call with its own apiURL does not use the current token, and says so',
    async run(t) {
      const core = await t.core()
      const calls = t.watchFetch()
      await core.initializeSession({ token: TOKEN })
      const other = { code: 'NOT_CONFIGURED', message: /no token: pass token to this call, for its apiURL/ }
      await t.rejects(core.getFinishStatus(null, { apiURL: t.api() }), other)
      await core.setup({ apiURL: t.api() })
      await t.rejects(core.getFinishStatus(null, { apiURL: t.api('/0') }), other)
      t.equal(calls, [])
    },
  },
  {
    name: 'a later token replaces an earlier one',
    async run(t) {
      const token = await t.token()
      const core = await t.ready()
      await core.initializeSession({ token })
      await core.getFinishStatus()
      await core.setup({ token: TOKEN })
      await core.initializeSession({ token })
      await core.setup({ token })
      await core.getFinishStatus()
      t.equal(await tokenSent(t), [token, token])
    },
  },
  {
    name: 'a rejected initializeSession keeps the current token',
    async run(t) {
      const token = await t.token()
      const core = await t.ready('', { token })
      await t.rejectsArgument(core.initializeSession({ token: '' }), 'token')
      await core.getFinishStatus()
      t.equal(await tokenSent(t), [token])
    },
  },
  {
    name: 'no token is sent to an API that no one named',
    async run(t) {
      const core = await t.core()
      const calls = t.watchFetch()
      await t.rejects(core.getFinishStatus(), { code: 'NOT_CONFIGURED', message: /apiURL|setup/ })
      await t.rejects(core.getFinishStatus('flow', { token: TOKEN }), { code: 'NOT_CONFIGURED' })
      await core.initializeSession({ token: TOKEN })
      await t.rejects(core.getFinishStatus(), { code: 'NOT_CONFIGURED' })
      await t.thrown(core.createSession(KEY, { configurationId: 'approved', apiURL: t.api() }))
      await t.rejects(core.getFinishStatus(), { code: 'NOT_CONFIGURED' })
      t.equal(calls.length, 1)
    },
  },
  {
    name: 'without a token anywhere no request is made',
    async run(t) {
      const core = await t.core()
      await core.setup({ apiURL: t.api() })
      const error = await t.rejects(core.getFinishStatus(), { code: 'NOT_CONFIGURED', message: /token/ })
      t.ok(!('attempts' in error) && !error.message.startsWith('Failed'), error.message)
      t.equal(await t.journal(), [])
    },
  },
  {
    name: 'options.token overrides the current token for that call alone',
    async run(t) {
      const [token, own] = [await t.token(), await t.token()]
      const core = await t.ready('', { token })
      await core.getFinishStatus(null, { token: own })
      await core.getFinishStatus()
      t.equal(await tokenSent(t), [own, token])
    },
  },
  {
    name: 'the token of a new session does not become the current one',
    async run(t) {
      const core = await t.core()
      await core.setup({ apiURL: t.api() })
      await core.createSession(SANDBOX_KEY, { configurationId: 'approved' })
      await t.rejects(core.getFinishStatus(), { code: 'NOT_CONFIGURED' })
    },
  },
  {
    name: 'options that a setup omits return to their defaults',
    async run(t) {
      const core = await t.ready('/fault/status-500', { customHeaders: { 'x-a': '1', 'x-api-key': KEY }, timeout: 25_000, retries: 0 })
      const { delays } = t.timers((ms) => ms < 20_000)
      const calls = t.watchFetch()
      await t.rejects(core.getFinishStatus(), { attempts: 1 })
      await core.setup({})
      await t.rejects(core.getFinishStatus(), { attempts: 3 })
      const [before, ...after] = await t.requests()
      t.equal([before.headers['x-a'], t.keys(calls)[0]], ['1', KEY])
      for (const { headers } of after) t.equal([headers['x-a'], headers['x-api-key']], [undefined, undefined])
      const deadlines = delays.filter((ms) => ms > 20_000).map((ms) => Math.ceil(ms / 5_000) * 5_000)
      t.equal(deadlines, [25_000, 30_000])
    },
  },
  {
    name: 'a call in flight keeps the apiURL, token, headers and retries that it started with',
    async run(t) {
      const core = await t.ready('/fault/2-times-status-503', { customHeaders: { 'x-a': '1' } })
      const token = await t.token()
      let setup
      t.timers((ms) => {
        const isWait = ms < 20_000
        if (isWait) setup ??= core.setup({ apiURL: t.api('/fault/status-404'), token: 'other', retries: 0, customHeaders: { 'x-b': '2' } })
        return isWait
      })
      await core.initializeSession({ token })
      await core.getFinishStatus('flow')
      await setup
      const requests = await t.requests()
      t.equal(
        requests.map(({ path, query }) => `${path}?${query}`),
        Array(3).fill('/fault/2-times-status-503/omni/finish-status?flowId=flow'),
      )
      for (const { headers } of requests)
        t.equal([headers['x-incode-hardware-id'], headers['x-a'], headers['x-b']], [token, '1', undefined])
    },
  },
  {
    name: 'calls take effect in the order in which they were made, awaited or not',
    async run(t) {
      const [token, second] = [await t.token(), await t.token()]
      const core = await t.core()
      const calls = [
        core.setup({ apiURL: t.api('/0'), token, customHeaders: { 'x-a': '1' } }),
        core.getFinishStatus('first'),
        core.initializeSession({ token: second }),
        core.getFinishStatus('second'),
        core.setup({ apiURL: t.api(), token }),
        core.getFinishStatus('third'),
      ]
      await Promise.all(calls)
      const seen = (await t.requests()).map(({ path, query, headers }) => [query, path, headers['x-incode-hardware-id'], headers['x-a']])
      t.equal(seen.sort(), [
        ['flowId=first', '/0/omni/finish-status', token, '1'],
        ['flowId=second', '/0/omni/finish-status', second, '1'],
        ['flowId=third', '/omni/finish-status', token, undefined],
      ])
    },
  },
  {
    name: 'customHeaders go only to the apiURL that they were set with',
    async run(t) {
      const core = await t.ready('', { customHeaders: { 'x-a': '1', 'x-api-key': KEY }, token: await t.token() })
      const start = { configurationId: 'approved' }
      await core.createSession(SANDBOX_KEY, { ...start, apiURL: t.api('/0') })
      await core.createSession(SANDBOX_KEY, { ...start, apiURL: t.api() })
      await core.createSession(SANDBOX_KEY, start)
      await core.setup({ apiURL: t.api('/0') })
      await core.createSession(SANDBOX_KEY, start)
      t.equal(
        (await t.requests()).map(({ path, headers }) => [path, headers['x-a']]),
        [
          ['/0/omni/start', undefined],
          ['/omni/start', '1'],
          ['/omni/start', '1'],
          ['/0/omni/start', undefined],
        ],
      )
    },
  },
  {
    name: 'the apiURL of createSession applies to that call alone',
    async run(t) {
      const core = await t.ready('', { token: await t.token() })
      await core.createSession(SANDBOX_KEY, { configurationId: 'approved', apiURL: t.api('/0') })
      await core.getFinishStatus()
      t.equal(
        (await t.requests()).map(({ path }) => path),
        ['/0/omni/start', '/omni/finish-status'],
      )
    },
  },
  {
    name: "createSession uses the vendor's demo API before any setup",
    async run(t) {
      const core = await t.core()
      const urls = t.mockAPI()
      await core.createSession(KEY, { configurationId: 'approved' })
      await core.initializeSession({ token: TOKEN })
      await core.createSession(KEY, { configurationId: 'approved' })
      t.equal(urls, Array(2).fill('https://demo-api.incodesmile.com/omni/start'))
    },
  },
]
