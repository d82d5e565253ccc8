import { onLanguage, words } from './language.js'

const form = document.querySelector('#settings')
const configuration = form.querySelector('#configuration')
const externalId = form.querySelector('#external-id')
const fault = form.querySelector('#fault')
const faultText = form.querySelector('#fault-text')
const reach = form.querySelector('#reach')
const inPage = form.querySelector('#in-page')
const wasmSwitch = document.querySelector('#wasm-switch')
const wasmBlocked = new URLSearchParams(location.search).get('csp') === 'no-wasm'

// Offered by the server: sandbox or real API, the choices, and the sandbox's API key.
let offer = { mode: 'sandbox', configurations: [], faults: [] }

/** Returns the developer's choices for the next session. */
export function choices() {
  return {
    sessionOptions: {
      configurationId: configuration.value || undefined,
      externalId: externalId.value.trim() || undefined,
      language: document.documentElement.lang,
    },
    fault: fault.value || undefined,
    reach: fault.value ? reach.value : 'everything',
    inPage: inPage.checked,
    apiKey: offer.sandboxApiKey,
    apiURL: offer.apiURL,
  }
}

/** Calls `listener` whenever a choice changes. */
export function onChoice(listener) {
  form.addEventListener('input', listener)
}

function render() {
  const { configurations, noFault } = words.panel
  configuration.replaceChildren(
    ...keepChoice(
      configuration,
      offer.configurations.map(({ id, outcome }) => new Option(configurations[id] ?? `${id}: ${outcome}`, id)),
    ),
  )
  fault.replaceChildren(...keepChoice(fault, [new Option(noFault, ''), ...offer.faults.map(({ name }) => new Option(name, name))]))
  configuration.disabled = offer.configurations.length === 0
  offerOnly('faults', offer.faults.length > 0)
  offerOnly('sandbox', offer.mode === 'sandbox')
  offerOnly('key', Boolean(offer.sandboxApiKey))
  wasmSwitch.textContent = wasmBlocked ? words.panel.allowWasm : words.panel.blockWasm
  wasmSwitch.href = wasmBlocked ? '/' : '/?csp=no-wasm'
  explain()
}

function offerOnly(what, offered) {
  for (const part of document.querySelectorAll(`[data-for=${what}]`)) part.hidden = !offered
}

function keepChoice(select, options) {
  for (const option of options) option.selected = option.value === select.value
  return options
}

function explain() {
  faultText.textContent = offer.faults.find(({ name }) => name === fault.value)?.text ?? ''
  reach.disabled = !fault.value
  form.querySelector('#in-page-warning').hidden = !inPage.checked
}

form.addEventListener('submit', (event) => event.preventDefault())
onLanguage(render)
onChoice(explain)

/** Loads the choices. Returns whether the server is available. Without a valid response, the current choices stay. */
export async function loadChoices() {
  const response = await fetch('/config.json').catch(() => undefined)
  const choices = response?.ok ? await response.json().catch(() => undefined) : offer
  offer = choices ?? offer
  render()
  return Boolean(response && choices) && response.status < 500
}
