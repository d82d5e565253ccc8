// @vitest-environment node
import { behaves } from './behaves.js'

behaves('node')
