/**
 * Bundler plugin for pages that keep Incode's `@incodetech/core` and `@incodetech/web`.
 *
 * In the page, `setup` and `initializeSession` then set up both cores. `createSession` and `getFinishStatus` are incode-core's.
 * Everything else is Incode's.
 *
 * @example
 * // vite.config.js
 * import incodeCore from 'incode-core/plugin'
 *
 * export default { plugins: [incodeCore.vite()] }
 */
declare const incodeCore: {
  /**
   * Returns the plugin for Vite.
   * @example
   * // vite.config.js
   * export default { plugins: [incodeCore.vite()] }
   */
  vite(): RollupPlugin & { enforce: 'pre'; config(): { optimizeDeps: any; ssr: { noExternal: string[] } } }
  /**
   * Returns the plugin for Rollup.
   * @example
   * // rollup.config.js, before @rollup/plugin-node-resolve
   * export default { plugins: [incodeCore.rollup(), nodeResolve()] }
   */
  rollup(): RollupPlugin
  /**
   * Returns the plugin for Rolldown.
   * @example
   * // rolldown.config.js
   * export default { plugins: [incodeCore.rolldown()] }
   */
  rolldown(): RollupPlugin
  /**
   * Returns the plugin for webpack.
   * @example
   * // webpack.config.js
   * export default { plugins: [incodeCore.webpack()] }
   */
  webpack(): WebpackPlugin
  /**
   * Returns the plugin for Rspack.
   * @example
   * // rspack.config.js
   * export default { plugins: [incodeCore.rspack()] }
   */
  rspack(): WebpackPlugin
  /**
   * Returns the plugin for esbuild.
   * @example
   * await esbuild.build({ entryPoints: ['page.js'], bundle: true, plugins: [incodeCore.esbuild()] })
   */
  esbuild(): EsbuildPlugin
}

export default incodeCore

// Structural types, so that no bundler's own types are needed.

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
