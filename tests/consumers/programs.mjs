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

/** Returns the path of a version's program. */
export async function nodeOf(major) {
  installed ??= install()
  await installed
  return join(folder, `node_modules/node-${major}-${process.platform}-${process.arch}/bin/node`)
}

/** Runs `npm ci` if it has not run to its end since the lock file changed. A program is there before all of it is written. */
async function install() {
  const time = (file) =>
    stat(join(folder, file)).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    )
  const isInstalled = (await time('node_modules/.package-lock.json')) >= (await time('package-lock.json'))
  if (!isInstalled) await promisify(execFile)('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: folder })
}
