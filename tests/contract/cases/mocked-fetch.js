import { KEY, show, TOKEN } from '../context.js'

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
const unprintable = {
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
  'a string',
  0,
  NaN,
  true,
  10n,
  Symbol('s'),
  hostile,
  revoked.proxy,
  new Error('e'),
  new TypeError('Failed to fetch'),
  new DOMException('gone', 'AbortError'),
  new DOMException('slow', 'TimeoutError'),
]

/** Objects that are not errors: a router may throw them to redirect. */
const OBJECTS = [{}, [], () => {}, Object.create(null), Object.freeze({ a: 1 }), circle, unprintable, new Date(NaN)]

const passing = [
  [
    'throws',
    (value) => () => {
      throw value
    },
  ],
  ['rejects with', (value) => () => Promise.reject(value)],
].flatMap(([what, made]) =>
  OBJECTS.map((value, index) => ({
    name: `passes on an object that is not an error, after one attempt, if fetch ${what} it: ${show(value)} (${typeof value}, ${index})`,
    async run(t) {
      const core = await t.ready('', { retries: 5 })
      let calls = 0
      t.mockFetch(() => {
        calls++
        return made(value)()
      })
      for (const call of CALLS) t.ok((await t.thrown(call(core))) === value, 'the same object')
      t.equal(calls, 2)
    },
  })),
)

const throwing = [
  [
    'throws immediately',
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

/** Values that mocks of fetch return instead of a Response. */
const ODD_RESPONSES = [
  ...VALUES,
  ...OBJECTS,
  globalThis,
  { ok: true, status: 200 },
  { status: '200', text: async () => '{"token":"t"}' },
  { ok: 'yes', json: async () => ({ token: 't' }) },
  { ok: false, status: 500 },
  { then: 5 },
  Object.create(Response.prototype),
]

/** Asserts that an error is `NETWORK`, or `INVALID_RESPONSE` with a status. */
function isUnusable(t, error) {
  t.ok(error.code === 'NETWORK' || (error.code === 'INVALID_RESPONSE' && error.status >= 100), `${error.code} ${error.status}`)
}

const odd = ODD_RESPONSES.map((value, index) => ({
  name: `a fetch that resolves with ${show(value)} (${typeof value}, ${index}) ends in an IncodeError`,
  async run(t) {
    const core = await t.ready('', { retries: 0, timeout: 5_000 })
    for (const mock of [() => value, async () => value]) {
      t.mockFetch(mock)
      for (const call of CALLS) {
        const error = await t.rejects(call(core), { message: /^Failed to /, attempts: 1 })
        isUnusable(t, error)
      }
    }
  },
}))

const stream = (source) => new Response(new ReadableStream(source))

const BODIES = [
  [
    'a body that fails immediately',
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
    'a body of strings',
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
  name: `a mocked response with ${what} ends in an IncodeError`,
  async run(t) {
    const core = await t.ready('', { retries: 0, timeout: 5_000 })
    t.mockFetch(async () => made())
    for (const call of CALLS) {
      const error = await t.rejects(call(core), { message: /^Failed to /, attempts: 1 })
      isUnusable(t, error)
    }
  },
}))

const endless = [
  ['a fetch that never settles', () => new Promise(() => {})],
  ['a body that never ends', async () => stream({ pull: () => new Promise(() => {}) })],
].map(([what, mock]) => ({
  name: `${what} and ignores its signal ends by timeout and by abort`,
  async run(t) {
    const core = await t.ready()
    t.mockFetch(mock)
    for (const call of CALLS) {
      await t.rejects(call(core, { timeout: 40 }), { code: 'TIMEOUT' })
      const controller = new AbortController()
      const pending = t.thrown(call(core, { signal: controller.signal }))
      controller.abort('enough')
      t.equal(await pending, 'enough')
    }
  },
}))

export default [
  ...throwing,
  ...passing,
  ...odd,
  ...BODIES,
  ...[
    ['rejects with a SyntaxError', async () => JSON.parse('<!doctype html>')],
    ['returns undefined', async () => undefined],
  ].map(([what, json]) => ({
    name: `a mocked response whose json() ${what} is INVALID_RESPONSE and not requested again`,
    async run(t) {
      const core = await t.ready()
      t.mockFetch(async () => ({ ok: true, status: 200, json }))
      for (const call of CALLS) await t.rejects(call(core), { code: 'INVALID_RESPONSE', status: 200, attempts: 1 })
    },
  })),
  {
    name: 'a redirect is NETWORK, although its body never ends',
    async run(t) {
      const core = await t.ready('', { retries: 0 })
      t.mockFetch(async () => new Response(new ReadableStream({ pull: () => new Promise(() => {}) }), { status: 302 }))
      for (const call of CALLS) await t.rejects(call(core), { code: 'NETWORK', message: /redirect/ })
    },
  },
  {
    name: 'a page without fetch ends with NETWORK',
    async run(t) {
      const core = await t.ready('', { retries: 0 })
      for (const value of [undefined, null, 5, {}]) {
        t.patch(globalThis, 'fetch', value)
        for (const call of CALLS) await t.rejects(call(core), { code: 'NETWORK' }, `fetch = ${show(value)}`)
      }
    },
  },
  {
    name: 'calls use the global fetch at call time',
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
  ...endless,
  {
    name: 'a mock that returns one Response twice works for the first call only',
    async run(t) {
      const core = await t.ready('', { retries: 0 })
      const response = new Response('{"token":"t"}')
      t.mockFetch(async () => response)
      t.equal((await CALLS[0](core)).token, 't')
      const error = await t.rejects(CALLS[0](core), {})
      isUnusable(t, error)
    },
  },
  {
    name: "a rejection that is not the caller's abort is a network failure, retried by getFinishStatus alone",
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
    name: "the message has up to 200 characters of fetch's own message, except in a page",
    async run(t) {
      const core = await t.ready('', { retries: 0 })
      t.mockFetch(() => Promise.reject(new TypeError(`x${'😀'.repeat(500)}`)))
      const detail = t.runtime === 'node' ? `: TypeError: x${'😀'.repeat(188)}` : 'Content-Security-Policy'
      for (const call of CALLS) {
        const { message } = await t.rejects(call(core), { code: 'NETWORK' })
        t.ok(message.endsWith(detail), message)
      }
    },
  },
  {
    name: 'an error of fetch becomes the cause as a copy, not enumerable',
    async run(t) {
      const core = await t.ready('', { retries: 0 })
      const failure = new TypeError('Failed to fetch', { cause: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }) })
      t.mockFetch(async () => {
        throw failure
      })
      const error = await t.rejects(core.getFinishStatus(null, { token: TOKEN }), { code: 'NETWORK' })
      const { cause } = error
      t.ok(cause instanceof Error && cause !== failure, 'a copy')
      t.equal([cause.name, cause.message, cause.stack], ['TypeError', 'Failed to fetch', failure.stack.slice(0, 2_000)])
      t.equal([cause.cause.message, cause.cause.code], ['refused', 'ECONNREFUSED'])
      t.ok(!Object.keys(error).includes('cause'), 'not enumerable')
    },
  },
  {
    name: 'calls still work after every kind of failure',
    async run(t) {
      const core = await t.ready('', { token: await t.token(), retries: 0 })
      for (const value of [...VALUES, ...OBJECTS]) {
        t.mockFetch(async () => {
          throw value
        })
        await t.thrown(core.getFinishStatus(), show(value))
        t.restore()
      }
      t.equal((await core.getFinishStatus()).action, 'none')
    },
  },
]
