// The groups of a check, in order. Each has a title, an `observe` that sends its requests, and rows. A row has an `id`, the assumption, the
// section of docs/guarantees.md that depends on it, the rows that it needs, and a `compare` that returns a verdict.
import { address } from './groups/address.js'
import { finish } from './groups/finish.js'
import { page } from './groups/page.js'
import { responses } from './groups/responses.js'
import { start } from './groups/start.js'
import { wrongKey } from './groups/wrong-key.js'

export const groups = [address, start, wrongKey, page, finish, responses]
