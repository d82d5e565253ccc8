import { preload, setup } from '@incodetech/core'
import { createSession, getFinishStatus } from '@incodetech/core/session'
import { journey } from './journey.mjs'

const asked = new URLSearchParams(location.search)
const address = asked.get('wasm')
const sources = {
  URL: () => new URL(address),
  string: () => address,
  Response: () => fetch(address),
  bytes: async () => (await fetch(address)).arrayBuffer(),
  Module: () => WebAssembly.compileStreaming(fetch(address)),
}
window.outcome = Promise.resolve(sources[asked.get('as')]())
  .then(preload)
  .then(() => journey({ setup, createSession, getFinishStatus }, asked.get('api')))
