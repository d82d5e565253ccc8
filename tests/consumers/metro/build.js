// Bundles the page with Metro, as `expo export --platform web` and React Native for Web do.
const { cpSync, mkdirSync } = require('node:fs')
const { join } = require('node:path')
const Metro = require('metro')

async function build() {
  const config = await Metro.loadConfig({ cwd: __dirname })
  mkdirSync(join(__dirname, 'dist'), { recursive: true })
  await Metro.runBuild(config, { entry: 'main.js', platform: 'web', dev: false, out: join(__dirname, 'dist/bundle.js') })
  cpSync(join(__dirname, 'index.html'), join(__dirname, 'dist/index.html'))
}

build()
