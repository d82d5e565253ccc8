// Before `npm pack` and `npm publish`: npm leaves out in silence what is not there.
import { existsSync, readFileSync } from 'node:fs'

const { exports } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url)))
const files = (entry) => (typeof entry === 'string' ? [entry] : Object.values(entry).flatMap(files))
const missing = new Set(files(exports).filter((file) => !file.includes('*') && !existsSync(new URL(`../${file}`, import.meta.url))))
if (missing.size > 0) {
  console.error(`${[...missing].join(', ')} missing: run \`cargo xtask package\`, which builds the package and packs it.`)
  process.exit(1)
}
