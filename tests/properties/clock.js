// A clock that stands still until nothing happens any more, and then goes to its next timer: no run waits for real time.
const { setImmediate } = globalThis

export class Clock {
  now = 0
  #timers = new Map()
  #serial = 0

  /** Calls `run` after `ms`. What `setTimeout` would make of odd delays, this makes of them too. */
  schedule(run, ms) {
    const delay = ms >= 0 && ms < 2 ** 31 ? Number(ms) : 1
    this.#timers.set(++this.#serial, { at: this.now + delay, run })
    return this.#serial
  }

  forget(id) {
    this.#timers.delete(id)
  }

  isOpen(id) {
    return this.#timers.has(id)
  }

  /** Goes on until `isOver`, or until there is nothing left to come. */
  async run(isOver = () => false) {
    for (;;) {
      await settled()
      if (isOver() || this.#timers.size === 0) return
      const [id, { at, run }] = [...this.#timers].reduce((next, other) => (other[1].at < next[1].at ? other : next))
      this.#timers.delete(id)
      this.now = at
      run()
    }
  }
}

/** Every promise that can settle by itself has done so; streams take more than one turn. */
async function settled() {
  for (let turn = 0; turn < 2; turn++) await new Promise((done) => setImmediate(done))
}
