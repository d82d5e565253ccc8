// Each project under each TypeScript: tsc finds nothing wrong with it, and every `@ts-expect-error` in it is needed.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const projects = readdirSync(here).filter((name) => /^(page|backend|react).*\.json$/.test(name))
const versions = readdirSync(new URL('node_modules', import.meta.url)).filter((name) => name.startsWith('typescript-'))
const tally = { passed: 0, failed: 0 }

for (const version of versions) {
  const tsc = fileURLToPath(new URL(`node_modules/${version}/bin/tsc`, import.meta.url))
  for (const project of projects) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [tsc, '--project', project], { cwd: here, encoding: 'utf8' })
    tally[status === 0 ? 'passed' : 'failed'] += 1
    if (status !== 0) console.log(`${project}, ${version}:\n${stdout}${stderr}`)
  }
}

console.log(`${tally.passed} passed, ${tally.failed} failed`)
process.exitCode = tally.failed || versions.length < 3 ? 1 : 0
