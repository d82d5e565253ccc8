import process from 'node:process'
import * as core from 'incode-core'
import { visitors } from './visitors.cjs'

await visitors(core, process.env.INCODE_API_URL, process.env.INCODE_API_KEY)
