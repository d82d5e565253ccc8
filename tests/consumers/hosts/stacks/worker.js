import * as core from 'incode-core'
import { check } from './check.js'
import * as panickingCore from './panicking/workerd.js'

export default {
  async fetch(_, { INCODE_API_URL, INCODE_API_KEY }) {
    const wrong = await check(core, panickingCore, 'worker.js', INCODE_API_URL, INCODE_API_KEY).catch((error) => [error.stack])
    return new Response(wrong.join('\n') || 'ok')
  },
}
