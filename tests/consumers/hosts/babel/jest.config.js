const project = (displayName, presets, more) => ({
  displayName,
  testEnvironment: 'jsdom',
  testMatch: ['**/session.test.js'],
  setupFiles: ['whatwg-fetch'],
  transform: { '\\.[cm]?js$': ['babel-jest', { presets }] },
  transformIgnorePatterns: [],
  ...more,
})
const current = [['@babel/preset-env', { targets: { node: 'current' } }]]
const asModule = { moduleNameMapper: { '^incode-core$': '<rootDir>/node_modules/incode-core/dist/index.js' } }

module.exports = {
  projects: [
    project('any runtime', ['@babel/preset-env']),
    project('this runtime', current),
    project('the ES module, any runtime', ['@babel/preset-env'], asModule),
    project('the ES module, this runtime', current, asModule),
    // The only environments that load MSW.
    project('MSW, node', current, { testEnvironment: 'node', testMatch: ['**/msw.test.js'], setupFiles: [] }),
    project('MSW, jsdom', current, { testEnvironment: 'jest-fixed-jsdom', testMatch: ['**/msw.test.js'], setupFiles: [] }),
  ],
}
