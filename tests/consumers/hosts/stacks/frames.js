// The first frame of an error's stack, in the formats of V8 and JavaScriptCore.

export function firstFrame({ name, message, stack }) {
  const header = `${name}: ${message}`
  const frames = stack.startsWith(header) ? stack.slice(header.length) : stack
  return (
    frames
      .split('\n')
      .map((line) => line.trim())
      .find((line) => /^at |@/.test(line)) ?? ''
  )
}

/** Calls each function and returns what is wrong with the first frames of their errors. */
export async function wrongFrames(functions, isCaller, codeOf = (name) => name) {
  const wrong = []
  const seen = new Map()
  for (const [name, run] of Object.entries(functions)) {
    const error = await run().then(
      () => undefined,
      (error) => error,
    )
    const code = codeOf(name)
    if (error?.code !== code) wrong.push(`${name}: code is ${error?.code ?? error}, not ${code}: ${error?.message}`)
    if (!error?.stack) continue
    const frame = firstFrame(error)
    if (!isCaller(frame, name)) wrong.push(`${name}: the first frame is ${JSON.stringify(frame)}\n${error.stack.slice(0, 600)}`)
    if (seen.has(frame)) wrong.push(`${name}: has the first frame of ${seen.get(frame)}: ${frame}`)
    seen.set(frame, name)
    if (!error.stack.startsWith(`IncodeError: ${error.message}`)) wrong.push(`${name}: the stack starts with ${error.stack.slice(0, 100)}`)
  }
  return wrong
}
