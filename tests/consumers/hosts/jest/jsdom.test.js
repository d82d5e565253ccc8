/** @jest-environment jsdom */
require('whatwg-fetch')
const core = require('incode-core')
const { tour } = require('./tour.cjs')

/** whatwg-fetch uses the XMLHttpRequest of jsdom, which does not end when the connection is cut. */
const ENDLESS = ['rejects a response that is cut or too long']

test('a session over the network, in a page with whatwg-fetch', () => tour(core, `${process.env.INCODE_API_URL}-jsdom`, ENDLESS), 20_000)

test('a mocked fetch', async () => {
  globalThis.fetch = async () => ({ ok: true, json: async () => ({ action: 'approved' }) })
  await core.setup({ apiURL: 'https://api.example', token: 't' })
  await expect(core.getFinishStatus()).resolves.toEqual({ action: 'approved', scoreStatus: 'UNKNOWN', redirectionUrl: '' })
})
