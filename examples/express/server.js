// A backend that keeps the API key, creates sessions and acts on their results, and a plain page without a bundler.
import { createHash, randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createSession, getFinishStatus } from '@incodetech/core/session'
import express from 'express'
import { toResponse } from './errors.js'

const { INCODE_API_URL: apiURL, INCODE_API_KEY: apiKey, PORT = '3000' } = process.env
/** Configurations that the page may choose. The sandbox has more; those of your account are in your dashboard. */
const CONFIGURATIONS = ['approved', 'rejected', 'manual-review', 'expires-at-once']
/** Total time for a call, in ms: a user is waiting. */
const timeout = 8_000
/** Token and interviewId of each user's session. Use your database. Webhooks identify a session by its interviewId. */
const sessions = new Map()

const app = express()
app.disable('x-powered-by')
app.use(express.json())

// Replace with your own sign-in. A visitor without a cookie is a new user.
app.use((request, response, next) => {
  const [, known] = /(?:^|; )user=([\w-]+)/.exec(request.headers.cookie ?? '') ?? []
  const cookie = known ?? randomUUID()
  request.userId = createHash('sha256').update(cookie).digest('hex') // sent to the API, which must not get the cookie
  if (!known) response.cookie('user', cookie, { httpOnly: true, sameSite: 'strict' })
  next()
})

app.post('/api/session', async (request, response) => {
  const configurationId = request.body?.configurationId ?? CONFIGURATIONS[0]
  if (!CONFIGURATIONS.includes(configurationId)) return response.status(400).json({ error: 'INVALID_ARGUMENT' })
  const { token, interviewId } = await createSession(apiKey, { apiURL, timeout, configurationId, externalCustomerId: request.userId })
  sessions.set(request.userId, { token, interviewId })
  response.json({ token, apiURL })
})

// The page reports that the flow ended; the result comes from the API. Never trust a result sent by the page.
app.post('/api/result', async (request, response) => {
  const session = sessions.get(request.userId)
  if (!session) return response.status(409).json({ error: 'NO_SESSION' })
  // Pass `token` and `apiURL` in the call: `setup` is process-wide, and this process serves many users.
  const { action } = await getFinishStatus(null, { apiURL, timeout, token: session.token, customHeaders: { 'x-api-key': apiKey } })
  response.json({ action })
})

const html = await readFile(new URL('public/index.html', import.meta.url), 'utf8')
const [, importMap] = /<script type="importmap">([\s\S]*?)<\/script>/.exec(html)
const policy = [
  "default-src 'none'",
  `script-src 'self' 'wasm-unsafe-eval' 'sha256-${createHash('sha256').update(importMap).digest('base64')}'`,
  `connect-src 'self' ${new URL(apiURL).origin}`,
  "style-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')
app.use(express.static('public', { setHeaders: (response) => response.set('content-security-policy', policy) }))
for (const name of ['@incodetech/core', '@incodetech/web']) app.use(`/modules/${name}`, express.static(`node_modules/${name}`))

// Last. Express handles what `toResponse` throws.
app.use((error, _request, response, next) => {
  if (response.headersSent) return next(error)
  const { status, headers, body } = toResponse(error)
  response.status(status).set(headers).json(body)
})
const server = app.listen(PORT, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`))
