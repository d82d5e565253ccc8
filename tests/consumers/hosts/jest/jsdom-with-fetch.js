// Adds only what plain fetch requires in Jest's jsdom. Signals are jsdom's, and the fetch that gets them is Node's.
const { TestEnvironment } = require('jest-environment-jsdom')

module.exports = class extends TestEnvironment {
  constructor(...args) {
    super(...args)
    Object.assign(this.global, { fetch, Headers, Request, Response })
  }
}
