import { Component, DestroyRef, inject, input, type OnInit, output, signal } from '@angular/core'
import { setup } from '@incodetech/core'
import { type FinishStatus, getFinishStatus } from '@incodetech/core/session'
import { IncodeFlow } from './incode-flow'
import { Failure, type PageSession, startSession } from './session'

/** A session from its creation to its result. To leave, destroy it: that aborts its calls. */
@Component({
  selector: 'app-verification',
  imports: [IncodeFlow],
  template: `
    @if (session(); as session) {
      <incode-flow [apiURL]="session.apiURL" [onFinish]="finish" [onError]="failInFlow" [config]="{ token: session.token, lang }" />
    }
  `,
})
export class Verification implements OnInit {
  readonly configurationId = input.required<string>()
  readonly status = output<FinishStatus>()
  readonly failure = output<unknown>()

  protected readonly session = signal<PageSession | undefined>(undefined)
  protected readonly lang = document.documentElement.lang
  readonly #leaving = new AbortController()
  #isFinished = false

  constructor() {
    inject(DestroyRef).onDestroy(() => this.#leaving.abort())
  }

  async ngOnInit() {
    const { signal } = this.#leaving
    try {
      const session = await startSession(this.configurationId(), signal)
      await setup(session)
      signal.throwIfAborted()
      this.session.set(session) // mounts the element, which needs `setup`
    } catch (error) {
      this.#fail(error)
    }
  }

  // Arrow functions: the element calls them without `this`.
  protected readonly finish = async () => {
    if (this.#isFinished) return // the user selected Continue twice
    this.#isFinished = true
    try {
      // Pass `token` and `apiURL` in the call: `setup` is page-wide, and another component may have called it since.
      this.status.emit(await getFinishStatus(null, { ...this.session(), signal: this.#leaving.signal }))
    } catch (error) {
      this.#fail(error)
    }
  }

  protected readonly failInFlow = (message?: string, code?: number) => this.#fail(new Failure(message, code))

  /** Reports a failure. A destroyed component must not: its outputs would throw. */
  #fail(error: unknown) {
    if (!this.#leaving.signal.aborted) this.failure.emit(error)
  }
}
