import type {
  ApiError,
  CreateSessionOptions,
  FinishStatus,
  FinishStatusOptions,
  IncodeErrorCode,
  IncodeErrorInit,
  InitializeSessionOptions,
  RequestOptions,
  Session,
  SessionFields,
  SessionOptions,
  SetupOptions,
  Unlisted,
} from 'incode-core'
import { createSession, getFinishStatus, IncodeError, initializeSession, preload, setup } from 'incode-core'
import type * as session from 'incode-core/session'

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
  apiURL: new URL('https://api.example.com'),
  token: 't',
  customHeaders: { 'x-a': 'b' },
  timeout: 1,
  retries: 0,
  encryption: false,
  wasm: { pipelines: ['selfie'] },
  hostingApp: 'shop',
  flow: {},
  theme: {},
})
await setup({
  apiURL: null,
  token: undefined,
  customHeaders: { 'x-a': undefined, 'x-b': null },
  timeout: null,
  retries: undefined,
  encryption: null,
})
await setup({ apiURL: 'https://api.example.com', customHeaders: Object.freeze({ 'x-a': 'b' } as const) })
await initializeSession()
await initializeSession(null)
await initializeSession({})
await initializeSession({ token: 't', hostingApp: 'shop', signal })
await initializeSession({ token: null, hostingApp: undefined, signal: null })

// createSession, and what every call may bring
const request: RequestOptions = { apiURL: 'https://api.example.com', customHeaders: { 'x-a': 'b' }, signal, timeout: 5_000, retries: 1 }
const nothing: RequestOptions = { apiURL: undefined, customHeaders: null, signal: undefined, timeout: null, retries: null }
const all: CreateSessionOptions = {
  ...request,
  configurationId: 'c',
  language: 'en',
  externalId: 'e',
  externalCustomerId: 'e',
  countryCode: 'MX',
  interviewId: 'i',
  uuid: 'u',
  urlUuid: 'u',
  redirectionUrl: 'r',
  redirectUrl: 'r',
  integrationId: 'i',
  customFields: { a: 'b', c: 5, d: true, e: null },
  apiURL: new URL('https://api.example.com'),
}
const unset: string | undefined = undefined
const opened = await createSession('key', all)
await createSession('key', { configurationId: 'c', ...nothing })
await createSession('key', { configurationId: 'c', externalId: null, language: undefined, customFields: null })
await createSession('key', { interviewId: 'i' })
await createSession('key', { uuid: 'u', configurationId: null })
await createSession('key', { urlUuid: 'u', apiURL: unset })
const token: string = opened.token
const interviewId: string | undefined = opened.interviewId
const retries: number | undefined = opened.idCaptureRetries
const isKnown: boolean | undefined = opened.existingSession
const unheardOf: unknown = opened['unheardOf']
if (opened.env === 'stage') await createSession('key', { configurationId: 'c', signal: null })

// An option that is not in the list, on purpose: spread, from a value of your own, or declared once.
await createSession('key', { configurationId: 'c', ...{ sdkVersion: '2.1' } })
const ofNextYear = { configurationId: 'c', optionOfNextYear: true }
await createSession('key', ofNextYear)
declare module 'incode-core' {
  interface SessionOptions {
    declaredOnce?: string
  }
}
await createSession('key', { configurationId: 'c', declaredOnce: 'd' })
interface Wishes extends SessionOptions {
  configurationId: string
}
await createSession('key', {} as Wishes)

// A session handed over whole, as it came or in a type of one's own.
await setup({ apiURL: 'https://api.example.com', ...opened })
await getFinishStatus(null, opened)
await getFinishStatus('flow', await createSession('key', all))
await getFinishStatus(null, { token, interviewId: 'i', flowType: 'f' })
const fromOldSdk = { token: 't', interviewId: 'i', regulationType: 'US' }
await getFinishStatus(null, fromOldSdk)
const ofTheBackend: SessionFields = { token }
const whole: Session = { token, fieldOfNextYear: 5 }
await getFinishStatus(undefined, ofTheBackend)
await getFinishStatus(undefined, whole)

await getFinishStatus()
await getFinishStatus(null)
await getFinishStatus('')
await getFinishStatus(undefined, null)
await getFinishStatus(null, { token: null, ...nothing })
await getFinishStatus('flow', { token, ...request } satisfies FinishStatusOptions)
const status = await getFinishStatus('flow', { signal: AbortSignal.timeout(5) })
const url: string = status.redirectionUrl

// `action` narrows in every form, and its other values are strings.
const known = (_: 'approved' | 'rejected') => {}
const { action, scoreStatus } = status
if (status.action === 'approved' || status.action === 'rejected') known(status.action)
if (action === 'approved' || action === 'rejected') known(action)
if (action !== 'approved' && action !== 'rejected') same<typeof action, 'none' | Unlisted>(true)
else known(action)
function words(): string {
  switch (status.action) {
    case 'approved':
    case 'rejected':
      known(status.action)
      return 'it is decided'
    case 'none':
      return 'it is open'
    default:
      return status.action.toUpperCase()
  }
}
const text: string = action
if (String(action) === 'a new one' || (scoreStatus as string) === 'A_NEW_ONE') void text
if (scoreStatus === 'OK' || scoreStatus === 'MANUAL_OK') same<typeof scoreStatus, 'OK' | 'MANUAL_OK'>(true)
const inATest: FinishStatus = { action: 'approved', scoreStatus: 'OK', redirectionUrl: '' }
void [words, inATest, interviewId, retries, isKnown, unheardOf, url, status['score']]

await preload()
await preload(null)
await preload('https://shop.example/incode_core.wasm')
await preload(new URL('https://shop.example/incode_core.wasm'))
await preload(new Uint8Array())
await preload(new ArrayBuffer(8))
await preload(fetch('/incode_core.wasm'))
await preload(await fetch('/incode_core.wasm'))

const messages: { readonly [code in IncodeErrorCode]: string } = {
  INVALID_ARGUMENT: '',
  NOT_CONFIGURED: '',
  UNSUPPORTED: '',
  UNAUTHORIZED: '',
  FORBIDDEN: '',
  SESSION_EXPIRED: '',
  RATE_LIMITED: '',
  CLIENT_ERROR: '',
  SERVER_ERROR: '',
  NETWORK: '',
  TIMEOUT: '',
  INVALID_RESPONSE: '',
  MODULE_LOAD: '',
  INTERNAL: '',
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

// An error of one's own, for a test.
const made = new IncodeError({ code: 'NETWORK', message: 'm' })
const init: IncodeErrorInit = {
  code: 'RATE_LIMITED',
  message: 'm',
  status: 429,
  api: { status: 4019 },
  retryAfter: 2_000,
  attempts: 3,
  cause: made,
}
const ofHere: Error = new IncodeError(init)
new IncodeError({
  code: 'TIMEOUT',
  message: 'm',
  status: undefined,
  api: undefined,
  retryAfter: undefined,
  attempts: undefined,
  cause: undefined,
})
void [made.code, ofHere]

const options: SetupOptions = { apiURL: 'https://api.example.com' }
const token2: InitializeSessionOptions = { token: 't' }
void [options, token2]
