import { setup as setupCore } from '@incodetech/core'
import { publish } from '@incodetech/core/events'

export async function setup(options) {
  await setupCore(options)
  publish('elements set up')
}

globalThis.customElements?.define('incode-theme', class extends globalThis.HTMLElement {})
