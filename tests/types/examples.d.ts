// Names that the examples in pkg/index.d.ts use.
declare const process: { env: Record<string, string> }
declare const apiURL: string
declare const apiKey: string
declare const token: string
declare const user: { id: string }
declare const error: import('incode-core').IncodeError
declare function startOver(): void
declare function retryIn(ms: number): void
declare function showError(error: Error): void
