import { KEY, show, TOKEN } from '../trial.js'

const CALLS = [
  (core, options) => core.createSession(KEY, { configurationId: 'approved', ...options }),
  (core, options) => core.getFinishStatus(null, options),
]
const circle = {}
circle.circle = circle
const hostile = new Proxy(
  {},
  {
    get() {
      throw new Error('hands off')
    },
    getPrototypeOf() {
      throw new Error('hands off')
    },
    ownKeys() {
      throw new Error('hands off')
    },
  },
)
const revoked = Proxy.revocable({}, {})
revoked.revoke()
const untextual = {
  toString() {
    throw new Error('no')
  },
  [Symbol.toPrimitive]() {
    throw new Error('no')
  },
}

const VALUES = [
  undefined,
  null,
  '',
  'a text',
  0,
  NaN,
  true,
  10n,
  Symbol('s'),
  {},
  [],
  () => {},
  Object.create(null),
  Object.freeze({ a: 1 }),
  circle,
  hostile,
  revoked.proxy,
  untextual,
  new Error('e'),
  new TypeError('Failed to fetch'),
  new DOMException('gone', 'AbortError'),
  new DOMException('slow', 'TimeoutError'),
  new Date(NaN),
  globalThis,
]

const throwing = [
  [
    'throws at once',
    (value) => () => {
      throw value
    },
  ],
  ['rejects', (value) => () => Promise.reject(value)],
].flatMap(([what, made]) =>
  VALUES.map((value, index) => ({
    name: `a fetch that ${what} with ${show(value)} (${typeof value}, ${index}) ends in NETWORK`,
    async run(t) {
      const core = await t.ready('', { retries: 0 })
      t.mockFetch(made(value))
      for (const call of CALLS) await t.rejects(call(core), { code: 'NETWORK', message: /^Failed to /, attempts: 1 })
    },
  })),
)

/** What mocks of fetch give for a Response. */
const ODD_ANSWERS = [
  ...VALUES,
  { ok: true, status: 200 },
  { status: '200', text: async () => '{"token":"t"}' },
  { ok: 'yes', json: async () => ({ token: 't' }) },
  { ok: false, status: 500 },
  { then: 5 },
  Object.create(Response.prototype),
]

const odd = ODD_ANSWERS.map((value, index) => ({
  name: `a fetch that answers with ${show(value)} (${typeof value}, ${index}) ends in an IncodeError`,
  async run(t) {
    const core = await t.ready('', { retries: 0, timeout: 5_000 })
    for (const answer of [() => value, async () => value]) {
      t.mockFetch(answer)
      for (const call of CALLS) {
        const error = await t.rejects(call(core), { message: /^Failed to /, attempts: 1 })
        t.ok(['NETWORK', 'INVALID_RESPONSE'].includes(error.code), error.code)
      }
    }
  },
}))

const stream = (source) => new Response(new ReadableStream(source))

const BODIES = [
  [
    'a body that fails at once',
    () =>
      stream({
        start(controller) {
          controller.error('broken')
        },
      }),
  ],
  [
    'a body that fails with nothing',
    () =>
      stream({
        start(controller) {
          controller.error()
        },
      }),
  ],
  [
    'a body that fails later',
    () =>
      stream({
        start(controller) {
          controller.enqueue(new Uint8Array([123]))
        },
        pull(controller) {
          controller.error(new TypeError('cut'))
        },
      }),
  ],
  [
    'a body that throws',
    () =>
      stream({
        pull() {
          throw new Error('mine')
        },
      }),
  ],
  [
    'a body of texts',
    () =>
      stream({
        start(controller) {
          controller.enqueue('{}')
          controller.close()
        },
      }),
  ],
  [
    'a body of numbers',
    () =>
      stream({
        start(controller) {
          controller.enqueue(5)
          controller.close()
        },
      }),
  ],
  [
    'a body of nothing',
    () =>
      stream({
        start(controller) {
          controller.enqueue(undefined)
          controller.close()
        },
      }),
  ],
  ['no body', () => new Response(null)],
  ['an empty body', () => new Response('')],
  [
    'a body in use',
    () => {
      const response = new Response('{}')
      response.body.getReader()
      return response
    },
  ],
  [
    'a body read before',
    async () => {
      const response = new Response('{"token":"t"}')
      await response.text()
      return response
    },
  ],
  ['an error response', () => Response.error()],
].map(([what, made]) => ({
  name: `a mocked answer with ${what} ends in an IncodeError`,
  async run(t) {
    const core = await t.ready('', { retries: 0, timeout: 5_000 })
    t.mockFetch(async () => made())
    for (const call of CALLS) {
      const error = await t.rejects(call(core), { message: /^Failed to /, attempts: 1 })
      t.ok(['NETWORK', 'INVALID_RESPONSE'].includes(error.code), error.code)
    }
  },
}))

export default [
  ...throwing,
  ...odd,
  ...BODIES,
  {
    name: 'a page without fetch ends in NETWORK',
    async run(t) {
      const core = await t.ready('', { retries: 0 })
      for (const value of [undefined, null, 5, {}]) {
        t.patch(globalThis, 'fetch', value)
        for (const call of CALLS) await t.rejects(call(core), { code: 'NETWORK' }, `fetch = ${show(value)}`)
      }
    },
  },
  {
    name: 'the fetch of the moment of the call is used, with the real thing before and after',
    async run(t) {
      const core = await t.ready('', { token: await t.token() })
      t.equal((await core.getFinishStatus()).action, 'none')
      t.mockFetch(async () => new Response('{"action":"approved"}'))
      t.equal((await core.getFinishStatus()).action, 'approved')
      t.restore()
      t.equal((await core.getFinishStatus()).action, 'none')
      t.equal((await t.requests()).length, 2)
    },
  },
  {
    name: 'a fetch that never answers and ignores its signal ends by timeout and by abort',
    async run(t) {
      const core = await t.ready()
      t.mockFetch(() => new Promise(() => {}))
      for (const call of CALLS) {
        await t.rejects(call(core, { timeout: 40 }), { code: 'TIMEOUT' })
        const controller = new AbortController()
        const pending = t.thrown(call(core, { signal: controller.signal }))
        controller.abort('enough')
        t.equal(await pending, 'enough')
      }
    },
  },
  {
    name: 'a body that never ends and ignores its signal ends by timeout and by abort',
    async run(t) {
      const core = await t.ready()
      t.mockFetch(async () => stream({ pull: () => new Promise(() => {}) }))
      for (const call of CALLS) {
        await t.rejects(call(core, { timeout: 40 }), { code: 'TIMEOUT' })
        const controller = new AbortController()
        const pending = t.thrown(call(core, { signal: controller.signal }))
        controller.abort('enough')
        t.equal(await pending, 'enough')
      }
    },
  },
  {
    name: 'a mock that gives one Response twice answers the first call and fails the second',
    async run(t) {
      const core = await t.ready('', { retries: 0 })
      const response = new Response('{"token":"t"}')
      t.mockFetch(async () => response)
      t.equal((await CALLS[0](core)).token, 't')
      const error = await t.rejects(CALLS[0](core), {})
      t.ok(['NETWORK', 'INVALID_RESPONSE'].includes(error.code), error.code)
    },
  },
  {
    name: 'a rejection that is no abort of the caller is a network failure, retried for finish-status alone',
    async run(t) {
      const core = await t.ready()
      t.waits()
      const { signal } = new AbortController()
      t.mockFetch(async () => {
        throw new DOMException('The user aborted a request.', 'AbortError')
      })
      await t.rejects(CALLS[0](core, { signal }), { code: 'NETWORK', attempts: 1 })
      await t.rejects(CALLS[1](core, { signal }), { code: 'NETWORK', attempts: 3 })
    },
  },
  {
    name: 'what fetch says of its failure is told up to 200 bytes, in whole characters, but for a page',
    async run(t) {
      const core = await t.ready('', { retries: 0 })
      t.mockFetch(() => Promise.reject(new TypeError(`x${'€'.repeat(500)}`)))
      const told = t.runtime === 'node' ? `: TypeError: x${'€'.repeat(62)}` : 'connect-src'
      for (const call of CALLS) {
        const { message } = await t.rejects(call(core), { code: 'NETWORK' })
        t.ok(message.endsWith(told), message)
      }
    },
  },
  {
    name: 'a plain error of fetch becomes the cause as it is',
    async run(t) {
      const core = await t.ready('', { retries: 0 })
      const cause = new TypeError('Failed to fetch')
      t.mockFetch(async () => {
        throw cause
      })
      const error = await t.rejects(core.getFinishStatus(null, { token: TOKEN }), { code: 'NETWORK' })
      t.ok(error.cause === cause, 'the cause')
    },
  },
  {
    name: 'the core works on after every kind of failure',
    async run(t) {
      const core = await t.ready('', { token: await t.token(), retries: 0 })
      for (const value of VALUES) {
        t.mockFetch(async () => {
          throw value
        })
        await t.rejects(core.getFinishStatus(), { code: 'NETWORK' }, show(value))
        t.restore()
      }
      t.equal((await core.getFinishStatus()).action, 'none')
    },
  },
]
