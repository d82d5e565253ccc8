// `start.js FILE`: the first frame of each error must name FILE (callers.js if absent) and the function that made the call.
import process from 'node:process'
import * as core from 'incode-core'
import { check } from './check.js'
import * as panickingCore from './panicking/index.js'

const [file = 'callers.js'] = process.argv.slice(2)
const wrong = await check(core, panickingCore, file, process.env.INCODE_API_URL, process.env.INCODE_API_KEY)
if (wrong.length > 0) throw new Error(wrong.join('\n'))
