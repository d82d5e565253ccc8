// Packs the built package and the mock of Incode's element (www/public/flow), and prints one command that installs both. `cargo xtask
// package` runs it after the build. The names of the files contain a hash of their content. If npm has already installed a file of the
// same name, it keeps the old file, or rejects the new one because its checksum differs from that in the lock file.
import { execSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const pkg = fileURLToPath(new URL('..', import.meta.url))
const tarballs = [pack('.', 'incode-core', '@incodetech/core'), pack('../www/public/flow', 'incode-flow-mock', '@incodetech/web')]

console.log(`
${tarballs.map(({ description }) => description).join('\n')}

In your application:

  npm install ${tarballs.map(({ specifier }) => specifier).join(' ')}

The second tarball is a mock of Incode's element. Leave it out if you have Incode's @incodetech/web.
`)

/** Packs a folder, relative to pkg/, into a tarball in pkg/. Returns a description of it, and the specifier that installs it under the name `alias`. */
function pack(folder, title, alias) {
  // A shell finds npm on Windows too.
  const output = JSON.parse(execSync(`npm pack ${folder} --silent --json`, { cwd: pkg, encoding: 'utf8' }))
  const [{ filename, version }] = Array.isArray(output) ? output : Object.values(output)
  const bytes = readFileSync(join(pkg, filename))
  const checksum = createHash('sha256').update(bytes).digest('hex')
  const tarball = join(pkg, `${title}-${version}-${checksum.slice(0, 8)}.tgz`)
  renameSync(join(pkg, filename), tarball)
  const specifier = `${alias}@file:${tarball.replaceAll('\\', '/')}`
  return {
    description: `${tarball}\n${bytes.length.toLocaleString('en')} bytes, sha256 ${checksum}`,
    specifier: /^[\w@:./+-]*$/.test(specifier) ? specifier : JSON.stringify(specifier),
  }
}
