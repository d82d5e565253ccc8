// Together with the vendor's own packages, which are mocks here: the page imports as public code does, and one plugin, or an import map,
// makes its calls reach both cores.
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

/** The outcome of plugin/main.js: calls that reject, and whether they reached the vendor, then a session. */
const REJECTED_AND_APPROVED = {
  rejections: [
    { end: 'UNSUPPORTED', heard: [] },
    { end: 'INVALID_ARGUMENT', heard: [] },
    { end: 'INVALID_ARGUMENT', heard: [] },
    { end: 'UNSUPPORTED', heard: [] },
    { end: "RangeError: the vendor's core has no such theme", heard: [] },
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

/** The outcome of plugin-unset/main.js: a page that never passes an apiURL, with invalid options first. */
const UNSET = {
  calls: [
    { end: 'UNSUPPORTED', heard: [] },
    { end: 'INVALID_ARGUMENT', heard: [] },
    { end: 'INVALID_ARGUMENT', heard: [] },
    { end: 'INVALID_ARGUMENT', heard: [] },
    { end: 'resolved', heard: ['core set up with region,theme', 'elements set up'] },
    { end: 'resolved', heard: ['core set up with apiURL,token'] },
    { end: 'resolved', heard: ['session initialized with no token'] },
    { end: 'NOT_CONFIGURED', heard: [] },
    { end: 'resolved', heard: ['session initialized with a token'] },
    { end: 'NOT_CONFIGURED', heard: [] },
  ],
  setups: 2,
}

/** The outcome of plugin-linked/main.js. */
const APPROVED_AND_LOADED = { status: APPROVED, setups: 1, version: '2.0.0', hasElements: true }

/** Both are in the vendor's core: the first is in every page once, the second is unused and so left out. */
const VENDORS_CORE = "the vendor's core was not set up"
const UNUSED = 'a large unused part of the vendor'

/** Returns the consumers with the vendor's packages. `site`, `journal` and `once` are those of consumers.mjs. */
export function withTheVendor({ site, journal, once }) {
  return [
    {
      name: 'with the vendor, in bundlers',
      folders: ['page', 'plugin'],
      packages,
      async check(context) {
        const bundlers = ['vite', 'rollup', 'rolldown', 'webpack', 'rspack', 'esbuild']
        for (const bundler of bundlers) await built(context, bundler, REJECTED_AND_APPROVED)
      },
    },
    {
      name: 'with the vendor, unbundled',
      folders: ['page', 'plugin'],
      packages,
      async check(context) {
        await open(context, 'import-map', await site(context, '.', 'import-map.html'), REJECTED_AND_APPROVED)
        await open(context, 'vite-dev', await context.project.start('dev'), REJECTED_AND_APPROVED)
        assert.doesNotMatch(context.project.output, /optimized|reload/, 'the dev server knew immediately what to bundle')
      },
    },
    {
      name: 'with the vendor, in a page without an apiURL',
      folders: ['page', 'plugin', 'plugin-unset'],
      packages,
      async check(context) {
        await context.project.script('build:esbuild')
        await context.project.run('cp index.html dist-esbuild')
        const { result, complaints } = await visit(context.browser, await site(context, 'dist-esbuild'))
        assert.deepEqual({ result, complaints }, { result: UNSET, complaints: [] })
      },
    },
    {
      name: 'with the vendor, linked from folders',
      folders: ['page', 'plugin', 'plugin-linked'],
      packages,
      async check(context) {
        const { project } = context
        await project.run('mkdir packages && mv node_modules/@incodetech/* packages')
        await project.run('ln -s ../../packages/core ../../packages/web node_modules/@incodetech')
        for (const bundler of ['rollup', 'webpack', 'esbuild']) await built(context, bundler, APPROVED_AND_LOADED)
        await open(context, 'vite-dev', await project.start('dev'), APPROVED_AND_LOADED)
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
          // The bundlers' own types are not checked.
          const options = `--noEmit --strict --skipLibCheck --target es2022 --module ${module} --moduleResolution ${resolution}`
          await project.run(`node ${compiler} ${options} plugins.ts`)
        }
      },
    },
  ]

  async function built(context, bundler, outcome) {
    const { project } = context
    const folder = `dist-${bundler}`
    const output = await project.script(`build:${bundler}`)
    assert.doesNotMatch(output, /warn|\(!\)|undefined/i, `${bundler} warned`)
    if (bundler !== 'vite') await project.run(`cp index.html ${folder}`)
    await open(context, bundler, await site(context, folder), outcome)
    await once(context, folder)
    const text = (await project.files(folder)).join('\n')
    assert.equal(count(text, VENDORS_CORE), 1, `${folder} must have the vendor's core once`)
    assert.equal(count(text, UNUSED), 0, `${folder} has unused code`)
  }

  /** Opens a page whose requests are a run of their own at the API. */
  async function open({ apiURL, browser, marks }, run, address, outcome) {
    const page = new URL(address)
    page.searchParams.set('api', `${apiURL}-${run}`)
    const { result, scripts, complaints } = await visit(browser, page.href)
    assert.deepEqual(result, outcome)
    assert.deepEqual(await journal(`${apiURL}-${run}`), JOURNEY)
    assert.deepEqual(complaints, [])
    for (const mark of [...Object.values(marks), VENDORS_CORE]) {
      assert.equal(count(scripts.join('\n'), mark), 1, `${run} must load ${JSON.stringify(mark)} once`)
    }
  }
}
