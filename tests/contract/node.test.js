// INCODE_TEST_API=http://localhost:PORT node --test tests/contract/node.test.js
// Cases replace globals, so they run one after the other. INCODE_PART=1 INCODE_PARTS=4 runs a quarter of them, for four processes side by side.
import assert from 'node:assert'
import { createRequire } from 'node:module'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { context, runCase } from './context.js'
import { NAMES } from './replacements.js'
import { part, suite } from './suite.js'

const { INCODE_PART = '1', INCODE_PARTS = '1' } = process.env
const settings = {
  runtime: 'node',
  origin: process.env.INCODE_TEST_API,
  entry: new URL('../../pkg/dist/index.js', import.meta.url).href,
  panicEntry: new URL('../../pkg/dist-panic/index.js', import.meta.url).href,
}
assert(settings.origin, 'INCODE_TEST_API must be the address of a running incode-www')
// Node instantiates WebAssembly of its own at the first fetch and the first import: before cases record instances.
assert((await fetch(`${settings.origin}/healthz`)).ok)
await import(`${settings.entry}?warm-up`)

const own = new Set(part(Object.values(suite).flat(), INCODE_PART - 1, Number(INCODE_PARTS)))
assert(own.size > 0, `there is no part ${INCODE_PART} of ${INCODE_PARTS}`)
for (const [group, cases] of Object.entries(suite)) {
  const chosen = cases.filter((one) => own.has(one))
  if (chosen.length === 0) continue
  describe(group, () => {
    for (const { name, run } of chosen) test(name, () => runCase(run, settings))
  })
}

if (INCODE_PART === '1') {
  test('Node fetches although a case has replaced globals', async () => {
    const t = context(settings)
    try {
      for (const name of NAMES) t.patch(globalThis, name, undefined)
      assert.equal(await (await fetch(`${settings.origin}/healthz`)).text(), 'ok')
    } finally {
      t.restore()
    }
  })

  test('both entries of the package are one module', () => {
    const { resolve } = createRequire(new URL('../../pkg/package.json', import.meta.url))
    assert.equal(resolve('incode-core'), resolve('incode-core/session'))
  })

  test('a console prints an error with its name, message and fields', async () => {
    const { getFinishStatus } = await import(settings.entry)
    const error = await getFinishStatus(5).catch((error) => error)
    assert.match(inspect(error), /^IncodeError: getFinishStatus: flowId must be a string\n.*code: 'INVALID_ARGUMENT'/s)
  })
}
