import process from 'node:process'
import * as core from 'incode-core'
import { tour } from './tour.cjs'

await tour(core, process.env.INCODE_API_URL)
