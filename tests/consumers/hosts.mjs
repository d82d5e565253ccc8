// Places where the package must work wherever plain `fetch` does: test runners, other implementations of `fetch`, runtimes, frameworks.
import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { count } from './packed.mjs'
import { bun } from './programs.mjs'
import { journal } from './sandbox.mjs'
import { snippetsFor } from './snippets.mjs'

const packages = (tarball) => ({ 'incode-core': tarball })
const tour = (name) => ['hosts/tour', `hosts/${name}`]

export const hosts = [
  { name: 'jest', folders: tour('jest'), packages, check: tested },
  { name: 'jest with babel', folders: tour('babel'), packages, check: tested },
  { name: 'vitest', folders: tour('vitest'), packages, check: tested },
  {
    name: 'snippets about testing',
    folders: ['hosts/testing'],
    async check({ project }) {
      for (const runner of ['jest', 'vitest']) {
        const named = snippetsFor(runner)
        await mkdir(join(project.folder, runner))
        for (const { name, text } of named) await writeFile(join(project.folder, runner, name), text)
        const tests = named.filter(({ name }) => name.endsWith('.test.js')).length
        const output = await project.script(runner)
        assert.match(output, new RegExp(`(Test Suites: +|Test Files +)${tests} passed`), output)
      }
    },
  },
  { name: 'node with other fetches and clocks', folders: tour('node'), packages, check: tested },
  { name: 'routers', folders: ['hosts/routers'], packages, check: tested },
  { name: 'loggers and Sentry', folders: ['hosts/loggers'], packages, check: tested },
  {
    name: 'bun',
    folders: tour('bun'),
    packages,
    async check({ project }) {
      const program = await bun()
      await project.run(`${program} start.js`)
      await project.run(`${program} test`)
    },
  },
  { name: 'deno', folders: tour('deno'), packages, check: ({ project }) => project.script('start') },
  {
    name: 'workerd with an old and a new compatibility date',
    folders: tour('workerd'),
    packages,
    /** A fetch of the old date rejects the setting `cache`. */
    async check({ apiURL, project, marks }) {
      await project.script('build')
      for (const date of ['old', 'new']) {
        const address = await project.start(date)
        assert.equal(JSON.parse(await text(`${address}once/${date}`)).action, 'none', date)
        assert.deepEqual(await journal(`${apiURL}-once-${date}`), ['POST /omni/start', 'GET /omni/finish-status'], date)
        assert.equal(await text(address + date), 'ok', date)
      }
      const output = await project.files('dist')
      assert.equal(output.length, 2)
      assert.equal(count(output.join('\n'), marks.facade), 1)
    },
  },
  {
    name: 'next with a page that is not marked dynamic',
    folders: ['hosts/next'],
    packages,
    /** As with plain fetch: the build sends no request, and each visit creates a session. */
    async check({ apiURL, project }) {
      await project.script('build')
      assert.deepEqual(await journal(apiURL), [])
      const address = await project.start('start')
      const pages = [await text(address), await text(address)]
      const [one, other] = pages.map((html) => html.match(/Session (?:<!-- -->)?(\w{24})/)?.[1])
      assert(one && other && one !== other, pages.join('\n'))
      assert.deepEqual(await journal(apiURL), ['POST /omni/start', 'POST /omni/start'])
    },
  },
]

function tested({ project }) {
  return project.script('test')
}

async function text(address) {
  return (await fetch(address)).text()
}
