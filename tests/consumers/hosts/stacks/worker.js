import * as core from 'incode-core'
import { check } from './check.js'

export default {
  async fetch(_, { INCODE_API_URL, INCODE_API_KEY }) {
    const wrong = await check(core, 'worker.js', INCODE_API_URL, INCODE_API_KEY).catch((error) => [error.stack])
    return new Response(wrong.join('\n') || 'ok')
  },
}
