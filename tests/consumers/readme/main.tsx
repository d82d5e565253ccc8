import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Verification } from './verification.tsx'

const { token, apiURL } = await (await fetch('/api/session', { method: 'POST' })).json()
const show = (text: string) => (document.querySelector('output')!.textContent += text)

async function finish() {
  const { action } = await (await fetch('/api/result', { method: 'POST' })).json()
  show(action)
}

createRoot(document.querySelector('main')!).render(
  <StrictMode>
    <Verification token={token} apiURL={apiURL} onFinish={finish} onFailure={(error) => show(String(error))} />
  </StrictMode>,
)
