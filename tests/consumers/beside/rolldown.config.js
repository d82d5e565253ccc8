import incodeCore from 'incode-core/beside'

export default { input: 'main.js', output: { dir: 'dist-rolldown' }, plugins: [incodeCore.rolldown()] }
