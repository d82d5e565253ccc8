// `npm test` packs the package and tests it in every consumer, two at a time. `node run.mjs vite` runs the consumers whose names contain vite.
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { launch } from './browser.mjs'
import { consumers } from './consumers.mjs'
import { checks, marks, pack } from './packed.mjs'
import { Project } from './project.mjs'
import { SANDBOX_KEY } from './sandbox.mjs'

const { INCODE_TEST_API } = process.env
if (!INCODE_TEST_API) {
  console.error(
    'INCODE_TEST_API must be the address of the sandbox, such as http://localhost:8080. Start it with `cargo xtask demo --for-tests`.',
  )
  process.exit(1)
}
const api = new URL(INCODE_TEST_API).origin
const [wanted = ''] = process.argv.slice(2)
const PARALLEL = 2

const built = join(import.meta.dirname, '../../pkg')
if (!existsSync(join(built, 'dist/index.js'))) {
  console.error('pkg/dist not found. Run `cargo xtask build`.')
  process.exit(1)
}
const made = join(import.meta.dirname, 'made')
await rm(made, { recursive: true, force: true })
const packed = await pack(built, made)
const context = { api, packed, marks: await marks(packed), browser: await launch() }

const results = []
const waiting = [...checks, ...consumers].filter(({ name }) => name.includes(wanted))
await Promise.all(Array.from({ length: PARALLEL }, work))
await context.browser.close()

const slowest = results.toSorted((one, other) => other.seconds - one.seconds).slice(0, 3)
console.log(`Slowest: ${slowest.map(({ name, seconds }) => `${name} ${seconds} s`).join(', ')}`)
const failed = results.filter(({ error }) => error)
// Again at the end, which is what a log's reader sees first.
for (const result of failed) report(result)
console.log(`${results.length - failed.length} passed, ${failed.length} failed`)
process.exitCode = failed.length || results.length === 0 ? 1 : 0

async function work() {
  for (let consumer = waiting.shift(); consumer; consumer = waiting.shift()) {
    const start = performance.now()
    const error = await attempt(consumer).then(
      () => undefined,
      (error) => error,
    )
    const seconds = Math.round((performance.now() - start) / 1000)
    const result = { name: consumer.name, seconds, error }
    results.push(result)
    report(result)
  }
}

function report({ name, seconds, error }) {
  console.log(`${name} … ${error ? 'FAILED' : 'ok'} (${seconds} s)`)
  if (error) console.log(error.message.replace(/^/gm, '  | '))
}

async function attempt({ name, folders, packages = (tarball) => ({ '@incodetech/core': tarball }), check, alone }) {
  if (alone) return alone(context)
  const id = name.replace(/\W+/g, '-')
  const apiURL = `${api}/run/${id}-${Date.now()}`
  const project = new Project(id, { INCODE_API_URL: apiURL, INCODE_API_KEY: SANDBOX_KEY })
  try {
    await project.lay(folders, packages(packed.tarball))
    await check({ ...context, apiURL, project })
  } catch (error) {
    throw new Error([error.message, project.output].join('\n').trimEnd())
  } finally {
    await project.end()
  }
}
