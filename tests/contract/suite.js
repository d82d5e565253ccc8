// The one list of cases, by the section of CONTRACT.md whose promises they name.
import aborts from './cases/aborts.js'
import answers from './cases/answers.js'
import apiurl from './cases/apiurl.js'
import configuration from './cases/configuration.js'
import consoleCases from './cases/console.js'
import errors from './cases/errors.js'
import globals from './cases/globals.js'
import hosts from './cases/hosts.js'
import load from './cases/load.js'
import loading from './cases/loading.js'
import mockedFetch from './cases/mocked-fetch.js'
import options from './cases/options.js'
import panics from './cases/panics.js'
import preconnect from './cases/preconnect.js'
import publicCalls from './cases/public-calls.js'
import retries from './cases/retries.js'
import secrecy from './cases/secrecy.js'
import timeouts from './cases/timeouts.js'
import wire from './cases/wire.js'

export const suite = {
  loading,
  options,
  configuration,
  preconnect,
  wire,
  answers,
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
  load,
}
