import { nodeResolve } from '@rollup/plugin-node-resolve'
import incodeCore from 'incode-core/plugin'

export default { input: 'main.js', output: { dir: 'dist-rollup' }, plugins: [incodeCore.rollup(), nodeResolve()] }
