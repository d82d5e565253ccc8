import { KEY, SANDBOX_KEY, TOKEN } from '../context.js'

const CALLS = [
  [
    'start',
    (core, options) => core.createSession(SANDBOX_KEY, { configurationId: 'approved', ...options }),
    'Failed to create Incode session: ',
  ],
  ['finish-status', (core, options) => core.getFinishStatus(null, options), 'Failed to get Incode finish status: '],
]

const slow = ['hang', 'slow-headers', 'slow-body', 'stalled-body'].flatMap((fault) =>
  CALLS.map(([name, call, begins]) => ({
    name: `a ${name} under ${fault} ends in TIMEOUT when its time has run out, and its connection with it`,
    async run(t) {
      const core = await t.ready(`/fault/${fault}`, { token: await t.token() })
      const error = await t.rejects(call(core, { timeout: 300 }), { code: 'TIMEOUT', attempts: 1 })
      t.ok(error.message.startsWith(begins) && error.message.includes('300'), error.message)
      t.ok(!('status' in error) && !('cause' in error), 'absent fields are not properties')
      await t.until(async () => (await t.requests()).every(({ outcome }) => outcome === 'dropped'), 'the end of the connection')
      t.ok((await t.requests()).length <= 1, 'one request')
    },
  })),
)

export default [
  ...slow,
  {
    name: 'a slow response within the timeout is accepted',
    seconds: 5,
    async run(t) {
      const core = await t.ready('/fault/slow-headers', { token: await t.token('approved', true) })
      t.equal((await core.getFinishStatus()).action, 'approved')
    },
  },
  {
    name: 'a call has 30 s by default, and its own timeout overrides that of setup',
    async run(t) {
      const core = await t.ready('/fault/hang')
      const deadlines = []
      for (const [inSetup, ofCall] of [
        [undefined, undefined],
        [9_000, undefined],
        [9_000, 7_000],
        [undefined, 2_147_483_647],
      ]) {
        await core.setup({ timeout: inSetup })
        const { delays } = t.timers(() => true)
        await t.rejects(core.getFinishStatus(null, { timeout: ofCall }), { code: 'TIMEOUT' })
        await t.rejects(core.createSession(KEY, { configurationId: 'approved', timeout: ofCall }), { code: 'TIMEOUT' })
        deadlines.push(...delays.map((ms) => Math.round(ms / 1_000)))
        t.restore()
      }
      t.equal(deadlines, [30, 30, 9, 9, 7, 7, 2_147_484, 2_147_484])
    },
  },
  {
    name: 'the timeout covers all attempts and waits together',
    async run(t) {
      const core = await t.ready()
      let requests = 0
      let now = 0
      t.patch(performance, 'now', () => now)
      t.mockFetch(async () => {
        requests += 1
        now += 400
        return new Response('{}', { status: 503, headers: { 'retry-after': '0' } })
      })
      await t.rejects(core.getFinishStatus(null, { timeout: 1_000, retries: 10 }), { code: 'SERVER_ERROR', attempts: 3 })
      t.equal(requests, 3)
    },
  },
  {
    name: 'a later attempt that hangs ends with the time of the call, and counts',
    async run(t) {
      const core = await t.ready()
      let requests = 0
      t.mockFetch(() =>
        ++requests === 1 ? Promise.resolve(new Response('{}', { status: 503, headers: { 'retry-after': '0' } })) : new Promise(() => {}),
      )
      await t.rejects(core.getFinishStatus(null, { timeout: 1_000 }), { code: 'TIMEOUT', attempts: 2 })
    },
  },
  {
    name: 'the timeout covers the loading of the module, for every call, and no request is made',
    seconds: 30,
    async run(t) {
      const calls = [
        (core) => core.setup({ apiURL: t.api(), timeout: 30 }),
        (core) => core.createSession(KEY, { configurationId: 'approved', timeout: 30 }),
        (core) => core.getFinishStatus(null, { timeout: 30 }),
      ]
      const ends = async (call) => {
        const error = await t.rejects(call(await t.core()), { code: 'TIMEOUT' })
        t.ok(!error.message.startsWith('Failed') && !('attempts' in error), error.message)
      }
      t.patch(WebAssembly, 'instantiate', () => new Promise(() => {}))
      await Promise.all(calls.map(ends))
      t.equal(await t.journal(), [])
    },
  },
  {
    name: 'loading time counts toward the timeout of the call',
    async run(t) {
      const core = await t.core()
      const { instantiate } = WebAssembly
      let now = 1_000
      t.patch(performance, 'now', () => now)
      t.patch(WebAssembly, 'instantiate', async (...args) => {
        const result = await instantiate(...args)
        now += 4_000
        return result
      })
      const { delays } = t.timers()
      await t.rejects(core.createSession(KEY, { configurationId: 'approved', apiURL: t.api('/fault/status-404'), timeout: 9_000 }), {
        code: 'CLIENT_ERROR',
      })
      t.equal(
        delays.map((ms) => Math.round(ms / 1_000)),
        [9, 5],
      )
    },
  },
  {
    name: 'a timeout in the options of setup or initializeSession does not end their load',
    async run(t) {
      for (const call of [
        (core) => core.setup({ apiURL: t.api(), timeout: 1 }),
        (core) => core.initializeSession({ token: TOKEN, timeout: 1 }),
      ]) {
        const core = await t.core()
        const { delays } = t.timers()
        await call(core)
        t.equal(Math.round(delays[0] / 1_000), 30)
        t.restore()
      }
    },
  },
  {
    name: 'a clock that goes back while the module loads does not lengthen a timer',
    async run(t) {
      const core = await t.core()
      const { delays } = t.timers()
      const call = core.getFinishStatus(null, { apiURL: t.api(), token: TOKEN, timeout: 300, fetch: () => new Promise(() => {}) })
      t.patch(globalThis, 'performance', { now: () => 0 })
      await t.rejects(call, { code: 'TIMEOUT' })
      t.ok(Math.max(...delays) <= 300, `timers of ${delays} ms`)
    },
  },
  {
    name: 'no timer is left behind',
    async run(t) {
      const core = await t.core()
      const { delays, open } = t.timers((ms) => ms < 20_000)
      await core.setup({ apiURL: t.api('/fault/2-times-status-503'), token: await t.token() })
      await core.getFinishStatus()
      await core.setup({ apiURL: t.api('/fault/status-503') })
      await t.thrown(core.getFinishStatus(null, { token: 'a' }))
      await t.thrown(core.createSession(KEY, { configurationId: 'approved' }))
      await t.thrown(core.createSession(KEY, {}))
      const aborted = new AbortController()
      const call = core.createSession(KEY, { configurationId: 'approved', apiURL: t.api('/fault/hang'), signal: aborted.signal })
      aborted.abort()
      await t.thrown(call)
      t.ok(delays.length > 5, 'timers were used')
      await t.until(() => open.size === 0, 'the end of all timers')
    },
  },
]
