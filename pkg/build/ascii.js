// Bytes as printable ASCII, byte by byte, so that whatever compresses the text on its way finds the same repetitions in it as in
// the bytes: a server's gzip makes of it what it makes of the .wasm itself, and brotli less. base64 shifts the bytes against the
// characters and costs a quarter more; compressed base64 weighs the same by gzip, a tenth more by brotli, and has to be inflated.
//
// 93 printable characters need no escape between single quotes. The first 91 stand for the byte values that a .wasm has most of:
// those below 66, and 25 from 100 on. The other two begin a pair, which stands for the values between, and then for those above.
const SINGLES = 91
const LOW = 66
const GAP = 34

export function encode(bytes) {
  const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(index + 32)).filter(
    (char) => char !== "'" && char !== '\\',
  )
  const pair = (rest) => printable[SINGLES + Math.floor(rest / printable.length)] + printable[rest % printable.length]
  const written = (byte) => {
    if (byte < LOW) return printable[byte]
    if (byte < LOW + GAP) return pair(byte - LOW)
    return byte < SINGLES + GAP ? printable[byte - GAP] : pair(byte - SINGLES)
  }
  return Array.from(bytes, written).join('')
}

export function decode(text, length) {
  const values = new Uint8Array(128)
  for (let code = 32, value = 0; code < 127; code++) if (code !== 39 && code !== 92) values[code] = value++
  const bytes = new Uint8Array(length)
  for (let index = 0, at = 0; index < length; index++) {
    let value = values[text.charCodeAt(at++)]
    if (value >= SINGLES) {
      value = (value - SINGLES) * 93 + values[text.charCodeAt(at++)]
      value += value < GAP ? LOW : SINGLES
    } else if (value >= LOW) value += GAP
    bytes[index] = value
  }
  return bytes
}
