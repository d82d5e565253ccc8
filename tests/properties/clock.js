// A clock that stands still while anything can still happen, then jumps to its next timer: no run waits for real time.
const { setImmediate } = globalThis

export class Clock {
  now = 0
  #timers = new Map()
  #serial = 0
  #held = new Set()

  /** Calls `run` after `ms`. Treats odd delays as `setTimeout` does. */
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

  /** Stands still until a promise of the real world settles. */
  hold(promise) {
    const release = () => this.#held.delete(promise)
    this.#held.add(promise)
    promise.then(release, release)
    return promise
  }

  /** Runs until `isOver`, or until no timer is left. */
  async run(isOver = () => false) {
    for (;;) {
      do await settled()
      while (this.#held.size > 0)
      if (isOver() || this.#timers.size === 0) return
      const [id, { at, run }] = [...this.#timers].reduce((next, other) => (other[1].at < next[1].at ? other : next))
      this.#timers.delete(id)
      this.now = at
      run()
    }
  }
}

/** Waits until every promise that can settle by itself has done so. Streams take more than one turn. */
async function settled() {
  for (let turn = 0; turn < 2; turn++) await new Promise((done) => setImmediate(done))
}
