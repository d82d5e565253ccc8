// For Rust too, which takes what stands in the quotes.
export const SANDBOX_KEY = 'sandbox-api-key-4f1c9d'
