import incodeCore from 'incode-core/plugin'

export default { input: 'main.js', output: { dir: 'dist-rolldown' }, plugins: [incodeCore.rolldown()] }
