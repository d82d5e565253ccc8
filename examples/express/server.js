// A backend that holds the API key, opens the sessions and decides by their outcome, and a plain page without a bundler.
import { createHash, randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createSession, getFinishStatus } from '@incodetech/core/session'
import express from 'express'
import { answerForError } from './errors.js'

const { INCODE_API_URL: apiURL, INCODE_API_KEY: apiKey, PORT = '3000' } = process.env
/** What the page may ask for. The sandbox has more of them; the real ones are in your dashboard. */
const CONFIGURATIONS = ['approved', 'rejected', 'expires-at-once']
/** Milliseconds that somebody at a screen is kept waiting for the API. */
const timeout = 8_000
/** The token of each user's session: your database. The page is told it, but never asked for it. */
const tokens = new Map()

const app = express()
app.disable('x-powered-by')
app.use(express.json())

// In place of your own sign-in: whoever comes without a cookie is somebody new.
app.use((request, response, next) => {
  const [, known] = /(?:^|; )user=([\w-]+)/.exec(request.headers.cookie ?? '') ?? []
  request.userId = known ?? randomUUID()
  if (!known) response.cookie('user', request.userId, { httpOnly: true, sameSite: 'strict' })
  next()
})

app.post('/api/session', async (request, response) => {
  const configurationId = request.body?.configurationId ?? CONFIGURATIONS[0]
  if (!CONFIGURATIONS.includes(configurationId)) return response.status(400).json({ error: 'INVALID_ARGUMENT' })
  const { token } = await createSession(apiKey, { apiURL, timeout, configurationId, externalCustomerId: request.userId })
  tokens.set(request.userId, token)
  response.json({ token, apiURL })
})

// The page says when, the API says what: no page is believed that it is approved.
app.post('/api/result', async (request, response) => {
  const token = tokens.get(request.userId)
  if (!token) return response.status(404).json({ error: 'NOT_CONFIGURED' })
  // By the call, because this process works for everybody: what `setup` puts in force would be everybody's.
  const { action } = await getFinishStatus(null, { apiURL, timeout, token })
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
app.get('/', (_, response) => response.set('content-security-policy', policy).type('html').send(html))
app.use(express.static('public', { index: false }))
for (const name of ['@incodetech/core', '@incodetech/web']) app.use(`/modules/${name}`, express.static(`node_modules/${name}`))

app.use(answerForError)
const server = app.listen(PORT, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`))
