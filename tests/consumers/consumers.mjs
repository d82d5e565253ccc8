// Every way of using the package, and the checks of each.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { backends } from './backends.mjs'
import { visit } from './browser.mjs'
import { checkCommand } from './check.mjs'
import { examples } from './examples.mjs'
import { hosts } from './hosts.mjs'
import { assertOnce } from './packed.mjs'
import { withTheVendor } from './plugin.mjs'
import { policies } from './policies.mjs'
import { readme } from './readme.mjs'
import { runtimes } from './runtimes.mjs'
import { APPROVED, JOURNEY, journal } from './sandbox.mjs'
import { listen, serve } from './site.mjs'

export const consumers = [
  ...runtimes,
  ...examples,
  ...backends,
  { name: 'vite build', folders: ['page', 'vite'], check: builtPage },
  { name: 'vite dev', folders: ['page', 'vite'], check: async (context) => open(context, await context.project.start('dev')) },
  { name: 'webpack', folders: ['page', 'webpack'], check: builtPage },
  { name: 'rollup', folders: ['page', 'rollup'], check: builtPage },
  { name: 'esbuild', folders: ['page', 'esbuild'], check: builtPage },
  { name: 'parcel', folders: ['page', 'parcel'], check: builtPage },
  { name: 'metro', folders: ['metro'], check: bundledByMetro },
  { name: 'import map', folders: ['page', 'import-map'], check: async (context) => open(context, await site(context, '.')) },
  { name: 'web worker', folders: ['page', 'vite', 'worker'], check: builtPage },
  {
    name: 'node with require()',
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
    async check(context) {
      await context.project.script('test')
      await context.project.script('build')
      const { complaints } = await visit(context.browser, await site(context, 'dist'))
      assert.deepEqual(complaints, [])
    },
  },
  ...withTheVendor({ site, journal, once }),
  ...['5.4', '5.9', '7.0'].map(typesUnder),
  { name: 'wasm hosted by vite', folders: ['page', 'vite', 'slim-vite'], check: hostedByVite },
  { name: 'wasm on another origin', folders: ['page', 'import-map', 'slim'], check: hostedApart },
  ...hosts,
  ...policies,
  ...readme,
  ...checkCommand,
]

/** Builds the project's page, opens it, and checks the output. */
async function builtPage(context) {
  await context.project.script('build')
  await open(context, await site(context, 'dist'))
  await once(context, 'dist')
}

/**
 * Bundles with Metro. It resolves each `import` and each `require` by its own conditions. It resolves an entry with its own package.json, such as
 * `session`, by that file. For the web they share only the condition `browser`, which Jest's jsdom has too, so it leads to CommonJS.
 */
async function bundledByMetro(context) {
  await context.project.script('build')
  await open(context, await site(context, 'dist'), [], { instances: 1, ...APPROVED })
  await once(context, 'dist')
}

/** Checks every module resolution of TypeScript for ES modules, with the types of a page or of a backend. */
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

async function hostedByVite(context) {
  await context.project.script('build')
  const address = await site(context, 'dist', '', ["'self'"])
  const requests = await open(context, address)
  assert.equal(requests.filter((url) => url.startsWith(address) && url.endsWith('.wasm')).length, 1)
}

/** Serves the .wasm from another origin, with a MIME type that browsers do not stream, except where the page itself streams. */
async function hostedApart(context) {
  const { project } = context
  const wasm = await readFile(join(project.folder, 'node_modules/@incodetech/core/dist/incode_core.wasm'))
  const host = project.keep(
    await listen(({ url }, response) => {
      const type = url === '/Module.wasm' ? 'application/wasm' : 'text/plain'
      response.writeHead(200, { 'content-type': type, 'access-control-allow-origin': '*' }).end(wasm)
    }),
  )
  const address = await site(context, '.', '', [host.address])
  for (const as of ['URL', 'string', 'Response', 'bytes', 'Module']) {
    const file = `${host.address}${as}.wasm`
    const requests = await open({ ...context, apiURL: `${context.apiURL}-${as}` }, `${address}?as=${as}&wasm=${file}`, [host.address])
    assert.equal(requests.filter((url) => url === file).length, 1)
  }
}

async function site({ api, project }, folder, page = '', connect = []) {
  const { address } = project.keep(await serve(join(project.folder, folder), page || 'index.html', [api, ...connect]))
  return address + page
}

/**
 * Opens the page. It must complete a session without errors or warnings, load the module once, and send requests only to its own
 * server, the API and `others`. Returns the addresses of all requests.
 */
async function open({ api, apiURL, browser, marks }, address, others = [], outcome = APPROVED) {
  const page = new URL(address)
  page.searchParams.set('api', apiURL)
  const { result, requests, scripts, complaints } = await visit(browser, page.href)
  assert.deepEqual(result, outcome)
  assert.deepEqual(await journal(apiURL), JOURNEY)
  assert.deepEqual(complaints, [])
  const origins = requests.filter((url) => /^https?:/.test(url)).map((url) => new URL(url).origin)
  assert.deepEqual(new Set(origins), new Set([page.href, api, ...others].map((url) => new URL(url).origin)))
  assertOnce(scripts.join('\n'), marks, `the scripts of ${address}`)
  return requests
}

/** Checks that the output contains the package's module once. */
async function once({ project, marks }, folder) {
  assertOnce((await project.files(folder)).join('\n'), marks, folder)
}
