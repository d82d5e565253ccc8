// A file without imports or exports, for only such a one may declare a module that is not there.

/** Registers `<incode-flow>`. */
declare module '@incodetech/web/flow' {}

/** What the element looks like; a bundler takes it. */
declare module '@incodetech/web/flow/styles.css' {}
