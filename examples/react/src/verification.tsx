import type { IncodeFlowElement } from '@incodetech/core/flow'
import { type FinishStatus, getFinishStatus } from '@incodetech/core/session'
import '@incodetech/web/flow'
import { useEffect, useEffectEvent, useRef } from 'react'
import { Failure, type PageSession } from './session.ts'

interface Props extends PageSession {
  onStatus: (status: FinishStatus) => void
  onFailure: (error: unknown) => void
}

/** `<incode-flow>` for one session. Mount it after `setup`. */
export function Verification({ token, apiURL, onStatus, onFailure }: Props) {
  const ref = useRef<IncodeFlowElement>(null)
  // A new callback identity must not restart the flow.
  const reportStatus = useEffectEvent(onStatus)
  const reportFailure = useEffectEvent(onFailure)

  useEffect(() => {
    const flow = ref.current
    if (!flow) return
    const leaving = new AbortController()
    // Through the ref: React turns `onFinish` in JSX into a listener for an event that never fires.
    flow.onFinish = () => {
      // Pass `token` and `apiURL` in the call: `setup` is page-wide, and another component may have called it since.
      getFinishStatus(null, { token, apiURL, signal: leaving.signal })
        .then(reportStatus)
        .catch((error) => leaving.signal.aborted || reportFailure(error))
    }
    flow.onError = (message, code) => reportFailure(new Failure(message, code))
    Object.assign(flow, { apiURL }) // for the mock element only; Incode's element reads it from setup()
    flow.config = { token, lang: document.documentElement.lang }
    return () => {
      leaving.abort()
      flow.onFinish = flow.onError = null
    }
  }, [token, apiURL])

  return <incode-flow ref={ref} />
}
