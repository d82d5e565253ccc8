/**
 * For pages that keep the vendor's `@incodetech/core` and `@incodetech/web`: a plugin for each bundler. In the page `setup` and
 * `initializeSession` then set up both cores, `createSession` and `getFinishStatus` are incode-core's, and all else is the vendor's.
 *
 * `plugins: [incodeCore.vite()]`
 */
declare const incodeCore: {
  vite(): RollupPlugin & { enforce: 'pre'; config(): { optimizeDeps: any; ssr: { noExternal: string[] } } }
  rollup(): RollupPlugin
  rolldown(): RollupPlugin
  webpack(): WebpackPlugin
  rspack(): WebpackPlugin
  esbuild(): EsbuildPlugin
}

export default incodeCore

// What they hand over and take is told by the bundlers' own types, which this package does not need.

interface RollupPlugin {
  name: string
  resolveId: { filter: { id: RegExp }; handler(specifier: string, importer: string | undefined, options?: any): any }
  onLog(level: any, log: any): false | void
}

interface WebpackPlugin {
  apply(compiler: any): void
}

interface EsbuildPlugin {
  name: string
  setup(build: any): void
}
