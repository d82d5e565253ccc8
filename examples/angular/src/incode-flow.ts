import { DestroyRef, Directive, ElementRef, effect, inject, input } from '@angular/core'
import type { IncodeFlowElement } from '@incodetech/core/flow'
import '@incodetech/web/flow'

/** Sets the properties of `<incode-flow>` from a template, which checks their names and types. */
@Directive({ selector: 'incode-flow' })
export class IncodeFlow {
  readonly config = input.required<IncodeFlowElement['config']>()
  readonly onFinish = input.required<IncodeFlowElement['onFinish']>()
  readonly onError = input.required<IncodeFlowElement['onError']>()
  /** For the mock element only; Incode's element reads it from `setup`. */
  readonly apiURL = input<IncodeFlowElement['apiURL']>()

  constructor() {
    const flow: IncodeFlowElement = inject(ElementRef).nativeElement
    effect(() => {
      Object.assign(flow, { onFinish: this.onFinish(), onError: this.onError(), apiURL: this.apiURL() })
    })
    // Its own effect, and the last: setting `config` starts the flow.
    effect(() => {
      flow.config = this.config()
    })
    inject(DestroyRef).onDestroy(() => {
      flow.onFinish = flow.onError = null
    })
  }
}
