import { Verification } from './verification.jsx'

export default function Page() {
  return (
    <main>
      <h1>Open an account</h1>
      <Verification />
    </main>
  )
}
