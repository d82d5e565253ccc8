// Writes bytes as printable ASCII, byte by byte. A server's compressor finds the same repetitions in the characters as in the bytes, so gzip
// compresses it as well as the plain .wasm. base64 shifts the bytes against the characters and costs a quarter more;
// compressed base64 has the same size by gzip, is a tenth larger by brotli, and has to be inflated.
//
// The string has single quotes around it and can be pasted into templates. So 8 of the 95 characters are never used, whatever the bytes:
// the quote and the backslash, `$` and the backquote (`$&` is a pattern of `String.prototype.replace`), and `{`, `<`, `%` and `#`, of which
// the tags of templates and HTML are made.
//
// The first 85 of the other 87 stand for the byte values that are frequent in a .wasm: those below 70, and 15 from 104 on. The last two
// start a pair, which stands for the values between, and then for those above.
const SKIPPED = [35, 36, 37, 39, 60, 92, 96, 123]
const CHARACTERS = 87
const SINGLES = 85
const LOW = 70
const GAP = 34

/** Returns the bytes as a string. */
export function encode(bytes) {
  const codes = Array.from({ length: 95 }, (_, index) => index + 32).filter((code) => !SKIPPED.includes(code))
  const printable = codes.map((code) => String.fromCharCode(code))
  const pair = (rest) => printable[SINGLES + Math.floor(rest / CHARACTERS)] + printable[rest % CHARACTERS]
  const written = (byte) => {
    if (byte < LOW) return printable[byte]
    if (byte < LOW + GAP) return pair(byte - LOW)
    return byte < SINGLES + GAP ? printable[byte - GAP] : pair(byte - SINGLES)
  }
  return Array.from(bytes, written).join('')
}

/** Returns the `length` bytes of a string from `encode`. */
export function decode(string, length) {
  const values = new Uint8Array(128)
  for (let code = 32, value = 0; code < 127; code++) if (!SKIPPED.includes(code)) values[code] = value++
  const bytes = new Uint8Array(length)
  for (let index = 0, at = 0; index < length; index++) {
    let value = values[string.charCodeAt(at++)]
    if (value >= SINGLES) {
      value = (value - SINGLES) * CHARACTERS + values[string.charCodeAt(at++)]
      value += value < GAP ? LOW : SINGLES
    } else if (value >= LOW) value += GAP
    bytes[index] = value
  }
  return bytes
}
