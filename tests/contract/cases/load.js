import { KEY, SANDBOX_KEY } from '../context.js'

const OUTCOMES = [
  ['approved', 'OK'],
  ['rejected', 'FAIL'],
  ['warn', 'WARN'],
]
const finishedTokens = (t) => Promise.all(OUTCOMES.map(([configurationId]) => t.token(configurationId, true)))
const size = ({ memory, tables }) => [memory.buffer.byteLength, ...tables.map((table) => table.length)]

export default [
  {
    name: '2,000 calls in a row get their own responses, and memory stays flat after warm-up',
    async run(t) {
      const made = t.instances()
      const core = await t.core()
      // Outside of a run, where connections are kept open.
      await core.setup({ apiURL: t.origin })
      const tokens = await finishedTokens(t)
      let afterWarmUp
      for (let call = 0; call < 2_000; call++) {
        const { scoreStatus } = await core.getFinishStatus(`flow-${call}`, { token: tokens[call % 3] })
        t.equal(scoreStatus, OUTCOMES[call % 3][1], `response ${call}`)
        if (call === 200) afterWarmUp = size(made[0])
      }
      t.equal(size(made[0]), afterWarmUp, 'memory and tables')
    },
  },
  {
    name: '200 concurrent calls get their own responses',
    async run(t) {
      const core = await t.ready()
      const tokens = await finishedTokens(t)
      const starts = Array.from({ length: 100 }, (_, call) =>
        core.createSession(SANDBOX_KEY, { configurationId: 'approved', externalId: `user-${call}` }),
      )
      const statuses = Array.from({ length: 100 }, (_, call) => core.getFinishStatus(`flow-${call}`, { token: tokens[call % 3] }))
      const sessions = await Promise.all(starts)
      t.equal(new Set(sessions.map(({ token }) => token)).size, 100, 'tokens')
      t.equal(
        (await Promise.all(statuses)).map(({ scoreStatus }) => scoreStatus),
        statuses.map((_, call) => OUTCOMES[call % 3][1]),
      )
      const requests = await t.requests()
      t.equal(requests.length, 200)
      t.equal(new Set(requests.map(({ query, body }) => query || JSON.parse(body).externalId)).size, 200)
    },
  },
  {
    name: '3,000 failures of every kind: memory stays flat after warm-up',
    async run(t) {
      const made = t.instances()
      const core = await t.ready('', { retries: 0 })
      const failing = [
        () => core.setup({ apiURL: 'https://[' }),
        () => core.setup({ apiURL: 'http://evil.example', token: 'x' }),
        () => core.createSession('a\nb', {}),
        () => core.createSession(KEY, { configurationId: 'approved', customFields: { a: 5 } }),
        () => core.createSession(KEY, { configurationId: 'approved', signal: AbortSignal.abort('x') }),
        () => core.getFinishStatus(Symbol('s')),
        () =>
          core.getFinishStatus(null, {
            get token() {
              throw new Error('no')
            },
          }),
        () => core.createSession(KEY, { configurationId: 'approved' }),
        () => core.getFinishStatus(),
        () => core.getFinishStatus(null, { timeout: 1 }),
      ]
      const responses = [
        () => {
          throw new Error('immediately')
        },
        () => Promise.reject('later'),
        () => ({}),
        async () => new Response('not JSON'),
        async () => new Response('{"message":"bad"}', { status: 400 }),
        () => new Promise((_, reject) => setTimeout(reject, 2)),
      ]
      let calls = 0
      t.mockFetch(() => responses[calls % responses.length]())
      let afterWarmUp
      for (; calls < 3_000; calls++) {
        await t.thrown(failing[calls % failing.length](), `call ${calls}`)
        if (calls === 600) afterWarmUp = size(made[0])
      }
      t.equal(size(made[0]), afterWarmUp, 'memory and tables')
    },
  },
]
