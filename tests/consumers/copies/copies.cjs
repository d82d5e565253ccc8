// Checks that `instanceof` works between copies of the package. CommonJS, so that every copy can be tested by the same code.

/** Throws if an error of one copy is not an IncodeError of another, or if a subclass claims errors that are not its own. */
exports.agree = async function agree(copies) {
  const made = {}
  for (const [name, { getFinishStatus, IncodeError }] of Object.entries(copies)) {
    const rejected = await getFinishStatus(5).catch((error) => error)
    const constructed = new IncodeError({ code: 'NETWORK', message: 'offline' })
    class Subclass extends IncodeError {}
    made[name] = { rejected, constructed, Subclass, derived: new Subclass({ code: 'TIMEOUT', message: 'late' }) }
  }
  for (const [name, { IncodeError }] of Object.entries(copies)) {
    for (const [other, { rejected, constructed, derived, Subclass }] of Object.entries(made)) {
      const where = `${other}, seen from ${name}`
      expect(rejected instanceof IncodeError, true, `an error of a call of ${where}`)
      expect(constructed instanceof IncodeError, true, `a new error of ${where}`)
      expect(derived instanceof IncodeError, true, `an error of a subclass of ${where}`)
      expect(derived instanceof Subclass, true, `an error of its own subclass of ${where}`)
      for (const error of [rejected, constructed, ...(name === other ? [] : [made[name].derived])]) {
        expect(error instanceof Subclass, false, `an error that is not of the subclass of ${where}`)
      }
    }
    const others = [new Error('x'), new TypeError('x'), { message: 'x' }, Object.create(null), null, undefined, 'IncodeError', 5, () => {}]
    for (const value of others) expect(value instanceof IncodeError, false, `a value that is not an IncodeError, seen from ${name}`)
  }
  const classes = Object.values(copies).map(({ IncodeError }) => IncodeError)
  expect(new Set(classes).size, classes.length, 'the number of classes')
}

function expect(actual, expected, name) {
  if (actual !== expected) throw new Error(`${name}: expected ${expected}, got ${actual}`)
}
