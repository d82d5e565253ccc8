// The list of all groups of cases. docs/guarantees.md says what each group covers.
import aborts from './cases/aborts.js'
import apiurl from './cases/apiurl.js'
import configuration from './cases/configuration.js'
import consoleCases from './cases/console.js'
import copies from './cases/copies.js'
import customFetch from './cases/custom-fetch.js'
import errors from './cases/errors.js'
import firstCall from './cases/first-call.js'
import globals from './cases/globals.js'
import hosts from './cases/hosts.js'
import load from './cases/load.js'
import loading from './cases/loading.js'
import mockedFetch from './cases/mocked-fetch.js'
import options from './cases/options.js'
import panics from './cases/panics.js'
import preconnect from './cases/preconnect.js'
import publicCalls from './cases/public-calls.js'
import rejections from './cases/rejections.js'
import requests from './cases/requests.js'
import responses from './cases/responses.js'
import retries from './cases/retries.js'
import secrecy from './cases/secrecy.js'
import signals from './cases/signals.js'
import stack from './cases/stack.js'
import timeouts from './cases/timeouts.js'
import tokens from './cases/tokens.js'
import typos from './cases/typos.js'
import wire from './cases/wire.js'

export const suite = {
  loading,
  options,
  configuration,
  preconnect,
  wire,
  responses,
  apiurl,
  errors,
  secrecy,
  retries,
  timeouts,
  aborts,
  console: consoleCases,
  'mocked fetch': mockedFetch,
  'public calls': publicCalls,
  hosts,
  globals,
  panics,
  'first call': firstCall,
  signals,
  stack,
  copies,
  rejections,
  requests,
  tokens,
  typos,
  'fetch option': customFetch,
  load,
}

/**
 * Returns those of `cases` that are the part `index` of `parts`, which take about as long as each other. A case that waits for long says how
 * many seconds; these are shared out first.
 */
export function part(cases, index, parts) {
  const seconds = Array(parts).fill(0)
  const own = new Set()
  for (const one of [...cases].sort((one, other) => (other.seconds ?? 0) - (one.seconds ?? 0))) {
    const least = seconds.indexOf(Math.min(...seconds))
    seconds[least] += one.seconds ?? 0.1
    if (least === index) own.add(one)
  }
  return cases.filter((one) => own.has(one))
}
