// UTF-8 where a host has neither TextDecoder nor TextEncoder, as Jest's jsdom: what wasm-bindgen asks of them.

export class Decoder {
  decode(bytes = []) {
    return decodeURIComponent(escape(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')))
  }
}

export class Encoder {
  encode(text) {
    const bytes = unescape(encodeURIComponent(text.replace(/[\ud800-\udfff]/gu, '\ufffd')))
    return Uint8Array.from(bytes, (byte) => byte.charCodeAt(0))
  }
}
