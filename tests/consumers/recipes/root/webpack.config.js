import { fileURLToPath } from 'node:url'

const core = fileURLToPath(new URL('core.js', import.meta.url))

export default {
  resolve: {
    alias: { '@incodetech/core/session': 'incode-core/session' },
  },
  module: {
    rules: [{ exclude: [core, /node_modules/], resolve: { alias: { '@incodetech/core$': core } } }],
  },
}
