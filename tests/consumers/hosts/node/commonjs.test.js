// The ES module, transformed to CommonJS by each tool that can do so. Calls change no export.

import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { transformSync as babel } from '@babel/core'
import { transformSync as esbuild } from 'esbuild'
import { rollup } from 'rollup'
import typescript from 'typescript-5.9'

const require = createRequire(import.meta.url)
const file = new URL('node_modules/incode-core/dist/index.js', import.meta.url)
const code = readFileSync(file, 'utf8')
const apiURL = `${process.env.INCODE_API_URL}-commonjs`

const preset = (options) =>
  babel(code, { presets: [['@babel/preset-env', { modules: 'commonjs', ...options }]], configFile: false, compact: true }).code
const tools = {
  'babel for old runtimes': () => preset(),
  'babel for this runtime': () => preset({ targets: { node: 'current' } }),
  esbuild: () => esbuild(code, { format: 'cjs' }).code,
  'esbuild with minification': () => esbuild(code, { format: 'cjs', minify: true }).code,
  typescript: () =>
    typescript.transpile(code, { module: typescript.ModuleKind.CommonJS, target: typescript.ScriptTarget.ES2022, allowJs: true }),
  rollup: async () => (await (await rollup({ input: file.pathname })).generate({ format: 'cjs' })).output[0].code,
}

for (const [name, transform] of Object.entries(tools)) {
  test(name, async () => {
    const made = `${import.meta.dirname}/${name.replace(/\W+/g, '-')}.cjs`
    writeFileSync(made, await transform())
    const core = require(made)
    const exported = { ...core }
    for (let round = 0; round < 2; round++) {
      await core.setup({ apiURL, token: 't' })
      await core.initializeSession({ token: 'u' })
      await core.preload()
      const { token } = await core.createSession(process.env.INCODE_API_KEY, { configurationId: 'approved', apiURL })
      assert(token)
      const error = await core.getFinishStatus().catch((error) => error)
      assert(error instanceof core.IncodeError && error.code === 'UNAUTHORIZED', error)
    }
    assert.deepEqual({ ...core }, exported)
  })
}

test('babel makes no export of an assignment to a local variable', () => {
  assert.deepEqual(preset().match(/exports\.\w+ ?= ?[\w$]+ ?=(?!=)[^,;]{0,30}/g) ?? [], [])
})
