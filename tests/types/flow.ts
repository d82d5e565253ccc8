// The element in a plain page, without React.
import 'incode-core/flow'
import type { FlowConfig, IncodeFlowConfig, IncodeFlowElement } from 'incode-core/flow'
import '@incodetech/web/flow'
import '@incodetech/web/flow/styles.css'

const flow = document.createElement('incode-flow')
const found: IncodeFlowElement | null = document.querySelector('incode-flow')
flow.onFinish = (result) => {
  // @ts-expect-error the result may be missing
  void result.action
  if (result?.action === 'approved') location.href = result.redirectionUrl
}
flow.onError = (message, code) => {
  // @ts-expect-error the message may be missing
  const text: string = message
  void [text, code === 499]
}
flow.onFinish = null
flow.onError = undefined
const config: IncodeFlowConfig = { token: 't', lang: 'es-MX' }
flow.config = config
const either: FlowConfig = config
void either
flow.config = { token: 't', onFlowEvent: ({ type }) => console.log(type), wasmConfig: { pipelines: ['selfie'] } }
document.body.append(flow)
void found

// The address, for the mock element only.
flow.apiURL = 'https://api.example.com'
flow.apiURL = new URL('https://api.example.com')
flow.apiURL = null
// @ts-expect-error an address is a string or a URL
flow.apiURL = 8080
// @ts-expect-error apiUrl is a typo
flow.apiUrl = 'https://api.example.com'

// @ts-expect-error a token is required
flow.config = { lang: 'en' }
// @ts-expect-error language is not an option
flow.config = { token: 't', language: 'en' }
// @ts-expect-error the code is a number
flow.onError = (_message: string, _code: string) => {}
// @ts-expect-error the element has no such property
flow.onClose = () => {}

// @ts-expect-error the module does not export the class
import { IncodeFlow } from '@incodetech/web/flow'

void IncodeFlow

// An option that is not listed, declared once.
declare module 'incode-core/flow' {
  interface IncodeFlowConfig {
    newOption?: boolean
  }
}
flow.config = { token: 't', newOption: true }
// @ts-expect-error without declared fields there is no self-loading variant
flow.config = { newOption: true }
