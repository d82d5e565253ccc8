import { KEY, SANDBOX_KEY } from '../context.js'

const JSON_TYPE = { headers: { 'content-type': 'application/json' } }
const start = (core, options) => core.createSession(KEY, { configurationId: 'approved', ...options })

const UNUSABLE = ['empty', 'html', 'not-json', 'array', 'no-token', 'empty-token', 'too-big', 'cut-body']

const unusable = UNUSABLE.map((fault) => ({
  name: `createSession rejects a response with ${fault} as INVALID_RESPONSE and does not retry`,
  async run(t) {
    const core = await t.ready(`/fault/${fault}`)
    await t.rejects(core.createSession(SANDBOX_KEY, { configurationId: 'approved' }), {
      code: 'INVALID_RESPONSE',
      message: /^Failed to create Incode session: /,
      attempts: 1,
    })
    t.equal((await t.requests()).length, 1)
  },
}))

const unusableStatus = ['empty', 'html', 'not-json', 'array', 'too-big'].map((fault) => ({
  name: `getFinishStatus rejects a response with ${fault} as INVALID_RESPONSE and does not retry`,
  async run(t) {
    const core = await t.ready(`/fault/${fault}`, { token: await t.token() })
    await t.rejects(core.getFinishStatus(), { code: 'INVALID_RESPONSE', message: /^Failed to get Incode finish status: /, attempts: 1 })
    t.equal((await t.requests()).length, 1)
  },
}))

const notObjects = ['null', 'true', '5', '"text"', '[]', '{', '{"a":1}x', 'undefined', "{'a':1}", '\u{feff}\u{feff}{}'].map((body) => ({
  name: `both calls reject a 2xx with the body ${JSON.stringify(body)} as INVALID_RESPONSE`,
  async run(t) {
    const core = await t.ready()
    t.mockFetch(async () => new Response(body))
    await t.rejects(core.getFinishStatus(), { code: 'INVALID_RESPONSE' })
    await t.rejects(start(core), { code: 'INVALID_RESPONSE' })
  },
}))

const unusableToken = [null, 5, true, {}, ['t'], ''].map((token) => ({
  name: `createSession rejects a session whose token is ${JSON.stringify(token)} as INVALID_RESPONSE`,
  async run(t) {
    const core = await t.ready()
    t.mockFetch(async () => new Response(JSON.stringify({ token })))
    await t.rejects(start(core), { code: 'INVALID_RESPONSE', message: /token/ })
  },
}))

const finished = [
  ['approved', { action: 'approved', scoreStatus: 'OK' }],
  ['rejected', { action: 'rejected', scoreStatus: 'FAIL' }],
  ['warn', { action: 'approved', scoreStatus: 'WARN' }],
  ['manual-review', { action: 'none' }],
].map(([configurationId, expected]) => ({
  name: `getFinishStatus returns the result of a finished session of the configuration ${configurationId}`,
  async run(t) {
    const core = await t.ready('', { token: await t.token(configurationId, true) })
    const status = await core.getFinishStatus()
    for (const [field, value] of Object.entries(expected)) t.equal(status[field], value, field)
    t.equal(typeof status.redirectionUrl, 'string')
  },
}))

const LIMIT = 10 * 2 ** 20

/** Returns a JSON object of exactly so many bytes. */
const padded = (bytes) => `{"token":"t","padding":"${'a'.repeat(bytes - 26)}"}`

const inPieces = (bytes, size) =>
  new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size))
      controller.close()
    },
  })

export default [
  {
    name: "createSession resolves with the API's response, every field kept",
    async run(t) {
      const core = await t.ready()
      const session = await core.createSession(SANDBOX_KEY, { configurationId: 'approved' })
      const kinds = Object.fromEntries(Object.entries(session).map(([name, value]) => [name, typeof value]))
      t.equal(kinds, {
        token: 'string',
        interviewId: 'string',
        interviewCode: 'string',
        flowType: 'string',
        idCaptureTimeout: 'number',
        idCaptureRetries: 'number',
        selfieCaptureTimeout: 'number',
        selfieCaptureRetries: 'number',
        curpValidationRetries: 'number',
        clientId: 'string',
        env: 'string',
        existingSession: 'boolean',
      })
      t.equal([session.interviewId.length, session.interviewCode.length], [24, 6])
    },
  },
  {
    name: 'preserves unknown fields in both responses',
    async run(t) {
      const response =
        '{"token":"t","new":{"deep":[1,2.5,null,{"x":"\\u00e9"}]},"big":1e300,"nothing":null,"":"no name","__proto__":{"a":1},"then":5,"constructor":"c"}'
      const core = await t.ready()
      t.mockFetch(async () => new Response(response))
      const given = JSON.parse(response)
      t.equal(await start(core), given)
      t.equal(await core.getFinishStatus(), {
        ...Object.fromEntries(Object.entries(given)),
        action: 'none',
        scoreStatus: 'UNKNOWN',
        redirectionUrl: '',
      })
    },
  },
  {
    name: 'results are plain objects',
    async run(t) {
      const core = await t.ready('', { token: await t.token() })
      for (const response of [await core.getFinishStatus(), await core.createSession(SANDBOX_KEY, { configurationId: 'approved' })]) {
        t.ok(Object.getPrototypeOf(response) === Object.prototype, 'the prototype of a response')
      }
    },
  },
  {
    name: 'an unfinished session has action none and scoreStatus UNKNOWN',
    async run(t) {
      const core = await t.ready('', { token: await t.token() })
      const { action, scoreStatus, redirectionUrl } = await core.getFinishStatus()
      t.equal([action, scoreStatus, typeof redirectionUrl], ['none', 'UNKNOWN', 'string'])
    },
  },
  ...finished,
  {
    name: 'action, scoreStatus and redirectionUrl are present even if the API omits them',
    async run(t) {
      const core = await t.ready()
      t.mockFetch(async () => new Response('{"other":1}', JSON_TYPE))
      t.equal(await core.getFinishStatus(), { other: 1, action: 'none', scoreStatus: 'UNKNOWN', redirectionUrl: '' })
    },
  },
  {
    name: 'values outside the known sets are passed on unchanged',
    async run(t) {
      const core = await t.ready()
      const response = { action: 'escalated', scoreStatus: 'ok', redirectionUrl: 'not a url' }
      t.mockFetch(async () => new Response(JSON.stringify(response)))
      t.equal(await core.getFinishStatus(), response)
    },
  },
  ...unusable,
  ...unusableStatus,
  ...notObjects,
  ...unusableToken,
  {
    name: 'a body that ends early is an INVALID_RESPONSE when no attempt is left',
    async run(t) {
      const core = await t.ready('/fault/cut-body', { token: await t.token() })
      await t.rejects(core.getFinishStatus(null, { retries: 0 }), { code: 'INVALID_RESPONSE', attempts: 1 })
    },
  },
  ...[
    ['has read', (response) => response.text()],
    ['has locked', (response) => response.body.getReader()],
    ['has split', (response) => response.body.tee()],
  ].map(([what, spoil]) => ({
    name: `a response that a custom fetch ${what} is an INVALID_RESPONSE with its status, and is not repeated`,
    async run(t) {
      const core = await t.ready()
      const fetch = async () => {
        const response = new Response('{"action":"approved"}')
        await spoil(response)
        return response
      }
      const error = await t.rejects(core.getFinishStatus(null, { fetch }), { code: 'INVALID_RESPONSE', status: 200, attempts: 1 })
      t.ok(!/ended early/.test(error.message), error.message)
    },
  })),
  {
    name: 'reads a response with json() although its text is a string',
    async run(t) {
      const core = await t.ready()
      const fetch = async () => ({ status: 200, text: '{', body: { getReader: true }, json: async () => ({ action: 'approved' }) })
      t.equal((await core.getFinishStatus(null, { fetch })).action, 'approved')
    },
  },
  {
    name: 'the message of a failed response ends with the status where there is no status text, as in HTTP/2',
    async run(t) {
      const core = await t.ready()
      const fetch = async () => new Response('', { status: 404 })
      const { message } = await t.rejects(core.getFinishStatus(null, { fetch }), { code: 'CLIENT_ERROR', status: 404 })
      t.equal(message, 'Failed to get Incode finish status: 404')
    },
  },
  {
    name: 'cancels a body whose pieces are not bytes',
    async run(t) {
      const core = await t.ready()
      t.waits()
      let canceled = 0
      for (const piece of ['text', null, 5]) {
        const read = async () => ({ done: false, value: piece })
        const cancel = async () => void canceled++
        const fetch = async () => ({ status: 200, headers: {}, body: { getReader: () => ({ read, cancel }) } })
        await t.rejects(core.getFinishStatus(null, { fetch, retries: 0 }), { code: 'INVALID_RESPONSE' })
      }
      t.equal(canceled, 3)
    },
  },
  {
    name: 'any 2xx is a success',
    async run(t) {
      const core = await t.ready()
      for (const status of [200, 201, 202, 203, 299]) {
        t.mockFetch(async () => new Response('{"token":"t"}', { status }))
        t.equal((await start(core)).token, 't', `status ${status}`)
      }
      t.mockFetch(async () => new Response(null, { status: 204 }))
      await t.rejects(start(core), { code: 'INVALID_RESPONSE' })
    },
  },
  {
    name: 'a body of 10 × 2^20 bytes is accepted, one more byte is not',
    async run(t) {
      const core = await t.ready()
      t.mockFetch(async () => new Response(padded(LIMIT)))
      t.equal((await start(core)).padding.length, LIMIT - 26)
      t.mockFetch(async () => new Response(padded(LIMIT + 1)))
      await t.rejects(start(core), { code: 'INVALID_RESPONSE', message: /10 MB/ })
    },
  },
  {
    name: 'stops reading an endless body soon after the limit',
    async run(t) {
      const core = await t.ready()
      let [sent, isLeft] = [0, false]
      const endless = () =>
        new ReadableStream({
          pull(controller) {
            sent += 2 ** 16
            controller.enqueue(new Uint8Array(2 ** 16).fill(97))
          },
          cancel() {
            isLeft = true
          },
        })
      t.mockFetch(async (_, { signal }) => {
        signal?.addEventListener('abort', () => {
          isLeft = true
        })
        return new Response(endless())
      })
      await t.rejects(core.getFinishStatus(), { code: 'INVALID_RESPONSE' })
      t.ok(sent < LIMIT + 2 ** 20, `${sent} bytes were taken`)
      t.ok(isLeft, 'the body was not given up')
    },
  },
  {
    name: 'closes the connection of a response that is too long',
    async run(t) {
      const core = await t.ready('/fault/too-big')
      await t.rejects(core.createSession(SANDBOX_KEY, { configurationId: 'approved' }), { code: 'INVALID_RESPONSE' })
      // Closed, unless WebKit has read ahead to the end.
      await t.until(async () => (await t.requests())[0].outcome !== 'open', 'the end of the connection')
    },
  },
  {
    name: 'joins the pieces of a body that arrives slowly',
    seconds: 5,
    async run(t) {
      const core = await t.ready('/fault/slow-body', { token: await t.token('approved', true) })
      t.equal((await core.getFinishStatus()).action, 'approved')
    },
  },
  {
    name: 'bodies are decoded as Response.text() does: byte order mark, characters across chunks, bad bytes',
    async run(t) {
      const text = new TextEncoder().encode('\u{feff}{"token":"é\u{1f600}ü\u{feff}"}')
      const bad = Uint8Array.from([...new TextEncoder().encode('{"token":"a'), 0xff, 0xc3, ...new TextEncoder().encode('"}')])
      const core = await t.ready()
      for (const bytes of [text, bad]) {
        const expected = JSON.parse(await new Response(bytes).text()).token
        for (const size of [1, 2, 3, 1_000]) {
          t.mockFetch(async () => new Response(inPieces(bytes, size)))
          t.equal((await start(core)).token, expected, `pieces of ${size}`)
        }
      }
    },
  },
]
