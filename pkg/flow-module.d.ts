// This file has no imports or exports: only such a file can declare a module that is not installed.

/** Registers `<incode-flow>`. */
declare module '@incodetech/web/flow' {
  export type FlowConfig = import('./flow.js').FlowConfig
}

/** Styles of `<incode-flow>`, for a bundler. */
declare module '@incodetech/web/flow/styles.css' {}

/** Base styles of Incode's elements, for a bundler. */
declare module '@incodetech/web/base.css' {}

/** Light theme, for a bundler. */
declare module '@incodetech/web/themes/light.css' {}

/** Dark theme, for a bundler. */
declare module '@incodetech/web/themes/dark.css' {}
