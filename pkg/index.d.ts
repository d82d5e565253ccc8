/**
 * Opens, carries and closes identity-verification sessions of Incode's Web SDK 2.0.
 *
 * There is no init call: the first call loads the WebAssembly module, calls made meanwhile share that load, and a failed load is
 * tried again by the next call. Importing has no side effect, so server-side rendering may import it too.
 *
 * `null` and `undefined` count as absent, in every option. What is said here of the API is from the vendor's public documentation
 * (https://developer.incode.com), where nothing else is named; none of it was tried against the vendor's own hosts.
 */

/**
 * What a call may bring for itself. It goes before what `setup` put in force, so a server that works for many people at once needs
 * no `setup`: each of its calls brings its own `apiURL` and `token`.
 */
export interface RequestOptions {
  /**
   * Base URL of the API for this call: `https:`, or `http:` on loopback; no user, query or fragment; its path is kept. Where it is
   * not the one in force, neither the token in force nor the `customHeaders` in force go there.
   * @default what `setup` put in force
   */
  apiURL?: string | URL | null | undefined
  /**
   * Headers for this call, in place of those in force and not beside them; `x-api-key` is allowed, `x-incode-hardware-id`,
   * `api-version` and `content-type` are not.
   * @default what `setup` put in force, where `apiURL` is the one in force
   */
  customHeaders?: { readonly [name: string]: string | null | undefined } | null | undefined
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

/** A session that `createSession` gave may be spread into it, `setup({ apiURL, ...session })`: of that only the token is read. */
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
  /**
   * There is no end-to-end encryption here: anything but `false` is refused with `UNSUPPORTED`, and nothing is sent. Who needs it
   * keeps the vendor's own `@incodetech/core/session`.
   */
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
  /**
   * The session token, from `createSession` on your backend.
   * @default the one in force
   */
  token?: string | null | undefined
  /** Accepted for the vendor's capture modules; does nothing here. */
  hostingApp?: string | null | undefined
  /** One that is aborted already rejects the call with its reason, and nothing changes. */
  signal?: AbortSignal | null | undefined
}

/**
 * What `POST /omni/start` knows, under the same names (https://developer.incode.com/reference/startinterview), and what the call may
 * bring for itself. `configurationId` is needed, unless one of the others in the list below says what to go on with.
 */
export type CreateSessionOptions = SessionOptions &
  ({ interviewId: string } | { uuid: string } | { urlUuid: string } | { configurationId: string })

/**
 * The options of `createSession` one by one.
 *
 * An option that is not among them goes to the API as it came, with one `console.warn`, unless it may be meant for one of them: then
 * it is refused with `INVALID_ARGUMENT`. TypeScript refuses both where they stand in the call, as it cannot tell one from the other.
 * Spread what is meant, `createSession(apiKey, { configurationId, ...{ sdkVersion: '2.1' } })`, or declare it once for all calls:
 *
 * ```ts
 * declare module 'incode-core' {
 *   interface SessionOptions {
 *     sdkVersion?: string
 *   }
 * }
 * ```
 */
export interface SessionOptions extends RequestOptions {
  /** Which configuration of the dashboard (there: "flow") the session runs. May not be empty. */
  configurationId?: string | null | undefined
  /** Language of the person, such as `en-US`, `es-ES` or `pt-BR`; the API uses it for speech. */
  language?: string | null | undefined
  /** Your own identifier of the person, kept with the session. The vendor now prefers `externalCustomerId`. */
  externalId?: string | null | undefined
  /** Your own identifier of the person: the dashboard finds all sessions of one by it. */
  externalCustomerId?: string | null | undefined
  /** Country of the person, such as `MX`; `ALL` for any. */
  countryCode?: string | null | undefined
  /** The session to go on with: the answer has a new token for it. */
  interviewId?: string | null | undefined
  /** Names the session to go on with, in place of `interviewId`. */
  uuid?: string | null | undefined
  /** From the link that brought the person; the API checks it where the flow resists phishing by QR code. */
  urlUuid?: string | null | undefined
  /** Address that the person is sent to after the end. `getFinishStatus` gives it back. */
  redirectionUrl?: string | null | undefined
  /** The name that older guides of the vendor have for `redirectionUrl`; it is sent as it is. */
  redirectUrl?: string | null | undefined
  /** Which integration of the dashboard asks. */
  integrationId?: string | null | undefined
  /** Your own fields, kept with the session and sent as they are. The API limits their number and length. */
  customFields?: { readonly [name: string]: string | number | boolean | null | undefined } | null | undefined
}

export interface FinishStatusOptions extends RequestOptions {
  /**
   * The session token.
   * @default the one in force, where `apiURL` is the one in force
   */
  token?: string | null | undefined
}

/**
 * A value that the API's documentation does not list: a string like the listed ones, passed on as it came. It stands in the types so
 * that a `switch` needs its `default`. To compare with one that you know of, say so: `String(status.action) === 'on-hold'`.
 */
declare enum Unlisted {
  value = 'any other string',
}

export type { Unlisted }

/** What the API is known to answer to `POST /omni/start`. Only `token` is checked. */
export interface SessionFields {
  /** A JWT of up to 256 characters; lives 90 days unless the dashboard says otherwise. All that a page needs to be given. */
  token: string
  /** 24 characters. Keep it on your backend: results and webhooks are told apart by it. */
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
  env?: 'stage' | 'demo' | 'saas' | Unlisted
  /** Whether the session was there before the call. */
  existingSession?: boolean
}

/** The API's answer to `POST /omni/start`, every field kept. */
export interface Session extends SessionFields {
  [field: string]: unknown
}

/** The API's answer to `GET /omni/finish-status`, every field kept. */
export interface FinishStatus {
  /**
   * What to do with the person. `'none'` where the API says nothing: the flow is not finished yet, or somebody has to look at it.
   * Let nobody through but for `'approved'`. Both `if (action === 'approved' || action === 'rejected')` and `switch` narrow it.
   */
  action: 'approved' | 'rejected' | 'none' | Unlisted
  /** How the checks went. `'UNKNOWN'` where the API says nothing. */
  scoreStatus: 'OK' | 'WARN' | 'MANUAL_OK' | 'FAIL' | 'UNKNOWN' | 'MANUAL_FAIL' | Unlisted
  /** Where the session's `redirectionUrl` or the dashboard sends the person next; `''` for nowhere. */
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
  /** `encryption`, which is not offered. No request was made. */
  | 'UNSUPPORTED'
  /**
   * 401: on a backend, a wrong API key. In a page, create a new session: the token may have expired, which a device whose clock is
   * behind cannot see. With a token alone, `apiURL` may have to end in `/0`.
   */
  | 'UNAUTHORIZED'
  /** 403. With a token alone, `apiURL` may have to end in `/0`. */
  | 'FORBIDDEN'
  /** 401 or 403 to a token that is a JWT whose `exp` has passed by this device's clock: create a new session. */
  | 'SESSION_EXPIRED'
  /** 429: come back after `retryAfter` milliseconds. The API documents about 100 requests a second. */
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

/** What an `IncodeError` is made of. */
export interface IncodeErrorInit {
  code: IncodeErrorCode
  message: string
  /** HTTP status. */
  status?: number | undefined
  /** The API's error object. */
  api?: ApiError | undefined
  /** Milliseconds. */
  retryAfter?: number | undefined
  /** Requests made. */
  attempts?: number | undefined
  cause?: unknown
}

/**
 * Every rejection, but for a caller's own abort, which rejects with `signal.reason`, and for what a framework throws through `fetch`
 * to steer its rendering. No field ever holds the API key or the token. Fields that are not known are no properties.
 */
export class IncodeError extends Error {
  /** For tests of your own error handling: `new IncodeError({ code: 'RATE_LIMITED', message: 'later', status: 429, retryAfter: 2_000 })` */
  constructor(init: IncodeErrorInit)
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
 * A page is given one `<link rel="preconnect" crossorigin="anonymous">` for the API's origin, unless it has one or is of that origin
 * itself: the connection is there when the first call wants it. Nothing is requested, and nothing sent along.
 *
 * What is in force is the module's, for everybody in the process: for a page that is one person, for a server it is not. There, give
 * `createSession` and `getFinishStatus` the `apiURL` and `token` that they are to use.
 *
 * @throws {IncodeError} `INVALID_ARGUMENT`, `UNSUPPORTED`, `MODULE_LOAD`, `TIMEOUT`
 */
export function setup(options: SetupOptions): Promise<void>

/**
 * Puts a session's token in force. Without a `token` the one in force stays; where there is none, it is `NOT_CONFIGURED`. Unknown
 * options are ignored with one `console.warn`.
 *
 * @throws {IncodeError} `INVALID_ARGUMENT`, `NOT_CONFIGURED`, `MODULE_LOAD`, `TIMEOUT`
 */
export function initializeSession(options?: InitializeSessionOptions | null): Promise<void>

/**
 * Creates a session: `POST /omni/start`. Belongs on a backend, because whoever sees the API key can use it; in a page that is not
 * on loopback it warns once. Every call makes a new session, and puts nothing in force: hand the token to `setup`.
 *
 * Without an `apiURL`, of its own or from `setup`, it asks the vendor's demo API, `https://demo-api.incodesmile.com`. An `apiURL`
 * that is there and has no value (an environment variable that is not set) is refused instead: no production key goes there.
 *
 * @throws {IncodeError} any code but `NOT_CONFIGURED` and `UNSUPPORTED`; an option of `setup`, and one that may be meant for a known
 *   one, are `INVALID_ARGUMENT`
 */
export function createSession(apiKey: string, options: CreateSessionOptions): Promise<Session>

/**
 * Completes a session and tells how it ended: `GET /omni/finish-status`. It is no plain question: the vendor documents that the
 * business rules run, the score is computed and the webhook for the finished onboarding fires
 * (https://developer.incode.com/docs/api-onboarding-complete-session). Whether repeating it is harmless is documented nowhere: who
 * doubts it passes `retries: 0`.
 *
 * @param flowId one flow of the session; `null`, `undefined` and `''` mean none
 * @param options what the call brings for itself, or the session that `createSession` gave, whole: of that only the options named
 *   here are read, the token for one. An option that may be meant for a known one is `INVALID_ARGUMENT`, any other unknown one is
 *   ignored with one `console.warn`.
 * @throws {IncodeError} any code but `UNSUPPORTED`
 */
export function getFinishStatus(flowId?: string | null, options?: FinishStatusOptions | SessionFields | null): Promise<FinishStatus>

/**
 * Loads the module ahead of the first call. Optional.
 *
 * @param source where the plain `.wasm` of `incode-core/wasm` comes from: a `WebAssembly.Module`, a `Response`, a promise of either,
 *   bytes, a `URL` or a string; without it the package brings its own. (`object`, because not every backend's types know these.)
 * @throws {IncodeError} `MODULE_LOAD`; `INVALID_ARGUMENT` for a source of another kind
 */
export function preload(source?: object | string | null): Promise<void>
