/**
 * Types of the vendor's element `<incode-flow>`, for where its own packages bring none: `import 'incode-core/flow'` once, in any file.
 * After it `document.querySelector('incode-flow')` and React's JSX know the element, and `import '@incodetech/web/flow'` resolves. At
 * run time the module is empty; the element is still `@incodetech/web/flow`.
 *
 * Source: https://developer.incode.com/docs/web-sdk-2-incodeflow-component. Leave the import out where `@incodetech/web` has types.
 */
/// <reference path="./flow-module.d.ts" />
import type { FinishStatus } from './index.js'

/**
 * How the flow is to run. Options that this list does not have can be declared: `declare module 'incode-core/flow' { interface
 * IncodeFlowConfig { … } }`.
 */
export interface IncodeFlowConfig {
  /** The session token, from `createSession` on your backend; the element makes no session itself. */
  token: string
  /** Language, such as `en-US` or `es-MX`. */
  lang?: string | undefined
  /** Shows the SDK's own home screen. */
  enableHome?: boolean | undefined
  /** For a flow that is entered again by QR code. */
  authHint?: string | undefined
  /** From the link that brought the person: protects against phishing by QR code. */
  urlUuid?: string | undefined
  /** Reads a Brazilian CPF in place of the ordinary document. */
  useCPF?: boolean | undefined
  /** Keeps the dashboard's theme off. */
  disableDashboardTheme?: boolean | undefined
  /** Where the capture modules' files are; the vendor's documentation has its shape. */
  wasmConfig?: unknown
  /** How the wait looks; the vendor's documentation has its shape. */
  spinnerConfig?: unknown
  onModuleLoading?: ((moduleKey: string) => void) | undefined
  onModuleLoaded?: ((moduleKey: string) => void) | undefined
  onWasmWarmup?: ((pipelines: unknown) => void) | undefined
  /** Milestones of the flow, such as `flow.ready` and `flow.completed`. */
  onFlowEvent?: ((event: { type: string; [field: string]: unknown }) => void) | undefined
}

/**
 * `<incode-flow>`. What it is to do is set as properties, never as attributes; in React by a ref, because JSX makes attributes or
 * listeners of events of them, and the element hears neither. Call `setup` with the session's token before it is in the document.
 */
export interface IncodeFlowElement extends HTMLElement {
  /** Setting it begins the flow, so set the two others first. */
  config: IncodeFlowConfig | undefined
  /** The person is through the flow. The result may be missing: ask `getFinishStatus`. */
  onFinish: ((result?: FinishStatus) => void) | null | undefined
  /**
   * The flow cannot go on. The vendor documents no codes; the stand-in of the demonstration gives the HTTP status, 0 where no answer
   * came, and 499 if the person closed the flow.
   */
  onError: ((message?: string, code?: number) => void) | null | undefined
}

declare global {
  interface HTMLElementTagNameMap {
    'incode-flow': IncodeFlowElement
  }
}

// @ts-ignore: where there is no React, there is nothing to be said to it
declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      // @ts-ignore: as above
      'incode-flow': Omit<DetailedHTMLProps<HTMLAttributes<IncodeFlowElement>, IncodeFlowElement>, 'onError'> & OnlyByRef
    }
  }
}

/** What React would make attributes or listeners of. */
interface OnlyByRef {
  /** Set it by a ref: `ref.current.config = { token }`. */
  config?: never
  /** Set it by a ref: `ref.current.onFinish = …`. JSX makes a listener of an event of it, which never comes. */
  onFinish?: never
  /** Set it by a ref: `ref.current.onError = …`. JSX makes a listener of an event of it, which never comes. */
  onError?: never
}
