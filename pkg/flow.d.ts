/**
 * Types of Incode's element `<incode-flow>`, for projects where `@incodetech/web` has no types of its own.
 *
 * Write `import 'incode-core/flow'` once, in any file. Then `document.querySelector('incode-flow')`, React's JSX and the templates of Vue and
 * Svelte know the element, and `import '@incodetech/web/flow'` resolves. At run time the module is empty: the element itself is
 * `@incodetech/web/flow`.
 *
 * @see https://developer.incode.com/docs/web-sdk-2-incodeflow-component
 * @packageDocumentation
 */
/// <reference path="./flow-module.d.ts" />
import type { FinishStatus } from './index.js'

// Incode's guide imports this type from `@incodetech/core/flow`.
export type { FinishStatus }

/**
 * Value of {@link IncodeFlowElement.config}: the token variant, or the self-loading variant where its fields are declared.
 *
 * @see https://developer.incode.com/docs/web-sdk-2-incodeflow-component
 */
export type FlowConfig = IncodeFlowConfig | SelfLoadingConfig

/**
 * Options of `<incode-flow>` in the token variant, which Incode recommends. Declare an option that is not listed here for the module
 * name that you import:
 *
 * ```ts
 * declare module '@incodetech/core/flow' {
 *   interface IncodeFlowConfig {
 *     newOption?: boolean
 *   }
 * }
 * ```
 */
export interface IncodeFlowConfig extends IncodeFlowOptions {
  /** Session token, from `createSession` on your backend. The element creates no session. */
  token: string
}

/**
 * Fields of the self-loading variant of `config`, which has no `token`.
 *
 * Incode documents that this variant exists and that the two are mutually exclusive. Its fields are not known to this package, so the
 * interface is empty and TypeScript requires a `token`. To use the variant, declare its fields from Incode's documentation:
 *
 * ```ts
 * declare module '@incodetech/core/flow' {
 *   interface IncodeSelfLoadingFields {
 *     fieldFromTheDocumentation: string
 *   }
 * }
 * ```
 *
 * @see https://developer.incode.com/docs/web-sdk-2-incodeflow-component
 */
// biome-ignore lint/suspicious/noEmptyInterface: the caller declares its fields
export interface IncodeSelfLoadingFields {}

/** `never` until the fields of the variant are declared, so that a missing `token` remains an error. */
type SelfLoadingConfig = keyof IncodeSelfLoadingFields extends never
  ? never
  : IncodeSelfLoadingFields & Omit<IncodeFlowOptions, keyof IncodeSelfLoadingFields> & { token?: never }

/** Options of both variants of `config`. */
export interface IncodeFlowOptions {
  /**
   * Language.
   * @example 'es-MX'
   */
  lang?: string | undefined
  /** Shows the SDK's own home screen. */
  enableHome?: boolean | undefined
  /** Hint for a flow that the user enters again by QR code. */
  authHint?: string | undefined
  /** Value from the link that the user opened. Protects against phishing by QR code. */
  urlUuid?: string | undefined
  /** Reads a Brazilian CPF instead of the ordinary document. */
  useCPF?: boolean | undefined
  /** Does not apply the theme of Incode's dashboard. */
  disableDashboardTheme?: boolean | undefined
  /**
   * Where the files of the capture modules are.
   * @see https://developer.incode.com/docs/web-sdk-2-wasm
   */
  wasmConfig?: unknown
  /** Loading spinner. Incode's documentation describes its fields. */
  spinnerConfig?: unknown
  /** Called when the element starts to load a module's UI. */
  onModuleLoading?: ((moduleKey: string) => void) | undefined
  /** Called when a module's UI is loaded. */
  onModuleLoaded?: ((moduleKey: string) => void) | undefined
  /** Called when the capture models start to load. */
  onWasmWarmup?: ((pipelines: unknown) => void) | undefined
  /**
   * Called at milestones: `flow.ready`, `flow.module.started`, `flow.module.completed`, `flow.completed`, `flow.error`.
   * @see https://developer.incode.com/docs/web-sdk-2-event-callbacks
   */
  onFlowEvent?: ((event: { type: string; [field: string]: unknown }) => void) | undefined
}

/**
 * `<incode-flow>`. Call `setup` with the session's token before you mount it.
 *
 * Set its properties in JavaScript, never as attributes. In React, use a ref: JSX turns `config` into an attribute and `onFinish` into
 * an event listener, and the element reads neither. In Vue, use `.prop`. In Svelte, use an attachment: a template sets `config` before
 * `onFinish`, which it turns into an event listener.
 *
 * @example
 * const flow = document.createElement('incode-flow')
 * flow.onFinish = () => fetch('/api/result', { method: 'POST' })
 * flow.onError = (message, code) => console.error(message, code)
 * flow.config = { token, lang: 'en-US' } // starts the flow: set it last
 * document.body.append(flow)
 */
export interface IncodeFlowElement extends HTMLElement {
  /** Options of the flow. Setting it starts the flow, so set the other properties first. */
  config: FlowConfig | undefined
  /**
   * Called when the flow has finished. `result` may be missing, and a page can be manipulated: read the result with `getFinishStatus`
   * on your backend.
   */
  onFinish: ((result?: FinishStatus) => void) | null | undefined
  /**
   * Called when the flow cannot continue. Incode documents no codes. The mock element passes the HTTP status, 0 without a response, and
   * 499 if the user closed the flow.
   */
  onError: ((message?: string, code?: number) => void) | null | undefined
  /**
   * Base URL of the API, **for the mock element only**: give it the `apiURL` of `setup()`. Incode's element reads it from `setup()` and
   * has no such property.
   */
  apiURL?: string | URL | null | undefined
}

declare global {
  interface HTMLElementTagNameMap {
    'incode-flow': IncodeFlowElement
  }
}

// @ts-ignore: React may not be installed
declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      // @ts-ignore: as above
      'incode-flow': Omit<DetailedHTMLProps<HTMLAttributes<IncodeFlowElement>, IncodeFlowElement>, 'onError'> & OnlyByRef
    }
  }
}

/** Properties that JSX turns into attributes or event listeners. */
interface OnlyByRef {
  /** Set it through a ref: `ref.current.config = { token }`. */
  config?: never
  /** Set it through a ref: `ref.current.onFinish = …`. JSX adds a listener for an event that never fires. */
  onFinish?: never
  /** Set it through a ref: `ref.current.onError = …`. JSX adds a listener for an event that never fires. */
  onError?: never
  /** Set it through a ref: `ref.current.apiURL = …`. JSX may turn it into an attribute. */
  apiURL?: never
}

// @ts-ignore: Vue may not be installed
declare module 'vue' {
  interface GlobalComponents {
    'incode-flow': new () => IncodeFlowElement & { $props: WithProp & VueAttributes }
  }
}

// @ts-ignore: as above
type VueAttributes = Omit<import('vue').HTMLAttributes & import('vue').ReservedProps, 'onError'>

/** Properties that a Vue template sets with `.prop`. Vue's types cannot require the `.prop`. */
interface WithProp {
  /** Set it as `:config.prop="config"`, with one object per session: a literal in the template is set again at each update. */
  config?: IncodeFlowElement['config']
  /** Set it as `:onFinish.prop="finish"`. Without `.prop` it is a listener for an event that never fires, and so is `@finish`. */
  onFinish?: IncodeFlowElement['onFinish']
  /** Set it as `:onError.prop="fail"`. Without `.prop` it is a listener for another event, and so is `@error`. */
  onError?: IncodeFlowElement['onError']
  /** Set it as `:apiURL.prop="apiURL"`, for the mock element only. */
  apiURL?: IncodeFlowElement['apiURL']
}

// @ts-ignore: Svelte may not be installed
declare module 'svelte/elements' {
  interface SvelteHTMLElements {
    // @ts-ignore: as above
    'incode-flow': Omit<HTMLAttributes<IncodeFlowElement>, 'onerror'> & OnlyByAttachment
  }
}

/** Properties that a Svelte template sets too early, or turns into event listeners. */
interface OnlyByAttachment {
  /** Set it in an attachment, last: `{@attach (flow) => { flow.config = { token } }}`. A template sets it before the others. */
  config?: never
  /** Set it in an attachment: `flow.onFinish = …`. A template adds a listener for an event that never fires. */
  onFinish?: never
  /** Set `onFinish` in an attachment. A template adds a listener for an event that never fires. */
  onfinish?: never
  /** Set it in an attachment: `flow.onError = …`. A template adds a listener for an event that never fires. */
  onError?: never
  /** Set `onError` in an attachment. A template adds a listener for an event that never fires. */
  onerror?: never
  /** Set it in an attachment: `flow.apiURL = …`. */
  apiURL?: never
}
