import { KEY, show, TOKEN } from '../context.js'

const CALLS = [
  ['start', (core, signal, options) => core.createSession(KEY, { configurationId: 'approved', signal, ...options })],
  ['finish-status', (core, signal, options) => core.getFinishStatus(null, { signal, ...options })],
]

const REASONS = ['a string', '', 0, 42, false, null, { an: 'object' }, new TypeError('mine'), Symbol('mine'), () => {}, [1], 10n]

const is = (t, actual, expected) =>
  t.ok(Object.is(actual, expected), `rejected with ${show(actual)}, not with the reason ${show(expected)}`)

const reasons = REASONS.map((reason) => ({
  name: `a call aborted with ${show(reason)} (${typeof reason}) rejects with that value at any time`,
  async run(t) {
    const core = await t.ready('/fault/hang')
    for (const [, call] of CALLS) {
      is(t, await t.thrown(call(core, AbortSignal.abort(reason))), reason)
      const controller = new AbortController()
      const pending = call(core, controller.signal)
      controller.abort(reason)
      is(t, await t.thrown(pending), reason)
    }
    const controller = new AbortController()
    const pending = t.thrown(core.getFinishStatus(null, { signal: controller.signal }))
    await t.until(async () => (await t.requests()).length > 0, 'the request')
    controller.abort(reason)
    is(t, await pending, reason)
  },
}))

const moments = CALLS.flatMap(([name, call]) => [
  {
    name: `a ${name} with an aborted signal makes no request`,
    async run(t) {
      const core = await t.ready()
      const signal = AbortSignal.abort('before')
      is(t, await t.thrown(call(core, signal)), 'before')
      t.equal(await t.journal(), [])
    },
  },
  ...['hang', 'slow-headers', 'slow-body', 'stalled-body'].map((fault) => ({
    name: `aborting a ${name} under ${fault} ends its request immediately`,
    async run(t) {
      const core = await t.ready(`/fault/${fault}`, { token: await t.token() })
      const controller = new AbortController()
      const pending = t.thrown(call(core, controller.signal))
      await t.until(async () => (await t.requests()).length === 1, 'the request')
      controller.abort('during')
      is(t, await pending, 'during')
      await t.until(async () => (await t.requests())[0].outcome === 'dropped', 'the end of the request')
      t.equal((await t.requests()).length, 1)
    },
  })),
  {
    name: `aborting a ${name} during its wait ends it immediately without another request`,
    async run(t) {
      const core = await t.ready('/fault/status-429-retry-after-20')
      const controller = new AbortController()
      const { delays, open } = t.timers()
      const pending = t.thrown(call(core, controller.signal))
      await t.until(() => delays.includes(20_000), 'the wait')
      controller.abort('in the wait')
      is(t, await pending, 'in the wait')
      await t.until(() => open.size === 0, 'the end of the timers')
      t.equal((await t.requests()).length, 1)
    },
  },
  {
    name: `aborting a ${name} in the tick of the call makes no request`,
    async run(t) {
      const core = await t.core()
      await core.initializeSession({ token: TOKEN })
      const setup = core.setup({ apiURL: t.api('/fault/hang') })
      const controller = new AbortController()
      const pending = t.thrown(call(core, controller.signal))
      controller.abort('now')
      is(t, await pending, 'now')
      await setup
      t.equal(await t.journal(), [])
    },
  },
  {
    name: `a ${name} aborted while the module loads rejects immediately, and the load continues for others`,
    async run(t) {
      const core = await t.core()
      const { instantiate } = WebAssembly
      let release
      t.patch(
        WebAssembly,
        'instantiate',
        (...args) =>
          new Promise((done) => {
            release = () => done(instantiate(...args))
          }),
      )
      const controller = new AbortController()
      const setup = core.setup({ apiURL: t.api(), token: TOKEN })
      const pending = t.thrown(call(core, controller.signal))
      controller.abort('loading')
      is(t, await pending, 'loading')
      await t.until(() => release, 'the load')
      release()
      await setup
      t.equal(await t.journal(), [])
    },
  },
])

export default [
  ...reasons,
  ...moments,
  {
    name: 'an abort without a reason rejects with an AbortError, as fetch does',
    async run(t) {
      const core = await t.ready('/fault/hang')
      for (const [, call] of CALLS) {
        const controller = new AbortController()
        const pending = t.thrown(call(core, controller.signal))
        controller.abort()
        const reason = await pending
        is(t, reason, controller.signal.reason)
        t.equal(reason.name, 'AbortError')
      }
    },
  },
  {
    name: "AbortSignal.timeout() rejects with the signal's TimeoutError",
    async run(t) {
      const core = await t.ready('/fault/hang')
      const signal = AbortSignal.timeout(50)
      const reason = await t.thrown(core.getFinishStatus(null, { signal }))
      is(t, reason, signal.reason)
      t.equal(reason.name, 'TimeoutError')
    },
  },
  {
    name: 'aborting one call does not affect others',
    seconds: 5,
    async run(t) {
      const token = await t.token('approved', true)
      const core = await t.ready('/fault/slow-headers', { token })
      const controller = new AbortController()
      const aborted = t.thrown(core.getFinishStatus(null, { signal: controller.signal }))
      const other = core.getFinishStatus(null, { signal: new AbortController().signal })
      await t.until(async () => (await t.requests()).length === 2, 'both requests')
      controller.abort('one')
      is(t, await aborted, 'one')
      t.equal((await other).action, 'approved')
    },
  },
  {
    name: 'an abort after the end changes nothing',
    async run(t) {
      const core = await t.ready('', { token: await t.token() })
      const controller = new AbortController()
      const status = await core.getFinishStatus(null, { signal: controller.signal })
      controller.abort('late')
      t.equal(status.action, 'none')
      t.equal((await core.getFinishStatus()).action, 'none')
    },
  },
  {
    name: 'leaves no listener on a signal shared by many calls',
    async run(t) {
      const core = await t.core()
      const { signal } = new AbortController()
      let listening = 0
      for (const [name, change] of [
        ['addEventListener', 1],
        ['removeEventListener', -1],
      ]) {
        const original = signal[name]
        t.patch(signal, name, (...args) => {
          listening += change
          return original.apply(signal, args)
        })
      }
      await Promise.all([core.setup({ apiURL: t.api(), token: await t.token() }), core.getFinishStatus(null, { signal })])
      await core.getFinishStatus(null, { signal })
      await core.setup({ apiURL: t.api('/fault/status-404') })
      await t.thrown(core.createSession(KEY, { configurationId: 'approved', signal }))
      await t.thrown(core.createSession(KEY, { configurationId: 'approved', signal, timeout: 30, apiURL: t.api('/fault/hang') }))
      await t.until(() => listening <= 0, `the end of ${listening} listeners`)
    },
  },
  {
    name: 'an abort while a response is read prevents the next attempt',
    async run(t) {
      const core = await t.ready()
      for (const call of [
        (options) => core.createSession(KEY, { configurationId: 'approved', ...options }),
        (options) => core.getFinishStatus(null, options),
      ]) {
        const controller = new AbortController()
        let requests = 0
        const fetch = async () => {
          requests++
          const get = (name) => {
            if (name !== 'retry-after') return null
            controller.abort('enough')
            return '0'
          }
          return { status: 429, headers: { get }, json: async () => ({}) }
        }
        is(t, await t.thrown(call({ signal: controller.signal, fetch })), 'enough')
        t.equal(requests, 1)
      }
    },
  },
  {
    name: 'an abort overrides a response in the same tick',
    async run(t) {
      const core = await t.ready()
      const controller = new AbortController()
      t.mockFetch(async () => {
        controller.abort('with the response')
        return new Response('{"action":"approved"}')
      })
      is(t, await t.thrown(core.getFinishStatus(null, { signal: controller.signal })), 'with the response')
    },
  },
]
