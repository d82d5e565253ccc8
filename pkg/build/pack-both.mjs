// Packs the built package and the mock of Incode's element (www/public/flow), and prints one command that installs both. `cargo xtask
// package` runs it after the build.
import { execFileSync, execSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('..', import.meta.url))

const printed = execFileSync(process.execPath, ['build/pack.mjs'], { cwd: here, encoding: 'utf8' })

const output = JSON.parse(execSync('npm pack ../www/public/flow --silent --json', { cwd: here, encoding: 'utf8' }))
const [{ filename, name, version }] = Array.isArray(output) ? output : Object.values(output)
const checksum = createHash('sha256')
  .update(readFileSync(join(here, filename)))
  .digest('hex')
const tarball = join(here, `incode-flow-mock-${version}-${checksum.slice(0, 8)}.tgz`)
renameSync(join(here, filename), tarball)

const [install] = /npm install .*/.exec(printed)
const specifier = `${name}@file:${tarball.replaceAll('\\', '/')}`
console.log(`${printed.trimEnd()}

Together with a mock of Incode's element, if you don't have Incode's packages:

  ${install} ${/^[\w@:./+-]*$/.test(specifier) ? specifier : JSON.stringify(specifier)}
`)
