// For a page whose host is not loopback, although it is this machine. tests/browsers/tests/contract.rs opens it.
import { KEY, SANDBOX_KEY } from '../context.js'

export default [
  {
    name: 'createSession in a public page warns once that its API key is public, and works',
    async run(t) {
      t.ok(!/^(localhost|127\..*)$/.test(location.hostname), 'this page is not public')
      const core = await t.core()
      // The policy of a page at this address lets it reach no API on loopback.
      t.mockFetch(async () => new Response('{"token":"t"}'))
      const printed = t.console()
      for (let call = 0; call < 2; call++) t.ok((await core.createSession(SANDBOX_KEY, { configurationId: 'approved' })).token, 'a token')
      t.equal(
        printed.map(({ method }) => method),
        ['warn'],
      )
      t.ok(/API key/.test(printed[0].args[0]) && !printed[0].args[0].includes(KEY), String(printed[0].args))
    },
  },
]
