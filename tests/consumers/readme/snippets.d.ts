// Names that the documented snippets use and that have no types here.
declare module 'express'
declare module 'incode-core'
declare module 'incode-core/wasm?url'
declare module 'incode-core/plugin'
// The part of Jest's globals that the snippets use is the same in Vitest.
declare const jest: typeof import('vitest').vi
declare const test: typeof import('vitest').test
declare const expect: typeof import('vitest').expect
declare function showResult(response: Response): void
declare function showError(error: unknown): void
declare function startOver(): void
declare function retryIn(ms: number): void
declare function getFinishStatus(): Promise<unknown>
