// A consumer's project: copied to a new folder, with the tarball installed as a user would install it.
import { spawn } from 'node:child_process'
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, delimiter, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

const here = import.meta.dirname
const LIMIT = 420_000

const running = new Set()
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))
process.once('exit', () => running.forEach(kill))

/** Ends a process and its children. */
function kill({ pid }) {
  try {
    process.kill(-pid)
  } catch {
    // It has already ended.
  }
}

export class Project {
  #processes = new Set()
  #closers = []
  /** Output of the processes that are still running. */
  output = ''

  constructor(name, environment) {
    this.folder = join(here, 'made', name)
    /** Variables of its processes. Folders of `PATH` precede those of this process. */
    this.environment = environment
  }

  /** Copies `folders` over each other. Installs `packages` ({ name: tarball or folder }) and the local dependencies of the first folder. */
  async lay(folders, packages) {
    await rm(this.folder, { recursive: true, force: true })
    await mkdir(this.folder, { recursive: true })
    const isSource = (path) => !['node_modules', '.venv'].includes(basename(path))
    for (const folder of folders) await cp(join(here, folder), this.folder, { recursive: true, filter: isSource })
    for (const file of ['journey.mjs', '../contract/sandbox-key.mjs']) await cp(join(here, file), join(this.folder, basename(file)))
    const all = { ...packages, ...(await this.#ownFolders(join(here, folders[0]))) }
    const wanted = Object.entries(all).map(([name, where]) => `${name}@file:${where}`)
    await this.run('npm install --no-audit --no-fund --no-package-lock --install-links --ignore-scripts ' + wanted.join(' '))
  }

  /** Returns the dependencies that are folders of this repository. All others must have the version that tests/consumers/package.json has. */
  async #ownFolders(from) {
    const [manifest, { devDependencies: shared }] = await Promise.all(
      [this.folder, here].map(async (folder) => JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))),
    )
    const { dependencies, devDependencies, ...rest } = manifest
    await writeFile(join(this.folder, 'package.json'), JSON.stringify(rest))
    const isShared = (name, version) => shared[name] === version || Object.values(shared).includes(`npm:${name}@${version}`)
    const own = {}
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      if (version.startsWith('file:')) own[name] = join(from, version.slice('file:'.length))
      else if (!isShared(name, version)) throw new Error(`tests/consumers/package.json must have ${name} in version ${version}`)
    }
    return own
  }

  /** Runs a script of the project's package.json. */
  async script(name) {
    const { scripts } = JSON.parse(await readFile(join(this.folder, 'package.json'), 'utf8'))
    return this.run(scripts[name])
  }

  /** Starts a script of the project's package.json. Resolves with its address as soon as it has printed the port. */
  async start(name, environment = {}) {
    const { scripts } = JSON.parse(await readFile(join(this.folder, 'package.json'), 'utf8'))
    const found = (output) => output.match(/(?:http:\/\/127\.0\.0\.1:|"port":)(\d+)\b/)?.[1]
    const port = await this.#process(scripts[name], found, environment)
    return `http://127.0.0.1:${port}/`
  }

  run(command) {
    return this.#process(command)
  }

  /** Runs a command until it ends or until `found` returns a value for its output. */
  async #process(command, found = () => undefined, environment = {}) {
    const bins = [this.folder, here].map((folder) => join(folder, 'node_modules/.bin'))
    const path = [...bins, this.environment.PATH ?? [], process.env.PATH].flat().join(delimiter)
    const child = spawn(command, {
      cwd: this.folder,
      env: { ...process.env, ...this.environment, ...environment, PATH: path, NO_COLOR: '1', FORCE_COLOR: '0' },
      shell: true,
      detached: true, // its own process group, so that its children end with it
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#processes.add(child)
    running.add(child)
    let output = ''
    let isFound = false
    const stop = new AbortController()
    const finished = new Promise((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text) => {
          if (isFound) this.output += text
          output += text
          const value = found(output)
          if (value === undefined) return
          isFound = true
          resolve(value)
        })
      }
      child.on('error', reject)
      child.on('close', (code) => {
        this.#processes.delete(child)
        running.delete(child)
        if (code === 0) resolve(output)
        else reject(new Error(`\`${command}\` exited with code ${code}\n${output}`))
      })
    })
    const timedOut = wait(LIMIT, undefined, { signal: stop.signal }).then(() => {
      throw new Error(`\`${command}\` did not end within ${LIMIT / 1000} s\n${output}`)
    })
    timedOut.catch(() => {})
    return Promise.race([finished, timedOut]).finally(() => stop.abort())
  }

  /** Registers `closable`, which `end` closes. */
  keep(closable) {
    this.#closers.push(closable)
    return closable
  }

  /** Returns the content of all files in a folder of the project, except source maps, which repeat it. */
  async files(folder) {
    const entries = await readdir(join(this.folder, folder), { recursive: true, withFileTypes: true })
    const files = entries
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.map'))
      .map((entry) => join(entry.parentPath, entry.name))
    return Promise.all(files.map((file) => readFile(file, 'latin1')))
  }

  async end() {
    this.#processes.forEach(kill)
    for (const { close } of this.#closers) await close()
  }
}
