import type { RspackPluginInstance } from '@rspack/core'
import type { Plugin as EsbuildPlugin } from 'esbuild'
import incodeCore from 'incode-core/plugin'
import type { Plugin as RolldownPlugin } from 'rolldown'
import type { Plugin as RollupPlugin } from 'rollup'
import type { Plugin as VitePlugin } from 'vite'
import type { WebpackPluginInstance } from 'webpack'

export const vite: VitePlugin = incodeCore.vite()
export const rollup: RollupPlugin = incodeCore.rollup()
export const rolldown: RolldownPlugin = incodeCore.rolldown()
export const webpack: WebpackPluginInstance = incodeCore.webpack()
export const rspack: RspackPluginInstance = incodeCore.rspack()
export const esbuild: EsbuildPlugin = incodeCore.esbuild()

// @ts-expect-error there is no such bundler
incodeCore.grunt()
