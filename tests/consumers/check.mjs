// `npx incode-core check` from the packed package, installed in an empty directory.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { bun, NEWEST_NODE, nodeOf, OLDEST_NODE } from './programs.mjs'
import { SANDBOX_KEY } from './sandbox.mjs'
import { snippet } from './snippets.mjs'

const run = promisify(execFile)
/** The whole check ends by itself after these seconds. */
const LIMIT = '10'
const OPTIONS = ['check', '--origin', 'https://your.site', '--finish', '--timeout', LIMIT]

const COMMANDS = 'docs/check.md, start, 1'
const OUTPUT = 'docs/check.md, Output, 1'

export const checkCommand = [
  {
    name: 'check: commands and output of the page',
    snippets: [COMMANDS, OUTPUT],
    alone: (context) =>
      installed(context, 'incode-core', async (folder, { INCODE_API_URL, INCODE_API_KEY, INCODE_CONFIGURATION_ID, ...env }) => {
        const commands = snippet(COMMANDS).replace('https://demo-api.incodesmile.com', INCODE_API_URL).replace('…', INCODE_CONFIGURATION_ID)
        const shell = run('bash', ['-c', commands], { cwd: folder, env })
        shell.child.stdin.end(`${INCODE_API_KEY}\n`)
        await shell
        const { rows } = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'))
        assert.equal(rows.find(({ id }) => id === 'preflight-start').verdict, 'as assumed')
        for (const line of snippet(OUTPUT).trim().split('\n')) {
          const [, verdict, assumption, contract] = line.match(/^(as assumed|differs|not checked) +(.*?): .* \[(.*)\]$/)
          assert(verdict && rows.some((row) => row.assumption === assumption && row.contract === contract), line)
        }
      }),
  },
  { name: 'check: npx in an empty directory', alone: (context) => installed(context, 'incode-core', checkByNpx) },
  { name: "check: npx, under the name of Incode's package", alone: (context) => installed(context, '@incodetech/core', checkByNpx) },
  {
    name: `check: Node ${OLDEST_NODE} and ${NEWEST_NODE}, Bun, Deno`,
    alone: (context) =>
      installed(context, 'incode-core', async (folder, env) => {
        const deno = join(import.meta.dirname, 'node_modules/.bin/deno')
        const programs = [[nodeOf(OLDEST_NODE)], [nodeOf(NEWEST_NODE)], [await bun()], [deno, 'run', '--allow-all']]
        for (const [program, ...words] of programs) {
          const start = (options, env) =>
            run(program, [...words, 'node_modules/incode-core/check/command.js', ...options], { cwd: folder, env })
          const { stdout } = await start(OPTIONS, env)
          assert.match(stdout, ALL, program)
          const failed = await start(OPTIONS, { ...env, INCODE_API_URL: `${env.INCODE_API_URL}/fault/no-token` }).catch((error) => error)
          assert.equal(failed.code, 1, program)
          assert.equal(
            failed.stdout
              .match(/^differs .*$/gm)
              .join('\n')
              .match(/token is .*: missing/g).length,
            1,
          )
          const unreachable = await start(OPTIONS, { ...env, INCODE_API_URL: 'http://127.0.0.1:1' }).catch((error) => error)
          assert.equal(unreachable.code, 2, program)
          assert.equal(unreachable.stderr, 'No server listens at 127.0.0.1, port 1: check INCODE_API_URL.\n')
        }
      }),
  },
]

/** The last line if all rows are as assumed. */
const ALL = /\n\d+ as assumed, 0 differs, 0 not checked\n/

async function checkByNpx(folder, env) {
  const { stdout, stderr } = await run('npx', ['incode-core', ...OPTIONS, '--json', 'report.json'], { cwd: folder, env })
  assert.match(stdout, ALL)
  assert.equal(stderr, '')
  const text = await readFile(join(folder, 'report.json'), 'utf8')
  const { rows } = JSON.parse(text)
  assert(rows.length > 0 && rows.every(({ verdict }) => verdict === 'as assumed'))
  for (const output of [stdout, text]) assert(!output.includes(SANDBOX_KEY))
}

/** Installs the tarball under a name, as a user would, and gives `use` the folder and the three variables. */
async function installed({ api, packed: { tarball } }, name, use) {
  const folder = await mkdtemp(join(tmpdir(), 'incode-core-'))
  try {
    await run('npm', ['install', '--no-audit', '--no-fund', `${name}@file:${tarball}`], { cwd: folder })
    const { INCODE_TEST_API, ...rest } = process.env
    await use(folder, { ...rest, INCODE_API_URL: api, INCODE_API_KEY: SANDBOX_KEY, INCODE_CONFIGURATION_ID: 'approved' })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
