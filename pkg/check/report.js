// The JSON file, for a bug report.
import { readFileSync } from 'node:fs'
import { open, rm, stat, writeFile } from 'node:fs/promises'
import { arch, platform, release } from 'node:os'
import { usage } from './stop.js'
import { DIFFERS } from './verdict.js'

export class Report {
  rows = []
  advice = []
  /** Reason why the check ended early. */
  stopped
  #file
  #head

  constructor(file, { target, versions }) {
    const { apiURL, origin = null, finish } = target
    this.#file = file
    this.#head = { tool: 'incode-core check', date: new Date().toISOString(), versions, apiURL, origin, finish }
  }

  /** Makes sure that the file can be written. */
  static async open(file, context) {
    const found = file === undefined ? undefined : await stat(file).catch(() => 'new')
    // Opening a pipe would wait for its reader.
    if (found === 'new' || found?.isFile() || found?.isDirectory()) {
      try {
        await (await open(file, 'a')).close()
        if (found === 'new') await rm(file)
      } catch (error) {
        throw unwritable(error)
      }
    }
    return new Report(file, context)
  }

  get differs() {
    return this.rows.some(({ verdict }) => verdict === DIFFERS)
  }

  async write(redactor) {
    if (this.#file === undefined) return
    const { rows, advice, stopped } = this
    const report = redactor.redactAll({ ...this.#head, ...(stopped && { stopped }), rows, advice })
    await writeFile(this.#file, `${JSON.stringify(report, null, 2)}\n`).catch((error) => {
      throw unwritable(error)
    })
  }
}

function unwritable({ code }) {
  return usage(`The file of --json can't be written (${code}).`)
}

/** Returns the versions of the package, the runtime and the operating system. */
export function versions() {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  const { node, bun, deno } = process.versions
  const runtime = bun ? { bun } : deno ? { deno } : { node }
  return { 'incode-core': version, ...runtime, system: `${platform()} ${release()} ${arch()}` }
}
