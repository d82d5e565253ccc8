const { join } = require('node:path')

module.exports = {
  projectRoot: __dirname,
  watchFolders: [join(__dirname, '../../node_modules')], // of the tests, where the tools are installed
  resetCache: true,
  transformer: { enableBabelRuntime: false },
}
