// Plugin for bundlers. In the page, the wrappers of this folder replace `@incodetech/core`, `@incodetech/core/session` and
// `@incodetech/web`. In the wrappers and in the vendor's own packages, these names still mean the vendor's.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const NAME = 'incode-core'
const FOLDER = fileURLToPath(new URL('.', import.meta.url))
const WRAPPERS = {
  '@incodetech/core': join(FOLDER, 'core.js'),
  '@incodetech/core/session': join(FOLDER, 'session.js'),
  '@incodetech/web': join(FOLDER, 'web.js'),
}
const REPLACED = /^@incodetech\/(core|core\/session|web)$/

export default { vite, rollup, rolldown: rollup, webpack, rspack: webpack, esbuild }

/**
 * Returns a function that resolves one of the three names for `importer`. It returns `{ wrapper }`; or `{ page }`, the file of the page from
 * which to resolve the vendor's, because a wrapper may be installed where it can't see the page's packages; or `{}`, for no change.
 */
function createSearch() {
  const pages = new Map()
  return (specifier, importer) => {
    const wrapper = WRAPPERS[specifier]
    if (!wrapper || !importer) return {}
    const file = importer.replace(/[?#].*$/, '')
    if (isWrapper(file)) return { page: pages.get(wrapper) }
    if (isVendors(file)) return {}
    pages.set(wrapper, importer)
    return { wrapper }
  }
}

function isWrapper(file) {
  return Object.values(WRAPPERS).some((wrapper) => slashed(wrapper) === slashed(file))
}

function isVendors(file) {
  return slashed(file).includes('/node_modules/@incodetech/') || ['@incodetech/core', '@incodetech/web'].includes(packageOf(dirname(file)))
}

const names = new Map()

/** Returns the name of the package that a folder belongs to: the vendor's can be linked from anywhere. */
function packageOf(folder) {
  if (!names.has(folder)) {
    const parent = dirname(folder)
    names.set(folder, nameIn(folder) ?? (parent === folder ? undefined : packageOf(parent)))
  }
  return names.get(folder)
}

function nameIn(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).name
  } catch {
    // No package.json here. The caller looks further up.
  }
}

function slashed(path) {
  return path.replaceAll('\\', '/')
}

function rollup() {
  const find = createSearch()
  return {
    name: NAME,
    resolveId: {
      filter: { id: REPLACED },
      async handler(specifier, importer, options) {
        // Vite's dev server prebundles the vendor's own packages, which it finds by itself.
        if (options?.scan) return null
        const { wrapper, page } = find(specifier, importer)
        if (wrapper) return slashed(wrapper)
        return page ? this.resolve(specifier, page, { skipSelf: true }) : null
      },
    },
    /** Hides warnings about the wrappers: they import more than each of the vendor's entries exports. */
    onLog(_level, { code, id = '' }) {
      if (['IMPORT_IS_UNDEFINED', 'MISSING_EXPORT'].includes(code) && isWrapper(id)) return false
    },
  }
}

function vite() {
  return {
    ...rollup(),
    enforce: 'pre',
    config() {
      const isRolldown = this?.meta?.rolldownVersion !== undefined
      const bundling = isRolldown ? { rolldownOptions: { plugins: [rollup()] } } : { esbuildOptions: { plugins: [esbuild()] } }
      return {
        // Packages that the dev server prebundles can import the vendor's as a page does.
        optimizeDeps: { exclude: ['incode-core'], ...bundling },
        // On a server, Vite leaves packages to Node without calling plugins.
        ssr: { noExternal: ['@incodetech/core', '@incodetech/web'] },
      }
    },
  }
}

function webpack() {
  const find = createSearch()
  return {
    apply({ options, hooks }) {
      // A wrapper imports more than each of the vendor's entries exports, and has the side effects of the vendor's entry.
      options.module.rules.push({ include: Object.values(WRAPPERS), parser: { exportsPresence: false }, sideEffects: true })
      hooks.normalModuleFactory.tap(NAME, (factory) => {
        factory.hooks.beforeResolve.tap(NAME, (data) => {
          const { wrapper, page } = find(data.request, data.contextInfo.issuer)
          if (wrapper) data.request = wrapper
          if (page) data.context = dirname(page)
        })
      })
    },
  }
}

/** Marks the plugin's own call of esbuild's `resolve`, which calls the plugin again. */
const SEARCH = Symbol('search')

function esbuild() {
  const find = createSearch()
  return {
    name: NAME,
    setup({ onResolve, resolve }) {
      onResolve({ filter: REPLACED }, ({ path, importer, kind, pluginData }) => {
        if (pluginData === SEARCH) return
        const { wrapper, page } = find(path, importer)
        if (wrapper) return { path: wrapper }
        if (page) return resolve(path, { importer: page, resolveDir: dirname(page), kind, pluginData: SEARCH })
      })
    },
  }
}
