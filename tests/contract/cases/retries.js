import { KEY, SANDBOX_KEY } from '../context.js'

const start = (core, options) => core.createSession(SANDBOX_KEY, { configurationId: 'approved', ...options })
const finish = (core, options) => core.getFinishStatus(null, options)

const RETRIED = { finish: [429, 500, 502, 503, 504], start: [429] }
const STATUSES = [400, 401, 403, 404, 408, 409, 413, 422, 425, 429, 500, 501, 502, 503, 504, 505, 599]

const table = STATUSES.flatMap((status) =>
  [
    ['finish', finish],
    ['start', start],
  ].map(([name, call]) => {
    const attempts = RETRIED[name].includes(status) ? 3 : 1
    return {
      name: `a ${name} is ${attempts > 1 ? 'retried' : 'not retried'} after ${status}`,
      async run(t) {
        const core = await t.ready(`/fault/status-${status}`)
        t.waits()
        await t.rejects(call(core), { status, attempts })
        t.equal((await t.requests()).length, attempts)
      },
    }
  }),
)

const startAndRetryAfter = [
  ['status-503-retry-after-0', 3],
  ['status-503-retry-after-1', 3],
  ['status-503-retry-after-date-0', 3],
  ['status-503-retry-after-bad', 1],
  ['status-500-retry-after-0', 1],
  ['status-502-retry-after-0', 1],
  ['status-504-retry-after-0', 1],
  ['status-429-retry-after-0', 3],
  ['status-429-retry-after-bad', 3],
  ['status-400-retry-after-0', 1],
].map(([fault, attempts]) => ({
  name: `a start under ${fault} makes ${attempts} request${attempts > 1 ? 's' : ''}`,
  async run(t) {
    const core = await t.ready(`/fault/${fault}`)
    t.waits()
    await t.rejects(start(core), { attempts })
    t.equal((await t.requests()).length, attempts)
  },
}))

const network = ['close', 'cut-body'].flatMap((fault) => [
  {
    name: `a start under ${fault} may have reached the API and is not retried`,
    async run(t) {
      const core = await t.ready(`/fault/${fault}`)
      const { delays } = t.waits()
      await t.rejects(start(core, { retries: 10 }), { attempts: 1 })
      t.equal(delays, [])
      t.equal((await t.requests()).length, 1)
    },
  },
  {
    name: `a finish-status under ${fault} is retried`,
    async run(t) {
      const core = await t.ready(`/fault/${fault}`, { token: await t.token() })
      t.waits()
      // Not counted at the sandbox: Firefox itself sends a GET whose connection closes up to ten times.
      const calls = t.watchFetch()
      await t.rejects(finish(core), { code: { close: 'NETWORK', 'cut-body': 'INVALID_RESPONSE' }[fault], attempts: 3 })
      t.equal(calls.length, 3)
    },
  },
])

const recovers = ['2-times-status-503', '1-times-status-500', '2-times-status-429-retry-after-0', '1-times-close', '2-times-cut-body'].map(
  (fault) => ({
    name: `a finish-status under ${fault} succeeds in the end`,
    async run(t) {
      const core = await t.ready(`/fault/${fault}`, { token: await t.token('approved', true) })
      t.waits()
      const calls = t.watchFetch()
      t.equal((await finish(core)).action, 'approved')
      const [sent, least] = [(await t.requests()).length, parseInt(fault, 10) + 1]
      // A GET whose connection closes is sent again by Firefox, and by WebKit now and then: ours are the calls of fetch.
      if (fault.endsWith('close')) t.ok(sent >= least && calls.length <= least, `${calls.length} calls, ${sent} requests`)
      else t.equal([calls.length, sent], [least, least])
    },
  }),
)

/** Returns a mocked API: the headers that a case needs depend on the time at which it runs. */
const respondingWith = (status, retryAfter) => async () =>
  new Response('{}', { status, headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter } })

const inSeconds = (seconds) => new Date(Date.now() + seconds * 1000).toUTCString()

const unreadable = [
  '',
  ' ',
  '-1',
  '+1',
  '1.5',
  '1e1',
  '1s',
  '0x5',
  'soon',
  '5, 6',
  '2099-01-01T00:00:00Z',
  'Fri, 32 Jan 2099 00:00:00 GMT',
  'Fri, 02 Jan 99 00:00:00 GMT',
  'Fri, 2 Jan 2099 00:00:00 GMT',
  'Fri, 02 Jan 2099 00:00:00',
  'Fri Jan 2 00:00:00 2099',
  'Mon, 01 Foo 2099 00:00:00 GMT',
].map((value) => ({
  name: `a Retry-After of ${JSON.stringify(value)} counts as absent`,
  async run(t) {
    const core = await t.ready()
    const waits = t.waits()
    t.mockFetch(respondingWith(503, value))
    const error = await t.rejects(finish(core), { attempts: 3 })
    t.ok(!('retryAfter' in error), `retryAfter ${error.retryAfter}`)
    t.ok(waits.delays.length === 2 && waits.delays[0] <= 300 && waits.delays[1] <= 600, `waits ${waits.delays}`)
    await t.rejects(start(core), { attempts: 1 })
  },
}))

export default [
  ...table,
  ...startAndRetryAfter,
  ...network,
  ...recovers,
  {
    name: 'a start under 2-times-status-429 makes one session in the end',
    async run(t) {
      const core = await t.ready('/fault/2-times-status-429')
      t.waits()
      t.ok((await start(core)).token, 'a token')
      t.equal(
        (await t.requests()).map(({ status }) => status),
        [429, 429, 200],
      )
    },
  },
  {
    name: 'each attempt sends the same request',
    async run(t) {
      const core = await t.ready('/fault/2-times-status-429-retry-after-0', { customHeaders: { 'x-a': '1' } })
      await start(core, { customFields: { a: 'é' } })
      const sent = (await t.requests()).map(({ method, path, headers, body }) => [
        method,
        path,
        headers['x-api-key'],
        headers['x-a'],
        headers['content-type'],
        body,
      ])
      t.equal(sent, Array(3).fill(sent[0]))
    },
  },
  {
    name: 'retries per call override those of setup, which override the default of 2',
    async run(t) {
      const core = await t.ready('/fault/status-503')
      t.waits()
      await t.rejects(finish(core), { attempts: 3 })
      await core.setup({ retries: 4 })
      await t.rejects(finish(core), { attempts: 5 })
      await t.rejects(finish(core, { retries: 0 }), { attempts: 1 })
      await t.rejects(finish(core, { retries: 10 }), { attempts: 11 })
      await core.setup({ apiURL: t.api('/fault/status-429'), retries: 0 })
      await t.rejects(start(core), { attempts: 1 })
      await t.rejects(start(core, { retries: 1 }), { attempts: 2 })
    },
  },
  {
    name: 'backoff doubles from 300 ms to a cap of 5 s, with full jitter',
    async run(t) {
      const core = await t.ready('/fault/status-503')
      for (const random of [0, 0.25, 0.999_999]) {
        const waits = t.waits()
        t.patch(Math, 'random', () => random)
        await t.rejects(finish(core, { retries: 10 }), { attempts: 11 })
        const full = [300, 600, 1200, 2400, 4800, 5000, 5000, 5000, 5000, 5000]
        // A wait of 0 ms is skipped.
        t.equal(waits.delays.map(Math.round), random ? full.map((ms) => Math.round(ms * random)) : [], `random ${random}`)
        t.restore()
      }
    },
  },
  {
    name: 'each wait has its own jitter',
    async run(t) {
      const core = await t.ready('/fault/status-503')
      const waits = t.waits()
      await t.rejects(finish(core, { retries: 10 }), { attempts: 11 })
      t.equal(new Set(waits.delays).size, 10)
    },
  },
  {
    name: 'waits for Retry-After in seconds and reports it',
    async run(t) {
      const core = await t.ready('/fault/status-503-retry-after-7')
      const waits = t.waits()
      await t.rejects(finish(core), { attempts: 3, retryAfter: 7_000 })
      await core.setup({ apiURL: t.api('/fault/2-times-status-429-retry-after-4') })
      await start(core)
      t.equal(waits.delays, [7_000, 7_000, 4_000, 4_000])
    },
  },
  {
    name: 'waits for Retry-After as an HTTP date and reports it',
    async run(t) {
      const core = await t.ready('/fault/status-429-retry-after-date-9')
      const waits = t.waits()
      const { retryAfter } = await t.rejects(finish(core), { attempts: 3 })
      for (const ms of [...waits.delays, retryAfter]) t.ok(ms > 6_500 && ms <= 9_000, `${ms} ms`)
      t.equal(waits.delays.length, 2)
    },
  },
  {
    name: 'a Retry-After of 0 or of a past date means no wait',
    async run(t) {
      const core = await t.ready()
      for (const value of [
        '0',
        '000',
        inSeconds(-60),
        'Sun, 06 Nov 1994 08:49:37 GMT',
        'Sunday, 06-Nov-94 08:49:37 GMT',
        'Sun Nov  6 08:49:37 1994',
      ]) {
        const waits = t.waits()
        t.mockFetch(respondingWith(503, value))
        await t.rejects(finish(core), { retryAfter: 0, attempts: 3 }, value)
        t.equal(
          waits.delays.filter((ms) => ms > 0),
          [],
          value,
        )
        t.restore()
      }
    },
  },
  {
    name: 'reads Retry-After in all three forms of a date, and caps it at 24 hours',
    async run(t) {
      const core = await t.ready('', { retries: 0 })
      const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
      for (const ahead of [0.5, 29, 59, 366, 1_000, 8_000]) {
        const date = new Date(Date.now() + ahead * 86_400_000 + ahead * 1_000)
        const [weekday, day, month, year, time] = date.toUTCString().split(/,? /)
        const forms = [
          date.toUTCString(),
          `${days[date.getUTCDay()]}, ${day}-${month}-${year.slice(2)} ${time} GMT`,
          `${weekday} ${month} ${day.replace(/^0/, ' ')} ${time} ${year}`,
        ]
        for (const form of forms) {
          t.mockFetch(respondingWith(429, form))
          const { retryAfter } = await t.rejects(finish(core), { code: 'RATE_LIMITED' }, form)
          const wait = Math.min(date - Date.now(), 86_400_000)
          t.ok(Math.abs(retryAfter - wait) < 60_000, `${form}: ${retryAfter} instead of ${wait}`)
        }
      }
    },
  },
  ...unreadable,
  {
    name: 'a Retry-After hidden by CORS counts as absent in a page, and Node reads it',
    async run(t) {
      const core = await t.ready('/fault/hidden-retry-after-6')
      const waits = t.waits()
      const error = await t.rejects(finish(core), { code: 'RATE_LIMITED', attempts: 3 })
      if (t.runtime === 'node') t.equal([error.retryAfter, waits.delays], [6_000, [6_000, 6_000]])
      else t.ok(!('retryAfter' in error) && waits.delays[0] <= 300 && waits.delays[1] <= 600, `waits ${waits.delays}`)
    },
  },
  {
    name: 'a wait that would pass the deadline is not started, and the call rejects immediately',
    async run(t) {
      const core = await t.ready('/fault/status-503-retry-after-60')
      const { delays } = t.timers()
      for (const call of [finish, start]) {
        await t.rejects(call(core), { code: 'SERVER_ERROR', status: 503, retryAfter: 60_000, attempts: 1 })
        await t.rejects(call(core, { timeout: 59_000 }), { status: 503, attempts: 1 })
      }
      t.equal(
        delays.filter((ms) => ms >= 59_500),
        [],
      )
      t.equal((await t.requests()).length, 4)
    },
  },
  {
    name: 'backoff respects the deadline',
    async run(t) {
      const core = await t.ready('/fault/status-503')
      const { delays } = t.timers((ms) => ms < 4_500)
      t.patch(Math, 'random', () => 0.999_999)
      await t.rejects(finish(core, { timeout: 4_700, retries: 10 }), { code: 'SERVER_ERROR', attempts: 5 })
      t.equal(
        delays.map(Math.round).filter((ms) => ms < 4_500),
        [300, 600, 1_200, 2_400],
      )
    },
  },
  {
    name: 'a timeout is not retried',
    async run(t) {
      const core = await t.ready()
      let requests = 0
      t.mockFetch(() => {
        requests++
        return new Promise(() => {})
      })
      await t.rejects(finish(core, { timeout: 60, retries: 10 }), { code: 'TIMEOUT', attempts: 1 })
      t.equal(requests, 1)
    },
  },
  {
    name: 'calls that wait at the same time do not disturb each other',
    async run(t) {
      const token = await t.token('approved', true)
      const core = await t.ready('', { token })
      const waits = t.waits()
      const calls = Array.from({ length: 10 }, async (_, index) => {
        await core.setup({ apiURL: t.api(`/fault/${1 + (index % 2)}-times-status-503-retry-after-${index}`), token })
        return finish(core)
      })
      for (const { action } of await Promise.all(calls)) t.equal(action, 'approved')
      t.equal(waits.delays.length > 0, true)
    },
  },
  {
    name: 'an unknown API key is not retried',
    async run(t) {
      const core = await t.ready()
      await t.rejects(core.createSession(KEY, { configurationId: 'approved' }), { code: 'UNAUTHORIZED', attempts: 1 })
      t.equal((await t.requests()).length, 1)
    },
  },
]
