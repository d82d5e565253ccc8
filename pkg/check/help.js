import { DEFAULT_TIMEOUT, MAX_TIMEOUT } from './arguments.js'

export const HELP = `Checks an API against the assumptions of incode-core.

Usage: npx incode-core check [options]

Creates one session at the API, and sends one request with a wrong API key. Prints one line per assumption: "as assumed",
"differs" or "not checked", with the section of docs/guarantees.md that depends on it.

Environment variables, all required:
  INCODE_API_URL           base URL of the API, such as https://demo-api.incodesmile.com
  INCODE_API_KEY           API key. It is sent to the API, and never printed or written.
  INCODE_CONFIGURATION_ID  configuration of the session

Options:
  --origin ORIGIN    origin of your page, such as https://your.site: also checks what a browser allows there
  --finish           also checks finish-status. This completes the session: business rules run and webhooks fire.
  --json FILE        writes the results to a file, to attach to a bug report. It contains no API key and no token.
  --timeout SECONDS  limit for the whole check, 1 to ${MAX_TIMEOUT} (default ${DEFAULT_TIMEOUT})
  --version          prints the version
  --help             prints this help

Exit codes: 0 if nothing differs, 1 if something differs, 2 if the check could not run, 130 after Ctrl-C.
To turn off colors, set NO_COLOR.`
