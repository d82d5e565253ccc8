import { Component, signal } from '@angular/core'
import { type FinishStatus, IncodeError } from '@incodetech/core/session'
import { Failure } from './session'
import { Verification } from './verification'

/** UNAUTHORIZED too: a device whose clock is behind can't detect that the token has expired. 401 is the flow's code. */
const NEEDS_NEW_SESSION: unknown[] = ['SESSION_EXPIRED', 'UNAUTHORIZED', 401]

@Component({
  selector: 'app-root',
  imports: [Verification],
  template: `
    <h1>Open an account</h1>
    <form (submit)="start($event, outcome.value)">
      <label>
        Outcome
        <select #outcome [disabled]="running() !== undefined">
          <option>approved</option>
          <option>rejected</option>
          <option>manual-review</option>
          <option>expires-at-once</option>
        </select>
      </label>
      <button type="submit" [disabled]="running() !== undefined">Verify me</button>
    </form>
    <p role="status">{{ words() }}</p>
    @if (running(); as configurationId) {
      <app-verification [configurationId]="configurationId" (status)="show($event)" (failure)="fail($event)" />
    }
  `,
})
export class App {
  /** The configuration, from the click until the outcome is known. */
  protected readonly running = signal<string | undefined>(undefined)
  protected readonly words = signal('')

  protected start(event: Event, configurationId: string) {
    event.preventDefault()
    this.words.set('')
    this.running.set(configurationId)
  }

  protected show({ action }: FinishStatus) {
    if (action === 'approved' || action === 'rejected') this.#end(`You are ${action}.`)
    else this.#end("We're reviewing your verification. We'll email you.")
  }

  protected fail(error: unknown) {
    console.info(error)
    const code = error instanceof IncodeError || error instanceof Failure ? error.code : undefined
    if (NEEDS_NEW_SESSION.includes(code)) this.#end('Your session has expired. Please start again.')
    else if (code === 'RATE_LIMITED') this.#end("We're very busy right now. Please try again in a minute.")
    else this.#end('Something went wrong. Please try again.')
  }

  #end(words: string) {
    this.words.set(words)
    this.running.set(undefined)
  }
}
