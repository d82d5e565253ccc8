/*
 * Mock of Incode's <incode-flow>, with its documented properties. It uses no camera and doesn't verify anyone: it only walks a session
 * through the API's steps. To use Incode's element, point '@incodetech/web/flow' in the import map at Incode's module.
 *
 *   config    { token, lang }. Setting it again with the same token continues where the flow stopped.
 *   onFinish  called when all steps are done, without a result
 *   onError   called with (message, code): code is the HTTP status, 0 without a response, 499 if the user closed the flow
 *   apiURL    of this mock only: the apiURL of setup(), which Incode's element reads from its own core. If it is missing, onError is
 *             called with code 400.
 */

// One entry per screen, with the API's names of its requests.
const STEPS = [
  { name: 'consent', requests: ['add/user-consent'] },
  { name: 'front', requests: ['add/front-id'] },
  { name: 'back', requests: ['add/back-id', 'process/id'] },
  { name: 'selfie', requests: ['add/face', 'process/face'] },
]

const TIMEOUT = 30_000 // the API's own limit for a request
const NO_RESPONSE = 0
const NO_API_URL = 400
const INVALID_RESPONSE = 502
const TIMED_OUT = 504
const CLOSED = 499

const WORDS = {
  en: {
    label: 'Verification steps',
    simulated: 'Simulated flow: no photos are taken',
    progress: (step) => `Step ${step} of ${STEPS.length}`,
    close: 'Close the verification',
    next: 'Continue',
    sending: 'Sending…',
    steps: {
      consent: ['Do you agree?', 'The real flow asks for your consent here. Select Continue to agree.'],
      front: ['Front of your ID', 'The real flow opens the camera here.'],
      back: ['Back of your ID', 'The real flow reads both sides.'],
      selfie: ['Take a selfie', 'The real flow compares your face with the photo on your document.'],
    },
    lost: 'Connection lost.',
    late: "The service didn't respond in time.",
    invalid: 'The service sent an unexpected response.',
    limited: 'Please try again in a few minutes.',
    limitedUntil: (time) => `You can continue at ${time}.`,
    rejected: 'The service rejected this step.',
    closed: 'The verification was closed.',
    noApiURL: 'flow.apiURL is not set: give the simulated <incode-flow> the same apiURL as setup().',
  },
  es: {
    label: 'Pasos de la verificación',
    simulated: 'Flujo simulado: no se toman fotos',
    progress: (step) => `Paso ${step} de ${STEPS.length}`,
    close: 'Cerrar la verificación',
    next: 'Continuar',
    sending: 'Enviando…',
    steps: {
      consent: ['¿Estás de acuerdo?', 'El flujo real pide aquí tu consentimiento. Selecciona Continuar para aceptar.'],
      front: ['Frente de tu identificación', 'El flujo real abre aquí la cámara.'],
      back: ['Reverso de tu identificación', 'El flujo real lee los dos lados.'],
      selfie: ['Toma una selfie', 'El flujo real compara tu rostro con la foto de tu documento.'],
    },
    lost: 'Se perdió la conexión.',
    late: 'El servicio no respondió a tiempo.',
    invalid: 'El servicio envió una respuesta inesperada.',
    limited: 'Inténtalo de nuevo en unos minutos.',
    limitedUntil: (time) => `Puedes continuar a las ${time}.`,
    rejected: 'El servicio rechazó este paso.',
    closed: 'Se cerró la verificación.',
    noApiURL: 'Falta flow.apiURL: asigna al <incode-flow> simulado la misma apiURL que a setup().',
  },
}

// Created without HTML strings, which a page under Trusted Types rejects.
const SVG = 'http://www.w3.org/2000/svg'

function element(name, attributes = {}, ...children) {
  const made = attributes.svg ? document.createElementNS(SVG, name) : document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) if (key !== 'svg') made.setAttribute(key, value)
  made.append(...children)
  return made
}

const shape = (name, attributes, ...children) => element(name, { svg: true, ...attributes }, ...children)
const path = (d, className) => shape('path', className ? { d, class: className } : { d })
const box = (className, x, y, width, height, rx = 0) => shape('rect', { class: className, x, y, width, height, rx })

const pictures = () => ({
  consent: [box('paper', 58, 10, 84, 112, 10), path('M76 38h48M76 54h48M76 70h30'), path('m84 97 11 11 22-24', 'strong')],
  front: [
    box('paper', 22, 20, 156, 96, 12),
    box('tint', 38, 38, 46, 60, 8),
    shape('circle', { class: 'strong', cx: 61, cy: 61, r: 9 }),
    path('M45 92c3-11 9-16 16-16s13 5 16 16', 'strong'),
    path('M100 46h58M100 62h40M100 90h58'),
  ],
  back: [
    box('paper', 22, 20, 156, 96, 12),
    box('band', 22, 36, 156, 18),
    path('M40 72v26m7-26v26m10-26v26m5-26v26m11-26v26', 'strong'),
    path('M100 76h58M100 94h36'),
  ],
  selfie: [
    path(
      'M44 40V24a10 10 0 0 1 10-10h16m60 0h16a10 10 0 0 1 10 10v16m0 52v16a10 10 0 0 1-10 10h-16m-60 0H54a10 10 0 0 1-10-10V92',
      'strong',
    ),
    shape('ellipse', { class: 'tint', cx: 100, cy: 60, rx: 25, ry: 31 }),
    path('M90 56h.01M110 56h.01M91 72c6 5 12 5 18 0M62 118c6-16 20-22 38-22s32 6 38 22'),
  ],
})

const content = () =>
  element(
    'section',
    {},
    element(
      'header',
      {},
      element('div', { role: 'progressbar', 'aria-valuemin': 1, 'aria-valuemax': STEPS.length }, ...STEPS.map(() => element('i'))),
      element(
        'button',
        { type: 'button', 'data-action': 'close' },
        shape('svg', { viewBox: '0 0 24 24', 'aria-hidden': true }, path('m6 6 12 12M18 6 6 18')),
      ),
    ),
    element('p', { class: 'progress' }),
    shape(
      'svg',
      { class: 'picture', viewBox: '0 0 200 132', 'aria-hidden': true },
      ...Object.entries(pictures()).map(([step, parts]) => shape('g', { 'data-step': step }, ...parts)),
    ),
    element('h2', { tabindex: -1 }),
    element('p', { class: 'text' }),
    element('button', { type: 'button', 'data-action': 'continue' }),
    element('p', { class: 'simulated' }),
  )

const style = new CSSStyleSheet()
style.replaceSync(`
  :host { display: block; color: inherit; }
  :host([hidden]) { display: none; }
  section { display: flex; flex-direction: column; align-items: center; text-align: center; }
  header { display: flex; align-items: center; gap: 1rem; align-self: stretch; }
  [role=progressbar] { display: flex; flex: 1; gap: .375rem; }
  i { flex: 1; height: .375rem; border-radius: 1rem; background: var(--line, #d9d9de); transition: background .3s; }
  i.done { background: var(--accent, #3b4bc4); }
  p { margin: 0; }
  .progress { align-self: flex-start; margin-top: .625rem; color: var(--muted, #5b606b); font-size: .875rem; }
  .picture { width: min(13.5rem, 75%); margin: 1.25rem 0 1rem; fill: none; stroke: var(--muted, #5b606b); stroke-width: 3.2; stroke-linecap: round; stroke-linejoin: round; }
  .paper { fill: var(--raised, #f4f4f7); stroke: var(--edge, #85888f); stroke-width: 2; }
  .tint { fill: var(--accent-soft, #eceefb); stroke: var(--accent, #3b4bc4); stroke-width: 2.4; }
  .band { fill: var(--edge, #85888f); stroke: none; }
  .strong { stroke: var(--accent, #3b4bc4); }
  g { display: none; }
  section[data-step=consent] [data-step=consent], section[data-step=front] [data-step=front],
  section[data-step=back] [data-step=back], section[data-step=selfie] [data-step=selfie] { display: inline; }
  h2 { margin: 0 0 .5rem; font-size: 1.375rem; line-height: 1.25; letter-spacing: -.015em; outline: none; text-wrap: balance; }
  .text { max-width: 26rem; min-height: 3.2em; color: var(--muted, #5b606b); text-wrap: pretty; }
  button { border: 0; font: inherit; cursor: pointer; }
  button:focus-visible { outline: 3px solid var(--accent, #3b4bc4); outline-offset: 3px; }
  [data-action=close] { display: grid; place-items: center; width: 2.75rem; height: 2.75rem; margin: -.625rem -.75rem -.625rem 0; padding: 0; border-radius: 50%; background: none; color: var(--muted, #5b606b); }
  [data-action=close]:hover { background: var(--raised, #f4f4f7); color: inherit; }
  [data-action=close] svg { width: 1.375rem; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; }
  [data-action=continue] { align-self: stretch; min-height: 3.125rem; margin-top: 1.75rem; border-radius: .875rem; background: var(--accent, #3b4bc4); color: var(--on-accent, #fff); font-weight: 600; transition: background .15s; }
  [data-action=continue]:hover { background: var(--accent-strong, #2e3ba3); }
  [data-action=continue][aria-disabled=true] { background: var(--raised, #f4f4f7); color: var(--muted, #5b606b); cursor: progress; }
  .simulated { margin-top: 1.125rem; padding: .25rem .875rem; border: 1px dashed var(--edge, #85888f); border-radius: 1rem; color: var(--muted, #5b606b); font-size: .8125rem; }
  @media (prefers-reduced-motion: reduce) { * { transition: none !important; } }
  @media (forced-colors: active) { i { border: 1px solid; } i.done { background: Highlight; } button { border: 1px solid; } }
`)

// Passed to onError if a step fails.
class StepError extends Error {
  constructor(message, code) {
    super(message)
    this.code = code
  }
}

class IncodeFlow extends HTMLElement {
  #config
  #step = 0
  #sent = 0 // requests of this step that the API has accepted
  #sending = false

  constructor() {
    super()
    this.attachShadow({ mode: 'open' }).append(content())
    this.shadowRoot.adoptedStyleSheets = [style]
    this.#part('[data-action=continue]').addEventListener('click', () => this.#continue())
    this.#part('[data-action=close]').addEventListener('click', () => {
      this.onError?.(this.#words.closed, CLOSED)
    })
    this.#takeUpEarlierConfig()
  }

  get config() {
    return this.#config
  }

  set config(config) {
    if (config?.token !== this.#config?.token) {
      this.#step = 0
      this.#sent = 0
      this.#sending = false
    }
    this.#config = config
    this.#render()
    // After the page has set the other properties too.
    queueMicrotask(() => {
      if (this.#config?.token && !this.apiURL) this.onError?.(this.#words.noApiURL, NO_API_URL)
    })
  }

  // A page may set the property before this module has turned the plain element into this class.
  #takeUpEarlierConfig() {
    if (!Object.hasOwn(this, 'config')) return
    const { config } = this
    delete this.config
    this.config = config
  }

  get #words() {
    return this.#config?.lang?.startsWith('es') ? WORDS.es : WORDS.en
  }

  #part(selector) {
    return this.shadowRoot.querySelector(selector)
  }

  #render() {
    const words = this.#words
    const { name } = STEPS[this.#step]
    const [title, text] = words.steps[name]
    const bar = this.#part('[role=progressbar]')
    this.#part('section').dataset.step = name
    this.#part('section').setAttribute('aria-label', words.label)
    bar.setAttribute('aria-label', words.label)
    bar.setAttribute('aria-valuenow', this.#step + 1)
    bar.setAttribute('aria-valuetext', words.progress(this.#step + 1))
    bar.querySelectorAll('i').forEach((mark, index) => {
      mark.classList.toggle('done', index <= this.#step)
    })
    this.#part('.progress').textContent = words.progress(this.#step + 1)
    this.#part('h2').textContent = title
    this.#part('.text').textContent = text
    this.#part('.simulated').textContent = words.simulated
    this.#part('[data-action=close]').setAttribute('aria-label', words.close)
    const next = this.#part('[data-action=continue]')
    next.textContent = this.#sending ? words.sending : words.next
    next.setAttribute('aria-disabled', this.#sending)
  }

  async #continue() {
    if (this.#sending || !this.#config) return
    const { token } = this.#config
    // The page may close this session, or start another one, while a request is in flight.
    const over = () => this.#config?.token !== token
    this.#sending = true
    this.#render()
    let failure
    try {
      const { requests } = STEPS[this.#step]
      while (this.#sent < requests.length) {
        await this.#post(requests[this.#sent], token)
        if (over()) return
        this.#sent += 1
      }
    } catch (error) {
      if (over()) return
      failure = error
    }
    this.#sending = false
    if (failure) {
      this.#render()
      this.onError?.(failure.message, failure.code)
    } else if (this.#step + 1 < STEPS.length) {
      this.#step += 1
      this.#sent = 0
      this.#render()
      this.#part('h2').focus()
    } else {
      this.#render()
      this.onFinish?.()
    }
  }

  async #post(path, token) {
    const words = this.#words
    if (!this.apiURL) throw new StepError(words.noApiURL, NO_API_URL)
    const request = async () => {
      const response = await fetch(`${String(this.apiURL).replace(/\/+$/, '')}/omni/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-incode-hardware-id': token, 'api-version': '1.0' },
        body: '{}',
        credentials: 'omit',
        redirect: 'error', // a redirect would receive the token
        signal: AbortSignal.timeout(TIMEOUT),
      })
      if (response.ok) await response.json()
      return response
    }
    const response = await request().catch(({ name }) => {
      if (name === 'TimeoutError') throw new StepError(words.late, TIMED_OUT)
      if (name === 'SyntaxError') throw new StepError(words.invalid, INVALID_RESPONSE)
      throw new StepError(words.lost, NO_RESPONSE)
    })
    if (response.ok) return
    throw new StepError(response.status === 429 ? this.#limited(response) : words.rejected, response.status)
  }

  #limited(response) {
    const wait = response.headers.get('retry-after') ?? ''
    const until = /^\d+$/.test(wait) ? Date.now() + wait * 1000 : Date.parse(wait)
    if (Number.isNaN(until)) return this.#words.limited
    return this.#words.limitedUntil(new Date(until).toLocaleTimeString(this.#config.lang))
  }
}

if (!customElements.get('incode-flow')) customElements.define('incode-flow', IncodeFlow)
