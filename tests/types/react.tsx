// The element in JSX: what it is to do is set by a ref.

import { type FinishStatus, getFinishStatus } from 'incode-core'
import { useEffect, useRef } from 'react'
import 'incode-core/flow'
import type { IncodeFlowElement } from 'incode-core/flow'
import '@incodetech/web/flow'

export function Verification({ token, apiURL, onEnd }: { token: string; apiURL: string; onEnd: (status: FinishStatus) => void }) {
  const ref = useRef<IncodeFlowElement>(null)
  useEffect(() => {
    const flow = ref.current
    if (!flow) return
    flow.onFinish = () => void getFinishStatus(null, { token, apiURL }).then(onEnd)
    flow.onError = (message, code) => console.warn(message, code)
    flow.config = { token, lang: 'en' }
    return () => {
      flow.onFinish = flow.onError = null
    }
  }, [token, apiURL, onEnd])
  return (
    <incode-flow
      ref={ref}
      id="verification"
      className="wide"
      style={{ display: 'block' }}
      hidden
      aria-label="Verification"
      onClick={() => {}}
    />
  )
}

export const wrong = [
  // @ts-expect-error React 19 makes a listener of it, and nothing happens
  <incode-flow onFinish={() => {}} />,
  // @ts-expect-error the same
  <incode-flow onError={(message: string) => console.warn(message)} />,
  // @ts-expect-error an attribute, where the element is not there yet
  <incode-flow config={{ token: 't' }} />,
  // @ts-expect-error another element's ref
  <incode-flow ref={useRef<HTMLVideoElement>(null)} />,
  // @ts-expect-error no such element
  <incode-flaw />,
  // What React knows is as it was.
  <img alt="" onError={(event) => event.currentTarget.remove()} />,
]
