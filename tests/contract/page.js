// Runs the suite, or the groups that #a,b names, and leaves `[{ name, error? }]` in the page.
import csp from './cases/csp.js'
import publicPage from './cases/public-page.js'
import { attempt } from './context.js'
import { suite } from './suite.js'

const { hash, hostname, pathname, port, search } = location
const isLoopback = hostname === '127.0.0.1'
const settings = {
  runtime: 'page',
  origin: `http://localhost:${port}`,
  entry: '/pkg/dist/index.js',
  panicEntry: '/pkg/dist-panic/index.js',
}

const groups = search === '?csp=no-wasm' ? { csp } : isLoopback ? suite : { 'public page': publicPage }
const wanted = hash ? decodeURIComponent(hash.slice(1)).split(',') : Object.keys(groups)
const cases = wanted.flatMap((group) => groups[group].map(({ name, run }) => ({ name: `${group}: ${name}`, run })))

/** A page keeps the modules that it imported, and Chromium has room for the memories of some hundred: so pages take turns. */
const ONE_PAGE = 20

const from = Number(new URLSearchParams(search).get('from'))
const results = from ? JSON.parse(sessionStorage.results) : []
for (const { name, run } of cases.slice(from, from + ONE_PAGE)) {
  document.title = name
  const result = { name }
  try {
    await attempt(run, settings)
  } catch (error) {
    result.error = String(error?.message ?? error)
  }
  results.push(result)
}
if (results.length < cases.length) {
  sessionStorage.results = JSON.stringify(results)
  location.replace(`${pathname}?from=${results.length}${hash}`)
} else {
  document.querySelector('#results').textContent = JSON.stringify(results)
  document.title = 'done'
}
