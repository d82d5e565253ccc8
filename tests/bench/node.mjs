// node --expose-gc tests/bench/node.mjs [--quick]: the cost of a call in Node, with `fetch` mocked. Prints one line of JSON.
import * as before from './clients/build-2026-11-28.js'

const now = await import('../../pkg/dist/index.js')
const ROUNDS = process.argv.includes('--quick') ? 5 : 31
const CALLS = process.argv.includes('--quick') ? 10_000 : 100_000

const json = { 'content-type': 'application/json' }
const respond = (body, init) => async () => new Response(body, { headers: json, ...init })
const options = { apiURL: 'https://api.example', token: 'a-token-of-no-one', retries: 0 }
const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)]
await before.setup(options)
await now.setup(options)

/** Returns the microseconds of one of 1,000 sequential calls. */
async function cost({ getFinishStatus }) {
  const start = performance.now()
  for (let call = 0; call < 1_000; call++) await getFinishStatus()
  return performance.now() - start
}

/** Measures the cost of a call now and before, and their ratio: medians of rounds in turn. */
async function ownCost() {
  globalThis.fetch = respond('{"action":"approved"}')
  const rounds = []
  for (let round = 0; round < ROUNDS + 3; round++) rounds.push([await cost(before), await cost(now)])
  const measured = rounds.slice(3) // without the warm-up
  return {
    before: median(measured.map(([a]) => a)),
    now: median(measured.map(([, b]) => b)),
    ratio: median(measured.map(([a, b]) => b / a)),
  }
}

/** Measures the megabytes that calls on one long-lived signal leave on the heap, above those without a signal. */
async function heap() {
  globalThis.fetch = async () => ({ ok: true, json: async () => ({}) })
  const { signal } = new AbortController()
  const grown = []
  for (const options of [{}, { signal }]) {
    const call = () => now.getFinishStatus(null, options)
    for (let count = 0; count < 2_000; count++) await call()
    const start = used()
    for (let count = 0; count < CALLS; count++) await call()
    grown.push(used() - start)
  }
  return grown[1] - grown[0]
}

function used() {
  for (let round = 0; round < 3; round++) gc()
  return process.memoryUsage().heapUsed / 2 ** 20
}

/** Measures the milliseconds that an `authorization` header of 8 KB adds to the error of a body of 60 KB. */
async function redaction() {
  globalThis.fetch = respond(JSON.stringify({ message: 'no', list: Array(5_000).fill('some words') }), { status: 400 })
  const time = async (customHeaders) => {
    const start = performance.now()
    await now.getFinishStatus(null, { customHeaders }).catch(() => {})
    return performance.now() - start
  }
  const rounds = []
  for (let round = 0; round < ROUNDS; round++)
    rounds.push((await time({ authorization: `Bearer ${'Zq81x_'.repeat(1_360)}` })) - (await time({})))
  return median(rounds)
}

console.log(JSON.stringify({ ownCost: await ownCost(), heap: await heap(), redaction: await redaction() }))
