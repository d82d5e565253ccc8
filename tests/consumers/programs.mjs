// Programs of runtimes that npm installed: Bun, and Node.js in the versions that the package supports.
import { execFile } from 'node:child_process'
import { access, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const folder = join(import.meta.dirname, 'nodes')

export const OLDEST_NODE = 18
export const NEWEST_NODE = 26

let installing

/** Returns the path of Bun. No install script has put it into `.bin`; the shortest name is the build without its own libc. */
export async function bun() {
  const builds = join(import.meta.dirname, 'node_modules/@oven')
  const [name] = (await readdir(builds)).sort((one, other) => one.length - other.length)
  return join(builds, name, 'bin/bun')
}

/** Returns the path of a version's program; installs all versions first if it is missing. */
export async function nodeOf(major) {
  const program = join(folder, `node_modules/node-${major}-${process.platform}-${process.arch}/bin/node`)
  await access(program).catch(() => {
    installing ??= promisify(execFile)('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: folder })
    return installing
  })
  await access(program)
  return program
}
