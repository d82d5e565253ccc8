// Names that the documented snippets use and that have no types here.
declare module 'express'
declare module 'incode-core'
declare module 'incode-core/wasm?url'
declare module 'incode-core/plugin'
declare const jest: any
declare const test: any
declare const expect: any
declare function showResult(response: Response): void
declare function showError(error: unknown): void
declare function startOver(): void
declare function retryIn(ms: number): void
declare function getFinishStatus(): Promise<unknown>
