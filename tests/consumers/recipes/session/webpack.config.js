export default {
  resolve: {
    alias: { '@incodetech/core/session': 'incode-core/session' },
  },
}
