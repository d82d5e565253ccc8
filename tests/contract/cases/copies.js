// An error as JSON, and across copies of the package.
import { KEY, show, TOKEN } from '../context.js'

const api = { timestamp: 1, status: 4019, error: 'Custom', message: 'no', path: '/omni/start' }
const limited = async () => new Response(JSON.stringify(api), { status: 429, headers: { 'retry-after': '100' } })
const failing = () => Promise.reject(new TypeError('failed', { cause: new Error('deeper') }))
const options = { apiURL: 'https://api.example.com', token: TOKEN, retries: 0 }

const MADE = {
  'an error without a request': (core) => core.getFinishStatus(5),
  'a response': (core) => core.getFinishStatus(null, { ...options, fetch: limited }),
  'a network failure': (core) => core.getFinishStatus(null, { ...options, fetch: failing }),
}

export default [
  ...Object.entries(MADE).map(([what, call]) => ({
    name: `an error of ${what} survives JSON`,
    async run(t) {
      const core = await t.ready()
      const error = await t.thrown(call(core))
      const json = JSON.stringify(error)
      const fields = Object.fromEntries(
        ['status', 'api', 'retryAfter', 'attempts'].filter((name) => name in error).map((name) => [name, error[name]]),
      )
      t.equal(JSON.parse(json), { name: 'IncodeError', code: error.code, message: error.message, ...fields })
      const again = new core.IncodeError(JSON.parse(json))
      t.equal(JSON.stringify(again), json)
      t.equal([again.name, again.message, again.code], ['IncodeError', error.message, error.code])
      t.equal(Object.keys(again).sort(), Object.keys(error).sort())
      t.ok(!('cause' in again), 'no cause')
      t.ok(again instanceof core.IncodeError && again instanceof Error, 'instanceof')
    },
  })),
  {
    name: 'JSON.stringify of an error never throws, whatever its cause and api',
    async run(t) {
      const { IncodeError } = await t.core()
      const cause = new Error('a cycle')
      cause.cause = cause
      const circle = {}
      circle.circle = circle
      for (const given of [{ cause }, { cause: 1n }, { cause, api: circle }, { api: { big: 1n } }, { api: { toJSON: () => raise() } }]) {
        const json = JSON.stringify(new IncodeError({ code: 'NETWORK', message: 'no', ...given }))
        const { name, code, message, cause: none } = JSON.parse(json)
        t.equal([name, code, message, none], ['IncodeError', 'NETWORK', 'no', undefined])
      }
    },
  },
  {
    name: 'JSON.stringify of an object with an error keeps name, code and message',
    async run(t) {
      const core = await t.ready()
      const error = await t.thrown(core.getFinishStatus(5))
      t.equal(JSON.parse(JSON.stringify({ err: error })).err, { name: 'IncodeError', code: 'INVALID_ARGUMENT', message: error.message })
    },
  },
  {
    name: 'a constructed error has a cause that is not enumerable, and only known fields',
    async run(t) {
      const { IncodeError } = await t.core()
      const cause = new TypeError('mine')
      const error = new IncodeError({ code: 'NETWORK', message: 'no', cause, status: undefined, api: undefined })
      t.ok(error.cause === cause && !Object.keys(error).includes('cause'), show(Object.keys(error)))
      for (const name of ['status', 'api', 'retryAfter', 'attempts']) t.ok(!(name in error), name)
    },
  },
  {
    name: 'instanceof IncodeError holds across copies of the package',
    async run(t) {
      const [one, other] = [await t.core(), await t.core()]
      t.ok(one.IncodeError !== other.IncodeError, 'two copies')
      for (const call of Object.values(MADE)) {
        for (const [from, by] of [
          [one, other],
          [other, one],
        ]) {
          const error = await t.thrown(call(from))
          t.ok(error instanceof by.IncodeError && error instanceof from.IncodeError && error instanceof Error, error.code)
        }
      }
      t.ok(new one.IncodeError({ code: 'NETWORK', message: '' }) instanceof other.IncodeError, 'a made error')
    },
  },
  {
    name: 'instanceof IncodeError is false for anything else',
    async run(t) {
      const { IncodeError } = await t.core()
      const forged = Object.assign(new Error('no'), { name: 'IncodeError', code: 'NETWORK' })
      for (const value of [
        undefined,
        null,
        5,
        'IncodeError',
        {},
        new Error('no'),
        forged,
        () => {},
        IncodeError,
        IncodeError.prototype.constructor,
      ])
        t.ok(!(value instanceof IncodeError), show(value))
    },
  },
  {
    name: 'instanceof IncodeError does not throw for a proxy whose properties cannot be read',
    async run(t) {
      const { IncodeError } = await t.core()
      t.ok(!(new Proxy({}, { get: raise, has: raise }) instanceof IncodeError), 'a proxy')
    },
  },
  {
    name: "a caller's own subclass does not claim the package's errors or those of another subclass",
    async run(t) {
      const [one, other] = [await t.ready(), await t.ready()]
      class Mine extends one.IncodeError {}
      class Deeper extends Mine {}
      class Yours extends other.IncodeError {}
      const plain = await t.thrown(one.getFinishStatus(5))
      const given = { code: 'NETWORK', message: 'no' }
      for (const [value, type, expected] of [
        [plain, Mine, false],
        [plain, Deeper, false],
        [plain, Yours, false],
        [new Mine(given), Mine, true],
        [new Mine(given), Deeper, false],
        [new Mine(given), Yours, false],
        [new Deeper(given), Mine, true],
        [new Mine(given), one.IncodeError, true],
        [new Mine(given), other.IncodeError, true],
        [new Error('no'), Mine, false],
      ])
        t.equal(value instanceof type, expected, `${value.constructor.name} instanceof ${type.name}`)
      t.ok(new Mine(given).name === 'IncodeError' && new Mine(given).message === 'no', 'fields of a subclass')
    },
  },
  {
    name: 'messages start with the failed operation after a request, and with the name of the call before one',
    async run(t) {
      const core = await t.ready('', { retries: 0 })
      for (const [call, failure, name] of [
        [
          (more) => core.createSession(KEY, { configurationId: 'approved', ...more }),
          'Failed to create Incode session: ',
          'createSession: ',
        ],
        [(more) => core.getFinishStatus(null, more), 'Failed to get Incode finish status: ', 'getFinishStatus: '],
      ]) {
        for (const more of [
          { fetch: limited },
          { fetch: failing },
          { fetch: async () => new Response('OK') },
          { fetch: () => new Promise(() => {}), timeout: 20 },
        ]) {
          const { message } = await t.thrown(call(more))
          t.ok(message.startsWith(failure), message)
        }
        for (const more of [
          { timeout: 0 },
          { retries: -1 },
          { apiURL: 'http://a.example' },
          { signal: 5 },
          { customHeaders: [] },
          { fetch: 1 },
        ]) {
          const { message } = await t.rejectsArgument(call(more), Object.keys(more)[0])
          t.ok(message.startsWith(`${name}${Object.keys(more)[0]} `) || message.startsWith(`${name}${Object.keys(more)[0]}.`), message)
        }
      }
    },
  },
]

function raise() {
  throw new Error('on purpose')
}
