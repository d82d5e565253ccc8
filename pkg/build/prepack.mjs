// Runs before `npm pack` and `npm publish`. npm silently leaves out files that do not exist, and JSON has no way to write the conditions
// of two entries once.
import { existsSync, readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'

const { exports } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url)))

if (!isDeepStrictEqual(Object.entries(exports['.']), Object.entries(exports['./session']))) {
  console.error('package.json: exports["./session"] must be the same as exports["."], in the same order.')
  process.exit(1)
}
const files = (entry) => (typeof entry === 'string' ? [entry] : Object.values(entry).flatMap(files))
const built = ['plugin/session.js', 'plugin/web.js']
const shipped = [...files(exports), ...built]
const missing = new Set(shipped.filter((file) => !file.includes('*') && !existsSync(new URL(`../${file}`, import.meta.url))))
if (missing.size > 0) {
  console.error(`${[...missing].join(', ')} not found. Run \`cargo xtask package\`.`)
  process.exit(1)
}
