import { configured } from '@incodetech/core'

class IncodeFlow extends HTMLElement {
  connectedCallback() {
    this.#walk().then(
      () => this.onFinish(),
      (error) => this.onError(error.message),
    )
  }

  async #walk() {
    const { apiURL } = configured()
    const headers = { 'x-incode-hardware-id': this.config.token, 'api-version': '1.0' }
    for (const step of ['add/face', 'process/face']) await fetch(`${apiURL}/omni/${step}`, { method: 'POST', headers })
  }
}

customElements.define('incode-flow', IncodeFlow)
