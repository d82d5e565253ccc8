// Packs the built package (`npm run package`) and prints how to install it. The file's name contains a hash of its content: for a name that
// npm knows, it keeps the file that it has, or rejects the new one because its checksum is not that of the lock file.
import { execSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('..', import.meta.url))
const output = JSON.parse(execSync('npm pack --silent --json', { cwd: here, encoding: 'utf8' })) // a shell finds npm on Windows too
const [{ filename, name, version }] = Array.isArray(output) ? output : Object.values(output)
const bytes = readFileSync(join(here, filename))
const checksum = createHash('sha256').update(bytes).digest('hex')
const tarball = join(here, `${name}-${version}-${checksum.slice(0, 8)}.tgz`)
renameSync(join(here, filename), tarball)

const specifier = `@incodetech/core@file:${tarball.replaceAll('\\', '/')}`
console.log(`
${tarball}
${bytes.length.toLocaleString('en')} bytes, sha256 ${checksum}

In your application:

  npm install ${/^[\w@:./+-]*$/.test(specifier) ? specifier : JSON.stringify(specifier)}
`)
