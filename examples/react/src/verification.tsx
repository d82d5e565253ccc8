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
  // Another function with the next render is no reason to begin the flow anew.
  const tellStatus = useEffectEvent(onStatus)
  const tellFailure = useEffectEvent(onFailure)

  useEffect(() => {
    const flow = ref.current
    if (!flow) return
    const leaving = new AbortController()
    // By the ref: in JSX React makes a listener of an event of `onFinish`, which never comes.
    flow.onFinish = () => {
      // By the call: what `setup` put in force is the whole page's, and may be another component's by now.
      getFinishStatus(null, { token, apiURL, signal: leaving.signal })
        .then(tellStatus)
        .catch((error) => leaving.signal.aborted || tellFailure(error))
    }
    flow.onError = (message, code) => tellFailure(new Failure(message, code))
    Object.assign(flow, { apiURL }) // for the stand-in alone: the vendor's element knows it from `setup`
    flow.config = { token, lang: document.documentElement.lang }
    return () => {
      leaving.abort()
      flow.onFinish = flow.onError = null
    }
  }, [token, apiURL])

  return <incode-flow ref={ref} />
}
