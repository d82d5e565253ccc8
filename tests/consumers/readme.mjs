// The READMEs and docs/: each snippet is run, or checked against what it names.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import express from 'express'
import { published } from '../../docs/share.mjs'
import { onScreen, proceed, visit, walk } from './browser.mjs'
import { checkCommand } from './check.mjs'
import { APPROVED, JOURNEY, journal, SANDBOX_KEY, WALKED } from './sandbox.mjs'
import { listen, serve } from './site.mjs'
import { DOCUMENTS, lay, policies, snippet, snippets, strayFences } from './snippets.mjs'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')

const FOR_MAINTAINERS = ['ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md', 'docs/guarantees.md']
/** Folders of files that these documents name without a folder. */
const FOLDERS = [
  '',
  'src',
  'src/options',
  'src/platform',
  'pkg',
  'pkg/build',
  'pkg/src',
  'www',
  'www/src',
  'xtask/src',
  'tests/contract/cases',
  'tests/consumers',
  'tests/types',
]

const QUICK_START = ['README.md, Quick start, 1', 'README.md, Quick start, 2']
const CATCH = 'README.md, Errors, 1'
const START = 'docs/getting-started.md, 5. Run it, 1'
const PLUGIN = 'docs/with-incode-packages.md, start'
const HOSTED = 'docs/deployment.md, Self-hosting the WebAssembly, 1'
const CURL = ['docs/backend.md, Create a session, 1', 'docs/backend.md, Get the result, 1']
const DIAGRAM = 'docs/getting-started.md, Life of a session, 1'
const SHELL = [
  'README.md, Install, 1',
  'README.md, Try the demo, run the tests, 1',
  'docs/getting-started.md, 1. Start the sandbox, 1',
  'docs/getting-started.md, 1. Start the sandbox, 2',
  'docs/getting-started.md, 2. Create an app, 1',
  'docs/sandbox.md, Real API, 1',
  'pkg/README.md, Install, 1',
  'pkg/README.md, Install, 2',
]

const EXAMPLES = readdirSync(join(root, 'examples'))
  .map((name) => `examples/${name}/README.md`)
  .filter((path) => existsSync(join(root, path)))

/** Functions that the quick start's page calls and does not define. */
const SHOW = `
  async function showResult(response) {
    document.body.append(await response.text())
  }
  function showError(error) {
    document.body.append(String(error))
  }
`

/** Runs the README's catch block for three errors of the call. */
const CAUGHT = `
  import { IncodeError } from '@incodetech/core'
  const heard = []
  const startOver = () => heard.push('startOver')
  const retryIn = (ms) => heard.push('retryIn ' + ms)
  const errors = [{ code: 'SESSION_EXPIRED' }, { code: 'RATE_LIMITED', retryAfter: 60_000 }, { code: 'SERVER_ERROR' }]
  const getFinishStatus = async () => {
    throw new IncodeError({ message: 'failed', ...errors.shift() })
  }
  const call = async () => {
    // snippet
  }
  for (let count = 3; count > 0; count -= 1) await call().catch(({ code }) => heard.push(code))
  console.log(heard.join(' '))
`

/** Calls with options, in the order of the columns in docs/api.md, by their names in src/options/table.rs. */
const CALLS = ['SETUP', 'INITIALIZE', 'CREATE', 'FINISH']

const stored = (name) => join(import.meta.dirname, name)
const withTheVendor = (tarball) => ({
  'incode-core': tarball,
  '@incodetech/core': stored('vendor/core'),
  '@incodetech/web': stored('vendor/web'),
  'plugin-library': stored('plugin-library'),
})

const tried = [
  {
    name: 'readme, quick start',
    folders: ['readme'],
    snippets: [...QUICK_START, CATCH],
    async check({ browser, project, apiURL }) {
      const [backend, page] = QUICK_START.map(snippet)
      const configured = backend.replace('your-configuration-id', 'approved')
      assert.notEqual(configured, backend)
      await writeFile(join(project.folder, 'quick-start.mjs'), `${configured}console.log(JSON.stringify({ token, interviewId, action }))`)
      const { token, interviewId, action } = JSON.parse(await project.run('node quick-start.mjs'))
      assert(token && interviewId)
      assert.equal(action, 'none')
      assert.deepEqual(await journal(apiURL), ['POST /omni/start', 'GET /omni/finish-status'])

      await lay(project.folder, 'server.js', 'errors.js')
      await writeFile(join(project.folder, 'quick-start.js'), page + SHOW)
      await project.run('vite build --config quick-start.config.js')
      Object.assign(project.environment, await startLine(), { INCODE_API_URL: apiURL, PORT: '0' })
      const address = `${await project.start('start')}quick-start.html`
      await onScreen(browser, address, async (tab) => {
        await walk(tab)
        await tab.locator('body').filter({ hasText: '{"action":"approved"}' }).waitFor()
      })

      await writeFile(join(project.folder, 'catch.mjs'), CAUGHT.replace('// snippet', snippet(CATCH)))
      assert.equal((await project.run('node catch.mjs')).trim(), 'startOver retryIn 60000 SERVER_ERROR')
    },
  },
  {
    name: 'readme, the two requests',
    snippets: [...CURL, 'proxied.js'],
    folders: ['readme'],
    async check({ project, apiURL }) {
      const [start, finish] = CURL.map((name) => snippet(name).trim())
      Object.assign(project.environment, { API_URL: apiURL, API_KEY: SANDBOX_KEY })
      const session = JSON.parse(await project.run(`${start} --silent --fail`))
      project.environment.TOKEN = session.token
      assert.equal(JSON.parse(await project.run(`${finish} --silent --fail`)).action, 'none')
      const withKey = await journalOf(apiURL)

      // The package sends the same.
      await lay(project.folder, 'proxied.js')
      const same = `
        import { getFinishStatus } from '@incodetech/core'
        import { createLoggedSession } from './proxied.js'
        const { API_KEY: key, API_URL: apiURL } = process.env
        const { token } = await createLoggedSession(key, { apiURL, configurationId: 'approved' })
        await getFinishStatus(null, { apiURL, token, customHeaders: { 'x-api-key': key } })
      `
      await writeFile(join(project.folder, 'same.mjs'), same)
      assert.equal((await project.run('node same.mjs')).trim(), `POST ${apiURL}/omni/start 200`)
      const own = (await journalOf(apiURL)).slice(withKey.length)
      assert.deepEqual(own, withKey)
    },
  },
  {
    name: 'readme, snippets as TypeScript',
    folders: ['readme'],
    snippets: [],
    async check({ project }) {
      const code = snippets.filter(({ language }) => language === 'js')
      const names = code.map(({ name, runner }, index) => (/\.js$/.test(name) && !runner ? name : `snippet-${index}.js`))
      const texts = code.map(({ text }) => text)
      for (const [index, name] of names.entries()) {
        await mkdir(dirname(join(project.folder, name)), { recursive: true })
        await writeFile(join(project.folder, name), texts[index])
      }
      // A test imports the function that the documents show first.
      await writeFile(join(project.folder, 'verification.js'), snippet('verification.js'))
      await project.run(`node ${stored('node_modules/typescript-7.0/bin/tsc')} --project snippets.json`)
    },
  },
  {
    name: 'readme, backend and page',
    folders: ['readme'],
    snippets: [START, 'server.js', 'errors.js', 'public/page.js', 'public/index.html'],
    async check(context) {
      const { browser, project, apiURL } = context
      await lay(project.folder, 'server.js', 'errors.js', 'public/page.js', 'public/index.html')
      Object.assign(project.environment, await startLine(), { INCODE_API_URL: apiURL, PORT: '0' })
      const address = await project.start('start')
      assert.deepEqual(await post(address, 'result'), { status: 409, error: 'NO_SESSION' }, 'before any session')
      const outcomeIs = (text) => onScreen(browser, address, (page) => verified(page, text))
      await outcomeIs('approved')
      assert.deepEqual(await journal(apiURL), WALKED)
      for (const configuration of ['rejected', 'manual-review']) {
        const other = await project.start('start', { INCODE_CONFIGURATION_ID: configuration })
        await onScreen(browser, other, (page) => verified(page, configuration === 'rejected' ? 'rejected' : 'none'))
      }
      const late = await project.start('start', { INCODE_CONFIGURATION_ID: 'expires-at-once' })
      const expires = async (page) => {
        await page.getByRole('button', { name: 'Verify my identity' }).click()
        await proceed(page)
        await page.getByText('Your session has expired.').waitFor()
      }
      await onScreen(browser, late, expires, /status of 401|The service/)

      const { token, apiURL: given } = await post(address, 'session')
      assert.equal(given, apiURL)
      const headers = { 'x-incode-hardware-id': token, 'api-version': '1.0' }
      for (const step of ['add/face', 'process/face']) await fetch(`${apiURL}/omni/${step}`, { method: 'POST', headers })
      assert.deepEqual(await post(address, 'result'), { status: 200, action: 'approved' })
      await Promise.all([expired(context), aborted(project), ...Object.entries(TROUBLES).map((trouble) => inTrouble(context, ...trouble))])
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
      const { result, complaints } = await visit(browser, `${address}later.html`)
      assert.deepEqual(result, APPROVED)
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
    snippets: [`${PLUGIN}, 1`, `${PLUGIN}, 2`],
    async check({ api, apiURL, browser, project }) {
      await writeFile(join(project.folder, 'vite.config.js'), snippet(`${PLUGIN}, 1`))
      await project.run('vite build')
      await writeFile(join(project.folder, 'map.html'), withMap(await readFile(join(project.folder, 'import-map.html'), 'utf8')))
      for (const [folder, page] of [
        ['dist', 'index.html'],
        ['.', 'map.html'],
      ]) {
        const { address } = project.keep(await serve(join(project.folder, folder), page, [api]))
        const { result, complaints } = await visit(browser, `${address}${page}?api=${apiURL}-${page}`)
        assert.deepEqual(result.status, APPROVED)
        assert(result.heard.includes('core set up with apiURL,token'), 'the vendor was set up too')
        assert.deepEqual(complaints, [])
      }
    },
  },
  {
    name: 'readme, self-hosted wasm',
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
      const { result, requests } = await visit(browser, `${address}?api=${apiURL}`)
      assert.deepEqual(result, APPROVED)
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
]

export const readme = [
  ...tried,
  {
    name: 'readme, every snippet is tested',
    async alone() {
      assert.deepEqual(strayFences(), [])
      const names = new Set([...[...tried, ...checkCommand].flatMap(({ snippets = [] }) => snippets), START, DIAGRAM])
      // hosts.mjs runs those of a test runner.
      const untried = snippets.filter(({ name, runner }) => !names.has(name) && !['Jest', 'Vitest'].includes(runner))
      assert.deepEqual(
        untried.map(({ name }) => name),
        [],
      )
      for (const name of names) snippet(name)
      // policies.mjs tests each row of the table.
      const rows = (await readFile(join(root, 'docs/deployment.md'), 'utf8')).match(/^\|.*`script-src .*\|$/gm)
      assert.equal(policies().size, rows.length)
    },
  },
  {
    name: 'readme, shared parts',
    async alone() {
      const { is, shouldBe } = published()
      assert(is === shouldBe, 'pkg/README.md is not current: run `node docs/share.mjs`')
    },
  },
  {
    name: 'readme, table of options',
    /** Checks that docs/api.md has each option of the package, with the calls that accept it. */
    async alone() {
      const source = await readFile(join(root, 'src/options/table.rs'), 'utf8')
      const rows = source.matchAll(/^ {4}\("(\w+)", Rule::\w+, ([A-Z |]+)\),$/gm)
      const known = Array.from(rows, ([, name, calls]) => [name, CALLS.filter((call) => calls.split(' | ').includes(call)).join(' ')])
      const api = await readFile(join(root, 'docs/api.md'), 'utf8')
      const cells = api
        .split('\n')
        .filter((line) => line.startsWith('| `'))
        .map((line) =>
          line
            .split('|')
            .slice(1, -1)
            .map((cell) => cell.trim()),
        )
      const documented = cells
        .filter(({ length }) => length === 7)
        .flatMap(([names, ...accepts]) =>
          Array.from(names.matchAll(/`(\w+)`/g), ([, name]) => [name, CALLS.filter((_, index) => accepts[index]).join(' ')]),
        )
      assert(documented.length > 20)
      // `apiKey` is an argument of createSession, and no option.
      assert.deepEqual(new Map(documented.sort()), new Map(known.filter(([name]) => name !== 'apiKey').sort()))
    },
  },
  {
    name: 'readme, length and status',
    async alone() {
      const lines = (await readFile(join(root, 'README.md'), 'utf8')).trimEnd().split('\n').length
      assert(lines <= 200, `README.md has ${lines} lines`)
      for (const document of ['README.md', 'pkg/README.md']) {
        const screen = (await readFile(join(root, document), 'utf8')).split('\n').slice(0, 20).join('\n')
        assert.match(screen, /never been run against Incode's own API/, document)
      }
    },
  },
  {
    name: 'readme, word list',
    alone: () => run(process.execPath, [join(root, 'tests/words.mjs')]).catch(({ stdout }) => assert.fail(stdout)),
  },
  {
    name: 'readme, links',
    async alone() {
      for (const document of new Set([...DOCUMENTS, 'CHANGELOG.md', ...FOR_MAINTAINERS, ...EXAMPLES])) await linked(document)
    },
  },
  {
    name: 'readme, files named in documents for maintainers',
    async alone() {
      for (const document of FOR_MAINTAINERS) {
        const absent = filesIn(await readFile(join(root, document), 'utf8')).filter(
          (file) => !FOLDERS.some((folder) => existsSync(join(root, folder, file))),
        )
        assert.deepEqual(absent, [], document)
      }
      const guarantees = await readFile(join(root, 'docs/guarantees.md'), 'utf8')
      const promises = guarantees.match(/^\| (?!guarantee|---).*$/gm)
      assert.deepEqual(
        promises.filter((promise) => filesIn(promise).length === 0),
        [],
        'guarantees without a test',
      )
      const cases = await readdir(join(root, 'tests/contract/cases'))
      assert.deepEqual(
        cases.filter((file) => !filesIn(guarantees).includes(file)),
        [],
        'cases without a guarantee',
      )
    },
  },
]

/** Returns the words in code style that look like files or folders. */
function filesIn(text) {
  return Array.from(text.matchAll(/`([\w.][\w./-]*(?:\/|\.(?:rs|m?js|tsx?|toml|json|md|svg)))`/g), ([, name]) => name)
}

/** Forms that a shell line may have, each with a check that it is true. */
const COMMANDS = [
  [
    /^(?:INCODE_API_URL=\S+ INCODE_API_KEY=\S+ INCODE_CONFIGURATION_ID=\S+ )?cargo xtask (\w+)$/,
    async ([line, task]) => {
      const { stdout } = await run('cargo', ['xtask', '--help'], { cwd: root })
      assert.match(stdout, new RegExp(`^  ${task} `, 'm'))
      const source = await readFile(join(root, 'www/src/demo.rs'), 'utf8')
      for (const [, name] of line.matchAll(/(\w+)=/g)) assert(source.includes(`"${name}"`), `the demo does not read ${name}`)
    },
  ],
  [
    /^npm install (@incodetech\/core@file:)?\/path\/to\/incode-core-([\d.]+)-[0-9a-f]{8}\.tgz( @incodetech\/web@file:\/path\/to\/incode-flow-mock-([\d.]+)-[0-9a-f]{8}\.tgz)?$/,
    async ([line, alias, version, mock, mockVersion], { tarball }) => {
      const { stdout } = await run('tar', ['-xOf', tarball, 'package/package.json'])
      assert.equal(version, JSON.parse(stdout).version, line)
      const pack = await readFile(join(root, 'pkg/build/pack.mjs'), 'utf8')
      if (alias) assert(pack.includes(`'${alias.replace('@file:', '')}'`), `cargo xtask package does not print ${line}`)
      if (mock) assert.equal(mockVersion, JSON.parse(await readFile(join(root, 'www/public/flow/package.json'), 'utf8')).version, line)
    },
  ],
  [
    /^npm install (\w+)$/,
    async ([, name]) => assert(name in JSON.parse(await readFile(stored('readme/package.json'), 'utf8')).dependencies),
  ],
  [/^npm (?:init -y|pkg set type=module)$/, async () => {}],
]

/** Responses of the backend if the API fails, by the fault in the apiURL. */
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
  assert.deepEqual(await post(address, 'result'), { status: 409, error: 'NO_SESSION' })
}

/** Checks the error handler's responses to an abort by a signal of the server's own. */
async function aborted(project) {
  const { handleError } = await import(join(project.folder, 'errors.js'))
  const app = express()
  app.get('/abort', (_, __, next) => next(AbortSignal.abort().reason))
  app.get('/timeout', (_, __, next) => next(new DOMException('', 'TimeoutError')))
  app.use(handleError)
  const { address } = project.keep(await listen(app))
  const status = async (path) => (await fetch(address + path)).status
  assert.deepEqual([await status('abort'), await status('timeout')], [503, 504])
}

/** Selects the button of the documented page, walks through the flow and waits for the outcome. */
async function verified(page, outcome) {
  const button = page.getByRole('button', { name: 'Verify my identity' })
  await button.click()
  assert(await button.isDisabled(), 'only one session at a time')
  await walk(page)
  await page.getByText(outcome, { exact: true }).waitFor()
  assert(await button.isEnabled())
}

/** Returns the requests that the API received, without the parts that differ by client and session. */
async function journalOf(apiURL) {
  const requests = await (await fetch(apiURL)).json()
  return requests.map(({ method, path, headers, body }) => {
    const own = Object.entries(headers).filter(([name]) => ['content-type', 'x-api-key', 'api-version'].includes(name))
    return { method, path, headers: Object.fromEntries(own.sort()), hasToken: 'x-incode-hardware-id' in headers, body }
  })
}

async function expired({ project }) {
  const address = await project.start('start', { INCODE_CONFIGURATION_ID: 'expires-at-once' })
  await post(address, 'session')
  assert.deepEqual(await post(address, 'result'), { status: 410, error: 'SESSION_EXPIRED' })
}

async function post(address, name) {
  const response = await fetch(`${address}api/${name}`, { method: 'POST' })
  const retryAfter = response.headers.get('retry-after')
  const result = await response.json()
  return 'token' in result ? result : { status: response.status, ...(retryAfter && { retryAfter }), ...result }
}

/** Returns the variables of the line that starts the documented backend, which reads each of them. */
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

/** Replaces the page's import map by the documented one, with the page's own file for each `…`. */
function withMap(html) {
  const [own] = /(?<=<script type="importmap">)[\s\S]*?(?=<\/script>)/.exec(html)
  const fill = (written, real) => {
    const filled = Object.entries(written).map(([name, to]) => {
      if (typeof to !== 'string') return [name, fill(to, real[name] ?? real[`.${name}`])]
      return [name, to.endsWith('…') ? real[name].replace(/^\./, '') : to]
    })
    return Object.fromEntries(filled)
  }
  const map = fill(JSON.parse(snippet(`${PLUGIN}, 2`)), JSON.parse(own))
  // The consumer's page imports more of the vendor's files than the documented map.
  map.imports = { ...JSON.parse(own).imports, ...map.imports }
  return html.replace(own, JSON.stringify(map))
}

/** Checks that every link leads to a file of the repository or to a heading. */
async function linked(document) {
  const anchorOf = (words) =>
    words
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-')
  const headings = (text) => Array.from(text.matchAll(/^#+ (.*)$/gm), ([, words]) => anchorOf(words))
  const ids = (text) => Array.from(text.matchAll(/<a id="([\w-]+)">/g), ([, id]) => id)
  const text = await readFile(join(root, document), 'utf8')
  for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^https:/.test(target)) continue
    const [path, anchor] = target.split('#')
    const file = path ? join(root, document, '..', path) : join(root, document)
    if (!anchor) await readFile(file).catch((error) => assert.equal(error.code, 'EISDIR', `${document} links to ${target}`))
    else {
      const page = await readFile(file, 'utf8')
      assert([...headings(page), ...ids(page)].includes(anchor), `${document} links to ${target}`)
    }
  }
}
