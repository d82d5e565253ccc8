// The `fetch` option, of `setup` and per call.
import { KEY, show, TOKEN } from '../context.js'

const SESSION = { token: 'a-session-token' }
const respond = async () => new Response(JSON.stringify(SESSION))
const CALLS = [
  ['createSession', (core, options) => core.createSession(KEY, { configurationId: 'approved', ...options })],
  ['getFinishStatus', (core, options) => core.getFinishStatus('flow', { token: TOKEN, ...options })],
]

function forbidGlobal(t) {
  t.mockFetch(() => {
    throw new Error('the global fetch was called')
  })
}

const perCall = CALLS.flatMap(([name, call]) => [
  {
    name: `${name} uses its own fetch, else that of setup, else the global one`,
    async run(t) {
      const core = await t.core()
      const used = []
      const record = (which) => () => {
        used.push(which)
        return respond()
      }
      t.mockFetch(record('global'))
      await core.setup({ apiURL: t.api() })
      await call(core)
      await core.setup({ fetch: record('setup') })
      await call(core)
      await call(core, { fetch: record('call') })
      for (const fetch of [null, undefined]) await call(core, { fetch })
      await core.setup({ fetch: null })
      await call(core)
      t.equal(used, ['global', 'setup', 'call', 'setup', 'setup', 'global'])
    },
  },
  {
    name: `${name} calls fetch as a plain function, with a string and a plain object`,
    async run(t) {
      const core = await t.core()
      forbidGlobal(t)
      const seen = []
      function fetch(...args) {
        seen.push({ self: this, args })
        return respond()
      }
      await call(core, { apiURL: t.api(), fetch })
      await core.setup({ apiURL: t.api(), fetch })
      await call(core)
      t.equal(seen.length, 2)
      for (const { self, args } of seen) {
        t.ok(self === undefined, `this is ${show(self)}`)
        t.equal(args.length, 2)
        const [url, init] = args
        t.equal(typeof url, 'string')
        for (const object of [init, init.headers]) {
          t.ok(Object.getPrototypeOf(object) === Object.prototype, 'an object with the prototype Object.prototype')
          t.ok(`${object}` === '[object Object]' && object.valueOf() === object, 'methods of Object.prototype work')
        }
      }
    },
  },
  {
    name: `${name} uses the fetch of setup for every apiURL`,
    async run(t) {
      const core = await t.core()
      forbidGlobal(t)
      const urls = []
      const fetch = (url) => {
        urls.push(url)
        return respond()
      }
      await core.setup({ apiURL: t.api(), fetch })
      await call(core, { apiURL: 'https://other.example/0' })
      t.equal(urls.length, 1)
      t.ok(urls[0].startsWith('https://other.example/0/omni/'), urls[0])
    },
  },
  {
    name: `${name} rejects a fetch that is not a function`,
    async run(t) {
      const core = await t.ready()
      for (const fetch of [5, 'fetch', true, false, '', 0, {}, [], 1n, Symbol('s'), new Date(0)])
        await t.rejectsArgument(call(core, { fetch }), 'fetch', show(fetch))
      t.equal(await t.journal(), [])
    },
  },
  {
    name: `${name} keeps the fetch of its start although setup replaces it`,
    async run(t) {
      const core = await t.core()
      forbidGlobal(t)
      await core.setup({ apiURL: t.api(), fetch: respond })
      const pending = call(core)
      await core.setup({
        fetch: () => {
          throw new Error('the fetch of a later setup was called')
        },
      })
      await pending
    },
  },
  {
    name: `${name} retries with the same fetch`,
    async run(t) {
      const core = await t.core()
      forbidGlobal(t)
      let requests = 0
      const fetch = async () => (++requests < 3 ? new Response('{}', { status: 429, headers: { 'retry-after': '0' } }) : respond())
      await call(core, { apiURL: t.api(), fetch })
      t.equal(requests, 3)
    },
  },
  {
    name: `${name} passes the signal, the timeout and failures through a fetch of its own`,
    async run(t) {
      const core = await t.ready()
      forbidGlobal(t)
      const silent = () => new Promise(() => {})
      const options = { apiURL: t.api(), retries: 0 }
      await t.rejects(call(core, { ...options, fetch: silent, timeout: 30 }), { code: 'TIMEOUT', attempts: 1 })
      const controller = new AbortController()
      const pending = t.thrown(call(core, { ...options, fetch: silent, signal: controller.signal }))
      controller.abort('enough')
      t.equal(await pending, 'enough')
      const failing = async () => {
        throw new TypeError('no route')
      }
      await t.rejects(call(core, { ...options, fetch: failing }), { code: 'NETWORK', attempts: 1 })
    },
  },
  {
    name: `${name} without any fetch is NETWORK, says so and makes no attempt`,
    async run(t) {
      const core = await t.ready()
      const waits = t.waits()
      for (const value of [undefined, null]) {
        t.patch(globalThis, 'fetch', value)
        const error = await t.rejects(call(core, { retries: 5 }), { code: 'NETWORK', message: /fetch/ })
        t.ok(!('attempts' in error), `attempts ${error.attempts}`)
      }
      t.equal(waits.delays, [])
    },
  },
])

export default [
  ...perCall,
  {
    name: 'setup rejects a fetch that is not a function and keeps the current configuration',
    async run(t) {
      const core = await t.core()
      forbidGlobal(t)
      await core.setup({ apiURL: t.api(), token: TOKEN, fetch: respond })
      for (const fetch of [5, 'fetch', true, {}, [], 1n, Symbol('s')]) await t.rejectsArgument(core.setup({ fetch }), 'fetch', show(fetch))
      await core.getFinishStatus()
    },
  },
  {
    name: 'initializeSession keeps the fetch of setup',
    async run(t) {
      const core = await t.core()
      forbidGlobal(t)
      await core.setup({ apiURL: t.api(), fetch: respond })
      await core.initializeSession({ token: TOKEN })
      await core.getFinishStatus()
    },
  },
  {
    name: 'concurrent calls with a fetch each use their own, in a first call too',
    async run(t) {
      const core = await t.core()
      forbidGlobal(t)
      const sessions = await Promise.all(
        Array.from({ length: 20 }, (_, at) =>
          core.createSession(KEY, {
            configurationId: 'approved',
            apiURL: t.api(),
            fetch: async () => new Response(`{"token":"token-${at}"}`),
          }),
        ),
      )
      t.equal(
        sessions.map(({ token }) => token),
        sessions.map((_, at) => `token-${at}`),
      )
    },
  },
  {
    name: 'accepts a bound, an async, a generic and a proxied function as fetch',
    async run(t) {
      const core = await t.core()
      forbidGlobal(t)
      const service = {
        session: SESSION,
        fetch() {
          return new Response(JSON.stringify(this.session))
        },
      }
      for (const fetch of [
        service.fetch.bind(service),
        async () => service.fetch(),
        (() => service.fetch()).bind(null),
        new Proxy(respond, {}),
      ])
        t.equal((await core.createSession(KEY, { configurationId: 'approved', apiURL: t.api(), fetch })).token, SESSION.token)
    },
  },
]
