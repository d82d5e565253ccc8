import { defineConfig, loadEnv } from 'vite'
import { backend } from './backend.ts'

export default defineConfig(({ mode }) => {
  const { INCODE_API_URL, INCODE_API_KEY } = loadEnv(mode, import.meta.dirname, 'INCODE_')
  return { envPrefix: 'VITE_', plugins: [backend(INCODE_API_URL, INCODE_API_KEY)] }
})
