// Every string that goes to the terminal or to the file passes `Redactor.redact`.

const REDACTED = '[redacted]'

/** Characters in a row that reveal a credential, as in src/redact.rs. */
const PIECE = 8

/** Levels of a response that are searched for credentials, and characters of one that are kept. */
const MAX_DEPTH = 4
const MAX_LENGTH = 4_096

/** A JSON Web Token, also one that the check has not seen as a token. */
const JWT = /eyJ[\w-]{8,}(?:\.[\w-]*)*/g

/** Control characters, formatting characters, lone surrogates and line separators: a terminal could act on them. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu

export class Redactor {
  #pieces = new Set()
  /** Secrets too short to have pieces: withheld where they are words of their own. */
  #short = new Set()

  add(secret) {
    if (typeof secret !== 'string' || secret === '') return
    const lower = lowerCase(secret)
    if (secret.length < PIECE) this.#short.add(lower)
    for (const form of new Set([lower, lowerCase(percentEncode(secret)), lowerCase(base64(secret))])) {
      for (let start = 0; start + PIECE <= form.length; start += 1) this.#pieces.add(form.slice(start, start + PIECE))
    }
  }

  /** Adds the API key, and what an `INCODE_API_URL` should not contain. */
  addEnvironment({ INCODE_API_KEY, INCODE_API_URL = '' }) {
    this.add(INCODE_API_KEY)
    this.add(INCODE_API_KEY?.trim())
    const [, user = '', query = ''] = /^[^?#]*?:\/*([^/?#]*)@/.exec(INCODE_API_URL) ?? []
    for (const part of [...user.split(':'), query, ...(/[?#](.*)$/s.exec(INCODE_API_URL)?.[1] ?? '').split(/[=&#?]/)]) this.add(part)
  }

  /** Adds what a response names as a credential, such as the token of a session. */
  addResponse(value, depth = 0) {
    if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return
    for (const [name, item] of Object.entries(value)) {
      if (typeof item === 'string' && /token|key|secret|password|jwt/i.test(name)) this.add(item.slice(0, MAX_LENGTH))
      this.addResponse(item, depth + 1)
    }
  }

  /** Returns one printable line without credentials. */
  redact(text) {
    const line = String(text).replace(UNPRINTABLE, '?').replace(JWT, REDACTED)
    const lower = lowerCase(line)
    let clean = ''
    let copied = 0
    for (let end = 1; end <= line.length; end += 1) {
      const start = end - this.#length(lower, end)
      if (start === end) continue
      // Matches that overlap are one.
      if (start >= copied) clean += line.slice(copied, start) + REDACTED
      copied = end
    }
    return clean + line.slice(copied)
  }

  /** Returns a copy of a value for JSON, with redacted names, strings and numbers. */
  redactAll(value) {
    if (Array.isArray(value)) return value.map((item) => this.redactAll(item))
    if (typeof value === 'object' && value) {
      return Object.fromEntries(Object.entries(value).map(([name, item]) => [this.redact(name), this.redactAll(item)]))
    }
    if (typeof value === 'string') return this.redact(value)
    if (typeof value !== 'number') return value
    const text = this.redact(value)
    return text === String(value) ? value : text
  }

  /** Returns the length of the secret or piece that ends at an index; 0 if none does. */
  #length(lower, end) {
    if (end >= PIECE && this.#pieces.has(lower.slice(end - PIECE, end))) return PIECE
    for (const secret of this.#short) {
      const start = end - secret.length
      const isWord = start >= 0 && lower.startsWith(secret, start) && !/\w/.test(lower.charAt(start - 1)) && !/\w/.test(lower.charAt(end))
      if (isWord) return secret.length
    }
    return 0
  }
}

/** Only ASCII: other letters can change the length. */
function lowerCase(text) {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}

function percentEncode(text) {
  try {
    return encodeURIComponent(text)
  } catch {
    return text
  }
}

function base64(text) {
  return Buffer.from(text).toString('base64').replace(/=+$/, '')
}
