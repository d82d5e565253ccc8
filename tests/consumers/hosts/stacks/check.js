// Runs the application's failing calls in whatever runtime this is, and returns which errors do not lead back to it.
import { callers, later, loaders, panickers } from './callers.js'
import { wrongFrames } from './frames.js'

export async function check(core, panickingCore, file, api, apiKey) {
  const isCaller = (frame, name) => frame.includes(file) && frame.includes(name)
  const wrong = await withoutWebAssembly(() => wrongFrames(loaders(core, api, apiKey), isCaller, () => 'MODULE_LOAD'))
  const made = callers(core, api, apiKey)
  const awaitedLater = Object.fromEntries(Object.entries(made).map(([name, call]) => [name, () => later(call)]))
  for (const functions of [made, awaitedLater]) wrong.push(...(await wrongFrames(functions, isCaller)))
  wrong.push(...(await wrongFrames(panickers(panickingCore, api), isCaller, () => 'INTERNAL')))
  return wrong
}

/** Runs without WebAssembly, as under a Content-Security-Policy that forbids it. */
async function withoutWebAssembly(run) {
  const forbidden = async () => {
    throw new WebAssembly.CompileError('Wasm code generation disallowed by embedder')
  }
  const replaced = ['compile', 'compileStreaming', 'instantiate', 'instantiateStreaming']
  const before = replaced.map((name) => Object.getOwnPropertyDescriptor(WebAssembly, name))
  for (const name of replaced) Object.defineProperty(WebAssembly, name, { value: forbidden, configurable: true })
  try {
    return await run()
  } finally {
    for (const [at, name] of replaced.entries()) {
      if (before[at]) Object.defineProperty(WebAssembly, name, before[at])
      else delete WebAssembly[name]
    }
  }
}
