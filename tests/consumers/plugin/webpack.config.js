import { join } from 'node:path'
import incodeCore from 'incode-core/plugin'

export default {
  mode: 'production',
  entry: './main.js',
  output: { path: join(import.meta.dirname, 'dist-webpack') },
  plugins: [incodeCore.webpack()],
}
