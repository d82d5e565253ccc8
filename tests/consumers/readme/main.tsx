import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Verification } from './verification.tsx'

const { token, apiURL } = await (await fetch('/api/session', { method: 'POST' })).json()
const tell = (words: string) => (document.querySelector('output')!.textContent += words)

createRoot(document.querySelector('main')!).render(
  <StrictMode>
    <Verification token={token} apiURL={apiURL} onStatus={({ action }) => tell(action)} onFailure={(error) => tell(String(error))} />
  </StrictMode>,
)
