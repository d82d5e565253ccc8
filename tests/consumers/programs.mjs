// Programs of runtimes that npm installed: Bun, and Node.js in the versions that the package supports.
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

export const OLDEST_NODE = 18
export const NEWEST_NODE = 26

/** Returns the path of Bun. No install script has put it into `.bin`; the shortest name is the build without its own libc. */
export async function bun() {
  const builds = join(import.meta.dirname, 'node_modules/@oven')
  const [name] = (await readdir(builds)).sort((one, other) => one.length - other.length)
  return join(builds, name, 'bin/bun')
}

/** Returns the path of a version of Node.js. */
export function nodeOf(major) {
  const folder = join(import.meta.dirname, 'nodes')
  const program = join(folder, `node_modules/node-${major}-${process.platform}-${process.arch}/bin/node`)
  if (!existsSync(program)) throw new Error(`${program} not found. Run \`npm ci\` in ${folder}.`)
  return program
}
