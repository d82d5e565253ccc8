import { KEY, TOKEN } from '../context.js'

const wasmURL = (t) => new URL('/pkg/dist/incode_core.wasm', t.runtime === 'page' ? location : t.origin).href
const bytes = async (t) => (await fetch(wasmURL(t))).arrayBuffer()

const sources = [
  ['the bytes', bytes],
  ['a view of the bytes', async (t) => new Uint8Array(await bytes(t))],
  ['a compiled module', async (t) => WebAssembly.compile(await bytes(t))],
  ['a Response', (t) => fetch(wasmURL(t))],
  ['a promise of a Response', (t) => Promise.resolve(fetch(wasmURL(t))), true],
  ['a promise of a module', (t) => bytes(t).then(WebAssembly.compile), true],
  ['a Response of another type', async (t) => new Response(await bytes(t), { headers: { 'content-type': 'text/plain' } })],
  ['a URL', (t) => new URL(wasmURL(t))],
  ['a string', wasmURL],
  ['null', () => null],
  ['nothing', () => undefined],
].map(([what, source, isPromise]) => ({
  name: `preload accepts ${what}, and the calls use it`,
  async run(t) {
    const core = await t.core()
    const given = isPromise ? source(t) : await source(t)
    const made = t.instances()
    t.equal(await core.preload(given), undefined)
    await core.setup({ apiURL: t.api(), token: await t.token() })
    t.equal((await core.getFinishStatus()).action, 'none')
    t.equal(made.length, 1)
  },
}))

/** Returns a module without imports, whose exports have the names of the package's own and trap. */
async function trapping(t) {
  const names = WebAssembly.Module.exports(await WebAssembly.compile(await bytes(t))).filter(({ kind }) => kind === 'function')
  const section = (id, items) => [id, ...leb(items.flat().length + leb(items.length).length), ...leb(items.length), ...items.flat()]
  const leb = (value) => (value < 128 ? [value] : [(value & 127) | 128, ...leb(value >> 7)])
  const exports = names.map(({ name }) => [...leb(name.length), ...new TextEncoder().encode(name), 0, 0])
  const code = [3, 0, 0x00, 0x0b] // a body of three bytes: no locals, unreachable, end
  return Uint8Array.from([
    ...[0, 97, 115, 109, 1, 0, 0, 0],
    ...section(1, [[0x60, 0, 0]]),
    ...section(3, [[0]]),
    ...section(7, exports),
    ...section(10, [code]),
  ])
}

const wrongSources = [
  ['a number', () => 5, 'INVALID_ARGUMENT'],
  ['an object', () => ({}), 'INVALID_ARGUMENT'],
  ['true', () => true, 'INVALID_ARGUMENT'],
  ['bytes that are not wasm', () => new Uint8Array(20), 'MODULE_LOAD'],
  ['an empty module', () => Uint8Array.from([0, 97, 115, 109, 1, 0, 0, 0]), 'MODULE_LOAD'],
  // A module of the same imports and exports, each of which is a function that traps: https://webassembly.github.io/spec/core/binary
  ['a module that traps at its start', trapping, 'MODULE_LOAD'],
  ['a URL that no server serves', (t) => `${wasmURL(t)}.not`, 'MODULE_LOAD'],
  ['a Response of 404', () => new Response('', { status: 404 }), 'MODULE_LOAD'],
  ['a page instead of the module', () => new Response('<!doctype html>'), 'MODULE_LOAD'],
  ['a promise that rejects', () => Promise.reject(new Error('none')), 'MODULE_LOAD'],
].map(([what, source, code]) => ({
  name: `preload of ${what} is ${code}, and the next call loads the package's own module`,
  async run(t) {
    const core = await t.core()
    await t.rejects(core.preload(source(t)), { code })
    await core.setup({ apiURL: t.api(), token: await t.token() })
    t.equal((await core.getFinishStatus()).action, 'none')
  },
}))

const failsOnce = (t, name) => {
  const original = WebAssembly[name]
  let failed = 0
  t.patch(WebAssembly, name, (...args) => (failed++ ? original(...args) : Promise.reject(new WebAssembly.CompileError('refused'))))
}

export default [
  {
    name: 'importing touches neither network, WebAssembly, console, window nor document',
    async run(t) {
      const touched = t.console()
      const touch = (name) => () => touched.push(name)
      t.mockFetch(touch('fetch'))
      for (const name of ['compile', 'instantiate', 'Module', 'Instance', 'compileStreaming', 'instantiateStreaming'])
        t.patch(WebAssembly, name, touch(name))
      // A page cannot hide its window. Node has none, so the patched one records every access.
      if (t.runtime === 'node')
        for (const name of ['window', 'document']) Object.defineProperty(globalThis, name, { configurable: true, get: touch(name) })
      try {
        await t.core()
      } finally {
        if (t.runtime === 'node') for (const name of ['window', 'document']) delete globalThis[name]
      }
      t.equal(touched, [])
    },
  },
  {
    name: 'exports exactly the documented names',
    async run(t) {
      const core = await t.core()
      t.equal(Object.keys(core).sort(), ['IncodeError', 'createSession', 'getFinishStatus', 'initializeSession', 'preload', 'setup'])
    },
  },
  {
    name: 'every function returns a promise, for any input',
    async run(t) {
      const core = await t.core()
      for (const name of ['setup', 'initializeSession', 'createSession', 'getFinishStatus']) {
        const result = core[name](Symbol('wrong'), Symbol('wrong'))
        t.ok(result instanceof Promise, name)
        await t.thrown(result, name)
      }
      t.equal(await core.setup({ apiURL: t.api() }), undefined)
      t.equal(await core.initializeSession({ token: TOKEN }), undefined)
    },
  },
  {
    name: 'the first call loads the module once, and calls made meanwhile share that load',
    async run(t) {
      const core = await t.core()
      const made = t.instances()
      t.equal(made.length, 0)
      await Promise.all([
        core.preload(),
        core.setup({ apiURL: t.api() }),
        core.initializeSession({ token: TOKEN }),
        t.thrown(core.createSession()),
        core.preload(),
      ])
      await core.setup({ apiURL: t.api() })
      t.equal(made.length, 1)
    },
  },
  ...['compile', 'instantiate'].map((name) => ({
    name: `a failed WebAssembly.${name} is MODULE_LOAD for setup and all that waited, and the next call loads again`,
    async run(t) {
      const core = await t.core()
      failsOnce(t, name)
      const calls = [
        core.setup({ apiURL: t.api() }),
        core.initializeSession({ token: TOKEN }),
        core.createSession(KEY, { configurationId: 'approved' }),
        core.getFinishStatus(),
        core.preload(),
      ]
      for (const result of await Promise.allSettled(calls)) {
        const error = await t.rejects(Promise.reject(result.reason), { code: 'MODULE_LOAD', message: /'wasm-unsafe-eval'/ })
        t.ok(error.cause instanceof Error && !error.message.startsWith('Failed'), error.message)
      }
      await core.setup({ apiURL: t.api(), token: await t.token() })
      t.equal((await core.getFinishStatus()).action, 'none')
      t.equal((await t.requests()).length, 1)
    },
  })),
  {
    name: 'a call ends with TIMEOUT if the load hangs, the next one loads again, and those that still wait come first',
    async run(t) {
      const core = await t.core()
      const token = await t.token()
      const { instantiate } = WebAssembly
      let end
      t.patch(WebAssembly, 'instantiate', (...args) => new Promise((resolve) => (end = async () => resolve(await instantiate(...args)))))
      const waiting = core.setup({ apiURL: t.api(), token })
      await t.rejects(core.createSession(KEY, { configurationId: 'approved', timeout: 50 }), { code: 'TIMEOUT' })
      t.patch(WebAssembly, 'instantiate', instantiate)
      t.equal((await core.getFinishStatus()).action, 'none')
      await waiting
      await end()
      await core.preload()
      t.equal((await core.getFinishStatus()).action, 'none', 'the late instance has not replaced the configured one')
    },
  },
  {
    name: 'a module from preload is used after the load of the own one has failed',
    async run(t) {
      const core = await t.core()
      const module = await WebAssembly.compile(await bytes(t))
      let refuse
      t.patch(WebAssembly, 'compile', () => new Promise((_, reject) => (refuse = () => reject(new WebAssembly.CompileError('refused')))))
      const waiting = core.setup({ apiURL: t.api() })
      await core.preload(module)
      refuse()
      await t.rejects(waiting, { code: 'MODULE_LOAD' })
      await core.setup({ apiURL: t.api(), token: await t.token() })
      t.equal((await core.getFinishStatus()).action, 'none')
    },
  },
  {
    name: 'calls made while the load ends take effect in their order',
    async run(t) {
      const { instantiate } = WebAssembly
      for (let ticks = 0; ticks < 12; ticks++) {
        const core = await t.core()
        let end
        const ready = new Promise((done) => {
          t.patch(WebAssembly, 'instantiate', async (...args) => {
            const result = await instantiate(...args)
            done()
            return new Promise((resolve) => (end = () => resolve(result)))
          })
        })
        const before = core.setup({ apiURL: t.api(), token: 'before' })
        await ready
        await t.until(() => end, 'the promise that is held')
        end()
        for (let tick = 0; tick < ticks; tick++) await null
        await Promise.all([before, core.setup({ apiURL: t.api(), token: 'after' })])
        let token
        const fetch = async (_, { headers }) => {
          token = headers['x-incode-hardware-id']
          return new Response('{}')
        }
        await core.getFinishStatus(null, { fetch })
        t.equal(token, 'after', `${ticks} ticks`)
      }
    },
  },
  ...sources,
  ...wrongSources,
  {
    name: 'a preload after the load changes nothing',
    async run(t) {
      const core = await t.ready('', { token: await t.token() })
      await core.preload()
      await core.preload(await bytes(t))
      t.equal((await core.getFinishStatus()).action, 'none')
    },
  },
  {
    name: 'two copies of the package do not share the configuration',
    async run(t) {
      await t.ready()
      await t.rejects((await t.core()).getFinishStatus(), { code: 'NOT_CONFIGURED' })
    },
  },
]
