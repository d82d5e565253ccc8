// Reads a linked module with the relocations that the linker leaves in it on request (`--emit-relocs`). They name each function that is
// called and each whose address is taken, in code or in data such as a vtable; without them nothing tells a function's address from
// any other number. https://github.com/WebAssembly/tool-conventions/blob/main/Linking.md

const SECTION = { custom: 0, type: 1, import: 2, function: 3, export: 7, code: 10, data: 11 }
const SYMBOL = { function: 0, data: 1, section: 3 }
const IS_UNDEFINED = 0x10
const HAS_NAME = 0x40
/** Relocations of a function's place in the table. */
const TAKES_ADDRESS = [1, 2, 12, 18, 19, 24]
/** Relocations of an address in memory or of an offset: an addend follows. */
const HAS_ADDEND = [3, 4, 5, 8, 9, 11, 14, 15, 16, 17, 21, 22, 23, 25]
/** The relocation that names a type, where all others name a symbol. */
const NAMES_TYPE = 6
const UNREACHABLE = 0x00
const END = 0x0b

/**
 * Its functions: those that it defines, those that it imports, and the exported ones by the names of the exports. `uses` is what a
 * function calls, takes the address of or refers to; data has `uses` too.
 */
export function read(bytes) {
  const sections = sectionsOf(bytes)
  const find = (id, name = '') => sections.find((each) => each.id === id && each.name === name)
  const open = (id, name) => find(id, name)?.reader() ?? new Reader([0], 0, 1)
  for (const name of ['linking', 'name']) {
    if (!find(SECTION.custom, name))
      throw new Error(`the module has no section ${name}: it has to be linked with --emit-relocs, and its names kept`)
  }
  const types = open(SECTION.type).list(functionType)
  const imported = open(SECTION.import).list((reader) => importedFunction(reader, types))
  const names = functionNames(open(SECTION.custom, 'name'))
  const typeIndexes = open(SECTION.function).list((reader) => reader.number())
  const defined = open(SECTION.code).list((reader, index) => {
    const size = reader.number()
    const start = reader.skip(size)
    const endsInTrap = bytes[reader.at - 2] === UNREACHABLE
    return {
      name: names.get(imported.length + index) ?? '',
      ...types[typeIndexes[index]],
      endsInTrap,
      start,
      end: reader.at,
      uses: new Set(),
    }
  })
  const functions = [...imported, ...defined]

  const segments = open(SECTION.data).list(segmentStart)
  const data = []
  const symbols = symbolsOf(open(SECTION.custom, 'linking')).map(({ kind, index, name, offset, size }) => {
    if (kind === SYMBOL.function) return functions[index]
    if (kind !== SYMBOL.data || index === undefined) return undefined
    const start = segments[index] + offset
    data.push({ name, start, end: start + size, uses: new Set() })
    return data.at(-1)
  })

  const relocate = (name, { at: base }, holders) => {
    if (!find(SECTION.custom, name)) return
    for (const { type, offset, symbol } of relocationsOf(open(SECTION.custom, name))) {
      const used = type === NAMES_TYPE ? undefined : symbols[symbol]
      if (!used) continue
      if (TAKES_ADDRESS.includes(type)) used.hasAddressTaken = true
      const isThere = ({ start, end }) => start <= base + offset && base + offset < end
      for (const holder of holders.filter(isThere)) holder.uses.add(used)
    }
  }
  relocate('reloc.CODE', open(SECTION.code), defined)
  relocate('reloc.DATA', open(SECTION.data), data)

  const exported = new Map()
  open(SECTION.export).list((reader) => {
    const name = reader.text()
    const isFunction = reader.byte() === 0
    const index = reader.number()
    if (isFunction) exported.set(name, functions[index])
  })
  return { defined, imported, exported }
}

/** The module with functions that do nothing, or trap where they had to give a result; and without what the linker left for us. */
export function withEmptied(bytes, functions) {
  const emptied = new Map(functions.map((each) => [each.start, each.hasResult ? [0, UNREACHABLE, END] : [0, END]]))
  const sized = (content) => [leb(content.length), content]
  const parts = [bytes.subarray(0, 8)]
  for (const { id, name, start, end, reader } of sectionsOf(bytes)) {
    if (id === SECTION.custom && /^(linking|reloc\..*)$/.test(name)) continue
    let content = bytes.subarray(start, end)
    if (id === SECTION.code) {
      const bodies = reader().list((body) => {
        const size = body.number()
        const begin = body.skip(size)
        return emptied.get(begin) ?? bytes.subarray(begin, begin + size)
      })
      content = concat([leb(bodies.length), ...bodies.flatMap(sized)])
    }
    parts.push([id], ...sized(content))
  }
  return concat(parts)
}

function concat(parts) {
  return Buffer.concat(parts.map((part) => Uint8Array.from(part)))
}

function leb(number) {
  return number < 128 ? [number] : [(number & 127) | 128, ...leb(number >>> 7)]
}

class Reader {
  constructor(bytes, at, end) {
    Object.assign(this, { bytes, at, end })
  }

  byte() {
    return this.bytes[this.at++]
  }

  /** A LEB128 of up to 32 bits; of a longer one, such as an addend, only where it ends is right. */
  number() {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte()
      value |= (byte & 127) << shift
      if (byte < 128) return value >>> 0
    }
  }

  /** Gives where it stood. */
  skip(size) {
    this.at += size
    return this.at - size
  }

  text() {
    const size = this.number()
    return new TextDecoder().decode(this.bytes.subarray(this.skip(size), this.at))
  }

  list(read) {
    return Array.from({ length: this.number() }, (_, index) => read(this, index))
  }

  /** What goes on to the end in parts that begin with a kind and a size. */
  parts(read) {
    while (this.at < this.end) {
      const kind = this.byte()
      const end = this.number() + this.at
      read(kind, new Reader(this.bytes, this.at, end))
      this.at = end
    }
  }
}

function sectionsOf(bytes) {
  const sections = []
  new Reader(bytes, 8, bytes.length).parts((id, content) => {
    const { at: start, end } = content
    const name = id === SECTION.custom ? content.text() : ''
    const { at } = content
    sections.push({ id, name, start, end, reader: () => new Reader(bytes, at, end) })
  })
  return sections
}

function functionType(reader) {
  reader.byte()
  const parameters = reader.list((parameter) => parameter.byte()).length
  return { parameters, hasResult: reader.list((result) => result.byte()).length > 0 }
}

function importedFunction(reader, types) {
  const [module, name] = [reader.text(), reader.text()]
  if (reader.byte() !== 0) throw new Error(`${name} is imported from ${module}, and is no function`)
  return { name, ...types[reader.number()], uses: new Set() }
}

function segmentStart(reader) {
  const mode = reader.number()
  if (mode === 2) reader.number()
  if (mode !== 1) {
    // Where in memory: i32.const, the number, end.
    reader.byte()
    reader.number()
    reader.byte()
  }
  return reader.skip(reader.number())
}

function functionNames(section) {
  const FUNCTIONS = 1
  const names = new Map()
  section.parts((kind, reader) => {
    if (kind === FUNCTIONS) reader.list(() => names.set(reader.number(), reader.text()))
  })
  return names
}

function symbolsOf(section) {
  const SYMBOLS = 8
  let symbols = []
  section.number() // the version
  section.parts((kind, reader) => {
    if (kind === SYMBOLS) symbols = reader.list(symbol)
  })
  return symbols
}

function symbol(reader) {
  const kind = reader.byte()
  const flags = reader.number()
  const isDefined = !(flags & IS_UNDEFINED)
  if (kind === SYMBOL.section) return { kind, index: reader.number() }
  if (kind !== SYMBOL.data) return { kind, index: reader.number(), name: isDefined || flags & HAS_NAME ? reader.text() : '' }
  const name = reader.text()
  return isDefined ? { kind, name, index: reader.number(), offset: reader.number(), size: reader.number() } : { kind, name }
}

function relocationsOf(section) {
  section.number() // the section that they are for
  return section.list((reader) => {
    const type = reader.byte()
    const [offset, symbol] = [reader.number(), reader.number()]
    if (HAS_ADDEND.includes(type)) reader.number()
    return { type, offset, symbol }
  })
}
