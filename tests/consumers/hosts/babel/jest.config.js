const project = (displayName, presets, more) => ({
  displayName,
  testEnvironment: 'jsdom',
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
  ],
}
