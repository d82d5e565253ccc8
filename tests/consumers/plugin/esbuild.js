import { build } from 'esbuild'
import incodeCore from 'incode-core/plugin'

await build({
  entryPoints: ['main.js'],
  bundle: true,
  minify: true,
  format: 'esm',
  outdir: 'dist-esbuild',
  plugins: [incodeCore.esbuild()],
})
