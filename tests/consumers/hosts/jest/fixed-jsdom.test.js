/** @jest-environment jest-fixed-jsdom */
const core = require('incode-core')
const { tour } = require('./tour.cjs')

test(
  'a session over the network, in a page with the globals of Node',
  () => tour(core, `${process.env.INCODE_API_URL}-fixed-jsdom`),
  20_000,
)
