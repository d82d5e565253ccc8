import { createSession, getFinishStatus, IncodeError, initializeSession, preload, setup } from 'incode-core'
import type {
  ApiError, CreateSessionOptions, FinishStatus, FinishStatusOptions, IncodeErrorCode, InitializeSessionOptions, RequestOptions, Session, SetupOptions,
} from 'incode-core'
import * as session from 'incode-core/session'

/** That two types are one. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <A, B>(_: Same<A, B>) => {}

same<typeof session.setup, typeof setup>(true)
same<ReturnType<typeof setup>, Promise<void>>(true)
same<ReturnType<typeof initializeSession>, Promise<void>>(true)
same<ReturnType<typeof createSession>, Promise<Session>>(true)
same<ReturnType<typeof getFinishStatus>, Promise<FinishStatus>>(true)
same<ReturnType<typeof preload>, Promise<void>>(true)

const { signal } = new AbortController()

await setup({ apiURL: 'https://api.example.com/0' })
await setup({
  apiURL: new URL('https://api.example.com'), token: 't', customHeaders: { 'x-a': 'b' }, timeout: 1, retries: 0, encryption: false,
  wasm: { pipelines: ['selfie'] }, hostingApp: 'shop', flow: {}, theme: {},
})
await setup({ apiURL: null, token: undefined, customHeaders: { 'x-a': undefined, 'x-b': null }, timeout: null, retries: undefined, encryption: null })
await setup({ apiURL: 'https://api.example.com', customHeaders: Object.freeze({ 'x-a': 'b' } as const) })
await initializeSession({ token: 't' })
await initializeSession({ token: 't', hostingApp: 'shop' })

const request: RequestOptions = { signal, timeout: 5_000, retries: 1 }
const all: CreateSessionOptions = {
  ...request, configurationId: 'c', language: 'en', externalId: 'e', externalCustomerId: 'e', countryCode: 'MX', interviewId: 'i', uuid: 'u', urlUuid: 'u',
  redirectionUrl: 'r', integrationId: 'i', customFields: { a: 'b', c: null }, apiURL: new URL('https://api.example.com'),
}
const opened = await createSession('key', all)
const token: string = opened.token
const interviewId: string | undefined = opened.interviewId
const retries: number | undefined = opened.idCaptureRetries
const isKnown: boolean | undefined = opened.existingSession
const unheardOf: unknown = opened['unheardOf']
if (opened.env === 'stage' || opened.env === 'a new one') await createSession('key', { configurationId: 'c', signal: null })

await getFinishStatus()
await getFinishStatus(null)
await getFinishStatus(undefined, null)
await getFinishStatus('flow', { token, ...request } satisfies FinishStatusOptions)
const status = await getFinishStatus('flow', { signal: AbortSignal.timeout(5) })
const url: string = status.redirectionUrl
switch (status.action) {
  case 'approved':
  case 'rejected':
  case 'none':
  case 'a new one':
}
if (status.scoreStatus === 'MANUAL_OK') void [interviewId, retries, isKnown, unheardOf, url, status['score']]

await preload()
await preload(null)
await preload('https://shop.example/incode_core.wasm')
await preload(new URL('https://shop.example/incode_core.wasm'))
await preload(new Uint8Array())
await preload(new ArrayBuffer(8))
await preload(fetch('/incode_core.wasm'))
await preload(await fetch('/incode_core.wasm'))

const messages: { readonly [code in IncodeErrorCode]: string } = {
  INVALID_ARGUMENT: '', NOT_CONFIGURED: '', UNSUPPORTED: '', UNAUTHORIZED: '', FORBIDDEN: '', SESSION_EXPIRED: '', RATE_LIMITED: '', CLIENT_ERROR: '', SERVER_ERROR: '',
  NETWORK: '', TIMEOUT: '', INVALID_RESPONSE: '', MODULE_LOAD: '', INTERNAL: '',
}
try {
  await getFinishStatus()
} catch (error) {
  if (error instanceof IncodeError) {
    const plain: Error = error
    const known: { name: 'IncodeError'; message: string; stack?: string | undefined } = error
    const status: number | undefined = error.status
    const attempts: number | undefined = error.attempts
    const wait: number | undefined = error.retryAfter
    const api: ApiError | undefined = error.api
    const path: string | undefined = api?.path
    void [plain, known, status, attempts, wait, path, error.cause, messages[error.code]]
  }
}

const options: SetupOptions = { apiURL: 'https://api.example.com' }
const token2: InitializeSessionOptions = { token: 't' }
void [options, token2]
