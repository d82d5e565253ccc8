// Both READMEs, as somebody follows them: each snippet is run, or checked against what it names.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import express from 'express'
import { published } from '../../docs/share.mjs'
import { onScreen, visit, walk } from './browser.mjs'
import { APPROVED, JOURNEY, journal, WALKED } from './sandbox.mjs'
import { listen, serve } from './site.mjs'
import { lay, policies, snippet, snippets, strayFences } from './snippets.mjs'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')

const FOR_MAINTAINERS = ['ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md', 'docs/contract.md']
/** Where the files lie that they name without a folder. */
const FOLDERS = ['', 'src', 'pkg', 'www', 'www/src', 'xtask/src', 'tests/contract/cases', 'tests/consumers', 'tests/types']

const START = 'README.md, Backend, 3'
const BESIDE = "pkg/README.md, Beside the vendor's own packages"
const HOSTED = 'pkg/README.md, Hosting the WebAssembly apart, 1'
const RUST = 'README.md, A backend in Rust, 1'
const SHELL = [
  'README.md, the beginning, 1',
  'README.md, Into your application, 1',
  'README.md, Into your application, 2',
  'README.md, The real API, 1',
  'pkg/README.md, Install, 1',
  'pkg/README.md, Install, 2',
]

const stored = (name) => join(import.meta.dirname, name)
const withTheVendor = (tarball) => ({
  'incode-core': tarball,
  '@incodetech/core': stored('vendor/core'),
  '@incodetech/web': stored('vendor/web'),
  'plugin-library': stored('plugin-library'),
})

const tried = [
  {
    name: 'readme, backend and page',
    folders: ['readme'],
    snippets: [START, 'server.js', 'errors.js', 'public/page.js', 'public/index.html'],
    async check(trial) {
      const { browser, project, apiURL } = trial
      await lay(project.folder, 'server.js', 'errors.js', 'public/page.js', 'public/index.html')
      Object.assign(project.environment, await startLine(), { INCODE_API_URL: apiURL, PORT: '0' })
      const address = await project.start('start')
      await onScreen(browser, address, async (page) => {
        await walk(page)
        await page.getByText('approved', { exact: true }).waitFor()
      })
      assert.deepEqual(await journal(apiURL), WALKED)

      const { token, apiURL: given } = await post(address, 'session')
      assert.equal(given, apiURL)
      const headers = { 'x-incode-hardware-id': token, 'api-version': '1.0' }
      for (const step of ['add/face', 'process/face']) await fetch(`${apiURL}/omni/${step}`, { method: 'POST', headers })
      assert.deepEqual(await post(address, 'result'), { status: 200, action: 'approved' })
      await Promise.all([expired(trial), ...Object.entries(TROUBLES).map((trouble) => inTrouble(trial, ...trouble))])
    },
  },
  {
    name: 'readme, component and chunk',
    folders: ['readme'],
    snippets: ['verification.tsx', 'later.js'],
    async check({ browser, project, apiURL }) {
      await lay(project.folder, 'server.js', 'errors.js', 'verification.tsx', 'later.js')
      await project.run(`node ${stored('node_modules/typescript-7.0/bin/tsc')}`)
      await project.script('build')
      Object.assign(project.environment, await startLine(), { INCODE_API_URL: apiURL, PORT: '0' })
      const address = await project.start('start')
      await onScreen(browser, address, async (page) => {
        await walk(page)
        await page
          .locator('output')
          .filter({ hasText: /^approved$/ })
          .waitFor()
      })
      assert.deepEqual(await journal(apiURL), WALKED)
      const { answer, complaints } = await visit(browser, `${address}later.html`)
      assert.deepEqual(answer, APPROVED)
      assert.deepEqual(complaints, [])
      assert.deepEqual((await journal(apiURL)).slice(WALKED.length), JOURNEY)
    },
  },
  {
    name: 'readme, webhook',
    folders: ['readme'],
    snippets: ['webhook.js'],
    async check({ project }) {
      await lay(project.folder, 'webhook.js')
      const { webhook } = await import(join(project.folder, 'webhook.js'))
      const decided = []
      const app = express().use(express.json())
      app.post(
        '/api/webhook',
        webhook('a secret', async (...decision) => void decided.push(decision)),
      )
      app.post(
        '/api/unset',
        webhook(undefined, () => decided.push('without a secret')),
      )
      const { address } = project.keep(await listen(app))
      const send = async (path, secret, body) => {
        const headers = { 'content-type': 'application/json', ...(secret && { 'x-webhook-secret': secret }) }
        return (await fetch(address + path, { method: 'POST', headers, body: JSON.stringify(body) })).status
      }
      const approved = { interviewId: 'one', onboardingStatus: 'MANUAL_REVIEW_APPROVED' }
      assert.equal(await send('api/webhook', 'a secret', approved), 204)
      assert.equal(await send('api/webhook', 'a secret', { interviewId: 'two', onboardingStatus: 'MANUAL_REVIEW_REJECTED' }), 204)
      assert.equal(await send('api/webhook', 'a secret', { interviewId: 'one', onboardingStatus: 'ONBOARDING_WALKED' }), 204)
      assert.equal(await send('api/webhook', 'another', approved), 401)
      assert.equal(await send('api/unset', undefined, approved), 401)
      assert.deepEqual(decided, [
        ['one', 'approved'],
        ['two', 'rejected'],
      ])
    },
  },
  {
    name: 'readme, with the vendor',
    folders: ['page', 'plugin'],
    packages: withTheVendor,
    snippets: [`${BESIDE}, 1`, `${BESIDE}, 2`],
    async check({ api, apiURL, browser, project }) {
      await writeFile(join(project.folder, 'vite.config.js'), snippet(`${BESIDE}, 1`))
      await project.run('vite build')
      await writeFile(join(project.folder, 'map.html'), withMap(await readFile(join(project.folder, 'import-map.html'), 'utf8')))
      for (const [folder, page] of [
        ['dist', 'index.html'],
        ['.', 'map.html'],
      ]) {
        const { address } = project.keep(await serve(join(project.folder, folder), page, [api]))
        const { answer, complaints } = await visit(browser, `${address}${page}?api=${apiURL}-${page}`)
        assert.deepEqual(answer.status, APPROVED)
        assert(answer.heard.includes('core set up with apiURL,token'), 'the vendor was set up too')
        assert.deepEqual(complaints, [])
      }
    },
  },
  {
    name: 'readme, wasm hosted apart',
    folders: ['page', 'vite'],
    packages: (tarball) => ({ 'incode-core': tarball }),
    snippets: [HOSTED],
    async check({ api, apiURL, browser, project }) {
      const journey = `
        import * as core from 'incode-core'
        import { journey } from './journey.mjs'
        window.outcome = journey(core, new URLSearchParams(location.search).get('api'))
      `
      await writeFile(join(project.folder, 'main.js'), snippet(HOSTED) + journey)
      await project.script('build')
      const { address } = project.keep(await serve(join(project.folder, 'dist'), 'index.html', [api, "'self'"]))
      const { answer, requests } = await visit(browser, `${address}?api=${apiURL}`)
      assert.deepEqual(answer, APPROVED)
      assert.equal(requests.filter((url) => url.startsWith(address) && url.endsWith('.wasm')).length, 1)
    },
  },
  {
    name: 'readme, commands',
    snippets: SHELL,
    async alone({ packed }) {
      const lines = SHELL.flatMap((name) => snippet(name).trim().split('\n'))
      const unknown = []
      for (const line of lines.map((line) => line.replace(/ +#.*/, ''))) {
        const check = COMMANDS.find(([form]) => form.test(line))
        if (check) await check[1](line.match(check[0]), packed)
        else unknown.push(line)
      }
      assert.deepEqual(unknown, [])
    },
  },
  {
    name: 'readme, backend in Rust',
    snippets: [RUST],
    /** What stands there is a piece of what the server's own tests compile and run. */
    async alone() {
      const source = await readFile(join(root, 'www/src/backend.rs'), 'utf8')
      const indented = snippet(RUST).replace(/^(?=.)/gm, '    ')
      assert(source.includes(indented), 'www/src/backend.rs has it in other words: copy it anew')
    },
  },
]

export const readme = [
  ...tried,
  {
    name: 'readme, every snippet is tried',
    async alone() {
      assert.deepEqual(strayFences(), [])
      const names = new Set(tried.flatMap(({ snippets }) => snippets))
      // hosts.mjs hands all of a test runner to it, and counts what it ran.
      const untried = snippets.filter(({ name, runner }) => !names.has(name) && !['Jest', 'Vitest'].includes(runner))
      assert.deepEqual(
        untried.map(({ name }) => name),
        [],
      )
      for (const name of names) snippet(name)
      // policies.mjs has a page for each of the table.
      const rows = (await readFile(join(root, 'README.md'), 'utf8')).match(/^\|.*-src .*\|$/gm)
      assert.equal(policies().size, rows.length)
    },
  },
  {
    name: 'readme, what both have in common',
    async alone() {
      const { is, shouldBe } = published()
      assert(is === shouldBe, 'pkg/README.md lags behind README.md: `node docs/share.mjs` copies what they have in common')
    },
  },
  {
    name: 'readme, links',
    async alone() {
      for (const document of ['README.md', 'pkg/README.md', 'CHANGELOG.md', ...FOR_MAINTAINERS]) await linked(document)
    },
  },
  {
    name: 'documents for maintainers, the files that they name',
    async alone() {
      for (const document of FOR_MAINTAINERS) {
        const absent = filesIn(await readFile(join(root, document), 'utf8')).filter(
          (file) => !FOLDERS.some((folder) => existsSync(join(root, folder, file))),
        )
        assert.deepEqual(absent, [], document)
      }
      const contract = await readFile(join(root, 'docs/contract.md'), 'utf8')
      const promises = contract.match(/^\| (?!promise|---).*$/gm)
      assert.deepEqual(
        promises.filter((promise) => filesIn(promise).length === 0),
        [],
        'promises that no test holds',
      )
      const cases = await readdir(join(root, 'tests/contract/cases'))
      assert.deepEqual(
        cases.filter((file) => !filesIn(contract).includes(file)),
        [],
        'cases that hold no promise',
      )
    },
  },
]

/** What stands in code and ends as files or folders do. */
function filesIn(text) {
  return Array.from(text.matchAll(/`([\w.][\w./-]*(?:\/|\.(?:rs|m?js|tsx?|toml|json|md|svg)))`/g), ([, name]) => name)
}

/** What a line of a shell may be, and how it is known to be true. */
const COMMANDS = [
  [
    /^(?:INCODE_API_URL=\S+ INCODE_API_KEY=\S+ INCODE_CONFIGURATION_ID=\S+ )?cargo xtask (\w+)$/,
    async ([line, task]) => {
      const { stdout } = await run('cargo', ['xtask', '--help'], { cwd: root })
      assert.match(stdout, new RegExp(`^  ${task} `, 'm'))
      const source = await readFile(join(root, 'www/src/demonstration.rs'), 'utf8')
      for (const [, name] of line.matchAll(/(\w+)=/g)) assert(source.includes(`"${name}"`), `the demonstration does not read ${name}`)
    },
  ],
  [
    /^npm install (@incodetech\/core@file:)?\/path\/to\/(?:incode-core\/pkg\/)?incode-core-([\d.]+)-[0-9a-f]{8}\.tgz$/,
    async ([line, alias, version], { tarball }) => {
      const { stdout } = await run('tar', ['-xOf', tarball, 'package/package.json'])
      assert.equal(version, JSON.parse(stdout).version, line)
      const packs = await readFile(join(root, 'pkg/build/pack.mjs'), 'utf8')
      if (alias) assert(packs.includes('`' + alias + '${tarball}`'), `${line} is not what cargo xtask package prints`)
    },
  ],
  [
    /^npm install --install-links @incodetech\/web@file:\/path\/to\/incode-core\/(\S+)$/,
    async ([, folder]) => assert.equal(JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8')).name, '@incodetech/web'),
  ],
  [
    /^npm install (\w+)$/,
    async ([, name]) => assert(name in JSON.parse(await readFile(stored('readme/package.json'), 'utf8')).dependencies),
  ],
  [/^npm pkg set type=module$/, async () => {}],
]

/** What the page is told where the API fails, by the apiURL's fault. */
const TROUBLES = {
  'status-429-retry-after-60': { status: 429, retryAfter: '60', error: 'RATE_LIMITED' },
  'status-503': { status: 502, error: 'SERVER_ERROR' },
  close: { status: 502, error: 'NETWORK' },
  'status-401': { status: 502, error: 'UNAUTHORIZED' },
  hang: { status: 504, error: 'TIMEOUT' },
}

async function inTrouble({ project, apiURL }, fault, expected) {
  const address = await project.start('start', { INCODE_API_URL: `${apiURL}-${fault}/fault/${fault}` })
  assert.deepEqual(await post(address, 'session'), expected)
  assert.deepEqual(await post(address, 'result'), { status: 500, error: 'NOT_CONFIGURED' }, 'there is no session')
}

async function expired({ project }) {
  const address = await project.start('start', { INCODE_CONFIGURATION_ID: 'expires-at-once' })
  await post(address, 'session')
  assert.deepEqual(await post(address, 'result'), { status: 410, error: 'SESSION_EXPIRED' })
}

async function post(address, name) {
  const response = await fetch(`${address}api/${name}`, { method: 'POST' })
  const retryAfter = response.headers.get('retry-after')
  const answer = await response.json()
  return 'token' in answer ? answer : { status: response.status, ...(retryAfter && { retryAfter }), ...answer }
}

/** The variables of the line that starts the README's backend, each of which it reads. */
async function startLine() {
  const [, assignments] = /^((?:\w+=\S+ )+)node server\.js\n$/.exec(snippet(START))
  const variables = Object.fromEntries(
    assignments
      .trim()
      .split(' ')
      .map((pair) => pair.split(/=(.*)/)),
  )
  for (const name of Object.keys(variables)) assert(snippet('server.js').includes(name), `server.js does not read ${name}`)
  return variables
}

/** The page with the README's import map in place of its own; for each `…` the file of the vendor that stands in its own map. */
function withMap(html) {
  const [own] = /(?<=<script type="importmap">)[\s\S]*?(?=<\/script>)/.exec(html)
  const fill = (written, real) => {
    const filled = Object.entries(written).map(([name, to]) => {
      if (typeof to !== 'string') return [name, fill(to, real[name] ?? real[`.${name}`])]
      return [name, to.endsWith('…') ? real[name].replace(/^\./, '') : to]
    })
    return Object.fromEntries(filled)
  }
  const map = fill(JSON.parse(snippet(`${BESIDE}, 2`)), JSON.parse(own))
  // The consumer's page imports more of the vendor than the README's example.
  map.imports = { ...JSON.parse(own).imports, ...map.imports }
  return html.replace(own, JSON.stringify(map))
}

/** Every link leads to a file of the repository or to a heading. */
async function linked(document) {
  const anchorOf = (words) =>
    words
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-')
  const headings = (text) => Array.from(text.matchAll(/^#+ (.*)$/gm), ([, words]) => anchorOf(words))
  const text = await readFile(join(root, document), 'utf8')
  for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^https:/.test(target)) continue
    const [path, anchor] = target.split('#')
    const file = path ? join(root, document, '..', path) : join(root, document)
    if (!anchor) await readFile(file).catch((error) => assert.equal(error.code, 'EISDIR', `${document} links to ${target}`))
    else assert(headings(await readFile(file, 'utf8')).includes(anchor), `${document} links to ${target}`)
  }
}
