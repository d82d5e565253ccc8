// `server.deps.inline` sends the package through Vite's transform, so that Vitest can reset its module.
import { defineConfig } from 'vitest/config'

export default defineConfig({ test: { include: ['inlined/*.js'], server: { deps: { inline: ['incode-core'] } } } })
