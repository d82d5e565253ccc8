// Through Vite's own transform, as `server.deps.inline` has it for a package: modules are then Vitest's to reset.
import { defineConfig } from 'vitest/config'

export default defineConfig({ test: { include: ['inlined/*.js'], server: { deps: { inline: ['incode-core'] } } } })
