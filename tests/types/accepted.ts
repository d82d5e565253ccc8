// Code that must compile, in a page and on a server without the types of the DOM.
import type {
  Action,
  AnyIncodeError,
  ApiError,
  CreateSessionOptions,
  FetchFunction,
  FetchInit,
  FetchResponse,
  FinishStatus,
  FinishStatusOptions,
  IncodeErrorCode,
  IncodeErrorInit,
  IncodeErrorJSON,
  IncodeErrorOf,
  InitializeSessionOptions,
  RequestOptions,
  ScoreStatus,
  Session,
  SessionOptions,
  SetupOptions,
  StoredSession,
  Unlisted,
} from 'incode-core'
import { createSession, getFinishStatus, IncodeError, initializeSession, preload, setup } from 'incode-core'
import type * as session from 'incode-core/session'

/** `true` if the two types are identical. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <A, B>(_: Same<A, B>) => {}

same<typeof session.setup, typeof setup>(true)
same<ReturnType<typeof setup>, Promise<void>>(true)
same<ReturnType<typeof initializeSession>, Promise<void>>(true)
same<ReturnType<typeof createSession>, Promise<Session>>(true)
same<ReturnType<typeof getFinishStatus>, Promise<FinishStatus>>(true)
same<ReturnType<typeof preload>, Promise<void>>(true)

const { signal } = new AbortController()

// setup and initializeSession
await setup({ apiURL: 'https://api.example.com/0' })
await setup({
  apiURL: new URL('https://api.example.com'),
  token: 't',
  customHeaders: { 'x-a': 'b' },
  timeout: 1,
  retries: 0,
  fetch,
  encryption: false,
  wasm: { pipelines: ['selfie'] },
  hostingApp: 'shop',
  flow: {},
  theme: {},
  uiConfig: { theme: {} },
})
await setup({
  apiURL: null,
  token: undefined,
  customHeaders: { 'x-a': undefined, 'x-b': null },
  timeout: null,
  retries: undefined,
  fetch: null,
  encryption: null,
  uiConfig: undefined,
})
await setup({ apiURL: 'https://api.example.com', wasm: false, flow: false, theme: false })
await setup({ apiURL: 'https://api.example.com', customHeaders: Object.freeze({ 'x-a': 'b' } as const) })
await initializeSession()
await initializeSession(null)
await initializeSession({})
await initializeSession({ token: 't', hostingApp: 'shop', signal })
await initializeSession({ token: null, hostingApp: undefined, signal: null })

// createSession, and the options of every call
const request: RequestOptions = {
  apiURL: 'https://api.example.com',
  customHeaders: { 'x-a': 'b' },
  signal,
  timeout: 5_000,
  retries: 1,
  fetch,
}
const nothing: RequestOptions = {
  apiURL: undefined,
  customHeaders: null,
  signal: undefined,
  timeout: null,
  retries: null,
  fetch: undefined,
}
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
const unset = undefined as string | undefined
const row = { externalId: null as string | null, language: unset, redirectionUrl: 'r' }
const opened = await createSession('key', all)
await createSession('key', { configurationId: 'c', ...nothing })
await createSession('key', { configurationId: 'c', externalId: null, language: undefined, customFields: null })
await createSession('key', { configurationId: 'c', ...row })
await createSession(unset!, { configurationId: unset!, apiURL: unset, externalId: row.externalId, customHeaders: { 'x-a': unset } })
await createSession('key', { interviewId: 'i' })
await createSession('key', { uuid: 'u', configurationId: null })
await createSession('key', { urlUuid: 'u', apiURL: unset })
const token: string = opened.token
const interviewId: string | undefined = opened.interviewId
const retries: number | undefined = opened.idCaptureRetries
const isKnown: boolean | undefined = opened.existingSession
if (opened.env === 'stage') await createSession('key', { configurationId: 'c', signal: null })

// An option that is not listed: spread it, pass a value of your own type, or declare it once.
await createSession('key', { configurationId: 'c', ...{ sdkVersion: '2.1' } })
const withNewOption = { configurationId: 'c', optionOfNextYear: true }
await createSession('key', withNewOption)
declare module 'incode-core' {
  interface SessionOptions {
    declaredOnce?: string
  }
  interface Session {
    region?: string
  }
  interface FinishStatus {
    score?: number
  }
  interface ApiError {
    ticket?: string
  }
}
await createSession('key', { configurationId: 'c', declaredOnce: 'd' })
interface OwnOptions extends SessionOptions {
  configurationId: string
}
await createSession('key', {} as OwnOptions)

// A field that is not listed: declare it once, or name it where you read it.
const region: string | undefined = opened.region
const branch: string | undefined = (opened as Session & { branch?: string }).branch

// A whole session as the options, as it came or in a type of your own.
await setup({ apiURL: 'https://api.example.com', ...opened })
await getFinishStatus(null, opened)
await getFinishStatus('flow', await createSession('key', all))
await getFinishStatus(null, { token, interviewId: 'i', flowType: 'f' })
await getFinishStatus(null, { token: unset, interviewId: 'i' })
const fromOldSdk = { token: 't', interviewId: 'i', regulationType: 'US' }
await getFinishStatus(null, fromOldSdk)
const stored: Session = { token }
await getFinishStatus(undefined, stored)
const saved: StoredSession = { token: null, interviewId: unset, region: null }
await getFinishStatus(null, saved)
await getFinishStatus(null, { token: unset, interviewId: null, flowType: unset, apiURL: unset, retries: 0 })
await getFinishStatus(null, { ...opened, apiURL: 'https://api.example.com', customHeaders: { 'x-api-key': unset } })
interface Row {
  id: number
  token: string | null
  env: string
}
await getFinishStatus(null, {} as Row)

// getFinishStatus
await getFinishStatus()
await getFinishStatus(null)
await getFinishStatus('')
await getFinishStatus(unset, { token: unset })
await getFinishStatus(undefined, null)
await getFinishStatus(null, { token: null, ...nothing })
await getFinishStatus('flow', { token, ...request } satisfies FinishStatusOptions)
const status = await getFinishStatus('flow', { signal: AbortSignal.timeout(5) })
const url: string = status.redirectionUrl
const score: number | undefined = status.score
const risk: string | undefined = (status as FinishStatus & { risk?: string }).risk

// `action` narrows in every form, and its other values are strings.
const known = (_: 'approved' | 'rejected') => {}
const { action, scoreStatus } = status
same<typeof action, Action | Unlisted>(true)
same<typeof scoreStatus, ScoreStatus | Unlisted>(true)
if (status.action === 'approved' || status.action === 'rejected') known(status.action)
if (action === 'approved' || action === 'rejected') known(action)
if (action !== 'approved' && action !== 'rejected') same<typeof action, 'none' | Unlisted>(true)
else known(action)
function describe(): string {
  switch (status.action) {
    case 'approved':
    case 'rejected':
      known(status.action)
      return 'decided'
    case 'none':
      return 'open'
    default:
      return status.action.toUpperCase()
  }
}
const text: string = action
if (String(action) === 'a new one' || (scoreStatus as string) === 'A_NEW_ONE') void text
if (scoreStatus === 'OK' || scoreStatus === 'MANUAL_OK') same<typeof scoreStatus, 'OK' | 'MANUAL_OK'>(true)
const actions: Record<Action, string> = { approved: 'yes', rejected: 'no', none: 'later' }
const scores: Record<ScoreStatus, number> = { OK: 0, WARN: 1, MANUAL_OK: 2, FAIL: 3, UNKNOWN: 4, MANUAL_FAIL: 5 }
const shown: string = actions[status.action as Action] ?? actions.none
const inATest: FinishStatus = { action: 'approved', scoreStatus: 'OK', redirectionUrl: '' }
void [describe, inATest, interviewId, retries, isKnown, region, branch, url, score, risk, scores, shown]

// fetch: the runtime's own, and mocks
const mock: FetchFunction = async () => ({ ok: true, json: async () => ({ token: 't' }) })
await createSession('key', { configurationId: 'c', fetch: mock })
await createSession('key', { configurationId: 'c', fetch: async () => ({ status: 200, text: async () => '{}' }) })
await createSession('key', { configurationId: 'c', fetch: (url, init) => fetch(url, { ...init, keepalive: true }) })
await createSession('key', { configurationId: 'c', fetch: async () => new Response('{}') })
await createSession('key', { configurationId: 'c', fetch: JSON.parse('null') })
await getFinishStatus(null, { token, fetch: globalThis.fetch })
await getFinishStatus(null, {
  token,
  async fetch(url, { method, headers, body, redirect, credentials, cache, signal }) {
    same<typeof url, string>(true)
    same<typeof method, 'GET' | 'POST'>(true)
    same<typeof signal, AbortSignal | undefined>(true)
    void [headers['x-api-key']?.length, body?.length, redirect, credentials, cache]
    return { status: 503, headers: { 'retry-after': '1' }, json: async () => ({}) }
  },
})
const received: FetchInit = { method: 'GET', headers: {}, redirect: 'manual' }
const sent: FetchResponse = await mock('https://api.example.com', received)
void sent

await preload()
await preload(null)
await preload('https://shop.example/incode_core.wasm')
await preload(new URL('https://shop.example/incode_core.wasm'))
await preload(new Uint8Array())
await preload(new ArrayBuffer(8))
await preload(fetch('/incode_core.wasm'))
await preload(await fetch('/incode_core.wasm'))

// Errors
const messages: Readonly<Record<IncodeErrorCode, string>> = {
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
    const base: IncodeError = error
    const union: AnyIncodeError = error
    const status: number | undefined = error.status
    const attempts: number | undefined = error.attempts
    const wait: number | undefined = error.retryAfter
    const api: ApiError | undefined = error.api
    const path: string | undefined = api?.path
    const ticket: string | undefined = api?.ticket
    const { name, stack }: { name: string; stack?: string | undefined } = error
    void [plain, base, union, status, attempts, wait, path, ticket, name, stack, error.cause, messages[error.code]]
  }
}

/** A `switch` narrows the fields, and the compiler knows when all codes are handled. */
function narrowed(error: unknown): number | undefined {
  if (!(error instanceof IncodeError)) throw error
  switch (error.code) {
    case 'RATE_LIMITED': {
      same<typeof error.code, 'RATE_LIMITED'>(true)
      same<typeof error.status, 429>(true)
      const wait: number | undefined = error.retryAfter
      return wait ?? error.status
    }
    case 'UNAUTHORIZED':
      same<typeof error.status, 401>(true)
      return error.status
    case 'FORBIDDEN':
      same<typeof error.status, 403>(true)
      return error.status
    case 'SESSION_EXPIRED':
      same<typeof error.status, 401 | 403>(true)
      return error.status
    case 'CLIENT_ERROR':
    case 'SERVER_ERROR':
    case 'INVALID_RESPONSE': {
      const status: number = error.status
      return status
    }
    case 'INVALID_ARGUMENT':
    case 'NOT_CONFIGURED':
    case 'UNSUPPORTED':
    case 'NETWORK':
    case 'TIMEOUT':
    case 'MODULE_LOAD':
    case 'INTERNAL':
      return error.status
    default: {
      const never: never = error
      return never
    }
  }
}
const retryIn = (error: IncodeErrorOf<'RATE_LIMITED'>) => error.retryAfter ?? 60_000
function wait(error: AnyIncodeError): number {
  if (error.code === 'RATE_LIMITED') return retryIn(error)
  return error.status === 503 ? 5_000 : 0
}
getFinishStatus().catch((error) => error instanceof IncodeError && error.code === 'RATE_LIMITED' && retryIn(error))
void [narrowed, wait]

// Errors of your own
class OwnError extends IncodeError {
  override name = 'OwnError'
  constructor(
    code: IncodeErrorCode,
    readonly user: string,
  ) {
    super({ code, message: 'm' })
  }
}
class DeeperError extends OwnError {}
class LateError extends IncodeError {
  declare readonly code: 'TIMEOUT'
}
const own = new OwnError('TIMEOUT', 'u')
const asBase: IncodeError = own
function whose(error: unknown): string | number {
  if (error instanceof DeeperError) return error.user
  if (error instanceof OwnError) return error.code === 'RATE_LIMITED' ? error.status + error.user : error.user
  if (error instanceof LateError) return error.code satisfies 'TIMEOUT'
  return ''
}
interface Reported extends IncodeError {
  reportId: string
}
void [asBase, whose, {} as Reported]

// Errors for tests, and from JSON
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
const asError: Error = new IncodeError(init)
new IncodeError({
  code: 'TIMEOUT',
  message: 'm',
  status: undefined,
  api: undefined,
  retryAfter: undefined,
  attempts: undefined,
  cause: undefined,
})
const json: IncodeErrorJSON = made.toJSON()
const again: IncodeError = new IncodeError(json)
new IncodeError(JSON.parse(JSON.stringify(made)))
void [made.code, asError, again]

const options: SetupOptions = { apiURL: 'https://api.example.com' }
const token2: InitializeSessionOptions = { token: 't' }
void [options, token2]
