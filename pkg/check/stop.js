/** Ends the command with one sentence and an exit code. */
export class Stop extends Error {
  constructor(message, exitCode) {
    super(message)
    this.name = 'Stop'
    this.exitCode = exitCode
  }
}

/** Returns the error for a wrong command line or environment. */
export function usage(message) {
  return new Stop(`${message} See incode-core check --help.`, 2)
}
