// The ways in which the package could bring its wasm. Each is the text of a module that stands where dist/workerd.js imports the
// plain .wasm, and gives what the facade awaits: bytes or a module, made on the first call and not before.
import { deflateRawSync } from 'node:zlib'

const PRELOAD = '<link rel="preload" href="incode_core.wasm" as="fetch" type="application/wasm" crossorigin>'

export function deliveries(wasm) {
  return [
    { name: 'base64', module: onFirstCall(fromBase64(wasm)) },
    { name: 'compressed, base64', module: onFirstCall(inflated(fromBase64(deflateRawSync(wasm, { level: 9 })))) },
    { name: 'ASCII with escapes', module: `${fromAscii} ${onFirstCall(`fromAscii('${toAscii(wasm)}')`)}` },
    { name: 'separate', module: onFirstCall(compiled), separate: true },
    { name: 'separate, preloaded', module: onFirstCall(compiled), separate: true, head: PRELOAD },
  ]
}

function onFirstCall(expression) {
  return `export default { then: (resolve) => resolve(${expression}) }`
}

function fromBase64(bytes) {
  return `Uint8Array.from(atob('${bytes.toString('base64')}'), (char) => char.charCodeAt(0))`
}

function inflated(bytes) {
  return `new Response(new Blob([${bytes}]).stream().pipeThrough(new DecompressionStream('deflate-raw')))`
}

const compiled = "WebAssembly.compileStreaming(fetch(new URL('incode_core.wasm', import.meta.url)))"

/**
 * Byte by byte, so that what a server's gzip or brotli finds twice in the wasm it finds here too. 93 printable characters need no
 * escape in a string: the first 91 stand for the byte values below 91, which are most of a wasm, and the two others begin a pair.
 */
const ALONE = 91
const PRINTABLE = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).filter((char) => !"'\\".includes(char))

function toAscii(bytes) {
  const pair = (rest) => PRINTABLE[ALONE + Math.floor(rest / 93)] + PRINTABLE[rest % 93]
  return Array.from(bytes, (byte) => (byte < ALONE ? PRINTABLE[byte] : pair(byte - ALONE))).join('')
}

const fromAscii = `
  function fromAscii(text) {
    const bytes = []
    let lead = 0
    for (let index = 0; index < text.length; index++) {
      const char = text.charCodeAt(index)
      const value = char - 32 - (char > 39) - (char > 92)
      if (lead) {
        bytes.push(lead + value)
        lead = 0
      } else if (value < ${ALONE}) bytes.push(value)
      else lead = ${ALONE} + (value - ${ALONE}) * 93
    }
    return new Uint8Array(bytes)
  }`
