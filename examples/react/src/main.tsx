import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Applicant } from './applicant.tsx'
import './page.css'

// Two users at one screen, each with a session of their own.
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <h1>Open a joint account</h1>
    <Applicant name="First applicant" />
    <Applicant name="Second applicant" />
  </StrictMode>,
)
