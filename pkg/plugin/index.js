// The plugin for bundlers: in the page, `@incodetech/core`, `@incodetech/core/session` and `@incodetech/web` are the wrappers beside
// this file; in the wrappers and in the vendor's own packages they are the vendor's.
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
 * Gives a function that says what one of the three means in `importer`: `{ wrapper }`; `{ page }`, a file of the page, from which to
 * search the vendor's, because a wrapper may lie where the page's packages are out of reach; or nothing to change.
 */
function search() {
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

/** The name of the package that a folder belongs to: the vendor's may be linked from anywhere. */
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
    // There is none: look further up.
  }
}

function slashed(path) {
  return path.replaceAll('\\', '/')
}

function rollup() {
  const find = search()
  return {
    name: NAME,
    resolveId: {
      filter: { id: REPLACED },
      async handler(specifier, importer, options) {
        // What Vite's dev server bundles ahead are the vendor's own packages, which it finds by itself.
        if (options?.scan) return null
        const { wrapper, page } = find(specifier, importer)
        if (wrapper) return slashed(wrapper)
        return page ? this.resolve(specifier, page, { skipSelf: true }) : null
      },
    },
    /** A wrapper asks for more than each of the vendor's entries has to export. */
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
        // Packages that the dev server bundles ahead may import the vendor's as a page does.
        optimizeDeps: { exclude: ['incode-core'], ...bundling },
        // On a server Vite leaves packages to Node, and asks no plugin what they are.
        ssr: { noExternal: ['@incodetech/core', '@incodetech/web'] },
      }
    },
  }
}

function webpack() {
  const find = search()
  return {
    apply({ options, hooks }) {
      // A wrapper asks for more than each of the vendor's entries has to export, and has the effects that the vendor's has.
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

/** Marks esbuild's own search for the vendor's, which comes by the plugin again. */
const SEARCH = Symbol('search')

function esbuild() {
  const find = search()
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
