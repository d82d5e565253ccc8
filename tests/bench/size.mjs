// Prints the size of the built package. Fails if it exceeds the budget.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotli, gzip } from './weight.mjs'

/** Limit and goal, which the benchmark's own table uses too. */
const { must: MUST, goal: GOAL } = JSON.parse(readFileSync(new URL('budget.json', import.meta.url), 'utf8'))
const dist = fileURLToPath(new URL('../../pkg/dist', import.meta.url))
const row = (...cells) => console.log(cells.map((cell, index) => (index ? cell.padStart(9) : cell.padEnd(44))).join(''))
const weigh = (file, what) => {
  const bytes = readFileSync(join(dist, file))
  const weight = { raw: bytes.length, gzip: gzip(bytes).length, brotli: brotli(bytes).length }
  row(`${file}: ${what}`, ...Object.values(weight).map((size) => size.toLocaleString('en')))
  return weight
}

row('', 'raw', 'gzip -9', 'brotli')
const whole = weigh('index.js', 'what a page downloads')
const script = weigh('workerd.js', 'its JavaScript alone')
weigh('incode_core.wasm', 'its wasm alone')

const share = (size) => `${Math.round((100 * size) / whole.gzip)} %`
console.log(`Of the gzipped index.js the JavaScript is ${share(script.gzip)}, the wasm as embedded ${share(whole.gzip - script.gzip)}.`)
const within = (limit) => (whole.gzip <= limit ? 'within' : `${(whole.gzip - limit).toLocaleString('en')} bytes over`)
console.log(`Budget, gzip -9: ${MUST.toLocaleString('en')} bytes, ${within(MUST)}; goal ${GOAL.toLocaleString('en')}, ${within(GOAL)}.`)
process.exitCode = whole.gzip <= MUST ? 0 : 1
