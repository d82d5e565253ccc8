// Every `fetch` that a backend may have put in the place of Node's own: first on its own, so that what fails is ours.

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
  'undici, with an agent': (url, init) => undici.fetch(url, { ...init, dispatcher: agent }),
  'undici, as it is': undici.fetch,
  'node-fetch': nodeFetch,
  'another realm': (url, init) => inner.Promise.resolve(fetch(url, init)).then(foreign),
  'a promise-like': (url, init) => ({ then: (...handlers) => void fetch(url, init).then(...handlers) }),
  'a copy of the response': async (url, init) => plain(await fetch(url, init)),
  'text alone': async (url, init) => {
    const response = await fetch(url, init)
    return { status: response.status, headers: response.headers, text: () => response.text() }
  },
  'happy-dom': window.fetch.bind(window),
}

/** The response as a frame's or a polyfill's would be: of no class that this realm knows. */
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
    assert.equal((await globalThis.fetch(apiURL)).status, 200, 'its own request')
    await tour(core, `${apiURL}-${name.replace(/\W+/g, '-')}`)
  })
}
