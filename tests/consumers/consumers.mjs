// Every way of taking the package in, and what has to hold there.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { visit } from './browser.mjs'
import { examples } from './examples.mjs'
import { hosts } from './hosts.mjs'
import { count } from './packed.mjs'
import { withTheVendor } from './plugin.mjs'
import { policies } from './policies.mjs'
import { readme } from './readme.mjs'
import { runtimes } from './runtimes.mjs'
import { APPROVED, JOURNEY, journal } from './sandbox.mjs'
import { listen, serve } from './site.mjs'

export const consumers = [
  ...runtimes,
  ...examples,
  { name: 'vite build', folders: ['page', 'vite'], check: builtPage },
  { name: 'vite dev', folders: ['page', 'vite'], check: async (trial) => open(trial, await trial.project.start('dev')) },
  { name: 'webpack', folders: ['page', 'webpack'], check: builtPage },
  { name: 'rollup', folders: ['page', 'rollup'], check: builtPage },
  { name: 'esbuild', folders: ['page', 'esbuild'], check: builtPage },
  { name: 'parcel', folders: ['page', 'parcel'], check: builtPage },
  { name: 'import map', folders: ['page', 'import-map'], check: async (trial) => open(trial, await site(trial, '.')) },
  { name: 'web worker', folders: ['page', 'vite', 'worker'], check: builtPage },
  {
    name: 'node, by require()',
    folders: ['require'],
    async check({ apiURL, project }) {
      assert.deepEqual(JSON.parse(await project.script('start')), APPROVED)
      assert.deepEqual(await journal(apiURL), JOURNEY)
    },
  },
  {
    name: 'copies of the package',
    folders: ['copies'],
    packages: (tarball) => ({ 'incode-core': tarball, '@incodetech/core': tarball }),
    async check(trial) {
      await trial.project.script('test')
      await trial.project.script('build')
      const { complaints } = await visit(trial.browser, await site(trial, 'dist'))
      assert.deepEqual(complaints, [])
    },
  },
  ...withTheVendor({ site, journal, once }),
  ...['5.4', '5.9', '7.0'].map(typesUnder),
  { name: 'wasm hosted by vite', folders: ['page', 'vite', 'slim-vite'], check: hostedByVite },
  { name: 'wasm hosted apart', folders: ['page', 'import-map', 'slim'], check: hostedApart },
  ...hosts,
  ...policies,
  ...readme,
]

/** Builds the project's page, opens it, and looks into the output. */
async function builtPage(trial) {
  await trial.project.script('build')
  await open(trial, await site(trial, 'dist'))
  await once(trial, 'dist')
}

/** Every way of resolving that TypeScript has for what is not CommonJS, with the types that a page has, or a backend. */
function typesUnder(version) {
  const uses = [
    ['esnext', 'bundler', 'page'],
    ['node16', 'node16', 'backend'],
    ['nodenext', 'nodenext', 'page'],
  ]
  return {
    name: `types under TypeScript ${version}`,
    folders: ['types'],
    async check({ project }) {
      const compiler = join(import.meta.dirname, `node_modules/typescript-${version}/bin/tsc`)
      for (const [module, resolution, use] of uses) {
        await project.run(`node ${compiler} --project ${use}.json --module ${module} --moduleResolution ${resolution}`)
      }
    },
  }
}

async function hostedByVite(trial) {
  await trial.project.script('build')
  const address = await site(trial, 'dist', '', ["'self'"])
  const requests = await open(trial, address)
  assert.equal(requests.filter((url) => url.startsWith(address) && url.endsWith('.wasm')).length, 1)
}

/** On another origin, and under another MIME type than browsers want for streaming, but where the page itself streams. */
async function hostedApart(trial) {
  const { project } = trial
  const wasm = await readFile(join(project.folder, 'node_modules/@incodetech/core/dist/incode_core.wasm'))
  const host = project.keep(
    await listen(({ url }, response) => {
      const type = url === '/Module.wasm' ? 'application/wasm' : 'text/plain'
      response.writeHead(200, { 'content-type': type, 'access-control-allow-origin': '*' }).end(wasm)
    }),
  )
  const address = await site(trial, '.', '', [host.address])
  for (const as of ['URL', 'string', 'Response', 'bytes', 'Module']) {
    const file = `${host.address}${as}.wasm`
    const requests = await open({ ...trial, apiURL: `${trial.apiURL}-${as}` }, `${address}?as=${as}&wasm=${file}`, [host.address])
    assert.equal(requests.filter((url) => url === file).length, 1)
  }
}

async function site({ api, project }, folder, page = '', connect = []) {
  const { address } = project.keep(await serve(join(project.folder, folder), page || 'index.html', [api, ...connect]))
  return address + page
}

/**
 * The page reaches the end of the session, complains of nothing, loads the module once, and nothing from anywhere but its own
 * server, the API and `others`. Gives the addresses of what it loaded.
 */
async function open({ api, apiURL, browser, marks }, address, others = []) {
  const page = new URL(address)
  page.searchParams.set('api', apiURL)
  const { answer, requests, scripts, complaints } = await visit(browser, page.href)
  assert.deepEqual(answer, APPROVED)
  assert.deepEqual(await journal(apiURL), JOURNEY)
  assert.deepEqual(complaints, [])
  const origins = requests.filter((url) => /^https?:/.test(url)).map((url) => new URL(url).origin)
  assert.deepEqual(new Set(origins), new Set([page.href, api, ...others].map((url) => new URL(url).origin)))
  for (const mark of Object.values(marks)) {
    assert.equal(count(scripts.join('\n'), mark), 1, `${address} has to load ${JSON.stringify(mark)} once`)
  }
  return requests
}

/** The output has the package's module once. */
async function once({ project, marks }, folder) {
  const output = (await project.files(folder)).join('\n')
  for (const mark of Object.values(marks)) assert.equal(count(output, mark), 1, `${folder} has to have ${JSON.stringify(mark)} once`)
}
