// Runs the suite, the groups that #a,b names, or the part that ?part=0&parts=4 names, and leaves `[{ name, error? }]` in the page.
import csp from './cases/csp.js'
import publicPage from './cases/public-page.js'
import { runCase } from './context.js'
import { part, suite } from './suite.js'

const { hash, hostname, pathname, port, search } = location
const isLoopback = hostname === '127.0.0.1'
const settings = {
  runtime: 'page',
  origin: `http://localhost:${port}`,
  entry: '/pkg/dist/index.js',
  panicEntry: '/pkg/dist-panic/index.js',
}

const query = new URLSearchParams(search)
const groups = query.get('csp') === 'no-wasm' ? { csp } : isLoopback ? suite : { 'public page': publicPage }
const wanted = hash ? decodeURIComponent(hash.slice(1)).split(',') : Object.keys(groups)
const all = wanted.flatMap((group) => groups[group].map((one) => ({ ...one, name: `${group}: ${one.name}` })))
const cases = part(all, Number(query.get('part')), Number(query.get('parts')) || 1)

/**
 * Number of cases in one page. A page keeps the modules that it imported: Chromium has room for the memories of some hundred. Of 10,
 * 30 and 60, 30 was the fastest in the three engines together.
 */
const CASES_PER_PAGE = 30

const from = Number(query.get('from'))
const results = from ? JSON.parse(sessionStorage.results) : []
for (const { name, run } of cases.slice(from, from + CASES_PER_PAGE)) {
  document.title = name
  const result = { name }
  try {
    await runCase(run, settings)
  } catch (error) {
    result.error = String(error?.message ?? error)
  }
  results.push(result)
}
if (results.length < cases.length) {
  sessionStorage.results = JSON.stringify(results)
  query.set('from', results.length)
  location.replace(`${pathname}?${query}${hash}`)
} else {
  document.querySelector('#results').textContent = JSON.stringify(results)
  document.title = 'done'
}
