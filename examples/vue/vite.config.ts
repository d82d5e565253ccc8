import vue from '@vitejs/plugin-vue'
import { defineConfig, loadEnv } from 'vite'
import { backend } from './backend.ts'

export default defineConfig(({ mode }) => {
  const { INCODE_API_URL, INCODE_API_KEY } = loadEnv(mode, import.meta.dirname, 'INCODE_')
  const isCustomElement = (tag: string) => tag === 'incode-flow'
  return {
    envPrefix: 'VITE_',
    plugins: [vue({ template: { compilerOptions: { isCustomElement } } }), backend(INCODE_API_URL, INCODE_API_KEY)],
  }
})
