// Runs before the page's own scripts, to record the wasm instances that a client makes.
{
  const instances = []
  const kept = (made) => {
    instances.push((made.instance ?? made).exports)
    return made
  }
  for (const name of ['instantiate', 'instantiateStreaming']) {
    const own = WebAssembly[name]
    WebAssembly[name] = (...given) => own.apply(WebAssembly, given).then(kept)
  }
  window.wasmSizes = () => {
    const parts = instances.flatMap((exports) => Object.values(exports))
    const memories = parts.filter((part) => part instanceof WebAssembly.Memory)
    // An empty slot is undefined in a table of externrefs, and null in one of functions.
    const externrefs = parts.filter((part) => part instanceof WebAssembly.Table && part.length > 0 && part.get(0) === undefined)
    return {
      memory: memories.length ? memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0) : null,
      externrefs: externrefs.length ? externrefs.reduce((sum, { length }) => sum + length, 0) : null,
    }
  }
}
