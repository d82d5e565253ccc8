// The element in JSX: a ref sets its properties.

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
    flow.apiURL = apiURL
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
  // @ts-expect-error React 19 adds a listener for an event that never fires
  <incode-flow onFinish={() => {}} />,
  // @ts-expect-error also a listener
  <incode-flow onError={(message: string) => console.warn(message)} />,
  // @ts-expect-error an attribute if the element is not defined yet
  <incode-flow config={{ token: 't' }} />,
  // @ts-expect-error also an attribute
  <incode-flow apiURL="https://api.example.com" />,
  // @ts-expect-error a ref of another element
  <incode-flow ref={useRef<HTMLVideoElement>(null)} />,
  // @ts-expect-error incode-flaw is a typo
  <incode-flaw />,
  // Other elements keep their types.
  <img alt="" onError={(event) => event.currentTarget.remove()} />,
]
