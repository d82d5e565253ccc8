// @vitest-environment happy-dom
import { behaves } from './behaves.js'

behaves('happy-dom')
