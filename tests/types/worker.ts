// A Cloudflare Worker: its own `fetch`, a service binding and a Durable Object, with the types of the Workers runtime alone.
import { createSession, getFinishStatus, IncodeError, preload } from 'incode-core'

interface Env {
  INCODE: Fetcher
  OTHER: Service
  OBJECTS: DurableObjectNamespace
  INCODE_API_KEY: string
  MODULE: WebAssembly.Module
}

export default {
  async fetch(request, env): Promise<Response> {
    const options = { configurationId: 'c', apiURL: new URL(request.url), signal: request.signal }
    const object = env.OBJECTS.get(env.OBJECTS.idFromName('a'))
    try {
      await preload(env.MODULE)
      await createSession(env.INCODE_API_KEY, { ...options, fetch })
      await createSession(env.INCODE_API_KEY, { ...options, fetch: env.INCODE.fetch })
      await createSession(env.INCODE_API_KEY, { ...options, fetch: env.OTHER.fetch.bind(env.OTHER) })
      await createSession(env.INCODE_API_KEY, { ...options, fetch: object.fetch })
      const { token } = await createSession(env.INCODE_API_KEY, { ...options, fetch: (url, init) => env.OTHER.fetch(url, init) })
      const { action } = await getFinishStatus(null, { token, fetch: (url, init) => env.INCODE.fetch(new Request(url, init)) })
      // @ts-expect-error a binding is not its function
      await getFinishStatus(null, { token, fetch: env.INCODE })
      return new Response(action)
    } catch (error) {
      if (error instanceof IncodeError && error.code === 'RATE_LIMITED') return new Response(null, { status: error.status })
      throw error
    }
  },
} satisfies ExportedHandler<Env>
