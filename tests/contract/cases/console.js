import { KEY, SANDBOX_KEY, TOKEN } from '../context.js'

/** Asserts that there is one warning, with these names. */
function assertWarning(t, printed, ...names) {
  t.equal(
    printed.map(({ method }) => method),
    ['warn'],
  )
  for (const name of names) t.ok(String(printed[0].args).includes(name), `${printed[0].args} should name ${name}`)
}

export default [
  {
    name: 'unknown options of setup are ignored, with one warning that names them all',
    async run(t) {
      const core = await t.core()
      const printed = t.console()
      const token = await t.token()
      await core.setup({ apiURL: t.api(), token, sdkMode: 'x', apiKey: KEY, isTest: undefined })
      assertWarning(t, printed, 'sdkMode', 'apiKey')
      t.ok(!String(printed[0].args).includes('isTest'), 'absent options are not unknown ones')
      t.equal((await core.getFinishStatus()).action, 'none')
    },
  },
  {
    name: 'unknown options of initializeSession are ignored, with one warning that names them',
    async run(t) {
      const core = await t.ready()
      const printed = t.console()
      await core.initializeSession({ token: TOKEN, interviewId: 'x', other: 1 })
      assertWarning(t, printed, 'interviewId', 'other')
    },
  },
  {
    name: 'logs a warning about an unknown option once in the life of the module',
    async run(t) {
      const core = await t.core()
      const printed = t.console()
      for (let call = 0; call < 3; call++) {
        await core.setup({ apiURL: t.api(), sdkMode: 'x' })
        await core.initializeSession({ token: TOKEN, sdkMode: 'x' })
      }
      t.equal(printed, [{ method: 'warn', args: ['incode-core: setup ignores unknown options: "sdkMode"'] }])
    },
  },
  {
    name: 'a rejected call logs no warning',
    async run(t) {
      const core = await t.core()
      const printed = t.console()
      await t.thrown(core.setup({ sdkMode: 'x' }))
      await t.thrown(core.setup({ apiURL: t.api(), sdkMode: 'x', timeout: 0 }))
      await t.thrown(core.setup({ apiURL: t.api(), sdkMode: 'x', encryption: true }))
      await t.thrown(core.initializeSession({ sdkMode: 'x' }))
      t.equal(printed, [])
      await core.setup({ apiURL: t.api(), sdkMode: 'x' })
      assertWarning(t, printed, 'sdkMode')
    },
  },
  {
    name: 'wasm, hostingApp, flow and theme are accepted without a warning',
    async run(t) {
      const core = await t.core()
      const printed = t.console()
      await core.setup({ apiURL: t.api(), wasm: { pipelines: ['selfie'] }, hostingApp: 'shop', flow: { a: 1 }, theme: { colors: {} } })
      await core.setup({ wasm: 5, hostingApp: {}, flow: () => {}, theme: 'dark' })
      await core.initializeSession({ token: TOKEN, hostingApp: 'shop' })
      t.equal(printed, [])
    },
  },
  {
    name: 'createSession logs no warning outside a page or in a page on loopback',
    async run(t) {
      const core = await t.ready()
      const printed = t.console()
      await core.createSession(SANDBOX_KEY, { configurationId: 'approved' })
      t.equal(printed, [])
    },
  },
  {
    name: 'warnings about unknown options use console.warn and omit the values',
    async run(t) {
      const core = await t.core()
      const printed = t.console()
      await core.setup({ apiURL: t.api(), sdkMode: 'the value of it' })
      t.ok(!String(printed[0].args).includes('the value of it'), String(printed[0].args))
    },
  },
]
