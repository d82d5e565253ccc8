import { AS_ASSUMED, DIFFERS, NOT_CHECKED } from './verdict.js'

const WIDTH = Math.max(...[AS_ASSUMED, DIFFERS, NOT_CHECKED].map((verdict) => verdict.length))
const COLORS = { [AS_ASSUMED]: 32, [DIFFERS]: 31, [NOT_CHECKED]: 90 }
const BOLD = 1

/** Prints lines. Colors are for a terminal only. */
export class Terminal {
  #output
  #errors
  #redactor
  #hasColors

  constructor({ stdout, stderr, env }, redactor) {
    this.#output = stdout
    this.#errors = stderr
    this.#redactor = redactor
    this.#hasColors = Boolean(stdout.isTTY) && !env.NO_COLOR && env.TERM !== 'dumb'
    // The reader of a pipe may end first, as in `| head`.
    for (const stream of [stdout, stderr]) stream.on('error', () => {})
  }

  /** Prints lines of text. Returns 0, the exit code of a command that does nothing else. */
  print(text) {
    for (const line of text.split('\n')) this.#write([line])
    return 0
  }

  introduce({ apiURL, origin, finish }, versions) {
    const sends = ['one request with a wrong API key', ...(origin ? [`preflights from ${origin}`] : [])]
    this.print(Object.entries(versions).flat().join(' '))
    this.print(`API: ${apiURL}`)
    this.print(`The check creates one session there, and sends ${sends.join(' and ')}.`)
    if (finish) this.print('It also completes the session, because of --finish: business rules run and webhooks fire.')
    else this.print('It does not complete the session. To also check finish-status, which completes it, add --finish.')
    this.print('In brackets: the section of docs/guarantees.md that depends on the assumption. Ctrl-C stops the check.')
  }

  heading(title) {
    this.print('')
    this.#write([title], BOLD)
  }

  row({ verdict, assumption, seen, contract }) {
    this.#write([verdict.padEnd(WIDTH), `  ${assumption}: ${seen} [${contract}]`], COLORS[verdict])
  }

  conclude({ rows, advice, differs }, file) {
    const counts = [AS_ASSUMED, DIFFERS, NOT_CHECKED].map((verdict) => [rows.filter((row) => row.verdict === verdict).length, verdict])
    this.heading('Advice')
    for (const line of advice) this.print(`- ${line}`)
    this.print('')
    this.#write([counts.map(([count, verdict]) => `${count} ${verdict}`).join(', ')], BOLD)
    if (file !== undefined) this.print(`The report is in ${file}.`)
    if (differs && file === undefined) this.print('To report a difference, run the check with --json FILE and attach the file.')
    if (differs && file !== undefined) this.print('To report a difference, attach the file.')
  }

  problem(message) {
    this.#errors.write(`${this.#redactor.redact(message)}\n`)
  }

  /** Writes a line whose first part has a color. */
  #write([first, rest = ''], color) {
    // Together, because a secret can span both.
    const line = this.#redactor.redact(first + rest)
    const isPainted = color && this.#hasColors && line.startsWith(first)
    this.#output.write(isPainted ? `\x1b[${color}m${first}\x1b[0m${line.slice(first.length)}\n` : `${line}\n`)
  }
}
