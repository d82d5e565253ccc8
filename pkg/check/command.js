#!/usr/bin/env node
// `npx incode-core check`: compares an API with the package's assumptions about it.
import { constants } from 'node:os'
import { advise } from './advice.js'
import { COMMAND, readArguments, readVariables, validate } from './arguments.js'
import { groups } from './groups.js'
import { HELP } from './help.js'
import { Redactor } from './redactor.js'
import { Report, versions } from './report.js'
import { Stop } from './stop.js'
import { Terminal } from './terminal.js'
import { judge } from './verdict.js'

const redactor = new Redactor()
const terminal = new Terminal(process, redactor)

try {
  process.exitCode = await main(process.argv.slice(2), process.env)
} catch (error) {
  if (error instanceof Stop) terminal.problem(error.message)
  // Deno, without a permission.
  else if (error?.name === 'NotCapable') terminal.problem(`${error.message}.`)
  else terminal.problem(`The check itself failed, which is a bug in incode-core: ${error?.name}: ${error?.message}`)
  process.exitCode = error instanceof Stop ? error.exitCode : 2
}

/** Runs the command. Returns its exit code: 0 if all is as assumed, 1 if something differs. */
async function main(words, environment) {
  redactor.addEnvironment(environment)
  const options = readArguments(words)
  if (options.help) return terminal.print(HELP)
  if (options.version) return terminal.print(versions()['incode-core'])
  const ending = new AbortController()
  // Before the first request: a session must not be created for a call that is invalid or a report that can't be written.
  const target = await validate({ ...options, ...readVariables(environment) })
  const report = await Report.open(options.json, { target, versions: versions() })
  onSignals(ending)
  const limit = setTimeout(() => ending.abort(slow(target)), target.timeout * 1000)
  try {
    terminal.introduce(target, versions())
    await check(target, ending.signal, report)
  } catch (error) {
    report.stopped = error instanceof Stop ? error.message : 'The check itself failed.'
    throw error
  } finally {
    clearTimeout(limit)
    await report.write(redactor)
  }
  terminal.conclude(report, options.json)
  return report.differs ? 1 : 0
}

/** Sends the requests of each group and shows its rows. */
async function check(target, signal, report) {
  const seen = { target, exchanges: [] }
  const context = { target, signal, seen }
  for (const { title, observe, rows } of groups) {
    terminal.heading(title)
    await observe(context)
    signal.throwIfAborted()
    // Before anything of a response is shown.
    for (const { json } of seen.exchanges) redactor.addResponse(json)
    for (const row of rows) {
      const result = judge(row, seen, report.rows)
      report.rows.push(result)
      terminal.row(result)
    }
  }
  report.advice = advise(seen, report.rows)
}

/** Ends the check on Ctrl-C. A second signal ends the process, whatever it waits for. */
function onSignals(ending) {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    const code = 128 + constants.signals[signal]
    process.on(signal, () => {
      if (ending.signal.aborted) process.exit(code)
      ending.abort(new Stop('Interrupted before the check was complete.', code))
    })
  }
}

function slow({ apiURL, timeout }) {
  return new Stop(`The API at ${apiURL} is too slow: the check took longer than ${timeout} s. Use ${COMMAND} --timeout to allow more.`, 2)
}
