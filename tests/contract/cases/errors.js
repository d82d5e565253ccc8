import { jwt, KEY, TOKEN } from '../context.js'

const START = 'Failed to create Incode session: '
const FINISH = 'Failed to get Incode finish status: '
const start = (core) => core.createSession(KEY, { configurationId: 'approved', retries: 0 })
const finish = (core, token) => core.getFinishStatus(null, token === undefined ? { retries: 0 } : { retries: 0, token })

const CODES = {
  400: 'CLIENT_ERROR',
  401: 'UNAUTHORIZED',
  402: 'CLIENT_ERROR',
  403: 'FORBIDDEN',
  404: 'CLIENT_ERROR',
  409: 'CLIENT_ERROR',
  413: 'CLIENT_ERROR',
  422: 'CLIENT_ERROR',
  429: 'RATE_LIMITED',
  499: 'CLIENT_ERROR',
  500: 'SERVER_ERROR',
  501: 'SERVER_ERROR',
  502: 'SERVER_ERROR',
  503: 'SERVER_ERROR',
  504: 'SERVER_ERROR',
  599: 'SERVER_ERROR',
}

const byStatus = Object.entries(CODES).map(([status, code]) => ({
  name: `${status} is ${code}, with status, api and attempts, for both calls`,
  async run(t) {
    const core = await t.ready(`/fault/status-${status}`)
    for (const [call, prefix, path] of [
      [start, START, 'start'],
      [finish, FINISH, 'finish-status'],
    ]) {
      const error = await t.rejects(call(core), { code, status: Number(status), attempts: 1 })
      t.ok(error.message.startsWith(`${prefix}${status} `), error.message)
      const { timestamp, message, error: reason, ...api } = error.api
      t.equal(api, { status: Number(status), path: `/omni/${path}` })
      t.equal([typeof timestamp, typeof message, typeof reason], ['number', 'string', 'string'])
      t.ok(!('retryAfter' in error) && !('cause' in error), 'unknown fields are not properties')
    }
  },
}))

const inSeconds = (seconds) => Math.floor(Date.now() / 1000) + seconds

const expired = [401, 403].flatMap((status) => {
  const other = { 401: 'UNAUTHORIZED', 403: 'FORBIDDEN' }[status]
  return [
    ['a JWT whose exp has passed', () => jwt(`{"sub":"é","exp":${inSeconds(-5)}}`), 'SESSION_EXPIRED'],
    ['a JWT whose exp is a fraction', () => jwt(`{"exp":${inSeconds(-5)}.75}`), 'SESSION_EXPIRED'],
    ['a JWT whose base64 is of every kind', () => jwt(`{"sub":"~~~???>>>ÿÿ","exp":${inSeconds(-5)}}`), 'SESSION_EXPIRED'],
    ['a JWT with two exp', () => jwt(`{"exp":${inSeconds(900)},"exp":${inSeconds(-5)}}`), 'SESSION_EXPIRED'],
    ['a JWT with an exp in a nested object', () => jwt(`{"nested":{"exp":1},"list":["exp",2]}`), other],
    ['a JWT with a part too many', () => jwt(`{"exp":${inSeconds(-5)}}`) + '.sig', other],
    ['a JWT with a part too few', () => jwt(`{"exp":${inSeconds(-5)}}`).replace('.c2ln', ''), other],
    ['a JWT that has not expired', () => jwt(`{"exp":${inSeconds(3_600)}}`), other],
    ['a JWT without exp', () => jwt('{"sub":"1"}'), other],
    ['a JWT whose exp is not a number', () => jwt('{"exp":"soon"}'), other],
    ['a JWT whose payload is not JSON', () => jwt('exp'), other],
    ['a string that is not a JWT', () => TOKEN, other],
    ['a string of three parts that is not a JWT', () => 'a.b.c', other],
  ].map(([what, token, code]) => ({
    name: `${status} to ${what} is ${code}`,
    async run(t) {
      const core = await t.ready(`/fault/status-${status}`, { token: 'other' })
      await t.rejects(finish(core, token()), { code, status })
      await core.initializeSession({ token: token() })
      await t.rejects(finish(core), { code, status })
    },
  }))
})

export default [
  ...byStatus,
  ...expired,
  {
    name: "sends a request even if the token looks expired: the device's clock may be wrong",
    async run(t) {
      const core = await t.ready()
      t.mockFetch(async () => new Response('{"action":"approved"}'))
      t.equal((await finish(core, jwt(`{"exp":${inSeconds(-100)}}`))).action, 'approved')
    },
  },
  {
    name: 'an expired token changes neither other statuses nor createSession',
    async run(t) {
      const token = jwt(`{"exp":${inSeconds(-100)}}`)
      const core = await t.ready('/fault/status-404', { token })
      await t.rejects(finish(core), { code: 'CLIENT_ERROR' })
      await core.setup({ apiURL: t.api('/fault/status-401'), token })
      await t.rejects(start(core), { code: 'UNAUTHORIZED' })
    },
  },
  {
    name: 'an expired session of the sandbox is SESSION_EXPIRED',
    async run(t) {
      const core = await t.ready('', { token: await t.token('expires-at-once') })
      await t.rejects(finish(core), { code: 'SESSION_EXPIRED', status: 401, message: new RegExp(`^${FINISH}401 `) })
    },
  },
  {
    name: 'an invalid API key is UNAUTHORIZED and the message says so',
    async run(t) {
      const core = await t.ready()
      await t.rejects(start(core), { code: 'UNAUTHORIZED', message: new RegExp(`^${START}401 `) })
    },
  },
  {
    name: 'an IncodeError is an Error with a name, a stack and only documented fields',
    async run(t) {
      const core = await t.ready('/fault/status-429-retry-after-7')
      const error = await t.thrown(finish(core))
      t.ok(error instanceof core.IncodeError && error instanceof Error, 'instanceof')
      t.equal(
        [error.name, String(error).split(':')[0], typeof error.stack, error.stack.length > 0],
        ['IncodeError', 'IncodeError', 'string', true],
      )
      t.equal(Object.keys(error).sort(), ['api', 'attempts', 'code', 'retryAfter', 'status'])
      t.equal(error.retryAfter, 7_000)
      t.ok(core.IncodeError.prototype instanceof Error, 'the class extends Error')
    },
  },
  {
    name: 'unknown fields are not properties',
    async run(t) {
      const core = await t.ready()
      for (const error of [
        await t.thrown(core.setup({ timeout: 0 })),
        await t.thrown(core.createSession()),
        await t.thrown(core.getFinishStatus(5)),
      ]) {
        t.equal(Object.keys(error), ['code'])
      }
      t.equal(Object.keys(await t.thrown((await t.core()).getFinishStatus())), ['code'])
    },
  },
  {
    name: 'a closed connection is NETWORK with a cause in both calls',
    async run(t) {
      const core = await t.ready('/fault/close')
      for (const [call, prefix] of [
        [start, START],
        [finish, FINISH],
      ]) {
        const error = await t.rejects(call(core), { code: 'NETWORK', message: new RegExp(`^${prefix}`), attempts: 1 })
        t.ok(error.cause instanceof Error, 'the cause is what fetch rejected with')
        t.ok(!('status' in error) && !('api' in error), 'nothing came')
      }
    },
  },
  {
    name: 'an API that cannot be reached is NETWORK',
    async run(t) {
      const core = await t.core()
      t.mockFetch(async () => {
        throw new TypeError('Failed to fetch')
      })
      await core.setup({ apiURL: 'http://localhost:9', token: TOKEN })
      await t.rejects(finish(core), { code: 'NETWORK' })
    },
  },
  {
    name: 'a response without CORS headers is NETWORK in a page and usable in Node',
    async run(t) {
      const core = await t.ready('/fault/no-cors', { token: await t.token('approved', true) })
      if (t.runtime === 'node') t.equal((await finish(core)).action, 'approved')
      else await t.rejects(finish(core), { code: 'NETWORK', message: new RegExp(`^${FINISH}`) })
    },
  },
  {
    name: 'error bodies that are not an error object leave api absent and keep the status',
    async run(t) {
      const core = await t.ready()
      for (const body of ['', '<h1>Bad gateway</h1>', '[1]', '"text"', 'null', '{"status":']) {
        t.mockFetch(async () => new Response(body, { status: 502 }))
        const error = await t.rejects(finish(core), { code: 'SERVER_ERROR', status: 502, message: new RegExp(`^${FINISH}502`) }, body)
        t.ok(!('api' in error), `api of ${body}`)
      }
    },
  },
  {
    name: "keeps the API's error object unchanged, including a 4-digit status",
    async run(t) {
      const core = await t.ready()
      const api = {
        timestamp: 1_700_000_000_000,
        status: 4019,
        error: 'Custom',
        message: 'Session not found',
        path: '/omni/start',
        extra: { deep: [1, null, true, 'é'] },
      }
      t.mockFetch(async () => new Response(JSON.stringify(api), { status: 400 }))
      const error = await t.rejects(start(core), { code: 'CLIENT_ERROR', status: 400, api })
      t.ok(error.message.includes('Session not found'), error.message)
    },
  },
  {
    name: 'an error body that never ends is TIMEOUT, one that is cut keeps its status',
    async run(t) {
      const core = await t.ready()
      const unfinished = (end) =>
        new ReadableStream({
          start(controller) {
            controller.enqueue(new TextEncoder().encode('{"mess'))
            end?.(controller)
          },
        })
      t.mockFetch(
        async () =>
          new Response(
            unfinished((controller) => controller.error(new TypeError('cut'))),
            { status: 500 },
          ),
      )
      t.ok(!('api' in (await t.rejects(finish(core), { code: 'SERVER_ERROR', status: 500 }))), 'no api')
      t.mockFetch(async () => new Response(unfinished(), { status: 500 }))
      await t.rejects(core.getFinishStatus(null, { timeout: 50 }), { code: 'TIMEOUT' })
    },
  },
  {
    name: 'attempts counts the requests that were made',
    async run(t) {
      const core = await t.ready('/fault/status-503-retry-after-0')
      t.waits()
      for (const retries of [0, 1, 3]) await t.rejects(core.getFinishStatus(null, { retries }), { attempts: retries + 1 })
      t.equal((await t.requests()).length, 1 + 2 + 4)
    },
  },
]
