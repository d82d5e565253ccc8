import { Component, DestroyRef, inject, input, type OnInit, output, signal } from '@angular/core'
import { setup } from '@incodetech/core'
import type { FinishStatus } from '@incodetech/core/session'
import { IncodeFlow } from './incode-flow'
import { failure, post } from './post.js'
import { readResult } from './result.js'

/** Fields of a session that a page needs. */
interface PageSession {
  token: string
  apiURL: string
}

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
      const session: PageSession = await post('/api/session', { configurationId: this.configurationId() }, signal)
      await setup(session)
      signal.throwIfAborted()
      this.session.set(session) // mounts the element, which needs `setup`
    } catch (error) {
      this.#fail(error)
    }
  }

  // Arrow functions: the element calls them without `this`.
  protected readonly finish = async () => {
    const session = this.session()
    if (this.#isFinished || !session) return // the user selected Continue twice
    this.#isFinished = true
    try {
      this.status.emit(await readResult(session, this.#leaving.signal))
    } catch (error) {
      this.#fail(error)
    }
  }

  protected readonly failInFlow = (message?: string, code?: number) => this.#fail(failure(message, code))

  /** Reports a failure. A destroyed component must not: its outputs would throw. */
  #fail(error: unknown) {
    if (!this.#leaving.signal.aborted) this.failure.emit(error)
  }
}
