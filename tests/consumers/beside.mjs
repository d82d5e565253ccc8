// Beside the vendor's own packages, for which stand-ins serve: the page imports as public code does, and one plugin, or an import map,
// lets its calls reach both cores.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { visit } from './browser.mjs'
import { count } from './packed.mjs'

const stored = (name) => join(import.meta.dirname, name)
const packages = (tarball) => ({
  'incode-core': tarball,
  '@incodetech/core': stored('vendor/core'),
  '@incodetech/web': stored('vendor/web'),
  'beside-library': stored('beside-library'),
})

const OUTCOME = {
  refusals: [
    { reason: 'UNSUPPORTED', heard: [] },
    { reason: 'INVALID_ARGUMENT', heard: [] },
    { reason: 'INVALID_ARGUMENT', heard: [] },
    { reason: "RangeError: the vendor's core knows no such theme", heard: [] },
    { reason: 'UNSUPPORTED', heard: [] },
  ],
  setups: [0, 2],
  heard: [
    'core set up with apiURL',
    'elements set up',
    'session initialized with a token',
    'core set up with apiURL,token',
  ],
  status: { action: 'approved', scoreStatus: 'OK', redirectionUrl: '' },
  version: '2.0.0',
  isDesktop: true,
  isOneCore: true,
}

/** What an output has once where the vendor's core is in it once, and what it has not where it was left out that nobody calls. */
const VENDORS_CORE = "the vendor's core was not set up"
const UNUSED = 'a large part of the vendor that nobody uses'

/** `site`, `journal` and `once` are those of consumers.mjs. */
export function besideTheVendor({ site, journal, once }) {
  return [
    {
      name: 'beside the vendor, by bundlers',
      folders: ['page', 'beside'],
      packages,
      async check(trial) {
        for (const bundler of ['vite', 'rollup', 'rolldown', 'webpack', 'rspack', 'esbuild']) {
          const { project } = trial
          const output = await project.script(`build:${bundler}`)
          assert.doesNotMatch(output, /warn|\(!\)|undefined/i, `${bundler} warned:\n${output}`)
          if (bundler !== 'vite') await project.run(`cp index.html dist-${bundler}`)
          await open({ ...trial, apiURL: `${trial.apiURL}-${bundler}` }, await site(trial, `dist-${bundler}`))
          await once(trial, `dist-${bundler}`)
          const built = (await project.files(`dist-${bundler}`)).join('\n')
          assert.equal(count(built, VENDORS_CORE), 1, `${bundler} has the vendor's core once`)
          assert.equal(count(built, UNUSED), 0, `${bundler} leaves out what nobody calls`)
        }
      },
    },
    {
      name: 'beside the vendor, without a bundler',
      folders: ['page', 'beside'],
      packages,
      async check(trial) {
        const run = (name) => ({ ...trial, apiURL: `${trial.apiURL}-${name}` })
        await open(run('import-map'), await site(trial, '.', 'import-map.html'))
        await open(run('vite-dev'), await trial.project.start('dev'))
      },
    },
  ]

  async function open({ apiURL, browser, marks }, address) {
    const page = new URL(address)
    page.searchParams.set('api', apiURL)
    const { answer, scripts, complaints } = await visit(browser, page.href)
    assert.deepEqual(answer, OUTCOME)
    assert.deepEqual(await journal(apiURL), ['POST /omni/start', 'POST /omni/add/face', 'POST /omni/process/face', 'GET /omni/finish-status'])
    assert.deepEqual(complaints, [])
    for (const mark of [...Object.values(marks), VENDORS_CORE]) {
      assert.equal(count(scripts.join('\n'), mark), 1, `${address} has to load ${JSON.stringify(mark)} once`)
    }
  }
}
