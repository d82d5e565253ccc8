// Timers and requests are forbidden here, until a visitor comes.
import { createSession, initializeSession, preload, setup } from 'incode-core'

const warnings = []
console.warn = (...args) => void warnings.push(args.join(' '))

await setup({ apiURL: 'https://api.example/0', token: 'token-of-the-module', timeout: 5_000 })
await initializeSession({ token: 'token-of-the-module' })
await preload()

export default {
  async fetch(request, { API }) {
    const token = `token-of-${new URL(request.url).pathname.split('/').at(-1)}`
    await initializeSession({ token })
    const session = await createSession(token, { configurationId: 'c', fetch: (url, init) => API.fetch(url, init) })
    return Response.json({ token: session.token.replace(/^token-for-/, ''), warnings })
  },
}
