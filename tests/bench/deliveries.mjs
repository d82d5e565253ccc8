// The ways in which the package could bring its wasm. Each is the text of a module that stands where dist/workerd.js imports the
// plain .wasm, and gives what the facade awaits: bytes, a response or a module, made on the first call and not before.
import { deflateRawSync } from 'node:zlib'

const PRELOAD = '<link rel="preload" href="incode_core.wasm" as="fetch" type="application/wasm" crossorigin>'

export function deliveries(wasm) {
  const base64 = (bytes) => `fromBase64('${bytes.toString('base64')}')`
  const compressed = deflateRawSync(wasm, { level: 9 })
  return [
    { name: 'base64', module: `${fromBase64} ${onFirstCall(base64(wasm))}` },
    { name: 'compressed, base64', module: `${fromBase64} ${inflated} ${onFirstCall(`inflated(${base64(compressed)})`)}` },
    { name: 'ASCII with escapes', module: `${fromAscii} ${onFirstCall(`fromAscii('${toAscii(wasm)}', ${wasm.length})`)}` },
    { name: 'separate', module: onFirstCall(COMPILED), separate: true },
    { name: 'separate, preloaded', module: onFirstCall(COMPILED), separate: true, head: PRELOAD },
  ]
}

function onFirstCall(expression) {
  return `export default { then: (resolve) => resolve(${expression}) }`
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
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw')))
}

/**
 * Byte by byte, so that what a server's gzip or brotli finds twice in the wasm it finds here too. 93 printable characters need no
 * escape in a string: the first 91 stand for the byte values below 91, which are most of a wasm, and the two others begin a pair.
 */
function toAscii(bytes) {
  const codes = Array.from({ length: 95 }, (_, index) => index + 32)
  const printable = String.fromCharCode(...codes.filter((code) => code !== 39 && code !== 92))
  const pair = (rest) => printable[91 + Math.floor(rest / 93)] + printable[rest % 93]
  return Array.from(bytes, (byte) => (byte < 91 ? printable[byte] : pair(byte - 91))).join('')
}

function fromAscii(text, length) {
  const digit = (code) => code - 32 - (code > 39) - (code > 92)
  const bytes = new Uint8Array(length)
  for (let index = 0, from = 0; index < length; index++) {
    let value = digit(text.charCodeAt(from++))
    if (value > 90) value = 91 + (value - 91) * 93 + digit(text.charCodeAt(from++))
    bytes[index] = value
  }
  return bytes
}
