// A `fetch` that answers, throws, hangs, cuts, lies and echoes, as it is told to.
import fc from 'fast-check'

/** Node makes them at their first use, and wants its own clock for that. */
const { Headers, ReadableStream, Request, Response } = globalThis

const often = (...arbitraries) => fc.oneof(...arbitraries.map(([weight, arbitrary]) => ({ weight, arbitrary })))

/** What of the credentials of a request is repeated: all of it, a piece, the same in capitals, escaped, or nothing. */
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
const refusal = fc.record({
  kind: fc.constant('refusal'),
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
  'a text': (init) => echoed('headers', init),
  'no body': () => ({ ok: true, status: 200 }),
  'no status': (init) => ({ json: async () => init }),
  'a status that is a text': () => ({ status: '200', json: async () => ({ token: 't' }) }),
  'a status that is none': () => ({ status: NaN, ok: true, text: async () => '' }),
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
  'a reader that gives nothing': () => ({ status: 200, body: { getReader: () => ({ read: async () => undefined }) } }),
  'a reader that gives texts': (init) => ({
    status: 200,
    body: { getReader: () => ({ read: async () => ({ done: false, value: echoed('all', init) }), cancel() {} }) },
  }),
  'json that is no promise': () => ({ ok: true, json: () => 7 }),
  'text that is no text': (init) => ({ status: 400, text: async () => init }),
  'a response of type error': () => Response.error(),
  'a revoked proxy': () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    return [proxy][0]
  },
}
const odd = fc.record({ kind: fc.constant('odd'), what: fc.constantFrom(...Object.keys(ODD)) })

const FAILURES = {
  'an Error': (_init, text) => new TypeError(text),
  'an Error with a cause': (_init, text) =>
    new TypeError('fetch failed', { cause: Object.assign(new Error(text), { code: 'ECONNRESET' }) }),
  'an Error with the request': (init, _text, url) =>
    Object.assign(new TypeError('no'), { request: new Request(url, { headers: init.headers, method: init.method }), init }),
  'an Error with something hidden': (_init, text) => Object.defineProperty(new Error('no'), 'hidden', { get: () => text }),
  'an Error of that name': (_init, text) => Object.assign(new Error('no'), { name: text }),
  'an Error with many': (_init, text) => new AggregateError([new Error(text)], 'no'),
  'an AbortError': (_init, text) => new DOMException(text, 'AbortError'),
  'the settings': (init) => init,
  'the headers': (init) => new Headers(init.headers),
  'a Map': (init) => new Map(Object.entries(init.headers)),
  'a function': (init) => () => init.headers,
  'a text': (_init, text) => text,
  'a circle': (_init, text) => {
    const circle = { text }
    circle.circle = circle
    return circle
  },
  'a proxy': () =>
    new Proxy(
      {},
      {
        get() {
          throw new Error('hands off')
        },
        ownKeys() {
          throw new Error('hands off')
        },
      },
    ),
  undefined: () => undefined,
  null: () => null,
  'a bigint': () => 10n,
}
const failure = fc.record({ kind: fc.constant('failure'), what: fc.constantFrom(...Object.keys(FAILURES)), echo, isAtOnce: fc.boolean() })
const CONTROL = {
  'an error with a digest': () => Object.assign(new Error('dynamic'), { digest: 'DYNAMIC_SERVER_USAGE' }),
  'a thenable': () => ({ then() {} }),
}
const control = fc.record({ kind: fc.constant('control'), what: fc.constantFrom(...Object.keys(CONTROL)) })
const hang = fc.record({ kind: fc.constant('hang') })
const refusesSetting = fc.record({ kind: fc.constant('refuses a setting'), setting: fc.constantFrom('cache', 'credentials') })

/** What one request meets with, after `ms`; where the settings' signal is heeded, an abort ends it at once, as it does for real. */
export const encounters = fc.record({
  ms: often([3, fc.constant(0)], [2, fc.nat(500)], [1, fc.nat(40_000)]),
  heedsSignal: fc.boolean(),
  meets: often([4, good], [4, refusal], [2, unusable], [2, odd], [3, failure], [1, control], [1, hang], [1, refusesSetting]),
})

/** What `fetch` gives for one request, as an object of functions on `clock`; `record` is told what the answer is worth. */
export function meet({ ms, heedsSignal, meets }, { clock, url, init, record }) {
  if (meets.kind === 'refuses a setting' && meets.setting in init) {
    record.isRefused = true
    throw new TypeError(`The '${meets.setting}' field on 'RequestInitializerDict' is not implemented.`)
  }
  if (meets.kind === 'failure' && meets.isAtOnce) throw failed()
  return new Promise((resolve, reject) => {
    if (heedsSignal) init.signal?.addEventListener('abort', () => reject(init.signal.reason))
    if (meets.kind === 'hang') return
    clock.schedule(() => {
      if (meets.kind === 'control') reject((record.thrown = CONTROL[meets.what]()))
      else if (meets.kind === 'failure') reject(failed())
      else resolve(answered())
    }, ms)
  })

  function failed() {
    record.isNetworkFailure = true
    return FAILURES[meets.what](init, echoed(meets.echo, init), url)
  }

  function answered() {
    if (meets.kind === 'odd') {
      record.isOdd = true
      return ODD[meets.what](init)
    }
    if (meets.kind === 'good' || meets.kind === 'refuses a setting') {
      const text = JSON.stringify({ token: 'a token of a session', ...meets.more })
      record.good = JSON.parse(text) // what JSON carries of it: no -0
      return response({ form: meets.form ?? 'Response', status: 200, text, end: 'whole' })
    }
    const said = echoed(meets.echo, init)
    const texts = {
      'api error': JSON.stringify({ timestamp: 1, status: 4001, error: said, message: said, path: url }),
      names: JSON.stringify({ message: 'no', [said]: { [said]: 1 } }),
      deep: JSON.stringify({ a: [{ b: [[said]] }], message: 5 }),
      plain: said,
      html: `<html>${said}`,
      array: JSON.stringify([said]),
      number: '12',
      nothing: '',
    }
    record.status = meets.status
    record.retryAfter = meets.retryAfter
    // Where `json` alone is to be had, what is no JSON may as well be half of one.
    record.isOdd = meets.form === 'json alone'
    if (meets.end === 'cut' || meets.end === 'announced longer') record.isNetworkFailure = true
    return response({ ...meets, text: texts[meets.text], statusText: said.replace(/[^ -~]/g, '?') })
  }

  function response({ form, status, text, end, retryAfter, statusText }) {
    const headers = new Headers({ 'content-type': 'application/json' })
    if (retryAfter !== undefined) headers.set('retry-after', retryAfter)
    if (end === 'announced longer') headers.set('content-length', '100000')
    const isEmpty = status === 204
    const bytes = new TextEncoder().encode(text)
    if (['Response', 'chunks', 'no class'].includes(form)) {
      const parts = form === 'chunks' ? Array.from(bytes, (byte) => Uint8Array.of(byte)) : [bytes]
      const body = isEmpty ? null : stream(end === 'whole' ? parts : parts.slice(0, parts.length / 2), end)
      const whole = new Response(body, { status, statusText, headers })
      if (form !== 'no class') return whole
      return { ok: whole.ok, status, statusText, headers, body: whole.body, text: () => whole.text(), json: () => whole.json() }
    }
    const read = async () => {
      if (end === 'cut') throw new TypeError('terminated')
      if (end === 'stalled') await new Promise(() => {})
      return text
    }
    const answer = { ok: status < 300 && status > 199, status, statusText, headers }
    return form === 'text alone' ? { ...answer, text: read } : { ...answer, json: async () => JSON.parse(await read()) }
  }
}

function stream(parts, end) {
  const left = [...parts]
  return new ReadableStream({
    pull(controller) {
      if (left.length > 0) return controller.enqueue(left.shift())
      if (end === 'stalled') return new Promise(() => {})
      if (end === 'cut') return controller.error(new TypeError('terminated'))
      controller.close()
    },
  })
}
