/**
 * Opens, carries and closes identity-verification sessions of Incode's Web SDK 2.0.
 *
 * There is no init call: the first call loads the WebAssembly module, calls made meanwhile share that load, and a failed load is
 * tried again by the next call. Importing has no side effect, so server-side rendering may import it too.
 */

/** What a call may set for itself. */
export interface RequestOptions {
  /** Ends the call, its waits included; it then rejects with `signal.reason`, as `fetch` does. */
  signal?: AbortSignal | null | undefined
  /**
   * Milliseconds for the call, all attempts and the loading of the module included: a whole number from 1 to 2 147 483 647.
   * @default what `setup` put in force, else 30 000
   */
  timeout?: number | null | undefined
  /**
   * How often a failed attempt is repeated: a whole number from 0 to 10. `getFinishStatus` is repeated after a network failure and
   * after 429, 500, 502, 503 and 504; `createSession` only after 429, and 503 with `Retry-After`. The wait is what `Retry-After`
   * says, else a random time up to 300 ms, doubled each time, at most 5 s. A wait that would pass the deadline is not begun.
   * @default what `setup` put in force, else 2
   */
  retries?: number | null | undefined
}

export interface SetupOptions {
  /**
   * Base URL of the API: `https:`, or `http:` on loopback; no user, query or fragment; its path is kept. Needed the first time,
   * later calls may leave it out. One that ends in `/0` lets the API take the API key from the token.
   */
  apiURL?: string | URL | null | undefined
  /**
   * The session token, from `createSession` on your backend. The same as `initializeSession({ token })` right after. Left out, the
   * token in force is kept, unless `apiURL` changes.
   */
  token?: string | null | undefined
  /**
   * Headers for every request to `apiURL`; `x-api-key` is allowed, `x-incode-hardware-id`, `api-version` and `content-type` are not.
   * @default none
   */
  customHeaders?: { readonly [name: string]: string | null | undefined } | null | undefined
  /**
   * Milliseconds for one call, its retries included: a whole number from 1 to 2 147 483 647.
   * @default 30 000, the API's own limit
   */
  timeout?: number | null | undefined
  /**
   * How often a failed attempt is repeated: a whole number from 0 to 10.
   * @default 2
   */
  retries?: number | null | undefined
  /** End-to-end encryption is not offered: anything but `false` is refused with `UNSUPPORTED`. */
  encryption?: false | null | undefined
  /** Accepted for the vendor's capture modules; does nothing here. */
  wasm?: unknown
  /** Accepted for the vendor's capture modules; does nothing here. */
  hostingApp?: unknown
  /** Accepted for the vendor's capture modules; does nothing here. */
  flow?: unknown
  /** Accepted for the vendor's capture modules; does nothing here. */
  theme?: unknown
}

export interface InitializeSessionOptions {
  /** The session token, from `createSession` on your backend. */
  token: string
  /** Accepted for the vendor's capture modules; does nothing here. */
  hostingApp?: string | null | undefined
}

/** What `POST /omni/start` knows, under the same names, and what the call may set for itself. */
export interface CreateSessionOptions extends RequestOptions {
  /** Which configuration of the dashboard (there: "flow") the session runs. */
  configurationId: string
  /** Language of the session, such as `en-US`. */
  language?: string | null | undefined
  /** Your own identifier of the person, kept with the session. */
  externalId?: string | null | undefined
  /** Your own identifier of the customer. */
  externalCustomerId?: string | null | undefined
  /** Country of the person. */
  countryCode?: string | null | undefined
  /** An interview to go on with. */
  interviewId?: string | null | undefined
  /** Identifier of a stored session request. */
  uuid?: string | null | undefined
  /** Identifier of a shared link. */
  urlUuid?: string | null | undefined
  /** Where the person goes in the end. */
  redirectionUrl?: string | null | undefined
  /** Which integration of the dashboard asks. */
  integrationId?: string | null | undefined
  /** Your own fields, kept with the session. */
  customFields?: { readonly [name: string]: string | null | undefined } | null | undefined
  /** The API for this call alone; no `customHeaders` go there. */
  apiURL?: string | URL | null | undefined
}

export interface FinishStatusOptions extends RequestOptions {
  /** Used instead of the token in force. */
  token?: string | null | undefined
}

/** The API's answer to `POST /omni/start`, every field kept. Only `token` is checked. */
export interface Session {
  /** A JWT of up to 256 characters; lives 90 days unless the dashboard says otherwise. */
  token: string
  /** 24 characters. */
  interviewId?: string
  /** 6 characters. */
  interviewCode?: string
  flowType?: string
  idCaptureTimeout?: number
  idCaptureRetries?: number
  selfieCaptureTimeout?: number
  selfieCaptureRetries?: number
  curpValidationRetries?: number
  clientId?: string
  env?: 'stage' | 'demo' | 'saas' | (string & {})
  existingSession?: boolean
  [field: string]: unknown
}

/** The API's answer to `GET /omni/finish-status`, every field kept. */
export interface FinishStatus {
  /** What to do with the person. `'none'` where the API says nothing, as before the flow is finished. */
  action: 'approved' | 'rejected' | 'none' | (string & {})
  /** How the checks went. `'UNKNOWN'` where the API says nothing. */
  scoreStatus: 'OK' | 'WARN' | 'MANUAL_OK' | 'FAIL' | 'UNKNOWN' | 'MANUAL_FAIL' | (string & {})
  /** Where the dashboard sends the person next; `''` for nowhere. */
  redirectionUrl: string
  [field: string]: unknown
}

/** The API's error object (vendor's API documentation, "Error codes"). Secrets in it are replaced by `[redacted]`. */
export interface ApiError {
  /** Milliseconds since 1970. */
  timestamp?: number
  /** The HTTP status, or a custom code of 4 digits. */
  status?: number
  error?: string
  message?: string
  path?: string
  [field: string]: unknown
}

export type IncodeErrorCode =
  /** The caller's input; the message names the option and what is wrong. No request was made. */
  | 'INVALID_ARGUMENT'
  /** No token, or no apiURL, for the call. No request was made. */
  | 'NOT_CONFIGURED'
  /** `encryption`. */
  | 'UNSUPPORTED'
  /** 401. */
  | 'UNAUTHORIZED'
  /** 403. */
  | 'FORBIDDEN'
  /** 401 or 403 to a token whose `exp` has passed: create a new session. */
  | 'SESSION_EXPIRED'
  /** 429. */
  | 'RATE_LIMITED'
  /** Any other 4xx. */
  | 'CLIENT_ERROR'
  /** Any 5xx. */
  | 'SERVER_ERROR'
  /** fetch failed: offline, DNS, CORS, CSP, refused redirect. */
  | 'NETWORK'
  /** The call's time ran out. */
  | 'TIMEOUT'
  /** A 2xx whose body is cut, not JSON, not an object, over 10 MB, or without a usable `token`. */
  | 'INVALID_RESPONSE'
  /** The WebAssembly could not be loaded; the message says what to allow (`'wasm-unsafe-eval'` in the CSP, for one). */
  | 'MODULE_LOAD'
  /** A bug of ours. The next call runs on a fresh module, so `setup` has to be called again. */
  | 'INTERNAL'

/**
 * Every rejection, but for a caller's own abort, which rejects with `signal.reason`. No field ever holds the API key or the token.
 * Fields that are not known are no properties.
 */
export class IncodeError extends Error {
  private constructor()
  readonly name: 'IncodeError'
  readonly code: IncodeErrorCode
  /** HTTP status. */
  readonly status?: number
  /** The API's error object. */
  readonly api?: ApiError
  /** Milliseconds that the API asked to wait. */
  readonly retryAfter?: number
  /** Requests made. */
  readonly attempts?: number
  /** What lies underneath, where it is free of secrets. */
  readonly cause?: unknown
}

/**
 * Puts a configuration in force, before any SDK component is rendered: all of it, or nothing if it rejects. What is left out goes
 * back to its default, `apiURL` and `token` apart. Calls in flight keep the configuration that they started with. Unknown options
 * are ignored with one `console.warn`.
 *
 * @throws {IncodeError} `INVALID_ARGUMENT`, `UNSUPPORTED`, `MODULE_LOAD`, `TIMEOUT`
 */
export function setup(options: SetupOptions): Promise<void>

/**
 * Puts a session's token in force.
 *
 * @throws {IncodeError} `INVALID_ARGUMENT`, `MODULE_LOAD`, `TIMEOUT`
 */
export function initializeSession(options: InitializeSessionOptions): Promise<void>

/**
 * Creates a session: `POST /omni/start`. Belongs on a backend, because whoever sees the API key can use it; in a page that is not
 * on loopback it warns once. Every call makes a new session, and puts nothing in force: hand the token to `setup`.
 *
 * Without an `apiURL`, of its own or from `setup`, it asks the vendor's demo API, `https://demo-api.incodesmile.com`.
 *
 * @throws {IncodeError} any code but `NOT_CONFIGURED` and `UNSUPPORTED`; options that it does not know are `INVALID_ARGUMENT`
 */
export function createSession(apiKey: string, options: CreateSessionOptions): Promise<Session>

/**
 * Asks how a session ended: `GET /omni/finish-status`.
 *
 * @param flowId one flow of the session; `null`, `undefined` and `''` mean none
 * @throws {IncodeError} any code but `UNSUPPORTED`; options that it does not know are `INVALID_ARGUMENT`
 */
export function getFinishStatus(flowId?: string | null, options?: FinishStatusOptions | null): Promise<FinishStatus>

/**
 * Loads the module ahead of the first call. Optional.
 *
 * @param source where the plain `.wasm` of `incode-core/wasm` comes from: a `WebAssembly.Module`, a `Response`, a promise of either,
 *   bytes, a `URL` or a string; without it the package brings its own. (`object`, because not every backend's types know these.)
 * @throws {IncodeError} `MODULE_LOAD`; `INVALID_ARGUMENT` for a source of another kind
 */
export function preload(source?: object | string | null): Promise<void>
