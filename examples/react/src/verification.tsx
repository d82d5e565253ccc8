import type { IncodeFlowElement } from '@incodetech/core/flow'
import type { FinishStatus } from '@incodetech/core/session'
import '@incodetech/web/flow'
import { useEffect, useEffectEvent, useRef } from 'react'
import { startFlow } from './flow.js'
import { readResult } from './result.js'

/** Fields of a session that a page needs. */
export interface PageSession {
  token: string
  apiURL: string
}

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
    const read = () => {
      readResult({ token, apiURL }, leaving.signal)
        .then(reportStatus)
        .catch((error) => leaving.signal.aborted || reportFailure(error))
    }
    // Through the ref: React turns `onFinish` in JSX into a listener for an event that never fires.
    const stop = startFlow(flow, { token, apiURL }, read, (error) => reportFailure(error))
    return () => {
      leaving.abort()
      stop()
    }
  }, [token, apiURL])

  return <incode-flow ref={ref} />
}
