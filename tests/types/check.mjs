// Checks each project under each TypeScript: tsc reports no error, and every `@ts-expect-error` is needed. Then checks what editors show.
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const AT_A_TIME = 2

const here = fileURLToPath(new URL('.', import.meta.url))
const projects = readdirSync(here).filter((name) => name.endsWith('.json') && !/^(options|package|package-lock)\.json$/.test(name))
const versions = readdirSync(new URL('node_modules', import.meta.url)).filter((name) => name.startsWith('typescript-'))
const runs = versions.flatMap((version) =>
  projects.map((project) => ({ title: `${project}, ${version}`, run: [`node_modules/${version}/bin/tsc`, '--project', project] })),
)
runs.push({ title: 'hover documentation', run: ['hover.mjs'] })
const tally = { passed: 0, failed: 0 }

const [types, typesOfCommonJS] = ['index.d.ts', 'dist/index.d.cts'].map((file) =>
  readFileSync(new URL(`node_modules/incode-core/${file}`, import.meta.url), 'utf8'),
)
if (types !== typesOfCommonJS) {
  tally.failed += 1
  console.log('pkg/dist/index.d.cts is not a copy of pkg/index.d.ts: build the package first')
}

async function work() {
  for (let next = runs.shift(); next; next = runs.shift()) {
    const { title, run } = next
    const output = await new Promise((resolve) =>
      execFile(process.execPath, run, { cwd: here }, (error, stdout, stderr) => resolve(error && `${stdout}${stderr}${error.message}`)),
    )
    tally[output === null ? 'passed' : 'failed'] += 1
    if (output !== null) console.log(`${title}:\n${output}`)
  }
}

await Promise.all(Array.from({ length: AT_A_TIME }, work))
console.log(`${tally.passed} passed, ${tally.failed} failed`)
process.exitCode = tally.failed || versions.length < 3 ? 1 : 0
