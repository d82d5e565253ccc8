// Beside the vendor's own packages, for which stand-ins serve: the page imports as public code does, and one plugin, or an import map,
// lets its calls reach both cores.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { visit } from './browser.mjs'
import { count } from './packed.mjs'
import { APPROVED, JOURNEY } from './sandbox.mjs'

const stored = (name) => join(import.meta.dirname, name)
const packages = (tarball) => ({
  'incode-core': tarball,
  '@incodetech/core': stored('vendor/core'),
  '@incodetech/web': stored('vendor/web'),
  'plugin-library': stored('plugin-library'),
})

/** What plugin/main.js tells: what was refused, and what the vendor heard of it, then what it heard of a session that went well. */
const REFUSED_AND_APPROVED = {
  refusals: [
    { reason: 'UNSUPPORTED', heard: [] },
    { reason: 'INVALID_ARGUMENT', heard: [] },
    { reason: 'INVALID_ARGUMENT', heard: [] },
    { reason: 'UNSUPPORTED', heard: [] },
    { reason: "RangeError: the vendor's core knows no such theme", heard: [] },
  ],
  setups: [0, 2],
  heard: [
    'core set up with apiURL',
    'elements set up',
    'session initialized with a token',
    'core set up with apiURL,token',
    'session initialized with no token',
  ],
  status: APPROVED,
  version: '2.0.0',
  isDesktop: true,
  isOneCore: true,
}

/** What plugin-linked/main.js tells. */
const APPROVED_AND_LOADED = { status: APPROVED, setups: 1, version: '2.0.0', hasElements: true }

/** Both stand in the vendor's core: the one is in every page once, the other is called by nobody and so is left out. */
const VENDORS_CORE = "the vendor's core was not set up"
const UNUSED = 'a large part of the vendor that nobody uses'

/** `site`, `journal` and `once` are those of consumers.mjs. */
export function withTheVendor({ site, journal, once }) {
  return [
    {
      name: 'with the vendor, in bundlers',
      folders: ['page', 'plugin'],
      packages,
      async check(trial) {
        const bundlers = ['vite', 'rollup', 'rolldown', 'webpack', 'rspack', 'esbuild']
        for (const bundler of bundlers) await built(trial, bundler, REFUSED_AND_APPROVED)
      },
    },
    {
      name: 'with the vendor, unbundled',
      folders: ['page', 'plugin'],
      packages,
      async check(trial) {
        await open(trial, 'import-map', await site(trial, '.', 'import-map.html'), REFUSED_AND_APPROVED)
        await open(trial, 'vite-dev', await trial.project.start('dev'), REFUSED_AND_APPROVED)
        assert.doesNotMatch(trial.project.output, /optimized|reload/, 'the dev server knew at once what to bundle')
      },
    },
    {
      name: 'with the vendor, linked from folders',
      folders: ['page', 'plugin', 'plugin-linked'],
      packages,
      async check(trial) {
        const { project } = trial
        await project.run('mkdir packages && mv node_modules/@incodetech/* packages')
        await project.run('ln -s ../../packages/core ../../packages/web node_modules/@incodetech')
        for (const bundler of ['rollup', 'webpack', 'esbuild']) await built(trial, bundler, APPROVED_AND_LOADED)
        await open(trial, 'vite-dev', await project.start('dev'), APPROVED_AND_LOADED)
        const mix = { isOurs: true, version: '2.0.0', setsUp: ['function', 'function'] }
        assert.deepEqual(JSON.parse(await project.run('node server.js')), mix)
      },
    },
    {
      name: 'with the vendor, types of the plugin',
      folders: ['plugin'],
      packages,
      async check({ project }) {
        const uses = [
          ['5.4', 'esnext', 'bundler'],
          ['7.0', 'node16', 'node16'],
          ['7.0', 'nodenext', 'nodenext'],
        ]
        for (const [version, module, resolution] of uses) {
          const compiler = stored(`node_modules/typescript-${version}/bin/tsc`)
          // The bundlers' own types are not ours to check.
          const options = `--noEmit --strict --skipLibCheck --target es2022 --module ${module} --moduleResolution ${resolution}`
          await project.run(`node ${compiler} ${options} plugins.ts`)
        }
      },
    },
  ]

  async function built(trial, bundler, outcome) {
    const { project } = trial
    const folder = `dist-${bundler}`
    const output = await project.script(`build:${bundler}`)
    assert.doesNotMatch(output, /warn|\(!\)|undefined/i, `${bundler} has nothing to complain of`)
    if (bundler !== 'vite') await project.run(`cp index.html ${folder}`)
    await open(trial, bundler, await site(trial, folder), outcome)
    await once(trial, folder)
    const text = (await project.files(folder)).join('\n')
    assert.equal(count(text, VENDORS_CORE), 1, `${folder} has to have the vendor's core once`)
    assert.equal(count(text, UNUSED), 0, `${folder} has what nobody calls`)
  }

  /** Each is a run of its own at the API. */
  async function open({ apiURL, browser, marks }, run, address, outcome) {
    const page = new URL(address)
    page.searchParams.set('api', `${apiURL}-${run}`)
    const { answer, scripts, complaints } = await visit(browser, page.href)
    assert.deepEqual(answer, outcome)
    assert.deepEqual(await journal(`${apiURL}-${run}`), JOURNEY)
    assert.deepEqual(complaints, [])
    for (const mark of [...Object.values(marks), VENDORS_CORE]) {
      assert.equal(count(scripts.join('\n'), mark), 1, `${run} has to load ${JSON.stringify(mark)} once`)
    }
  }
}
