// In a build with the feature `provoke-panic`: one API key makes a call panic before a request, one token when its response arrives.
import { KEY, SANDBOX_KEY, TOKEN } from '../context.js'
import { WAYS } from '../replacements.js'

const NAME = 'provoke-panic'

const panicEarly = (core, t) => core.createSession(`${NAME}-at-once`, { configurationId: 'approved', apiURL: t.api() })

/** Starts a call that panics in its response. The global fetch at call time responds, so it has started before the next call. */
function panicLate(core, t) {
  const { fetch } = globalThis
  t.mockFetch(async (...call) =>
    new Headers(call[1].headers).get('x-api-key') === NAME ? new Response(JSON.stringify({ token: NAME })) : fetch(...call),
  )
  return core.createSession(NAME, { configurationId: 'approved', apiURL: t.api() })
}

const PANICS = [
  ['before there is a request', panicEarly, 'createSession: '],
  ['in a response', panicLate, 'Failed to create Incode session: '],
]

/** Returns a `fetch` that never settles, and the signals of its requests. */
function hanging() {
  const signals = []
  const hang = (_, { signal }) => {
    signals.push(signal)
    return new Promise(() => {})
  }
  return { hang, signals }
}

async function ready(t, path) {
  const core = await t.panickingCore()
  await core.setup({ apiURL: t.api(path), token: TOKEN })
  return core
}

export default [
  ...PANICS.flatMap(([when, panic, prefix]) => [
    {
      name: `a panic ${when} rejects the call with INTERNAL, reveals nothing and logs nothing`,
      async run(t) {
        const core = await ready(t)
        const printed = t.console()
        const error = await t.rejects(panic(core, t), { code: 'INTERNAL' })
        t.ok(error instanceof core.IncodeError && error.message.startsWith(`${prefix}a bug in incode-core`), error.message)
        t.ok(!/4f1c9d|provoke/.test(error.message + error.stack), error.stack)
        t.equal(Object.keys(error), ['code'])
        t.equal(printed, [])
      },
    },
    {
      name: `after a panic ${when} the next call runs on a fresh module, whose configuration has to be set again`,
      async run(t) {
        const made = t.instances()
        const core = await ready(t)
        await t.rejects(panic(core, t), { code: 'INTERNAL' })
        await t.rejects(core.getFinishStatus(), { code: 'NOT_CONFIGURED', message: t.runtime === 'node' ? /this call/ : /setup/ })
        await core.setup({ apiURL: t.api(), token: await t.token('approved', true) })
        t.equal((await core.getFinishStatus()).action, 'approved')
        t.equal(made.length, 2, 'instances')
      },
    },
    {
      name: `a panic ${when} rejects all pending calls with INTERNAL`,
      async run(t) {
        const core = await ready(t, '/fault/hang')
        const calls = [core.getFinishStatus(), core.getFinishStatus('b'), core.createSession(KEY, { configurationId: 'approved' })]
        const pending = calls.map((call) => t.rejects(call, { code: 'INTERNAL' }))
        await t.until(async () => (await t.requests()).length === 3, 'the requests')
        await t.rejects(panic(core, t), { code: 'INTERNAL' })
        for (const error of await Promise.all(pending)) t.ok(error.message.startsWith('Failed to '), error.message)
      },
    },
  ]),
  ...PANICS.map(([when, panic]) => ({
    name: `a panic ${when} releases the pending calls: requests, waits, timers and listeners`,
    async run(t) {
      const core = await ready(t)
      const controller = new AbortController()
      const listening = new Set()
      t.patch(controller.signal, 'addEventListener', (_, listener) => listening.add(listener))
      t.patch(controller.signal, 'removeEventListener', (_, listener) => listening.delete(listener))
      const { hang, signals } = hanging()
      const busy = async () => new Response('', { status: 429, headers: { 'retry-after': '4' } })
      const { delays, open } = t.timers()
      const calls = [hang, busy].map((fetch) => core.getFinishStatus(null, { fetch, signal: controller.signal }))
      const pending = Promise.all(calls.map((call) => t.rejects(call, { code: 'INTERNAL' })))
      await t.until(() => signals.length === 1 && delays.includes(4_000), 'the request and the wait')
      await t.rejects(panic(core, t), { code: 'INTERNAL' })
      await pending
      t.equal([signals[0].aborted, open.size, listening.size], [true, 0, 0], 'request, timers, listeners')
    },
  })),
  {
    name: 'a panic rejects all pending calls although the global Error throws',
    async run(t) {
      const core = await ready(t)
      const { hang, signals } = hanging()
      const code = (call) => call.catch((error) => error.code)
      const calls = [1, 2].map(() => code(core.getFinishStatus(null, { fetch: hang })))
      await t.until(() => signals.length === 2, 'the requests')
      t.redefine(globalThis, 'Error', WAYS.throws)
      const codes = await Promise.all([code(panicEarly(core, t)), ...calls])
      t.restore()
      t.equal(codes, ['INTERNAL', 'INTERNAL', 'INTERNAL'])
    },
  },
  {
    name: 'late responses and aborts after a panic are ignored',
    async run(t) {
      const core = await ready(t)
      const controller = new AbortController()
      t.patch(controller.signal, 'removeEventListener', () => {})
      const responses = []
      t.mockFetch(() => new Promise((respond) => responses.push(respond)))
      const calls = [core.getFinishStatus(null, { signal: controller.signal }), core.getFinishStatus()]
      const pending = Promise.all(calls.map((call) => t.rejects(call, { code: 'INTERNAL' })))
      await t.until(() => responses.length === 2, 'the requests')
      await t.rejects(panicEarly(core, t), { code: 'INTERNAL' })
      await pending
      controller.abort('late')
      for (const respond of responses) respond(new Response('{"action":"rejected"}'))
      t.restore()
      await core.setup({ apiURL: t.api(), token: await t.token('approved', true) })
      t.equal((await core.getFinishStatus()).action, 'approved')
    },
  },
  {
    name: 'each call ends on its own after repeated panics',
    async run(t) {
      const core = await ready(t)
      for (let call = 0; call < 10; call++) await t.rejects(PANICS[call % 2][1](core, t), { code: 'INTERNAL' })
      t.ok((await core.createSession(SANDBOX_KEY, { configurationId: 'approved', apiURL: t.api() })).token, 'a session')
    },
  },
  {
    name: 'calls made together with a panicking first call are not fulfilled by the broken instance',
    async run(t) {
      const core = await t.panickingCore()
      const outcomes = await Promise.allSettled([
        panicEarly(core, t),
        core.getFinishStatus(),
        core.setup({ apiURL: t.api(), token: TOKEN }),
        core.getFinishStatus(null, { token: TOKEN, apiURL: t.api(), fetch: async () => new Response('{"action":"approved"}') }),
      ])
      const [panicked, unconfigured, setUp, finished] = outcomes
      t.equal(panicked.reason?.code, 'INTERNAL')
      t.equal(unconfigured.reason?.code, 'NOT_CONFIGURED', 'a call that had not started runs on the new instance')
      t.equal([setUp.status, setUp.value], ['fulfilled', undefined])
      t.equal([finished.status, finished.value?.action], ['fulfilled', 'approved'])
      t.equal((await core.getFinishStatus(null, { fetch: async () => new Response('{"action":"rejected"}') })).action, 'rejected')
    },
  },
  {
    name: 'a call that waits for its response rejects with INTERNAL, a call after the panic in the same tick runs on the new instance',
    async run(t) {
      const core = await ready(t)
      const { hang, signals } = hanging()
      const waiting = t.rejects(core.getFinishStatus(null, { fetch: hang }), { code: 'INTERNAL' })
      await t.until(() => signals.length === 1, 'the request')
      const panicking = t.rejects(panicEarly(core, t), { code: 'INTERNAL' })
      const setUp = core.setup({ apiURL: t.api(), token: TOKEN })
      const late = core.getFinishStatus(null, { fetch: async () => new Response('{"action":"approved"}') })
      await Promise.all([waiting, panicking])
      t.equal(await setUp, undefined)
      t.equal((await late).action, 'approved')
    },
  },
]
