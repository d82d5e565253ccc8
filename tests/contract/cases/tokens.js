// A token without a value, and a session in place of options.
import { KEY, SANDBOX_KEY, show, TOKEN } from '../context.js'

const sent = async (t) => (await t.requests()).map(({ headers }) => headers['x-incode-hardware-id'])
const MISSING = [undefined, null]

class Options {
  constructor(token) {
    this.token = token
  }
}
class Lookup {
  get token() {
    return undefined
  }
}

const withoutValue = [
  ['undefined', () => ({ token: undefined })],
  ['null', () => ({ token: null })],
  ['undefined in a class instance', () => new Options(undefined)],
  ['null in a class instance', () => new Options(null)],
  [
    'undefined from a getter of its own',
    () => ({
      get token() {
        return undefined
      },
    }),
  ],
  ['undefined from a getter of a class', () => new Lookup()],
  ['undefined in a frozen object', () => Object.freeze({ token: undefined })],
  ['undefined in an object without a prototype', () => Object.assign(Object.create(null), { token: undefined })],
  ['undefined in a proxy', () => new Proxy({ token: undefined }, {})],
  ['undefined after a spread', () => ({ ...{ token: TOKEN }, token: undefined })],
].map(([what, options]) => ({
  name: `getFinishStatus with a token of ${what} is NOT_CONFIGURED and never uses the current one`,
  async run(t) {
    const core = await t.ready('', { token: await t.token() })
    for (const more of [{}, { apiURL: t.api() }, { apiURL: t.api('/0') }]) {
      const given = Object.assign(options(), {})
      const error = await t.rejects(
        core.getFinishStatus(null, Object.keys(more).length ? Object.defineProperties({ ...more }, tokenOf(given)) : given),
        { code: 'NOT_CONFIGURED', message: /token has no value/ },
        what,
      )
      t.ok(error.message.startsWith('getFinishStatus: ') && !('attempts' in error), error.message)
    }
    t.equal(await t.journal(), [])
  },
}))

/** Returns the descriptor of `token` as an own property. */
const tokenOf = (options) => ({ token: { value: options.token, enumerable: true } })

export default [
  ...withoutValue,
  {
    name: 'a first call with a token without a value is NOT_CONFIGURED too',
    async run(t) {
      for (const token of MISSING) {
        const core = await t.core()
        await t.rejects(core.getFinishStatus(null, { apiURL: t.api(), token }), { code: 'NOT_CONFIGURED', message: /token has no value/ })
      }
      t.equal(await t.journal(), [])
    },
  },
  {
    name: 'getFinishStatus with an empty token is INVALID_ARGUMENT',
    async run(t) {
      const core = await t.ready('', { token: await t.token() })
      for (const options of [{ token: '' }, new Options(''), { interviewId: 'i', token: '' }])
        await t.rejectsArgument(core.getFinishStatus(null, options), 'token', show(options))
      t.equal(await t.journal(), [])
    },
  },
  {
    name: 'getFinishStatus with a session without a token is NOT_CONFIGURED',
    async run(t) {
      const core = await t.ready('', { token: await t.token() })
      for (const session of [
        { interviewId: 'i' },
        { interviewId: 'i', token: undefined },
        { interviewId: 'i', token: null, interviewCode: 'c' },
      ])
        await t.rejects(
          core.getFinishStatus(null, session),
          { code: 'NOT_CONFIGURED', message: /^getFinishStatus: .*token/ },
          show(session),
        )
      t.equal(await t.journal(), [])
    },
  },
  {
    name: 'getFinishStatus without an own token property uses the current token',
    async run(t) {
      const token = await t.token()
      const core = await t.ready('', { token })
      for (const options of [undefined, null, {}, { retries: 1 }, Object.create(null)]) await core.getFinishStatus(null, options)
      t.equal(await sent(t), Array(5).fill(token))
    },
  },
  {
    name: 'setup and initializeSession treat a token without a value as none',
    async run(t) {
      const token = await t.token()
      const core = await t.core()
      const printed = t.console()
      for (const missing of MISSING) {
        await core.setup({ apiURL: t.api(), token: missing })
        await t.rejects(core.initializeSession({ token: missing }), { code: 'NOT_CONFIGURED', message: /^initializeSession: .*token/ })
      }
      await core.initializeSession({ token })
      for (const missing of MISSING) {
        await core.setup({ apiURL: t.api(), token: missing })
        await core.initializeSession({ token: missing })
      }
      await core.getFinishStatus()
      t.equal(await sent(t), [token])
      t.equal(printed, [])
    },
  },
  {
    name: 'getFinishStatus reads only RequestOptions and token of a session and ignores all else silently',
    async run(t) {
      const core = await t.core()
      const printed = t.console()
      const session = await core.createSession(SANDBOX_KEY, { configurationId: 'approved', apiURL: t.api() })
      const extra = { ...session, Token: 'x', retry: 3, configurationId: 'c', lang: 'x', huge: 1n, call() {}, apiURL: t.api(), retries: 0 }
      t.equal((await core.getFinishStatus(null, extra)).action, 'none')
      t.equal((await sent(t)).at(-1), session.token)
      t.equal(printed, [])
      await t.rejectsArgument(core.getFinishStatus(null, { ...session, apiURL: t.api(), retries: -1 }), 'retries')
    },
  },
  {
    name: 'getFinishStatus(session) says that the session is the second argument',
    async run(t) {
      const core = await t.ready()
      const session = await core.createSession(SANDBOX_KEY, { configurationId: 'approved' })
      for (const value of [session, { interviewId: 'i' }, { token: TOKEN, interviewId: 'i' }]) {
        const { message } = await t.rejectsArgument(core.getFinishStatus(value), 'flowId')
        t.ok(/session/.test(message) && /second argument/.test(message) && !message.includes(session.token), message)
      }
      t.equal((await t.requests()).length, 1)
    },
  },
  {
    name: 'messages for missing or invalid input start with the name of the call',
    async run(t) {
      const core = await t.core()
      await t.rejects(core.getFinishStatus(), { code: 'NOT_CONFIGURED', message: /^getFinishStatus: / })
      await t.rejects(core.getFinishStatus(null, { token: TOKEN }), { code: 'NOT_CONFIGURED', message: /^getFinishStatus: .*apiURL/ })
      await t.rejects(core.initializeSession(), { code: 'NOT_CONFIGURED', message: /^initializeSession: .*token/ })
      await t.rejects(core.setup({ apiURL: t.api(), encryption: true }), { code: 'UNSUPPORTED', message: /^setup: encryption/ })
      await t.rejects(core.createSession(KEY, {}), { code: 'INVALID_ARGUMENT', message: /^createSession: configurationId/ })
      await t.rejects(core.setup({ apiURL: t.api(), timeout: 0 }), {
        code: 'INVALID_ARGUMENT',
        message: /^setup: timeout must be an integer from 1 to 2147483647 \(ms\)/,
      })
      await t.rejects(core.setup({ apiURL: t.api(), retries: 11 }), { message: /^setup: retries must be an integer from 0 to 10/ })
      await t.rejects((await t.core()).preload(5), { code: 'INVALID_ARGUMENT', message: /^preload: source must be / })
    },
  },
  {
    name: 'logs one warning when another token replaces the current one, in a runtime without a page alone',
    async run(t) {
      const core = await t.core()
      const printed = t.console()
      await core.initializeSession({ token: 'first-token-of-a-user' })
      await core.setup({ apiURL: t.api(), token: 'second-token-of-a-user' })
      await core.initializeSession({ token: 'third-token-of-a-user' })
      t.equal(printed.length, t.runtime === 'page' ? 0 : 1)
      for (const { method, args } of printed)
        t.ok(method === 'warn' && /getFinishStatus/.test(args[0]) && !/-token-of-/.test(args[0]), String(args))
    },
  },
]
