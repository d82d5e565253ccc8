// For a page whose policy forbids WebAssembly. tests/browsers/tests/contract.rs opens it.
import { KEY, TOKEN } from '../context.js'

export default [
  {
    name: "a policy without 'wasm-unsafe-eval' is MODULE_LOAD, and the message says what to allow",
    async run(t) {
      const core = await t.core()
      for (const call of [
        () => core.setup({ apiURL: t.api(), token: TOKEN }),
        () => core.createSession(KEY, { configurationId: 'approved', apiURL: t.api() }),
        () => core.getFinishStatus(),
        () => core.preload(),
      ]) {
        await t.rejects(call(), { code: 'MODULE_LOAD', message: /'wasm-unsafe-eval'/ })
      }
      t.equal(await t.journal(), [])
    },
  },
]
