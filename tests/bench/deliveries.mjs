// Other ways to deliver the wasm. Each is the source of a module that replaces the plain .wasm in dist/workerd.js. It exports what the
// facade takes for a response: its body, bytes or a module, is made by the first call.
import { deflateRawSync } from 'node:zlib'

const PRELOAD = '<link rel="preload" href="incode_core.wasm" as="fetch" type="application/wasm" crossorigin>'

export function deliveries(wasm) {
  const base64 = (bytes) => `fromBase64('${bytes.toString('base64')}')`
  const compressed = deflateRawSync(wasm, { level: 9 })
  return [
    { name: 'base64', module: `${fromBase64} ${onFirstCall(base64(wasm))}` },
    { name: 'compressed, base64', module: `${fromBase64} ${inflated} ${onFirstCall(`inflated(${base64(compressed)})`)}` },
    { name: 'separate', module: onFirstCall(COMPILED), separate: true },
    { name: 'separate, preloaded', module: onFirstCall(COMPILED), separate: true, head: PRELOAD },
  ]
}

function onFirstCall(expression) {
  return `export default { arrayBuffer: async () => ${expression} }`
}

const COMPILED = "WebAssembly.compileStreaming(fetch(new URL('incode_core.wasm', import.meta.url)))"

// A plain loop: `Uint8Array.from(text, callback)` takes ten times as long, which shows in the first request.
function fromBase64(base64) {
  const text = atob(base64)
  const bytes = new Uint8Array(text.length)
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index)
  return bytes
}

function inflated(bytes) {
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))).arrayBuffer()
}
