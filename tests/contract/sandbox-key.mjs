// tests/support/src/lib.rs reads the string between the quotes.
export const SANDBOX_KEY = 'sandbox-api-key-4f1c9d'
