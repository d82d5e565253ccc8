/** Registers the mock of `<incode-flow>`. The element's types are `@incodetech/core/flow`. */
export {}
