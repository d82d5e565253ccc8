// incode-core/flow has only types, so at run time its module is empty. The element itself is Incode's.
export {}
