import incodeCore from 'incode-core/plugin'

export default { plugins: [incodeCore.vite()], build: { outDir: 'dist-vite' } }
