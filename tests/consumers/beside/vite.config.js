import incodeCore from 'incode-core/beside'

export default { plugins: [incodeCore.vite()], build: { outDir: 'dist-vite' } }
