import * as core from 'incode-core'
import process from 'node:process'
import { tour } from './tour.cjs'

await tour(core, process.env.INCODE_API_URL)
