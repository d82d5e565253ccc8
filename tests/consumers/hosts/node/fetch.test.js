// Replacements of the global `fetch`. Each is called directly first, so that a later failure is the package's.

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { runInNewContext } from 'node:vm'
import { Window } from 'happy-dom'
import * as core from 'incode-core'
import nodeFetch from 'node-fetch'
import * as undici from 'undici'
import { tour } from './tour.cjs'

const apiURL = process.env.INCODE_API_URL
const { fetch } = globalThis
after(() => {
  globalThis.fetch = fetch
})

const agent = new undici.Agent({ keepAliveTimeout: 1_000 })
const inner = runInNewContext('({ Promise, Object, Error })')
const window = new Window({ url: new URL(apiURL).origin })

const fetches = {
  'undici with an agent': (url, init) => undici.fetch(url, { ...init, dispatcher: agent }),
  'undici as it is': undici.fetch,
  'node-fetch': nodeFetch,
  'another realm': (url, init) => inner.Promise.resolve(fetch(url, init)).then(foreign),
  'a promise-like': (url, init) => ({ then: (...handlers) => void fetch(url, init).then(...handlers) }),
  'a copy of the response': async (url, init) => plain(await fetch(url, init)),
  'only text()': async (url, init) => {
    const response = await fetch(url, init)
    return { status: response.status, headers: response.headers, text: () => response.text() }
  },
  'happy-dom': window.fetch.bind(window),
}

/** Returns a response of another realm, which is an instance of none of this realm's classes. */
function foreign(response) {
  return Object.setPrototypeOf(plain(response), inner.Object.prototype)
}

function plain(response) {
  const { ok, status, statusText, headers, body } = response
  return { ok, status, statusText, headers, body, text: () => response.text(), json: () => response.json(), clone: () => response.clone() }
}

for (const [name, replacement] of Object.entries(fetches)) {
  test(name, async () => {
    globalThis.fetch = replacement
    assert.equal((await globalThis.fetch(apiURL)).status, 200, 'the direct request')
    await tour(core, `${apiURL}-${name.replace(/\W+/g, '-')}`)
  })
}
