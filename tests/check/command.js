// Runs the command as a process of its own.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const COMMAND = fileURLToPath(new URL('../../pkg/check/command.js', import.meta.url))
export const ORIGIN = 'https://your.site'
export const KEY = 'Zq7-wRt9vXc2mNb5'

const LIMIT = 60_000

/** Returns the environment of a run, without variables that the machine may have. */
export function environment(apiURL, rest = {}) {
  return { PATH: process.env.PATH, INCODE_API_URL: apiURL, INCODE_API_KEY: KEY, INCODE_CONFIGURATION_ID: 'approved', ...rest }
}

/** Runs the command. `onOutput` is called with the process and all output so far. */
export async function run(words, env, onOutput = () => {}, program = [process.execPath, COMMAND]) {
  const child = spawn(program[0], [...program.slice(1), ...words], { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: LIMIT })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (text) => {
      output[name] += text
      onOutput(child, output)
    })
  }
  const [code, signal] = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (...end) => resolve(end))
  })
  assert.equal(signal, null, `ended by ${signal}\n${output.stdout}${output.stderr}`)
  return { code, ...output }
}

/** Runs all checks, and returns the result with the parsed report and the IDs of the rows that differ. */
export async function check(env, words = ['--origin', ORIGIN, '--finish']) {
  const folder = await mkdtemp(join(tmpdir(), 'incode-core-'))
  try {
    const file = join(folder, 'report.json')
    const result = await run(['check', ...words, '--json', file], env)
    const text = await readFile(file, 'utf8').catch(() => undefined)
    const report = text && JSON.parse(text)
    const differing = report?.rows.filter(({ verdict }) => verdict === 'differs').map(({ id }) => id)
    return { ...result, file: text, report, differing }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
