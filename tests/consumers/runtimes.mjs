// Server runtimes: the versions of Node.js, and what each runtime does without a page.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { bun, NEWEST_NODE, nodeOf, OLDEST_NODE } from './programs.mjs'
import { journal } from './sandbox.mjs'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')
const packages = (tarball) => ({ 'incode-core': tarball })

export const runtimes = [
  {
    name: `contract in Node ${OLDEST_NODE} and ${NEWEST_NODE}`,
    /** Runs both at the same time, because a run consists mostly of waiting. */
    async alone({ api }) {
      const runs = await Promise.allSettled([OLDEST_NODE, NEWEST_NODE].map((major) => contractIn(major, api)))
      const errors = runs.flatMap(({ reason }) => reason?.message ?? [])
      if (errors.length > 0) throw new Error(errors.join('\n'))
    },
  },
  {
    name: 'engines of the package',
    async alone() {
      const { engines } = JSON.parse(await readFile(join(root, 'pkg/package.json'), 'utf8'))
      assert.deepEqual(engines, { node: `>=${OLDEST_NODE}` })
    },
  },
  {
    name: 'signals and garbage collection',
    folders: ['hosts/signals'],
    packages,
    async check({ project }) {
      for (const major of [20, 22, 24]) {
        await project.run(`${nodeOf(major)} --expose-gc --test --test-reporter=spec signals.test.js`)
      }
    },
  },
  {
    name: 'visitors of one process',
    folders: ['hosts/visitors'],
    packages,
    async check({ project }) {
      for (const runtime of ['node', 'deno', 'deno, with a location']) await project.script(runtime)
      await project.run(`${await bun()} start.js`)
    },
  },
  {
    name: 'workerd: top level, visitors, service binding',
    folders: ['hosts/visitors', 'hosts/worker'],
    packages,
    async check({ apiURL, project }) {
      await project.script('build')
      const address = await project.start('start')
      assert.equal(await text(`${address}visitors`), 'ok')
      for (const visitor of ['one', 'two', 'three']) {
        const { token, warnings } = JSON.parse(await text(`${address}top-level/${visitor}`))
        assert.equal(token, `token-of-${visitor}`)
        assert.equal(warnings.length, 1, `after visitor ${visitor}: ${warnings}`)
      }
      assert.deepEqual(JSON.parse(await text(`${address}binding`)), {
        token: 'token-for-a-key',
        results: ['approved', 'approved'],
        error: { code: 'SERVER_ERROR', status: 500, attempts: 3 },
        requests: ['POST /omni/start', ...Array(5).fill('GET /omni/finish-status')],
      })
      assert.equal((await journal(`${apiURL}-binding`)).length, 0, 'nothing went past the binding')
    },
  },
  { name: 'stacks under settings of the application', folders: ['hosts/stacks'], packages, check: ({ project }) => project.script('test') },
  {
    name: 'stacks lead back to the caller',
    folders: ['hosts/stacks'],
    packages,
    async check({ project }) {
      const panicking = join(project.folder, 'panicking')
      await cp(join(root, 'pkg/dist-panic'), panicking, { recursive: true })
      await project.script('build')
      for (const runtime of ['node', 'deno']) await project.script(runtime)
      for (const program of [await bun(), nodeOf(OLDEST_NODE), nodeOf(NEWEST_NODE)]) await project.run(`${program} start.js`)
      assert.equal(await text(await project.start('workerd')), 'ok')
    },
  },
]

async function contractIn(major, api) {
  const tests = ['--test', '--test-reporter=tap', 'tests/contract/node.test.js']
  const options = { cwd: root, env: { ...process.env, INCODE_TEST_API: api }, maxBuffer: 2 ** 26 }
  const { stdout } = await run(nodeOf(major), tests, options).catch(({ stdout = '', message }) => {
    // An error outside of every case is only in a comment.
    const failed = stdout.match(/^ *not ok .*?^ *\.\.\.$|^# (?:Error|Warning): [^\n]*/gms) ?? [message, stdout]
    throw new Error([`Node ${major}:`, ...new Set(failed)].join('\n'))
  })
  const passed = Number(stdout.match(/^# pass (\d+)$/m)?.[1])
  assert(passed > 600, `only ${passed} cases ran in Node ${major}`)
}

async function text(address) {
  return (await fetch(address)).text()
}
