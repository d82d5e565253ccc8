// Packs what is built (`npm run package`), and says how to install it. The file's name changes with its content: under a name that it
// knows npm keeps what it has, or refuses it for another checksum than the lock file's. The same content has the same name.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('..', import.meta.url))
const answer = JSON.parse(execFileSync('npm', ['pack', '--silent', '--json'], { cwd: here, encoding: 'utf8' }))
const [{ filename, name, version }] = Array.isArray(answer) ? answer : Object.values(answer)
const bytes = readFileSync(join(here, filename))
const checksum = createHash('sha256').update(bytes).digest('hex')
const tarball = join(here, `${name}-${version}-${checksum.slice(0, 8)}.tgz`)
renameSync(join(here, filename), tarball)

const asked = `@incodetech/core@file:${tarball}`
console.log(`
${tarball}
${bytes.length.toLocaleString('en')} bytes, sha256 ${checksum}

In your application:

  npm install ${/^[\w@:./+-]*$/.test(asked) ? asked : JSON.stringify(asked)}
`)
