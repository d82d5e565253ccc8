// @vitest-environment node
import { isAnsweredByMSW } from './msw.js'

isAnsweredByMSW()
