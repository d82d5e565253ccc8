/** @jest-environment ./jsdom-with-fetch.js */
const core = require('incode-core')
const { tour } = require('./tour.cjs')

test(
  'a session over the network, in a page with the fetch of Node',
  () => tour(core, `${process.env.INCODE_API_URL}-jsdom-with-fetch`),
  20_000,
)
