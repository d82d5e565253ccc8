import { DurableObject } from 'cloudflare:workers'
import { createSession, getFinishStatus } from '@incodetech/core'
import { toResponse } from './errors.js'

interface Env {
  INCODE_API_URL: string
  INCODE_API_KEY: string
  GATEWAY: Fetcher
  USERS: DurableObjectNamespace<User>
}

/** Webhooks identify a session by its interviewId. */
interface Kept {
  token: string
  interviewId: string | undefined
}

/** Configurations that the page may choose. The sandbox has more; those of your account are in your dashboard. */
const CONFIGURATIONS = ['approved', 'rejected', 'manual-review', 'expires-at-once']

/** The session of a user. A variable would not keep it: the next request may run in another isolate. */
export class User extends DurableObject<Env> {
  async save(session: Kept) {
    await this.ctx.storage.put('session', session)
  }

  async load() {
    return this.ctx.storage.get<Kept>('session')
  }
}

export default {
  async fetch(request, env) {
    const { method } = request
    const { pathname, protocol } = new URL(request.url)
    // Replace with your own sign-in. A visitor without a cookie is a new user.
    const [, known] = /(?:^|; )user=([\w-]+)/.exec(request.headers.get('cookie') ?? '') ?? []
    const cookie = known ?? crypto.randomUUID()
    const userId = await sha256(cookie) // sent to the API, which must not get the cookie
    const route = method === 'POST' ? routes[pathname] : undefined
    if (!route) return Response.json({ error: 'NOT_FOUND' }, { status: 404 })
    const response = await route(request, env, userId).catch((error: unknown) => {
      const { status, headers, body } = toResponse(error)
      return Response.json(body, { status, headers })
    })
    const secure = protocol === 'https:' ? '; Secure' : ''
    if (!known) response.headers.append('set-cookie', `user=${cookie}; Path=/; HttpOnly; SameSite=Strict${secure}`)
    return response
  },
} satisfies ExportedHandler<Env>

const routes: Record<string, (request: Request, env: Env, userId: string) => Promise<Response>> = {
  async '/api/session'(request, env, userId) {
    const body = await request.json<{ configurationId?: string } | null>().catch(() => null)
    const configurationId = body?.configurationId ?? ''
    if (!CONFIGURATIONS.includes(configurationId)) return Response.json({ error: 'INVALID_ARGUMENT' }, { status: 400 })
    const session = await createSession(env.INCODE_API_KEY, { ...options(env), configurationId, externalCustomerId: userId })
    const { token, interviewId } = session
    await env.USERS.getByName(userId).save({ token, interviewId })
    return Response.json({ token, apiURL: env.INCODE_API_URL })
  },

  // The page reports that the flow ended; the result comes from the API. Never trust a result sent by the page.
  async '/api/result'(_request, env, userId) {
    const session = await env.USERS.getByName(userId).load()
    if (!session) return Response.json({ error: 'NO_SESSION' }, { status: 409 })
    // Pass the token in the call: `setup` sets it for all users of this isolate.
    const credentials = { token: session.token, customHeaders: { 'x-api-key': env.INCODE_API_KEY } }
    const { action } = await getFinishStatus(null, { ...options(env), ...credentials })
    return Response.json({ action })
  },
}

/** Options of each call: the API, the total time in ms, because a user is waiting, and the way through the gateway. */
function options({ INCODE_API_URL, GATEWAY }: Env) {
  // `fetch: GATEWAY.fetch` compiles, but loses its `this`: "Illegal invocation".
  const fetch = (url: RequestInfo | URL, init?: RequestInit) => GATEWAY.fetch(url, init)
  return { apiURL: INCODE_API_URL, timeout: 8_000, fetch }
}

async function sha256(text: string) {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
