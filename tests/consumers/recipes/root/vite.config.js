import { fileURLToPath } from 'node:url'

const core = fileURLToPath(new URL('core.js', import.meta.url))

export default {
  resolve: {
    alias: { '@incodetech/core/session': 'incode-core/session' },
  },
  optimizeDeps: { include: ['@incodetech/core', 'incode-core'] }, // the dev server's own search stops at core.js
  plugins: [
    {
      name: 'incode-core',
      enforce: 'pre',
      resolveId(id, importer = '') {
        const isOurs = importer !== core && !importer.includes('/node_modules/')
        return id === '@incodetech/core' && isOurs ? core : undefined
      },
    },
  ],
}
