// Each file under each module resolution: tsc finds nothing wrong with it, and every `@ts-expect-error` in it is needed.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const OPTIONS = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--target', 'es2022', '--skipLibCheck', 'false']
const RUNTIMES = {
  'bundler, in a page': ['--module', 'esnext', '--moduleResolution', 'bundler', '--lib', 'es2022,dom', '--types', ''],
  'nodenext, on a backend': ['--module', 'nodenext', '--moduleResolution', 'nodenext', '--lib', 'es2022', '--types', 'node'],
}

const here = fileURLToPath(new URL('.', import.meta.url))
const tsc = fileURLToPath(new URL('node_modules/typescript/bin/tsc', import.meta.url))
const tally = { passed: 0, failed: 0 }

for (const [runtime, options] of Object.entries(RUNTIMES)) {
  for (const file of readdirSync(here).filter((name) => name.endsWith('.ts'))) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [tsc, ...OPTIONS, ...options, file], { cwd: here, encoding: 'utf8' })
    tally[status === 0 ? 'passed' : 'failed'] += 1
    if (status !== 0) console.log(`${file}, ${runtime}:\n${stdout}${stderr}`)
  }
}

console.log(`${tally.passed} passed, ${tally.failed} failed`)
process.exitCode = tally.failed ? 1 : 0
