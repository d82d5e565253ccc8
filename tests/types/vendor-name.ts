// Installed under the name of Incode's package, with what Incode's guides import and declare.
import type { FinishStatus } from '@incodetech/core'
import { setup } from '@incodetech/core'
import type { FinishStatus as FlowStatus, IncodeFlowElement } from '@incodetech/core/flow'
import '@incodetech/core/flow'
import { createSession, getFinishStatus, initializeSession } from '@incodetech/core/session'
import type { FlowConfig } from '@incodetech/web/flow'
import '@incodetech/web/flow'
import '@incodetech/web/flow/styles.css'
import '@incodetech/web/base.css'
import '@incodetech/web/themes/light.css'
import '@incodetech/web/themes/dark.css'

declare module '@incodetech/core' {
  interface SessionOptions {
    sdkVersion?: string
  }
  interface FinishStatus {
    score?: number
  }
}
declare module '@incodetech/core/session' {
  interface Session {
    region?: string
  }
}
declare module '@incodetech/core/flow' {
  interface IncodeFlowConfig {
    newOption?: boolean
  }
  interface IncodeSelfLoadingFields {
    flowLink: string
  }
}

await setup({ apiURL: 'https://demo-api.incodesmile.com' })
const session = await createSession('key', { configurationId: 'c', language: 'en-US', sdkVersion: '2.1' })
const region: string | undefined = session.region
await initializeSession({ token: session.token })
const status: FinishStatus = await getFinishStatus(null)
const score: number | undefined = status.score
const same: FlowStatus = status

const flow: IncodeFlowElement = document.createElement('incode-flow')
const config: FlowConfig = { token: session.token, lang: 'en-US', enableHome: true, newOption: true }
flow.config = config
// The self-loading variant, after its fields are declared. The two variants exclude each other.
flow.config = { flowLink: 'l', lang: 'en-US' }
// @ts-expect-error one variant or the other
flow.config = { flowLink: 'l', token: 't' }
// @ts-expect-error each variant has a required field
flow.config = { lang: 'en-US' }
// @ts-expect-error sdkversion is a typo
await createSession('key', { configurationId: 'c', sdkversion: '2.1' })
// @ts-expect-error scoer is a typo
void [region, score, same, status.scoer]
