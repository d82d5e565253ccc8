import { Component, signal } from '@angular/core'
import type { FinishStatus } from '@incodetech/core/session'
import { Verification } from './verification'
import { wordsForError, wordsForResult } from './words.js'

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

  protected show(status: FinishStatus) {
    this.#end(wordsForResult(status))
  }

  protected fail(error: unknown) {
    console.info(error)
    this.#end(wordsForError(error))
  }

  #end(words: string) {
    this.words.set(words)
    this.running.set(undefined)
  }
}
