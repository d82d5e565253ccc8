// Values that `fetch` rejects with: how much of them an error keeps, how long it takes, and which ones pass through.
import { KEY, show, TOKEN } from '../context.js'

const start = (core, options) => core.createSession(KEY, { configurationId: 'approved', retries: 0, ...options })
const finish = (core, options) => core.getFinishStatus(null, { retries: 0, ...options })
const CALLS = [start, finish]
const PIECE = 8
const MAX_STRING = 2_000
const credentials = (init) => [init.headers['x-api-key'], init.headers['x-incode-hardware-id']].filter(Boolean)

/** Returns every string that can be reached from an error: properties, JSON and message. */
function strings(error) {
  const found = [String(error), JSON.stringify(error)]
  const seen = new Set()
  const open = [error]
  while (open.length) {
    const value = open.pop()
    if (typeof value === 'string') found.push(value)
    if (Object(value) !== value || seen.has(value)) continue
    seen.add(value)
    for (const name of Reflect.ownKeys(value)) open.push(String(name), value[name])
  }
  return found
}

function keepsSecrets(t, error, what) {
  for (const secret of [KEY, TOKEN])
    for (const text of strings(error))
      for (let at = 0; at + PIECE <= secret.length; at++)
        t.ok(!text.includes(secret.slice(at, at + PIECE)), `${what} contains ${secret.slice(at, at + PIECE)}: ${text.slice(0, 200)}`)
}

/** Asserts that causes are copies: no accessor, no object of the rejection, and at most `name`, `message`, `code`, `stack` and `cause`. */
function isCopy(t, error, foreign, what) {
  t.ok(!Object.keys(error).includes('cause'), `${what}: cause is enumerable`)
  let { cause } = error
  let original = foreign
  for (let depth = 0; cause !== undefined; depth++) {
    t.ok(depth < 4, `${what}: more than three nested causes`)
    if (typeof cause === 'string' && depth > 0) return t.ok(cause.length <= MAX_STRING, `${what}: a long cause`)
    t.ok(cause instanceof Error && cause !== original, `${what}: the cause at depth ${depth} is not a copy`)
    for (const name of Reflect.ownKeys(cause)) {
      t.ok(
        ['name', 'message', 'code', 'stack', 'cause', 'line', 'column', 'sourceURL', 'fileName', 'lineNumber', 'columnNumber'].includes(
          name,
        ),
        `${what}: ${String(name)}`,
      )
    }
    for (const name of ['name', 'message', 'code', 'stack']) {
      const value = cause[name]
      t.ok(['string', 'number', 'undefined'].includes(typeof value), `${what}: ${name} is ${show(value)}`)
      t.ok(typeof value !== 'string' || value.length <= MAX_STRING, `${what}: ${name} has ${value?.length} characters`)
    }
    cause = cause.cause
    original = read(original, 'cause')
  }
}

function read(object, name) {
  try {
    return object?.[name]
  } catch {
    return undefined
  }
}

class Holder extends Error {
  #request
  constructor(init) {
    super('holds its request')
    this.#request = init
  }
  toJSON() {
    return { request: this.#request }
  }
  [Symbol.for('nodejs.util.inspect.custom')]() {
    return JSON.stringify(this.#request)
  }
}

const deep = (levels) => {
  let error = new Error('the end')
  for (let level = 0; level < levels; level++) error = new Error(`level ${level}`, { cause: error })
  return error
}
const cyclic = () => {
  const error = new Error('a cycle')
  error.cause = new Error('within', { cause: error })
  return error
}
const withProperty = (property) => Object.assign(new TypeError('failed'), property)
const encoded = (init) => new TextEncoder().encode(credentials(init).join())

/** Errors of every kind, each made for the request that it rejects. */
const ERRORS = {
  'a Uint8Array of 5 MB': () => withProperty({ body: new Uint8Array(5_000_000) }),
  'a buffer of 20 MB': () => withProperty({ buffer: new ArrayBuffer(20_000_000) }),
  'an array of a million numbers': () => withProperty({ list: Array(1_000_000).fill(7) }),
  'a Map of 100,000 entries': () => withProperty({ map: new Map(Array.from({ length: 100_000 }, (_, at) => [at, `${at}`])) }),
  'a thousand properties': () => withProperty(Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`p${at}`, 'x'.repeat(100)]))),
  'an object nested 100,000 times': () => {
    let nested = {}
    for (let level = 0; level < 100_000; level++) nested = { nested }
    return withProperty({ nested })
  },
  'a message of 5 MB': () => new TypeError('m'.repeat(5_000_000)),
  'a message of 5 MB that almost matches': () => new TypeError(KEY.slice(0, 7).repeat(700_000)),
  'a name of 5 MB': () => withProperty({ name: 'n'.repeat(5_000_000) }),
  'a code of 5 MB': () => withProperty({ code: 'c'.repeat(5_000_000) }),
  'a stack of 5 MB': () => withProperty({ stack: 's'.repeat(5_000_000) }),
  'a message of 5 MB in a nested cause': () => new TypeError('failed', { cause: new Error('m'.repeat(5_000_000)) }),
  'a private field and toJSON': (init) => new Holder(init),
  'the token in an ArrayBuffer': (init) => withProperty({ buffer: encoded(init).buffer }),
  'the token in a Uint8Array': (init) => withProperty({ bytes: encoded(init) }),
  'the token in a Map and a Set': (init) => withProperty({ map: new Map([[credentials(init)[0], 1]]), set: new Set(credentials(init)) }),
  'the settings': (init) => withProperty({ init, config: { headers: init.headers } }),
  'a function that returns the token': (init) => withProperty({ read: () => credentials(init) }),
  'a symbol property': (init) => withProperty({ [Symbol('headers')]: init.headers }),
  'a WeakRef': (init) => withProperty({ ref: new WeakRef(init) }),
  'an accessor that returns the token': (init) =>
    Object.defineProperty(new Error('no'), 'late', { enumerable: true, get: () => credentials(init)[0] }),
  'an accessor for the message': (init) => Object.defineProperty(new Error('no'), 'message', { get: () => credentials(init)[0] }),
  'a credential in name, message, code and stack': (init) => {
    const [secret] = credentials(init)
    return withProperty({ name: secret, message: secret, code: secret, stack: secret })
  },
  'half of a credential at the end of 2,000 characters': (init) => new Error('x'.repeat(1_990) + credentials(init)[0]),
  'a credential in a nested cause': (init) => new Error('a', { cause: new Error('b', { cause: new Error(credentials(init)[0]) }) }),
  'a cause that is the headers': (init) => new Error('a', { cause: init.headers }),
  'a cause that is a string': (init) => new Error('a', { cause: credentials(init)[0] }),
  'an object as its message': (init) => withProperty({ message: { toString: () => credentials(init)[0] } }),
  'an object as its code': (init) => withProperty({ code: { toJSON: () => credentials(init)[0] } }),
  'a bigint and a symbol for its fields': () => withProperty({ code: 10n, name: Symbol('name') }),
  'errors of an AggregateError': (init) => new AggregateError([new Error(credentials(init)[0])], 'all failed'),
  '100,000 nested causes': () => deep(100_000),
  'three nested causes': () => deep(3),
  'cyclic causes': cyclic,
  'itself as its cause': () => {
    const error = new Error('a cycle')
    error.cause = error
    return error
  },
  'accessors that throw': () => {
    const error = new Error('no')
    for (const name of ['stack', 'name', 'message', 'code', 'cause', 'digest', 'then', 'toJSON'])
      Object.defineProperty(error, name, {
        get() {
          throw new Error('on purpose')
        },
      })
    return error
  },
  'an accessor that never ends its causes': () => {
    class Endless extends Error {
      get cause() {
        return new Endless('again')
      }
    }
    return new Endless('first')
  },
  'a proxy of an error': (init) => new Proxy(new Error(credentials(init)[0]), {}),
  'a revoked proxy of an error': () => {
    const { proxy, revoke } = Proxy.revocable(new Error('gone'), {})
    revoke()
    return [proxy]
  },
  'a frozen error': () => Object.freeze(new TypeError('frozen')),
  'an error of an empty message': () => new Error(''),
  'a DOMException': (init) => new DOMException(credentials(init)[0], 'NetworkError'),
}

/**
 * Asserts that the thread was not blocked for long: less than half a second, or than ten times a loop on this machine. A slow copy takes
 * many times longer.
 */
function blocksBriefly(t, spent) {
  if (spent < 500) return
  const from = Date.now()
  let sum = 0
  for (let turn = 0; turn < 100_000_000; turn++) sum = (sum + turn) | 0
  const loop = Date.now() - from
  // The message uses `sum`, so that no engine leaves out the loop.
  t.ok(spent < 10 * loop, `blocked for ${spent} ms, and the loop for ${loop} ms (${sum})`)
}

const errors = Object.entries(ERRORS).map(([what, made]) => ({
  name: `an error with ${what} is NETWORK, and its cause is a redacted copy`,
  async run(t) {
    const core = await t.ready()
    for (const call of CALLS) {
      let foreign
      let from
      t.mockFetch(async (_url, init) => {
        foreign = made(init)
        const reason = Array.isArray(foreign) ? foreign[0] : foreign
        from = Date.now()
        throw reason
      })
      const error = await t.rejects(call(core), { code: 'NETWORK', attempts: 1, message: /^Failed to / })
      blocksBriefly(t, Date.now() - from)
      keepsSecrets(t, error, what)
      isCopy(t, error, foreign, what)
      t.ok(error.message.length < 1_000, `a message of ${error.message.length} characters`)
    }
  },
}))

const isPassedOn = (error, thrown) => Object.is(error, thrown)
const PASSED = {
  'a Response that redirects': () => new Response(null, { status: 302, headers: { location: '/login' } }),
  'an object with a bigint': () => ({ id: 5n }),
  'a Response of 404': () => new Response('not found', { status: 404 }),
  "a router's redirect object": () => ({ type: 'redirect', to: '/login', status: 307, replace: false }),
  'a class instance': () =>
    new (class Redirect {
      location = '/login'
    })(),
  'a frozen object': () => Object.freeze({ status: 303 }),
  'an array': () => ['redirect', '/login'],
  'a function': () => () => {},
  'a promise': () => new Promise(() => {}),
  'a thenable': () => ({ then() {} }),
  'a thenable error': () => Object.assign(new Error('suspend'), { then() {} }),
  'a thenable function': () => Object.assign(() => {}, { then() {} }),
  'an error with a string digest': () => Object.assign(new Error('dynamic'), { digest: 'DYNAMIC_SERVER_USAGE' }),
  'an error with an empty digest': () => Object.assign(new Error('dynamic'), { digest: '' }),
  'an object with cycles': () => {
    const object = { status: 302 }
    object.self = object
    return object
  },
  'an object that cannot be converted to a string': () => Object.create(null, { status: { value: 302 } }),
}

const passed = Object.entries(PASSED).flatMap(([what, made]) =>
  [
    [
      'throws',
      (thrown) => () => {
        throw thrown
      },
    ],
    ['rejects with', (thrown) => () => Promise.reject(thrown)],
  ].map(([how, fetchOf]) => ({
    name: `passes ${what} through unchanged, without a retry, when fetch ${how} it`,
    async run(t) {
      const core = await t.ready()
      const waits = t.waits()
      for (const call of [
        (options) => core.createSession(KEY, { configurationId: 'approved', ...options }),
        (options) => core.getFinishStatus(null, options),
      ]) {
        const thrown = made()
        let calls = 0
        const fetch = (...args) => {
          calls++
          return fetchOf(thrown)(...args)
        }
        const caught = await call({ retries: 5, fetch }).then(
          () => undefined,
          (error) => ({ error }),
        )
        t.ok(caught && isPassedOn(caught.error, thrown), `${show(caught)} is not what was thrown`)
        t.equal(calls, 1)
      }
      t.equal(waits.delays, [])
    },
  })),
)

const CONTAINING = {
  'an object with the headers': (init) => ({ status: 302, init }),
  'an object with the credential in a string': (init) => ({ to: `/login?t=${credentials(init)[0]}` }),
  'an object with the credential in a name': (init) => ({ [credentials(init)[0]]: true }),
  'an object with the credential in an array': (init) => ({ list: [[credentials(init)[0]]] }),
  'a Response with the credential in a header': (init) =>
    new Response(null, { status: 302, headers: { location: `/login?${credentials(init)[0]}` } }),
  'a Headers object': (init) => new Headers(init.headers),
  'a Map of the headers': (init) => new Map(Object.entries(init.headers)),
  'the settings': (init) => init,
  'the headers': (init) => init.headers,
}

const containing = Object.entries(CONTAINING).map(([what, made]) => ({
  name: `${what} that fetch throws contains a credential, so it is NETWORK`,
  async run(t) {
    const core = await t.ready()
    for (const call of CALLS) {
      t.mockFetch(async (_url, init) => {
        throw made(init)
      })
      keepsSecrets(t, await t.rejects(call(core), { code: 'NETWORK', attempts: 1 }), what)
    }
  },
}))

const primitives = ['redirect', '', 0, 302, NaN, true, false, 10n, Symbol('s'), undefined, null].map((value) => ({
  name: `a ${value === null ? 'null' : typeof value} (${show(value)}) that fetch throws is NETWORK and retried by getFinishStatus`,
  async run(t) {
    const core = await t.ready()
    t.waits()
    t.mockFetch(() => Promise.reject(value))
    await t.rejects(core.createSession(KEY, { configurationId: 'approved' }), { code: 'NETWORK', attempts: 1 })
    await t.rejects(core.getFinishStatus(), { code: 'NETWORK', attempts: 3 })
  },
}))

const digests = [5, null, undefined, {}, ['DYNAMIC'], Symbol('s')].map((digest) => ({
  name: `an error whose digest is ${show(digest)} (${typeof digest}) is NETWORK`,
  async run(t) {
    const core = await t.ready()
    t.mockFetch(() => Promise.reject(Object.assign(new Error('no'), { digest })))
    for (const call of CALLS) await t.rejects(call(core), { code: 'NETWORK' })
  },
}))

export default [
  ...errors,
  ...passed,
  ...containing,
  ...primitives,
  ...digests,
  {
    name: 'an iterator without end that fetch throws is NETWORK',
    async run(t) {
      const core = await t.ready()
      for (const item of [5, 'a', {}]) {
        const endless = {
          *[Symbol.iterator]() {
            for (;;) yield item
          },
        }
        t.mockFetch(() => Promise.reject(endless))
        await t.rejects(core.createSession(KEY, { configurationId: 'approved' }), { code: 'NETWORK' })
      }
    },
  },
  {
    name: 'the cause has the name, message, code and stack of the rejection, and those of its causes',
    async run(t) {
      const core = await t.ready()
      const inner = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', errno: -111 })
      const foreign = Object.assign(new TypeError('fetch failed', { cause: inner }), { code: 'UND_ERR', extra: 'dropped' })
      t.mockFetch(() => Promise.reject(foreign))
      for (const call of CALLS) {
        const { cause } = await t.rejects(call(core), { code: 'NETWORK' })
        t.equal([cause.name, cause.message, cause.code, cause.extra], ['TypeError', 'fetch failed', 'UND_ERR', undefined])
        t.equal(cause.stack, foreign.stack.slice(0, MAX_STRING))
        t.equal(
          [cause.cause.name, cause.cause.message, cause.cause.code, cause.cause.errno],
          ['Error', 'connect ECONNREFUSED', 'ECONNREFUSED', undefined],
        )
        t.ok(cause.cause.cause === undefined, 'the end of the causes')
      }
    },
  },
  {
    name: 'keeps three nested causes and drops a fourth',
    async run(t) {
      const core = await t.ready()
      t.mockFetch(() => Promise.reject(deep(10)))
      const { cause } = await t.rejects(finish(core), { code: 'NETWORK' })
      const messages = []
      for (let each = cause; each; each = each.cause) messages.push(each.message)
      t.equal(messages, ['level 9', 'level 8', 'level 7', 'level 6'])
    },
  },
  {
    name: 'cuts a string of the cause to 2,000 characters',
    async run(t) {
      const core = await t.ready()
      t.mockFetch(() => Promise.reject(Object.assign(new TypeError('é'.repeat(3_000)), { code: 'c'.repeat(3_000) })))
      const { cause } = await t.rejects(finish(core), { code: 'NETWORK' })
      t.equal([cause.message.length, cause.code.length], [MAX_STRING, MAX_STRING])
    },
  },
  {
    name: 'later changes to what fetch rejected with do not reach the error',
    async run(t) {
      const core = await t.ready()
      const foreign = new TypeError('before', { cause: new Error('within') })
      t.mockFetch(() => Promise.reject(foreign))
      const error = await t.rejects(finish(core), { code: 'NETWORK' })
      foreign.message = TOKEN
      foreign.cause.message = TOKEN
      foreign.body = TOKEN
      keepsSecrets(t, error, 'the error')
      t.equal([error.cause.message, error.cause.cause.message], ['before', 'within'])
    },
  },
  {
    name: 'an error of another realm is NETWORK, with its message in the cause',
    async run(t) {
      const frame = t.runtime === 'page' && document.body.appendChild(document.createElement('iframe'))
      const realm = frame ? frame.contentWindow : (await import('node:vm')).runInNewContext('globalThis')
      try {
        const core = await t.ready()
        const foreign = new realm.TypeError('Failed to fetch')
        t.mockFetch(() => Promise.reject(foreign))
        for (const call of CALLS) t.equal((await t.rejects(call(core), { code: 'NETWORK' })).cause.message, 'Failed to fetch')
      } finally {
        frame?.remove?.()
      }
    },
  },
  {
    name: 'a rejection with a huge bigint, or an object that has one, does not block the thread',
    async run(t) {
      const core = await t.ready()
      const huge = 1n << (t.runtime === 'node' ? 500_000_000n : 1_000_000n) // browsers have lower limits
      for (const reason of [huge, { huge }]) {
        t.mockFetch(() => Promise.reject(reason))
        for (const call of CALLS) {
          const from = Date.now()
          await t.rejects(call(core), { code: 'NETWORK', cause: undefined })
          blocksBriefly(t, Date.now() - from)
        }
      }
    },
  },
  {
    name: 'an error body of 60 KB and an authorization header of 8 KB do not block the thread',
    async run(t) {
      const core = await t.ready()
      const authorization = `Bearer ${'aB3'.repeat(2_700)}`
      const body = JSON.stringify({ message: 'aB3'.repeat(20_000), list: Array(1_000).fill('aB3aB3aB3') })
      t.mockFetch(async () => new Response(body, { status: 400 }))
      for (const call of CALLS) {
        const from = Date.now()
        const error = await t.rejects(call(core, { customHeaders: { authorization } }), { code: 'CLIENT_ERROR', status: 400 })
        blocksBriefly(t, Date.now() - from)
        t.ok(!JSON.stringify(error).includes('aB3aB3aB3'), 'a piece of the header')
      }
    },
  },
]
