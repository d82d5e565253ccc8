// The element in a plain page, where there is no React.
import 'incode-core/flow'
import type { IncodeFlowConfig, IncodeFlowElement } from 'incode-core/flow'
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
  // @ts-expect-error so may the message
  const text: string = message
  void [text, code === 499]
}
flow.onFinish = null
flow.onError = undefined
const config: IncodeFlowConfig = { token: 't', lang: 'es-MX' }
flow.config = config
flow.config = { token: 't', onFlowEvent: ({ type }) => console.log(type), wasmConfig: { pipelines: ['selfie'] } }
document.body.append(flow)
void found

// @ts-expect-error a token is needed
flow.config = { lang: 'en' }
// @ts-expect-error a mistyped name
flow.config = { token: 't', language: 'en' }
// @ts-expect-error a code is a number
flow.onError = (_message: string, _code: string) => {}
// @ts-expect-error it has no such property
flow.onClose = () => {}

// @ts-expect-error the module names nothing
import { IncodeFlow } from '@incodetech/web/flow'

void IncodeFlow

// An option that is not in the list, declared once.
declare module 'incode-core/flow' {
  interface IncodeFlowConfig {
    optionOfNextYear?: boolean
  }
}
flow.config = { token: 't', optionOfNextYear: true }
