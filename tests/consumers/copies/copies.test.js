// Copies of the package in one process: two names, ES module and CommonJS, two bundles.
import { createRequire } from 'node:module'
import { test } from 'node:test'
import * as vendorName from '@incodetech/core'
import * as vendorSession from '@incodetech/core/session'
import { buildSync } from 'esbuild'
import * as ownName from 'incode-core'
import { agree } from './copies.cjs'

const require = createRequire(import.meta.url)
const dist = new URL('node_modules/incode-core/dist/', import.meta.url)

function bundle(name) {
  const entry = { contents: "export * from 'incode-core'", resolveDir: import.meta.dirname }
  const outfile = `${import.meta.dirname}/${name}.cjs`
  buildSync({ stdin: entry, bundle: true, minify: true, platform: 'node', format: 'cjs', outfile })
  return require(outfile)
}

test('installs under both names', () => agree({ 'incode-core': ownName, '@incodetech/core/session': vendorSession }))

test('an entry of the other name is the same copy', () => {
  if (vendorName.IncodeError !== vendorSession.IncodeError) throw new Error('both entries must export one class')
})

test('the ES module and the CommonJS module', async () => {
  const [esModule, commonJS] = [await import(new URL('index.js?copy', dist)), require(new URL('index.cjs', dist).pathname)]
  await agree({ esModule, commonJS })
})

test('two bundles', () => agree({ one: bundle('one'), other: bundle('other') }))
