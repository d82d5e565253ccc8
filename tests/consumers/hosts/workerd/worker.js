import * as core from 'incode-core'
import { tour } from './tour.cjs'

export default {
  async fetch(request, { INCODE_API_KEY, INCODE_API_URL }) {
    const { pathname } = new URL(request.url)
    const error = await tour(core, INCODE_API_URL + pathname.replace('/', '-'), [], INCODE_API_KEY).then(
      () => undefined,
      (error) => error,
    )
    return new Response(error ? error.message : 'ok')
  },
}
