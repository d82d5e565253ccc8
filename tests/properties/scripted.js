// A scripted `fetch`: it responds, throws, hangs, cuts bodies, lies and echoes credentials.
import fc from 'fast-check'

/** Read ahead, because a scene may replace them and because Node needs its own clock to make some of them. */
const { DOMException, Headers, ReadableStream, Request, Response, TextEncoder, URL, URLSearchParams } = globalThis

const often = (...arbitraries) => fc.oneof(...arbitraries.map(([weight, arbitrary]) => ({ weight, arbitrary })))

/** The part of a request's credentials that an echo repeats. */
const echo = often(
  [3, fc.constant('nothing')],
  [2, fc.constantFrom('all', 'capitals', 'headers', 'escaped')],
  [1, fc.record({ from: fc.nat(60), length: fc.integer({ min: 8, max: 40 }) })],
)

function echoed(how, { headers = {} } = {}) {
  const secrets = [headers['x-api-key'], headers['x-incode-hardware-id'], headers.authorization].filter(Boolean)
  const all = secrets.join(' and ')
  if (how === 'nothing') return 'sorry'
  if (how === 'all') return `sorry, ${all}`
  if (how === 'capitals') return `SORRY, ${all.toUpperCase()}`
  if (how === 'headers') return JSON.stringify(headers)
  if (how === 'escaped') return `a\nb\t${JSON.stringify(all)}`
  return secrets.map((secret) => `…${secret.slice(how.from, how.from + how.length)}…`).join(' ')
}

const retryAfter = often(
  [3, fc.constant(undefined)],
  [3, fc.nat(9).map(String)],
  [1, fc.constantFrom('', '-1', '1.5', 'soon', 'Thu, 01 Jan 1970 00:00:05 GMT', '99999999999')],
)

const whole = fc.constant('whole')
const broken = fc.constantFrom('cut', 'stalled', 'announced longer')

const good = fc.record({
  kind: fc.constant('good'),
  form: fc.constantFrom('Response', 'chunks', 'json alone', 'text alone', 'no class'),
  more: fc.dictionary(
    fc.constantFrom('interviewId', 'action', 'scoreStatus', 'redirectionUrl', 'env', '__proto__', 'then'),
    often([2, fc.string()], [1, fc.jsonValue({ maxDepth: 2 })]),
  ),
})
const errorResponse = fc.record({
  kind: fc.constant('errorResponse'),
  form: fc.constantFrom('Response', 'chunks', 'json alone', 'text alone', 'no class'),
  status: often([3, fc.constantFrom(401, 403, 429, 500, 502, 503, 504)], [1, fc.integer({ min: 400, max: 599 })]),
  retryAfter,
  end: often([5, whole], [1, broken]),
  echo,
  text: fc.constantFrom('api error', 'names', 'deep', 'plain', 'html', 'array', 'number', 'nothing'),
})
const unusable = fc.record({
  kind: fc.constant('unusable'),
  form: fc.constantFrom('Response', 'chunks', 'json alone', 'text alone', 'no class'),
  status: fc.constantFrom(200, 201, 204, 302, 307),
  end: often([2, whole], [1, broken]),
  echo,
  text: fc.constantFrom('plain', 'html', 'array', 'number', 'nothing'),
})
const ODD = {
  undefined: () => undefined,
  null: () => null,
  'a number': () => 5,
  'a string': (init) => echoed('headers', init),
  'no body': () => ({ ok: true, status: 200 }),
  'no status': (init) => ({ json: async () => init }),
  'a status that is a string': () => ({ status: '200', json: async () => ({ token: 't' }) }),
  'a status that is NaN': () => ({ status: NaN, ok: true, text: async () => '' }),
  'a getter that throws': () => ({
    get status() {
      throw new Error('hands off')
    },
  }),
  'a body that throws': (init) => ({
    status: 200,
    get body() {
      throw init
    },
    json: async () => {
      throw init
    },
  }),
  'headers that throw': (init) => ({
    status: 400,
    headers: {
      get() {
        throw new Error(echoed('all', init))
      },
    },
    text: async () => '{}',
  }),
  'a reader that returns nothing': () => ({ status: 200, body: { getReader: () => ({ read: async () => undefined }) } }),
  'a reader that returns strings': (init) => ({
    status: 200,
    body: { getReader: () => ({ read: async () => ({ done: false, value: echoed('all', init) }), cancel() {} }) },
  }),
  'json that is not a promise': () => ({ ok: true, json: () => 7 }),
  'text that is not a string': (init) => ({ status: 400, text: async () => init }),
  'a response of type error': () => Response.error(),
  'a revoked proxy': () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    return [proxy][0]
  },
}
const odd = fc.record({ kind: fc.constant('odd'), what: fc.constantFrom(...Object.keys(ODD)) })

const LARGE = 5_000_000
const LARGE_BUFFER = new Uint8Array(LARGE)
const LARGE_TEXT = 'x'.repeat(LARGE)

const fail = () => {
  throw new Error('hands off')
}
const cannotBeRead = new Proxy({}, { get: fail, ownKeys: fail, getPrototypeOf: fail, getOwnPropertyDescriptor: fail })

/** Returns the `Request` of a call, or an object of its shape where Node cannot make one without a replaced global. */
function requestOf(url, { headers, method }) {
  try {
    return new Request(url, { headers, method })
  } catch {
    return { url, method, headers: new Headers(headers) }
  }
}

const bytesOf = (text) => new TextEncoder().encode(text)

/** An error of a client that keeps its request where only its methods can read it. */
class PrivateError extends Error {
  #init
  constructor(init) {
    super('no')
    this.#init = init
  }
  toJSON() {
    return { request: this.#init }
  }
  toString() {
    return `PrivateError: ${JSON.stringify(this.#init)}`
  }
  get request() {
    return this.#init
  }
  get [Symbol.toStringTag]() {
    return JSON.stringify(this.#init)
  }
}

function nested(text, depth) {
  let error = new Error(text)
  for (let level = 0; level < depth; level++) error = new Error(`level ${level} ${text}`, { cause: error })
  return error
}

/** Errors and primitives: each is a failure of the network, with credentials too. */
const FAILURES = {
  'an Error': (_init, text) => new TypeError(text),
  'an Error with a cause': (_init, text) =>
    new TypeError('fetch failed', { cause: Object.assign(new Error(text), { code: 'ECONNRESET' }) }),
  'an Error with the request': (init, _text, url) => Object.assign(new TypeError('no'), { request: requestOf(url, init), init }),
  'an Error with something hidden': (_init, text) => Object.defineProperty(new Error('no'), 'hidden', { get: () => text }),
  'an Error of that name': (_init, text) => Object.assign(new Error('no'), { name: text }),
  'an Error of that code': (_init, text) => Object.assign(new Error('no'), { code: text }),
  'an Error of that stack': (_init, text) => Object.assign(new Error('no'), { stack: text }),
  'an Error with many': (_init, text) => new AggregateError([new Error(text)], 'no'),
  'an Error with a private request': (init) => new PrivateError(init),
  'an Error with bytes': (init, text) =>
    Object.assign(new Error('no', { cause: bytesOf(text).buffer }), { body: bytesOf(JSON.stringify(init.headers)) }),
  'an Error with a large buffer': () => Object.assign(new Error('no'), { buffer: LARGE_BUFFER, cause: LARGE_BUFFER }),
  'an Error with a long message': (_init, text) => new Error(`${text} ${LARGE_TEXT}${text}`, { cause: LARGE_TEXT }),
  'an Error in the words of a rejected setting': (_init, text) => new TypeError(`The 'cache', 'signal' and 'credentials' fields: ${text}`),
  'an Error whose cause is a circle': (_init, text) => {
    const error = new Error(text)
    error.cause = new Error(text, { cause: error })
    return error
  },
  'an Error with deep causes': (_init, text) => nested(text, 2_000),
  'an Error that cannot be read': (_init, text) => {
    const error = new Error(text)
    for (const name of ['stack', 'name', 'message', 'cause', 'code', 'digest', 'then']) Object.defineProperty(error, name, { get: fail })
    return error
  },
  'an Error whose getter rejects': (_init, text) =>
    Object.defineProperty(new Error('no'), 'message', { get: () => Promise.reject(new Error(text)) }),
  'an Error that changes': (_init, text) => {
    let reads = 0
    return Object.defineProperty(new Error('no'), 'message', { get: () => (reads++ ? text : 'no'), enumerable: true })
  },
  'an Error whose fields are objects': (init) => Object.assign(new Error('no'), { name: init, message: init, code: init, stack: init }),
  'an Error with a digest that is a number': (_init, text) => Object.assign(new Error(text), { digest: 5 }),
  'an AbortError': (_init, text) => new DOMException(text, 'AbortError'),
  'a string': (_init, text) => text,
  'a long string': (_init, text) => `${text}${LARGE_TEXT}`,
  undefined: () => undefined,
  null: () => null,
  'a bigint': () => 10n,
  'a symbol': (_init, text) => Symbol(text),
}

/** Objects that are not errors. Each passes through, unless it contains a credential. */
const OBJECTS = {
  'the settings': (init) => init,
  'the headers': (init) => new Headers(init.headers),
  'a Map': (init) => new Map(Object.entries(init.headers)),
  'a Set': (_init, text) => new Set([{ text }]),
  'a Response that redirects': () => new Response(null, { status: 302, headers: { location: '/login' } }),
  'a Response that echoes': (_init, text) =>
    new Response(null, { status: 302, headers: { location: `/login#${encodeURIComponent(text)}` } }),
  'a Request': (init, _text, url) => requestOf(url, init),
  'a redirect of a router': (_init, text) => ({ status: 307, location: '/login', state: { text } }),
  'an object without prototype': (_init, text) => Object.assign(Object.create(null), { text }),
  'an object with a digest': (_init, text) => ({ digest: 5, text }),
  'an instance with a getter': (_init, text) =>
    new (class Redirect {
      get text() {
        return text
      }
    })(),
  'a name': (_init, text) => ({ [text]: 1 }),
  'a symbol for a name': (_init, text) => ({ [Symbol(text)]: 1 }),
  'something hidden': (_init, text) => Object.defineProperty({}, 'hidden', { value: text }),
  'an Error inside': (_init, text) => ({ error: new Error('no', { cause: new Error(text) }) }),
  'a URL': (_init, text) => new URL(`https://api.example/?${encodeURIComponent(text)}`),
  'a search': (_init, text) => new URLSearchParams({ text }),
  'an array': (_init, text) => [[[text]]],
  'a circle': (_init, text) => {
    const circle = { text }
    circle.circle = circle
    return circle
  },
  'a function': (init) => () => init.headers,
  'a function with the credential': (_init, text) => Object.assign(() => {}, { text }),
  'a frozen object': () => Object.freeze({ status: 307 }),
  bytes: (_init, text) => bytesOf(text),
  'a view of bytes': (_init, text) => ({ view: new DataView(bytesOf(`before ${text}`).buffer, 7) }),
  'an object with a then that is not a function': () => ({ status: 307, then: 'then', digest: null }),
}

/** Objects that may pass through or not, because they cannot be read to their end. */
const UNREADABLE = {
  'a proxy': () => cannotBeRead,
  'a large buffer': () => LARGE_BUFFER,
  'an object of many parts': (_init, text) => ({ parts: Array.from({ length: 20_000 }, (_, at) => ({ at })), text }),
  'an object of great depth': (_init, text) => {
    let object = { text }
    for (let level = 0; level < 20_000; level++) object = { object }
    return object
  },
}

const rejections = (kind, table) =>
  fc.record({ kind: fc.constant(kind), what: fc.constantFrom(...Object.keys(table)), echo, isThrown: fc.boolean() })
const failure = rejections('failure', FAILURES)
const object = rejections('object', OBJECTS)
const unreadable = rejections('unreadable', UNREADABLE)

/** Values that a framework throws to control rendering. They pass through, with credentials too. */
const CONTROL_FLOW = {
  'an error with a digest': () => Object.assign(new Error('dynamic'), { digest: 'DYNAMIC_SERVER_USAGE' }),
  'a thenable': () => ({ then() {} }),
  'a promise': () => new Promise(() => {}),
}
const controlFlow = rejections('controlFlow', CONTROL_FLOW)
const REJECTIONS = { failure: FAILURES, object: OBJECTS, unreadable: UNREADABLE, controlFlow: CONTROL_FLOW }

const hang = fc.record({ kind: fc.constant('hang') })

/** The outcome of one request, after `ms`. With `heedsSignal`, an abort ends it immediately, as a real `fetch` does. */
export const exchanges = fc.record({
  ms: often([3, fc.constant(0)], [2, fc.nat(500)], [1, fc.nat(40_000)]),
  heedsSignal: fc.boolean(),
  result: often(
    [6, good],
    [4, errorResponse],
    [2, unusable],
    [2, odd],
    [3, failure],
    [2, object],
    [1, unreadable],
    [1, controlFlow],
    [1, hang],
  ),
})

/** Returns what `fetch` returns for one request, on `clock`. `record` gets what the oracle must know about it. */
export function respond({ ms, heedsSignal, result }, { clock, url, init, record }) {
  if (result.isThrown) throw rejection()
  return new Promise((resolve, reject) => {
    if (heedsSignal) init.signal?.addEventListener('abort', () => reject(init.signal.reason))
    if (result.kind === 'hang') return
    clock.schedule(() => {
      if (heedsSignal && init.signal?.aborted) return
      if (result.kind in REJECTIONS) reject(rejection())
      else resolve(fetched())
    }, ms)
  })

  function rejection() {
    const reason = REJECTIONS[result.kind][result.what](init, echoed(result.echo, init), url)
    record.rejection = { kind: result.kind, reason }
    record.isNetworkFailure = result.kind !== 'controlFlow'
    return reason
  }

  function fetched() {
    if (result.kind === 'odd') {
      record.isOdd = true
      return ODD[result.what](init)
    }
    if (result.kind === 'good') {
      const text = JSON.stringify({ token: 'a token of a session', ...result.more })
      record.good = JSON.parse(text) // JSON has no -0
      return response({ form: result.form, status: 200, text, end: 'whole' })
    }
    const echoedText = echoed(result.echo, init)
    const bodies = {
      'api error': JSON.stringify({ timestamp: 1, status: 4001, error: echoedText, message: echoedText, path: url }),
      names: JSON.stringify({ message: 'no', [echoedText]: { [echoedText]: 1 } }),
      deep: JSON.stringify({ a: [{ b: [[echoedText]] }], message: 5 }),
      plain: echoedText,
      html: `<html>${echoedText}`,
      array: JSON.stringify([echoedText]),
      number: '12',
      nothing: '',
    }
    record.status = result.status
    record.retryAfter = result.retryAfter
    // With `json` alone, invalid JSON looks like a cut body.
    record.isOdd = result.form === 'json alone'
    if (result.end === 'cut' || result.end === 'announced longer') record.isNetworkFailure = true
    return response({ ...result, text: bodies[result.text], statusText: echoedText.replace(/[^ -~]/g, '?') })
  }

  function response({ form, status, text, end, retryAfter, statusText }) {
    const headers = new Headers({ 'content-type': 'application/json' })
    if (retryAfter !== undefined) headers.set('retry-after', retryAfter)
    if (end === 'announced longer') headers.set('content-length', '100000')
    const isEmpty = status === 204
    const bytes = new TextEncoder().encode(text)
    if (['Response', 'chunks', 'no class'].includes(form)) {
      const parts = form === 'chunks' ? Array.from(bytes, (byte) => Uint8Array.of(byte)) : [bytes]
      const body = isEmpty ? null : stream(end === 'whole' ? parts : parts.slice(0, parts.length / 2), end, record)
      const whole = new Response(body, { status, statusText, headers })
      if (form !== 'no class') return whole
      return { ok: whole.ok, status, statusText, headers, body: whole.body, text: () => whole.text(), json: () => whole.json() }
    }
    const read = async () => {
      if (end === 'cut') throw new TypeError('terminated')
      if (end === 'stalled') await new Promise(() => {})
      return text
    }
    const base = { ok: status < 300 && status > 199, status, statusText, headers }
    return form === 'text alone' ? { ...base, text: read } : { ...base, json: async () => JSON.parse(await read()) }
  }
}

function stream(parts, end, record) {
  const left = [...parts]
  record.isStalled = end === 'stalled'
  return new ReadableStream({
    pull(controller) {
      if (left.length > 0) return controller.enqueue(left.shift())
      if (end === 'stalled') return new Promise(() => {})
      if (end === 'cut') return controller.error(new TypeError('terminated'))
      controller.close()
    },
    cancel() {
      record.isCancelled = true
    },
  })
}
