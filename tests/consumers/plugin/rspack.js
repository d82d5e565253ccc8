import { join } from 'node:path'
import { rspack } from '@rspack/core'
import incodeCore from 'incode-core/plugin'

const compiler = rspack({
  mode: 'production',
  entry: './main.js',
  output: { path: join(import.meta.dirname, 'dist-rspack') },
  plugins: [incodeCore.rspack()],
})
compiler.run((error, stats) => {
  if (error) throw error
  console.log(stats.toString())
  process.exitCode = stats.hasErrors() ? 1 : 0
  compiler.close(() => {})
})
