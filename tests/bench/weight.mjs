import { execFileSync } from 'node:child_process'
import { brotliCompressSync, constants } from 'node:zlib'

/** Compresses bytes as servers compress files beforehand. */
export const gzip = (bytes) => execFileSync('gzip', ['-9nc'], { input: bytes, maxBuffer: 2 ** 26 })

export const brotli = (bytes) =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } })
