// incode-core/flow has types alone: the element is the vendor's. Who imports it for them gets this, and nothing else.
export {}
