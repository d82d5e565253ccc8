/**
 * Session API of Incode's Web SDK 2.0.
 *
 * - No init call: the first call loads the WebAssembly module. After a failed load, the next call tries again.
 * - Importing has no side effects, so the import is safe during server-side rendering.
 * - `null` and `undefined` are treated as not set. The two exceptions are described at their options: an `apiURL` of `createSession`
 *   and a `token` of `getFinishStatus` that are present and have no value.
 * - Options are read once, when the call is made.
 *
 * API behavior follows Incode's public documentation (https://developer.incode.com). It has not been verified against Incode's servers.
 *
 * @packageDocumentation
 */

// Projects whose `lib` has no "dom" get these two from the types of their runtime, such as @types/node. Where both are missing, the
// empty interfaces keep the options below from being errors. Everywhere else they add nothing to the existing ones.
declare global {
  interface AbortSignal {}
  interface URL {}
}

/** Options for a single call. They override the values set by {@link setup}, so a server needs no `setup`. */
export interface RequestOptions {
  /**
   * Base URL of the API, including its path. Must use `https:`, or `http:` for localhost. Must not contain credentials, a query or a
   * fragment.
   *
   * If it differs from the URL set by {@link setup}, the call uses neither the token nor the headers set there.
   * @default the value set by `setup()`
   * @example 'https://demo-api.incodesmile.com/0'
   */
  apiURL?: string | URL | null | undefined
  /**
   * Headers for this call. They replace the ones set by {@link setup}; the two are not merged. `x-api-key` is allowed.
   * `x-incode-hardware-id`, `api-version` and `content-type` are reserved.
   * @default the value set by `setup()`, if `apiURL` is the same
   * @example { 'x-api-key': apiKey }
   */
  customHeaders?: { readonly [name: string]: string | null | undefined } | null | undefined
  /**
   * Aborts the call, including module loading and retry delays. The call rejects with `signal.reason`, like `fetch`.
   * @default none
   * @example AbortSignal.timeout(5_000)
   */
  signal?: AbortSignal | null | undefined
  /**
   * **Total** time for the call in milliseconds, including module loading, all attempts and retry delays. Integer from 1 to
   * 2,147,483,647.
   * @default the value set by `setup()`, otherwise 30,000
   * @example 10_000
   */
  timeout?: number | null | undefined
  /**
   * Maximum number of retries. Integer from 0 to 10.
   *
   * `getFinishStatus` retries after network failures and HTTP 429, 500, 502, 503 and 504. **The request completes the session, and
   * Incode does not document whether repeating it is safe. If in doubt, pass `retries: 0`.** `createSession` retries only when no session
   * can have been created: after 429, and after 503 with `Retry-After`.
   *
   * Delay: `Retry-After`, otherwise a random time up to 300 ms that doubles up to 5 s. A delay that would exceed `timeout` is not
   * started: the call rejects with the last error.
   * @default the value set by `setup()`, otherwise 2
   * @example 0
   */
  retries?: number | null | undefined
  /**
   * Function to use instead of the global `fetch`, for every `apiURL`. Examples: SvelteKit's `event.fetch`, a Cloudflare service
   * binding, undici with a proxy, a mock in a test.
   *
   * It is called as a plain function, `fetch(url, init)`. Wrap a method that needs its object in a function (second example).
   * @default the function set by `setup()`, otherwise the global `fetch` at call time
   * @example event.fetch
   * @example (url, init) => env.INCODE.fetch(url, init)
   */
  fetch?: FetchFunction | null | undefined
}

/**
 * Function that {@link RequestOptions.fetch} accepts. The functions of browsers, Node.js, undici, node-fetch, SvelteKit and Cloudflare
 * service bindings have this type. So do mocks that return a plain object.
 *
 * @param url - Full URL of the request.
 * @param init - Settings of the request, a plain object.
 * @returns A response, or a plain object like one.
 * @example
 * const fetch: FetchFunction = async () => ({ ok: true, json: async () => ({ token: 'test-token' }) })
 */
export type FetchFunction = (url: string, init: FetchInit) => PromiseLike<FetchResponse>

/** Settings that a {@link FetchFunction} receives. A setting that the runtime does not support is left out. */
export interface FetchInit {
  method: 'GET' | 'POST'
  headers: { [name: string]: string }
  /** JSON, in requests of `createSession` only. */
  body?: string
  /** Redirects are not followed, because custom headers would be sent along. */
  redirect: 'manual'
  credentials?: 'omit'
  cache?: 'no-store'
  signal?: AbortSignal
}

/** Response of a {@link FetchFunction}: a `status` or `ok`, and a body that can be read in one of three ways. */
export type FetchResponse = ({ readonly status: number } | { readonly ok: boolean }) &
  ({ text(): PromiseLike<string> } | { json(): PromiseLike<unknown> } | { readonly body: { getReader(): unknown } })

/** Options of {@link setup}. You can spread a session into them: `{ apiURL, ...session }`. Only its `token` is used. */
export interface SetupOptions {
  /**
   * Base URL of the API, including its path. Must use `https:`, or `http:` for localhost. Must not contain credentials, a query or a
   * fragment. A URL that ends in `/0` lets the API take the API key from the token.
   * @default required in the first call; later calls keep the current value
   * @example 'https://demo-api.incodesmile.com/0'
   */
  apiURL?: string | URL | null | undefined
  /**
   * Session token, from `createSession` on your backend. `setup({ apiURL, token })` does the same as `setup({ apiURL })` followed by
   * `initializeSession({ token })`.
   * @default the current token, unless `apiURL` changes
   * @example session.token
   */
  token?: string | null | undefined
  /**
   * Headers for every request to `apiURL`. `x-api-key` is allowed. `x-incode-hardware-id`, `api-version` and `content-type` are
   * reserved.
   * @default none
   * @example { 'x-request-source': 'checkout' }
   */
  customHeaders?: { readonly [name: string]: string | null | undefined } | null | undefined
  /**
   * **Total** time for each later call in milliseconds, including module loading, all attempts and retry delays. Integer from 1 to
   * 2,147,483,647. `setup` itself loads the module for up to 30 s, whatever the value.
   * @default 30,000 (the API's own limit)
   * @example 10_000
   */
  timeout?: number | null | undefined
  /**
   * Maximum number of retries of each later call. Integer from 0 to 10. {@link RequestOptions.retries} says which failures are
   * retried, and why `getFinishStatus` may need `0`.
   * @default 2
   * @example 0
   */
  retries?: number | null | undefined
  /**
   * Function to use instead of the global `fetch` for all later calls, see {@link RequestOptions.fetch}.
   * @default the global `fetch` at call time
   * @example (url, init) => fetch(url, { ...init, dispatcher: new ProxyAgent(proxy) })
   */
  fetch?: FetchFunction | null | undefined
  /**
   * End-to-end encryption is not supported. Any other value rejects with `UNSUPPORTED`, and no request is sent. If you need it, use
   * Incode's own `@incodetech/core`.
   * @default false
   * @example false
   */
  encryption?: false | null | undefined
  /** Accepted for compatibility and ignored: configures Incode's capture modules. */
  wasm?: unknown
  /** Accepted for compatibility and ignored: names the app to Incode's own modules. */
  hostingApp?: unknown
  /** Accepted for compatibility and ignored: configures Incode's capture modules. */
  flow?: unknown
  /** Accepted for compatibility and ignored: configures Incode's capture modules. */
  theme?: unknown
  /** Accepted for compatibility and ignored: configures Incode's capture modules. */
  uiConfig?: unknown
}

/** Options of {@link initializeSession}. */
export interface InitializeSessionOptions {
  /**
   * Session token, from `createSession` on your backend.
   * @default the current token
   * @example session.token
   */
  token?: string | null | undefined
  /** Accepted for compatibility and ignored: names the app to Incode's own modules. */
  hostingApp?: unknown
  /**
   * Aborts the call. If it is already aborted, the call rejects with `signal.reason` and changes nothing.
   * @default none
   * @example AbortSignal.timeout(5_000)
   */
  signal?: AbortSignal | null | undefined
}

/**
 * Options of {@link createSession}: the fields of `POST /omni/start` under their own names, and {@link RequestOptions}.
 *
 * `configurationId` is required, unless `interviewId`, `uuid` or `urlUuid` names the session to continue. To write your own type of
 * options, extend {@link SessionOptions}.
 *
 * @see https://developer.incode.com/reference/startinterview
 */
export type CreateSessionOptions = SessionOptions &
  ({ interviewId: string } | { uuid: string } | { urlUuid: string } | { configurationId: string })

/**
 * All options of {@link createSession}, each of them optional.
 *
 * The API may know more options. The call sends unknown options unchanged and logs one warning, but it rejects a typo of a known option.
 * TypeScript rejects both. Declare an option once, for the module name that you import:
 *
 * ```ts
 * declare module '@incodetech/core' {
 *   interface SessionOptions {
 *     sdkVersion?: string
 *   }
 * }
 * ```
 *
 * Or spread it in a single call: `{ configurationId, ...{ sdkVersion: '2.1' } }`.
 */
export interface SessionOptions extends RequestOptions {
  /**
   * Base URL of the API, including its path. Must use `https:`, or `http:` for localhost. Must not contain credentials, a query or a
   * fragment.
   *
   * An `apiURL` without a value, such as an unset environment variable, rejects with `INVALID_ARGUMENT` if `setup()` has not set one: a
   * production key must not go to the demo API by accident. Leave the option out to use the demo API.
   * @default the value set by `setup()`, otherwise Incode's demo API, `https://demo-api.incodesmile.com`
   * @example process.env.INCODE_API_URL
   */
  apiURL?: string | URL | null | undefined
  /**
   * ID of the configuration ("flow" in Incode's dashboard) that the session runs. Must not be empty.
   * @default required, unless the call continues a session
   * @example '665f0c2b9d3e4a0017c8d1aa'
   */
  configurationId?: string | null | undefined
  /**
   * Language of the user, which the API uses for speech.
   * @default set by the API
   * @example 'es-MX'
   */
  language?: string | null | undefined
  /**
   * Your own ID of the user, stored with the session. Prefer {@link SessionOptions.externalCustomerId}, as Incode's guides now do.
   * @default none
   * @example user.id
   */
  externalId?: string | null | undefined
  /**
   * Your own ID of the user. Incode's dashboard finds all sessions of a user by it.
   * @default none
   * @example user.id
   * @see https://developer.incode.com/docs/single-onboarding
   */
  externalCustomerId?: string | null | undefined
  /**
   * Country of the user, or `'ALL'`.
   * @default set by the API
   * @example 'MX'
   */
  countryCode?: string | null | undefined
  /**
   * Session to continue. The response contains a new token for it.
   * @default none: the call creates a session
   * @example stored.interviewId
   */
  interviewId?: string | null | undefined
  /**
   * Session to continue, instead of `interviewId`.
   * @default none: the call creates a session
   * @example stored.uuid
   */
  uuid?: string | null | undefined
  /**
   * Value from the link that the user opened. The API checks it in flows that are protected against phishing by QR code.
   * @default none
   * @example new URL(link).searchParams.get('urlUuid')
   */
  urlUuid?: string | null | undefined
  /**
   * Where to send the user after the session. {@link FinishStatus.redirectionUrl} returns it.
   * @default set in Incode's dashboard
   * @example 'https://shop.example/verified'
   */
  redirectionUrl?: string | null | undefined
  /**
   * Name of {@link SessionOptions.redirectionUrl} in Incode's older guides. It is sent under this name.
   * @default none
   * @example 'https://shop.example/verified'
   * @see https://developer.incode.com/docs/single-onboarding
   */
  redirectUrl?: string | null | undefined
  /**
   * ID of the integration in Incode's dashboard.
   * @default none
   * @example process.env.INCODE_INTEGRATION_ID
   */
  integrationId?: string | null | undefined
  /**
   * Your own fields, stored with the session. The API limits their number and length.
   * @default none
   * @example { branch: 'Centro', agent: 7, isPilot: true }
   */
  customFields?: { readonly [name: string]: string | number | boolean | null | undefined } | null | undefined
}

/** Options of {@link getFinishStatus}. */
export interface FinishStatusOptions extends RequestOptions {
  /**
   * Session token. If it is omitted, the call uses the current token, set by `setup()` or `initializeSession()`.
   *
   * If it is present without a value (`undefined` or `null`), the call rejects with `NOT_CONFIGURED`. A server that looks up a user's
   * token and finds none must not get another user's result.
   * @default the current token, if `apiURL` is the current one
   * @example sessions.get(userId)?.token
   */
  token?: string | null | undefined
}

/**
 * Any other string: a value that Incode's documentation does not list, passed on unchanged. Forces a `default` branch.
 *
 * To compare with such a value, convert first: `String(status.action) === 'on-hold'`.
 */
declare enum Unlisted {
  value = 'any other string',
}

export type { Unlisted }

/**
 * Documented values of {@link FinishStatus.action}.
 *
 * - `'approved'`: grant access. Grant it for no other value.
 * - `'rejected'`: deny access, or offer a new session.
 * - `'none'`: not decided. The flow is not finished, or it waits for a manual review.
 *
 * @example
 * const LABELS: Record<Action, string> = { approved: 'Welcome', rejected: 'Please try again', none: 'We are reviewing your details' }
 * const { action } = await getFinishStatus()
 * const label = LABELS[action as Action] ?? LABELS.none // ?? for values that are not listed
 * @see https://developer.incode.com/docs/web-sdk-2-event-callbacks
 */
export type Action = 'approved' | 'rejected' | 'none'

/**
 * Documented values of {@link FinishStatus.scoreStatus}. `MANUAL_OK` and `MANUAL_FAIL` were decided by a reviewer.
 * @see https://developer.incode.com/docs/web-sdk-2-event-callbacks
 */
export type ScoreStatus = 'OK' | 'WARN' | 'MANUAL_OK' | 'FAIL' | 'UNKNOWN' | 'MANUAL_FAIL'

/**
 * Response of `POST /omni/start` with all its fields. Only `token` is guaranteed.
 *
 * A field that is not listed here is present at run time. Read it as `(session as Session & { region?: string }).region`, or declare it
 * once, for the module name that you import:
 *
 * ```ts
 * declare module '@incodetech/core' {
 *   interface Session {
 *     region?: string
 *   }
 * }
 * ```
 *
 * @see https://developer.incode.com/reference/startinterview
 */
export interface Session {
  /** JWT of up to 256 characters. Valid for 90 days unless Incode's dashboard says otherwise. The only field that the page needs. */
  token: string
  /** ID of 24 characters. Store it on your backend: results and webhooks refer to it. */
  interviewId?: string
  /** Code of 6 characters. */
  interviewCode?: string
  /** As returned by the API. Incode does not document it. */
  flowType?: string
  /** As returned by the API. Incode does not document its unit. */
  idCaptureTimeout?: number
  /** As returned by the API. */
  idCaptureRetries?: number
  /** As returned by the API. Incode does not document its unit. */
  selfieCaptureTimeout?: number
  /** As returned by the API. */
  selfieCaptureRetries?: number
  /** As returned by the API. CURP is the ID number of Mexican citizens. */
  curpValidationRetries?: number
  /** Your account at Incode. */
  clientId?: string
  /** Environment of the API. */
  env?: 'stage' | 'demo' | 'saas' | Unlisted
  /** `true` if the session existed before the call. */
  existingSession?: boolean
}

/** A {@link Session} as your application may have stored it: any field can be missing or `null`. */
export type StoredSession = { readonly [Field in keyof Session]?: Session[Field] | null | undefined }

/**
 * Response of `GET /omni/finish-status` with all its fields. The three below are always present.
 *
 * A field that is not listed here is present at run time. Read it as `(status as FinishStatus & { score?: number }).score`, or declare it
 * once, for the module name that you import:
 *
 * ```ts
 * declare module '@incodetech/core' {
 *   interface FinishStatus {
 *     score?: number
 *   }
 * }
 * ```
 *
 * @see https://developer.incode.com/docs/api-onboarding-complete-session
 */
export interface FinishStatus {
  /**
   * Decision. Grant access only for `'approved'`. `'none'` if the API returns no value: the flow is not finished, or it waits for a
   * manual review. Both `if (action === 'approved')` and `switch` narrow it.
   */
  action: Action | Unlisted
  /** Result of the checks. `'UNKNOWN'` if the API returns no value. */
  scoreStatus: ScoreStatus | Unlisted
  /** Where to send the user next: the session's `redirectionUrl`, or the one set in Incode's dashboard. `''` if there is none. */
  redirectionUrl: string
}

/**
 * Error object of the API, as Incode's API documentation describes it under "Error codes". Credentials in it are replaced by
 * `[redacted]`. Declare other fields as in {@link FinishStatus}.
 */
export interface ApiError {
  /** Milliseconds since 1970. */
  timestamp?: number
  /** HTTP status, or a code of four digits. */
  status?: number
  /** Name of the error. */
  error?: string
  /** Description of the error. */
  message?: string
  /** Path of the request. */
  path?: string
}

/**
 * Code of an {@link IncodeError}.
 *
 * | code | meaning | what to do |
 * | --- | --- | --- |
 * | `INVALID_ARGUMENT` | An option or argument is invalid. No request was sent. | Fix the call: the message names the option. |
 * | `NOT_CONFIGURED` | No `token` or no `apiURL`, or a `token` without a value. No request was sent. | Pass them to the call, or in a page to `setup()`. |
 * | `UNSUPPORTED` | `encryption` was requested. No request was sent. | Use Incode's own package. |
 * | `UNAUTHORIZED` | HTTP 401. | Backend: check the API key. Page: create a new session. |
 * | `FORBIDDEN` | HTTP 403. | Send `x-api-key`, or use an `apiURL` that ends in `/0`. |
 * | `SESSION_EXPIRED` | HTTP 401 or 403, and the token's `exp` has passed. | Create a new session. |
 * | `RATE_LIMITED` | HTTP 429. | Retry after `retryAfter` ms, if present. |
 * | `CLIENT_ERROR` | Any other HTTP 4xx. | See `status` and `api`. |
 * | `SERVER_ERROR` | HTTP 5xx. | Usually temporary: offer a retry. |
 * | `NETWORK` | `fetch` failed: offline, DNS, CORS, CSP, or a redirect. | Usually temporary, otherwise check CORS and CSP. |
 * | `TIMEOUT` | The call exceeded `timeout`. | Offer a retry. |
 * | `INVALID_RESPONSE` | HTTP 2xx without a usable JSON object. | Check `apiURL`. |
 * | `MODULE_LOAD` | The WebAssembly module could not be loaded. | Page: allow `'wasm-unsafe-eval'` in `script-src`. |
 * | `INTERNAL` | A bug in incode-core. | Call `setup()` again, and report it. |
 */
export type IncodeErrorCode =
  | 'INVALID_ARGUMENT'
  | 'NOT_CONFIGURED'
  | 'UNSUPPORTED'
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'SESSION_EXPIRED'
  | 'RATE_LIMITED'
  | 'CLIENT_ERROR'
  | 'SERVER_ERROR'
  | 'NETWORK'
  | 'TIMEOUT'
  | 'INVALID_RESPONSE'
  | 'MODULE_LOAD'
  | 'INTERNAL'

/** Fields of a new {@link IncodeError}. The parsed JSON of an error has this type. */
export interface IncodeErrorInit {
  code: IncodeErrorCode
  message: string
  /** Ignored: every error has the same name. Serialized errors contain it. */
  name?: string | undefined
  /** HTTP status. */
  status?: number | undefined
  /** Error object of the API. */
  api?: ApiError | undefined
  /** Milliseconds. */
  retryAfter?: number | undefined
  /** Number of requests sent. */
  attempts?: number | undefined
  cause?: unknown
}

/** JSON form of an {@link IncodeError}. It has no `cause` and no `stack`. */
export interface IncodeErrorJSON {
  name: string
  code: IncodeErrorCode
  message: string
  status?: number
  api?: ApiError
  retryAfter?: number
  attempts?: number
}

/**
 * Error that every call rejects with. Two rejections are not an `IncodeError`: `signal.reason` of a call that you abort, and errors that
 * a framework throws through `fetch` to control rendering or navigation.
 *
 * No message or field contains the API key or the token. Unknown fields are omitted, not `undefined`.
 *
 * `instanceof` narrows to {@link AnyIncodeError}, so that `switch (error.code)` narrows the fields. It also works for errors of another
 * copy of the package, such as a second bundle.
 *
 * @example
 * try {
 *   await getFinishStatus()
 * } catch (error) {
 *   if (!(error instanceof IncodeError)) throw error
 *   switch (error.code) {
 *     case 'SESSION_EXPIRED':
 *       return startOver()
 *     case 'RATE_LIMITED':
 *       return retryIn(error.retryAfter ?? 60_000)
 *     default:
 *       return showError(error)
 *   }
 * }
 * @see {@link IncodeErrorCode} for the meaning of each code
 */
export class IncodeError extends Error {
  /**
   * Narrows by `code`. Subclasses match their own instances only.
   * @param value - Any value.
   * @returns `true` for an `IncodeError`, of any copy of the package.
   */
  static [Symbol.hasInstance]<Class extends abstract new (...parameters: never) => unknown>(
    this: Class,
    value: unknown,
  ): value is InstanceType<Class> & AnyIncodeError

  /**
   * Creates an error, for tests of your error handling or from JSON.
   *
   * @param init - Fields of the error, or the parsed JSON of one.
   * @example
   * new IncodeError({ code: 'RATE_LIMITED', message: '429 Too Many Requests', status: 429, retryAfter: 2_000 })
   * @example
   * new IncodeError(JSON.parse(JSON.stringify(error))) // the same error, without its cause
   */
  constructor(init: IncodeErrorInit)

  /**
   * Stable code of the error. Branch on it, not on the message.
   *
   * | code | meaning | what to do |
   * | --- | --- | --- |
   * | `INVALID_ARGUMENT` | An option or argument is invalid. No request was sent. | Fix the call: the message names the option. |
   * | `NOT_CONFIGURED` | No `token` or no `apiURL`, or a `token` without a value. No request was sent. | Pass them to the call, or in a page to `setup()`. |
   * | `UNSUPPORTED` | `encryption` was requested. No request was sent. | Use Incode's own package. |
   * | `UNAUTHORIZED` | HTTP 401. | Backend: check the API key. Page: create a new session. |
   * | `FORBIDDEN` | HTTP 403. | Send `x-api-key`, or use an `apiURL` that ends in `/0`. |
   * | `SESSION_EXPIRED` | HTTP 401 or 403, and the token's `exp` has passed. | Create a new session. |
   * | `RATE_LIMITED` | HTTP 429. | Retry after `retryAfter` ms, if present. |
   * | `CLIENT_ERROR` | Any other HTTP 4xx. | See `status` and `api`. |
   * | `SERVER_ERROR` | HTTP 5xx. | Usually temporary: offer a retry. |
   * | `NETWORK` | `fetch` failed: offline, DNS, CORS, CSP, or a redirect. | Usually temporary, otherwise check CORS and CSP. |
   * | `TIMEOUT` | The call exceeded `timeout`. | Offer a retry. |
   * | `INVALID_RESPONSE` | HTTP 2xx without a usable JSON object. | Check `apiURL`. |
   * | `MODULE_LOAD` | The WebAssembly module could not be loaded. | Page: allow `'wasm-unsafe-eval'` in `script-src`. |
   * | `INTERNAL` | A bug in incode-core. | Call `setup()` again, and report it. |
   */
  readonly code: IncodeErrorCode
  /** HTTP status of the last response. Always present for the codes of an HTTP status and for `INVALID_RESPONSE`. */
  readonly status?: number
  /** Error object of the API. */
  readonly api?: ApiError
  /** Milliseconds that the API asked to wait, 24 hours at most. A page sees it only if the API exposes `Retry-After` by CORS. */
  readonly retryAfter?: number
  /** Number of requests sent. */
  readonly attempts?: number
  /** Copy of the underlying error, without credentials. Not enumerable. */
  readonly cause?: unknown

  /**
   * Returns what `JSON.stringify(error)` and loggers write. Never throws.
   * @returns The error's fields, without `cause` and `stack`.
   */
  toJSON(): IncodeErrorJSON
}

/**
 * {@link IncodeError} with a specific code, and with the fields that the package always sets for it.
 *
 * @example
 * function wait(error: IncodeErrorOf<'RATE_LIMITED'>) {
 *   return error.retryAfter ?? 60_000
 * }
 */
export type IncodeErrorOf<Code extends IncodeErrorCode> = Code extends IncodeErrorCode
  ? IncodeError & { readonly code: Code } & (Code extends keyof StatusOf ? { readonly status: StatusOf[Code] } : unknown)
  : never

/**
 * {@link IncodeError} as a union, so that `switch (error.code)` narrows the fields. `error instanceof IncodeError` narrows to it. Use it
 * as the type of a parameter; the class itself does not narrow.
 *
 * @example
 * function describe(error: AnyIncodeError) {
 *   return error.code === 'RATE_LIMITED' ? `retry in ${error.retryAfter ?? 60_000} ms` : error.message
 * }
 */
export type AnyIncodeError = IncodeErrorOf<IncodeErrorCode>

/** Statuses of the errors that come from a response. */
interface StatusOf {
  UNAUTHORIZED: 401
  FORBIDDEN: 403
  SESSION_EXPIRED: 401 | 403
  RATE_LIMITED: 429
  CLIENT_ERROR: number
  SERVER_ERROR: number
  INVALID_RESPONSE: number
}

/**
 * Sets the API URL, the session token and the defaults for later calls. Call it in the page before you mount `<incode-flow>`.
 *
 * Either all options take effect or, if the call rejects, none. Omitted options return to their defaults, except `apiURL` and `token`,
 * which are kept. Unknown options are ignored with one console warning. In a page, the call also adds a `preconnect` link for the API's
 * origin.
 *
 * Calls take effect in the order in which they were made, awaited or not. The configuration is shared by the whole page or process.
 * **On a server, do not use `setup`**: all users would share one token. Pass `apiURL` and `token` to each call instead.
 *
 * @param options - `apiURL` is required in the first call. You can spread a session: `{ apiURL, ...session }`.
 * @returns A promise that resolves when the configuration is set and the module is loaded.
 * @throws {IncodeError} `INVALID_ARGUMENT`, `UNSUPPORTED`, `MODULE_LOAD`, `TIMEOUT`, `INTERNAL`
 * @example
 * await setup({ apiURL: 'https://demo-api.incodesmile.com/0', token })
 * @see {@link initializeSession} to set the token later
 * @see https://developer.incode.com/docs/web-sdk-2-reference
 */
export function setup(options: SetupOptions): Promise<void>

/**
 * Sets the session token, separately from {@link setup}. Use it if you call `setup` before the token is known. `setup({ token })` does
 * the same.
 *
 * Without `token`, the current one stays. If there is none, the call rejects with `NOT_CONFIGURED`. Unknown options are ignored with one
 * console warning. **On a server, do not use it**: pass `token` to {@link getFinishStatus} instead. There it logs a warning when it
 * replaces a token.
 *
 * @param options - `token`, usually.
 * @returns A promise that resolves when the token is set.
 * @throws {IncodeError} `INVALID_ARGUMENT`, `NOT_CONFIGURED`, `MODULE_LOAD`, `TIMEOUT`, `INTERNAL`
 * @example
 * await setup({ apiURL: 'https://demo-api.incodesmile.com/0' })
 * const { token } = await (await fetch('/api/session', { method: 'POST' })).json()
 * await initializeSession({ token })
 * @see {@link setup}
 * @see https://developer.incode.com/docs/web-sdk-2-reference
 */
export function initializeSession(options?: InitializeSessionOptions | null): Promise<void>

/**
 * Creates a verification session (`POST /omni/start`). Call it on your backend: anyone who can read the API key can use it. In a page
 * that is not on localhost, it logs a warning.
 *
 * Every call creates a new session, or continues the one that `interviewId`, `uuid` or `urlUuid` names. It does not change the
 * configuration: pass the returned `token` to {@link setup} in the page.
 *
 * @param apiKey - API key from Incode's dashboard. Overrides an `x-api-key` in `customHeaders`.
 * @param options - `configurationId`, or what names the session to continue.
 * @returns The API's response with all its fields. Only `token` is guaranteed. Store `interviewId`: webhooks refer to it.
 * @throws {IncodeError} `INVALID_ARGUMENT`, `UNAUTHORIZED`, `FORBIDDEN`, `RATE_LIMITED`, `CLIENT_ERROR`, `SERVER_ERROR`,
 * `NETWORK`, `TIMEOUT`, `INVALID_RESPONSE`, `MODULE_LOAD`, `INTERNAL`
 * @example
 * const { token, interviewId } = await createSession(process.env.INCODE_API_KEY!, {
 *   apiURL: process.env.INCODE_API_URL,
 *   configurationId: '665f0c2b9d3e4a0017c8d1aa',
 *   externalCustomerId: user.id,
 * })
 * @see https://developer.incode.com/reference/startinterview
 */
export function createSession(apiKey: string, options: CreateSessionOptions): Promise<Session>

/**
 * Completes a session and returns its result (`GET /omni/finish-status`).
 *
 * **This is not a read-only query**: the API runs business rules, computes the score and sends the webhook. Call it once, after the flow
 * has finished, and decide access on your backend.
 *
 * **The call repeats the request by default**, up to 2 times, after network failures and HTTP 429, 500, 502, 503 and 504. Incode does not
 * document whether repeating it is safe. If in doubt, pass `retries: 0`.
 *
 * **On a server, pass `token` and `apiURL` in every call.** A `token` that is omitted means the current one, set by `setup()`. A `token`
 * that is present without a value (`undefined` or `null`) rejects with `NOT_CONFIGURED`.
 *
 * @param flowId - A flow within the session. Omit it, or pass `null` or `''`, for the session as a whole.
 * @param options - Options for this call, or the session returned by {@link createSession}. If it is a session, the call uses its token
 * and ignores fields that are not options.
 * @returns The API's response with all its fields. `action` is `'approved'`, `'rejected'` or `'none'` (not finished, or waiting for a
 * manual review).
 * @throws {IncodeError} Every code except `UNSUPPORTED`.
 * @example
 * // Backend
 * const { action } = await getFinishStatus(null, { apiURL, token, customHeaders: { 'x-api-key': apiKey } })
 * @example
 * // Page, after setup({ apiURL, token })
 * const { action } = await getFinishStatus()
 * @see https://developer.incode.com/docs/api-onboarding-complete-session
 */
export function getFinishStatus(flowId?: string | null, options?: FinishStatusOptions | StoredSession | null): Promise<FinishStatus>

/**
 * Loads the WebAssembly module before the first call, which is then faster. Optional: the first call loads it too.
 *
 * Use it with a `source` where the runtime cannot compile the module that the package contains, or where you host the `.wasm` file of
 * `incode-core/wasm` yourself.
 *
 * @param source - Where the plain `.wasm` comes from: a `WebAssembly.Module`, a `Response`, a promise of either, bytes, a `URL` or a
 * string. Without it, the package uses its own.
 * @returns A promise that resolves when the module is loaded.
 * @throws {IncodeError} `MODULE_LOAD`; `INVALID_ARGUMENT` for any other kind of source
 * @example
 * preload().catch(() => {}) // the first call loads it again and reports the error
 * @example
 * await preload('/assets/incode_core.wasm')
 * @see {@link setup}, which loads the module too
 */
// `object`, because the types of some backends have no WebAssembly.Module or Response.
export function preload(source?: object | string | null): Promise<void>
