// Programs of runtimes that npm installed: Bun, and Node.js in the versions that the package supports.
import { execFile } from 'node:child_process'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const folder = join(import.meta.dirname, 'nodes')

export const OLDEST_NODE = 18
export const NEWEST_NODE = 26

let installed

/** Returns the path of Bun. No install script has put it into `.bin`; the shortest name is the build without its own libc. */
export async function bun() {
  const builds = join(import.meta.dirname, 'node_modules/@oven')
  const [name] = (await readdir(builds)).sort((one, other) => one.length - other.length)
  return join(builds, name, 'bin/bun')
}

/** Returns the path of a version's program; installs all versions first if one is missing. */
export async function nodeOf(major) {
  const program = join(folder, `node_modules/node-${major}-${process.platform}-${process.arch}/bin/node`)
  installed ??= install(program)
  await installed
  if (!(await modified(program))) throw new Error(`${program} not found. Run \`npm ci --ignore-scripts\` in ${folder}.`)
  return program
}

/** Runs `npm ci` unless it has run to its end since the lock file changed: before, a program may exist and not be complete. */
async function install(program) {
  const end = await modified(join(folder, 'node_modules/.package-lock.json'))
  if (end >= (await modified(join(folder, 'package-lock.json'))) && (await modified(program))) return
  await promisify(execFile)('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: folder })
}

/** Returns the time at which a file was modified, or 0 if it does not exist. */
function modified(file) {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  )
}
