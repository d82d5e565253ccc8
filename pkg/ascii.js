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
  const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(index + 32)).filter((char) => char !== "'" && char !== '\\')
  const pair = (rest) => printable[SINGLES + Math.floor(rest / printable.length)] + printable[rest % printable.length]
  const written = (byte) => {
    if (byte < LOW) return printable[byte]
    if (byte < LOW + GAP) return pair(byte - LOW)
    return byte < SINGLES + GAP ? printable[byte - GAP] : pair(byte - SINGLES)
  }
  return Array.from(bytes, written).join('')
}

export function decode(text, length) {
  const value = (at) => {
    const code = text.charCodeAt(at)
    return code - 32 - (code > 39) - (code > 92)
  }
  const bytes = new Uint8Array(length)
  for (let index = 0, at = 0; index < length; index++) {
    const first = value(at++)
    const rest = first < SINGLES ? first : (first - SINGLES) * 93 + value(at++)
    bytes[index] = rest + (first < SINGLES ? (rest < LOW ? 0 : GAP) : rest < GAP ? LOW : SINGLES)
  }
  return bytes
}
