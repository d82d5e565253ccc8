// The request as `fetch` receives it, retries by Retry-After, and bodies of responses.
import { jwt, KEY, show, TOKEN } from '../context.js'

const start = (core, options) => core.createSession(KEY, { configurationId: 'approved', ...options })
const finish = (core, options) => core.getFinishStatus(null, options)
const CALLS = [
  ['createSession', start],
  ['getFinishStatus', finish],
]
const SESSION = '{"token":"a-session-token"}'

/** Calls a method by its name, as older code does without thinking of Object.hasOwn. */
const invoke = (object, method, ...args) => object[method](...args)

/** Ways in which a page's own wrapper around fetch uses the headers and settings. */
const WRAPPERS = {
  'hasOwnProperty of the headers': ({ headers }) => invoke(headers, 'hasOwnProperty', 'x'),
  'a template string of the headers': ({ headers }) => `${headers}`,
  'a template string of the settings': (init) => `${init}`,
  'hasOwnProperty of the settings': (init) => invoke(init, 'hasOwnProperty', 'signal'),
  'toString of the headers': ({ headers }) => headers.toString(),
  'the constructor of the headers': ({ headers }) => headers.constructor.name,
  'the constructor of the settings': (init) => init.constructor.name,
  'an instanceof check': ({ headers }) => {
    if (!(headers instanceof Object)) throw new Error('not an object')
  },
  'valueOf and propertyIsEnumerable': ({ headers }) => invoke(headers.valueOf(), 'propertyIsEnumerable', 'api-version') || raise(),
  'a new header': (init) => {
    init.headers['x-added'] = '1'
    init.keepalive = false
  },
  'structuredClone of the headers': ({ headers }) => structuredClone(headers),
}
const raise = () => {
  throw new Error('the wrapper failed')
}

const wrappers = Object.entries(WRAPPERS).map(([what, wrap]) => ({
  name: `a wrapper of fetch can use ${what}`,
  async run(t) {
    const core = await t.ready('', { retries: 0 })
    for (const [, call] of CALLS) {
      t.mockFetch(async (_url, init) => {
        wrap(init)
        return new Response(SESSION)
      })
      await call(core)
    }
  },
}))

const endless = (pulls, cancels) =>
  new ReadableStream(
    {
      async pull(controller) {
        pulls.count++
        await new Promise((done) => setTimeout(done))
        controller.enqueue(new TextEncoder().encode('{"a":1,'))
      },
      cancel(reason) {
        cancels.push(reason)
      },
    },
    { highWaterMark: 0 },
  )

const { setTimeout } = globalThis

const bodies = CALLS.flatMap(([name, call]) =>
  ['TIMEOUT', 'abort'].flatMap((end) =>
    [200, 500].map((status) => ({
      name: `${name} cancels the body of a ${status} that continues after ${end === 'abort' ? 'an abort' : end}`,
      async run(t) {
        const core = await t.ready('', { retries: 0 })
        const pulls = { count: 0 }
        const cancels = []
        t.mockFetch(async () => new Response(endless(pulls, cancels), { status }))
        if (end === 'abort') {
          const controller = new AbortController()
          const pending = t.thrown(call(core, { signal: controller.signal }))
          await t.until(() => pulls.count > 2, 'the body')
          controller.abort('enough')
          t.equal(await pending, 'enough')
        } else {
          await t.rejects(call(core, { timeout: 50 }), { code: 'TIMEOUT' })
        }
        await t.until(() => cancels.length > 0, 'the end of the body')
        const { count } = pulls
        for (let turn = 0; turn < 10; turn++) await new Promise((done) => setTimeout(done))
        t.equal(pulls.count, count, 'chunks pulled')
      },
    })),
  ),
)

const SETTING_NAMES = [
  'cache',
  'signal',
  'credentials',
  'redirect',
  "The 'cache' field is not implemented",
  'Unsupported cache mode: no-store',
]
const settingNames = SETTING_NAMES.flatMap((word) =>
  [
    ['its message', () => new TypeError(word)],
    ['its host', () => new TypeError(`request to https://${word.split(' ')[0]}.example.com/omni/start failed, reason: socket hang up`)],
    ['its code', () => Object.assign(new Error('failed'), { code: word })],
    ['its cause', () => new TypeError('fetch failed', { cause: new Error(word) })],
    ['a synchronous error', () => new TypeError(word), true],
  ].map(([where, made, isSynchronous]) => ({
    name: `createSession sends one request when an error has “${word}” in ${where}`,
    async run(t) {
      const core = await t.ready('', { retries: 0 })
      let calls = 0
      const fail = () => {
        calls++
        throw made()
      }
      t.mockFetch(isSynchronous ? fail : async () => fail())
      await t.rejects(start(core), { code: 'NETWORK', attempts: 1 })
      t.equal(calls, 1)
    },
  })),
)

/** A response whose `Content-Length` is that of the compressed body. */
const compressed =
  (body, encoding, length, type = 'text/plain') =>
  async () =>
    new Response(body, {
      headers: { 'content-type': type, 'content-length': `${length}`, ...(encoding && { 'content-encoding': encoding }) },
    })

const encodings = ['gzip', 'br', 'deflate', 'zstd', 'GZIP', 'gzip, br'].map((encoding) => ({
  name: `a short body that is not JSON and was compressed (${encoding}) did not end early`,
  async run(t) {
    const core = await t.ready()
    const waits = t.waits()
    for (const [, call] of CALLS) {
      t.mockFetch(compressed('OK', encoding, 22))
      const { message } = await t.rejects(call(core), { code: 'INVALID_RESPONSE', status: 200, attempts: 1 })
      t.ok(!/ended early/.test(message), message)
    }
    t.equal(waits.delays, [])
  },
}))

const dateIn = (seconds, now) => new Date(now + seconds * 1_000).toUTCString()

const clocks = [-3_600, 0, 3_600, 86_400 * 400].flatMap((offset) =>
  ['rfc1123', 'rfc850', 'asctime'].map((form) => ({
    name: `a Retry-After date (${form}) is relative to the Date header, on a clock that is ${offset} s off`,
    async run(t) {
      const core = await t.ready()
      const waits = t.waits()
      const server = Date.UTC(2026, 10, 6, 8, 49, 37)
      t.patch(Date, 'now', () => server + offset * 1_000)
      const date = new Date(server + 4_000)
      const forms = { rfc1123: date.toUTCString(), rfc850: 'Friday, 06-Nov-26 08:49:41 GMT', asctime: 'Fri Nov  6 08:49:41 2026' }
      t.mockFetch(async () => new Response('{}', { status: 429, headers: { 'retry-after': forms[form], date: dateIn(0, server) } }))
      for (const [, call] of CALLS) await t.rejects(call(core), { code: 'RATE_LIMITED', retryAfter: 4_000, attempts: 3 })
      t.equal(waits.delays, Array(4).fill(4_000))
    },
  })),
)

export default [
  ...wrappers,
  ...bodies,
  ...settingNames,
  ...encodings,
  ...clocks,
  {
    name: 'a Retry-After date is relative to the clock where the Date header is missing or invalid',
    async run(t) {
      const core = await t.ready('', { retries: 0 })
      const now = Date.UTC(2026, 10, 6, 8, 49, 37)
      t.patch(Date, 'now', () => now)
      for (const date of [undefined, '', 'yesterday', '5']) {
        t.mockFetch(
          async () => new Response('{}', { status: 429, headers: { 'retry-after': dateIn(9, now), ...(date !== undefined && { date }) } }),
        )
        await t.rejects(finish(core), { code: 'RATE_LIMITED', retryAfter: 9_000 }, show(date))
      }
    },
  },
  {
    name: 'a Retry-After date before the Date header is 0',
    async run(t) {
      const core = await t.ready('', { retries: 0 })
      const now = Date.UTC(2026, 10, 6, 8, 49, 37)
      t.mockFetch(async () => new Response('{}', { status: 429, headers: { 'retry-after': dateIn(-5, now), date: dateIn(0, now) } }))
      await t.rejects(finish(core), { code: 'RATE_LIMITED', retryAfter: 0 })
    },
  },
  {
    name: 'retryAfter longer than 24 hours counts as 24 hours',
    async run(t) {
      const core = await t.ready()
      const waits = t.waits()
      const day = 86_400_000
      for (const [value, retryAfter] of [
        ['86399', day - 1_000],
        ['86400', day],
        ['86401', day],
        ['99999999999', day],
        ['9'.repeat(400), day],
        [dateIn(200_000, Date.now()), day],
        ['Fri, 31 Dec 9999 23:59:59 GMT', day],
      ]) {
        t.mockFetch(async () => new Response('{}', { status: 429, headers: { 'retry-after': value } }))
        for (const [, call] of CALLS) await t.rejects(call(core), { code: 'RATE_LIMITED', retryAfter, attempts: 1 }, value.slice(0, 40))
      }
      t.equal(waits.delays, [])
    },
  },
  {
    name: 'Response.error() is a network failure like any other: retried, and not called a redirect',
    async run(t) {
      const core = await t.ready()
      t.waits()
      t.mockFetch(async () => Response.error())
      for (const [call, attempts] of [
        [start, 1],
        [finish, 3],
      ]) {
        const { message } = await t.rejects(call(core), { code: 'NETWORK', attempts })
        t.ok(!/redirect/i.test(message), message)
      }
    },
  },
  {
    name: 'a redirect that a mock returns is NETWORK, called a redirect and not retried',
    async run(t) {
      const core = await t.ready()
      const waits = t.waits()
      for (const status of [301, 302, 303, 307, 308]) {
        t.mockFetch(async () => new Response(null, { status, headers: { location: 'https://other.example/' } }))
        for (const [, call] of CALLS) await t.rejects(call(core), { code: 'NETWORK', attempts: 1, message: /redirect/ }, `${status}`)
      }
      t.equal(waits.delays, [])
    },
  },
  {
    name: 'INVALID_RESPONSE has the status of the response',
    async run(t) {
      const core = await t.ready('', { retries: 0 })
      const cut = () =>
        new ReadableStream({
          start(controller) {
            controller.enqueue(new TextEncoder().encode('{"tok'))
          },
          pull(controller) {
            controller.error(new TypeError('terminated'))
          },
        })
      for (const status of [200, 201]) {
        for (const body of ['', 'OK', '<html>', '[]', 'null', '5', '{"tok', '{} {}', cut]) {
          t.mockFetch(async () => new Response(typeof body === 'string' ? body : body(), { status }))
          for (const [name, call] of CALLS)
            await t.rejects(call(core), { code: 'INVALID_RESPONSE', status, attempts: 1 }, `${name}, ${body}`)
        }
        for (const body of ['{}', '{"token":""}', '{"token":5}', '{"token":null}']) {
          t.mockFetch(async () => new Response(body, { status }))
          await t.rejects(start(core), { code: 'INVALID_RESPONSE', status, attempts: 1 }, body)
        }
      }
    },
  },
  {
    name: 'bodies are decoded as Response.text() does: one byte order mark is dropped',
    async run(t) {
      const core = await t.ready('', { retries: 0 })
      const BOM = [0xef, 0xbb, 0xbf]
      const json = [...new TextEncoder().encode(SESSION)]
      for (const [bytes, isUsable] of [
        [[...BOM, ...json], true],
        [[...BOM, ...BOM, ...json], false],
        [[...json, ...BOM], false],
        [[...BOM], false],
      ]) {
        const isJson = (() => {
          try {
            return Boolean(JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes))))
          } catch {
            return false
          }
        })()
        t.equal(isJson, isUsable, 'JSON.parse of Response.text()')
        for (const parts of [[bytes], bytes.map((byte) => [byte])]) {
          t.mockFetch(
            async () =>
              new Response(
                new ReadableStream({
                  start(controller) {
                    for (const part of parts) controller.enqueue(Uint8Array.from(part))
                    controller.close()
                  },
                }),
              ),
          )
          if (isUsable) t.equal((await start(core)).token, 'a-session-token')
          else await t.rejects(start(core), { code: 'INVALID_RESPONSE', status: 200 })
        }
      }
    },
  },
  {
    name: 'a body of exactly 10 × 2^20 bytes is accepted, one more byte is INVALID_RESPONSE',
    async run(t) {
      const core = await t.ready('', { retries: 0 })
      const body = (length) => `{"token":"t","fill":"${'x'.repeat(length - 23)}"}`
      for (const [length, isAccepted] of [
        [10 * 2 ** 20, true],
        [10 * 2 ** 20 + 1, false],
      ]) {
        t.equal(body(length).length, length)
        t.mockFetch(async () => new Response(body(length)))
        if (isAccepted) t.equal((await start(core)).token, 't')
        else await t.rejects(start(core), { code: 'INVALID_RESPONSE', status: 200 })
      }
    },
  },
  {
    name: 'SESSION_EXPIRED has no hint about /0',
    async run(t) {
      const token = jwt('{"exp":1}')
      for (const status of [401, 403]) {
        const core = await t.ready(`/fault/status-${status}`, { token, retries: 0 })
        const { message } = await t.rejects(finish(core), { code: 'SESSION_EXPIRED', status })
        t.ok(!message.includes('/0'), message)
        t.ok((await t.thrown(finish(core, { token: TOKEN }))).message.includes('/0'), 'a token that has not expired')
      }
    },
  },
]
