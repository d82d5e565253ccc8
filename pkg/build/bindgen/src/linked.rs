//! Reads a linked module with the relocations that the linker keeps on request (`--emit-relocs`). They name each function that is
//! called and each one whose address is taken, in code or in data such as a vtable. Without them, an address looks like any other
//! number. See <https://github.com/WebAssembly/tool-conventions/blob/main/Linking.md>.

use std::{collections::HashMap, ops::Range};

use anyhow::{Context, bail};
use wasm_encoder::{CodeSection, Module as Encoder, RawSection, SectionId};
use wasmparser::{
    ExternalKind, FuncType, KnownCustom, Linking, LinkingSectionReader, Name, NameSectionReader, Operator, Parser,
    Payload, RelocSectionReader, RelocationType, SymbolInfo, TypeRef,
};

/// A function or a piece of data.
#[derive(Default)]
pub struct Node {
    pub name: String,
    /// The functions and data that this one calls, refers to or takes the address of: indexes into `Linked::nodes`.
    pub uses: Vec<usize>,
    /// True for a function whose address is taken.
    pub has_address_taken: bool,
    /// Where the address of the data goes: to the function that is called with it as an argument; `None` is any other place.
    pub passed_to: Vec<Option<usize>>,
    /// The number of wasm parameters; 0 for data.
    pub parameters: usize,
    pub has_result: bool,
    /// True if the last instruction of the function's body is `unreachable`.
    pub ends_in_trap: bool,
    /// The bytes of the function's body, or of the data; empty for an import.
    range: Range<usize>,
}

/// A linked module.
pub struct Linked<'a> {
    bytes: &'a [u8],
    /// The imported functions, then the defined ones, by their index in the module; then the data.
    pub nodes: Vec<Node>,
    pub imported: Range<usize>,
    pub defined: Range<usize>,
    /// The exported functions, in the order of the exports.
    pub exports: Vec<(&'a str, usize)>,
}

/// The sections that are needed together.
#[derive(Default)]
struct Sections<'a> {
    names: Option<NameSectionReader<'a>>,
    linking: Option<LinkingSectionReader<'a>>,
    relocations: Vec<RelocSectionReader<'a>>,
    /// The range of each section's contents, by the section's index.
    ranges: Vec<Range<usize>>,
    /// The offset of each data segment's bytes.
    segments: Vec<usize>,
    /// The places of the constants that are arguments of a call, and the function that is called.
    arguments: HashMap<usize, usize>,
}

impl<'a> Linked<'a> {
    /// Reads a module that was linked with `--emit-relocs`.
    pub fn read(bytes: &'a [u8]) -> anyhow::Result<Self> {
        let mut linked = Self { bytes, nodes: Vec::new(), imported: 0..0, defined: 0..0, exports: Vec::new() };
        let sections = linked.read_sections()?;
        linked.name(sections.names.clone().with_context(|| missing("name"))?)?;
        let symbols = linked.read_symbols(sections.linking.clone().with_context(|| missing("linking"))?, &sections)?;
        for relocations in &sections.relocations {
            linked.read_relocations(relocations, &symbols, &sections)?;
        }
        Ok(linked)
    }

    fn read_sections(&mut self) -> anyhow::Result<Sections<'a>> {
        let mut sections = Sections::default();
        let mut types = Vec::new();
        let mut type_indexes = Vec::new();
        for payload in Parser::new(0).parse_all(self.bytes) {
            let payload = payload?;
            if let Some((_, range)) = payload.as_section() {
                sections.ranges.push(range);
            }
            match payload {
                Payload::TypeSection(reader) => {
                    types = reader.into_iter_err_on_gc_types().collect::<Result<_, _>>()?;
                }
                Payload::ImportSection(reader) => {
                    for import in reader.into_imports() {
                        let import = import?;
                        let TypeRef::Func(index) = import.ty else {
                            bail!("{} is imported from {} and is not a function", import.name, import.module);
                        };
                        self.nodes.push(Node { name: import.name.to_owned(), ..Node::default() });
                        type_indexes.push(index);
                    }
                    self.imported = 0..self.nodes.len();
                }
                Payload::FunctionSection(reader) => {
                    for index in reader {
                        type_indexes.push(index?);
                    }
                }
                Payload::ExportSection(reader) => {
                    for export in reader {
                        let export = export?;
                        if export.kind == ExternalKind::Func {
                            self.exports.push((export.name, export.index as usize));
                        }
                    }
                }
                Payload::CodeSectionEntry(body) => {
                    let operators =
                        body.get_operators_reader()?.into_iter_with_offsets().collect::<Result<Vec<_>, _>>()?;
                    // The last operator is the body's `end`.
                    let ends_in_trap = matches!(operators[..], [.., (Operator::Unreachable, _), (Operator::End, _)]);
                    for (at, (operator, _)) in operators.iter().enumerate() {
                        let Operator::Call { function_index } = *operator else { continue };
                        let callee = function_index as usize;
                        let parameters = type_of(callee, &types, &type_indexes)?.params().len();
                        // Constants directly before the call are its last arguments.
                        for (operator, place) in operators[..at].iter().rev().take(parameters) {
                            let Operator::I32Const { .. } = operator else { break };
                            sections.arguments.insert(place + 1, callee);
                        }
                    }
                    self.nodes.push(Node { range: body.range(), ends_in_trap, ..Node::default() });
                }
                Payload::DataSection(reader) => {
                    for segment in reader {
                        let segment = segment?;
                        sections.segments.push(segment.range.end - segment.data.len());
                    }
                }
                Payload::CustomSection(section) => match section.as_known() {
                    KnownCustom::Name(reader) => sections.names = Some(reader),
                    KnownCustom::Linking(reader) => sections.linking = Some(reader),
                    KnownCustom::Reloc(reader) => sections.relocations.push(reader),
                    _ => {}
                },
                _ => {}
            }
        }
        self.defined = self.imported.end..self.nodes.len();
        for (index, node) in self.nodes.iter_mut().enumerate() {
            let of = type_of(index, &types, &type_indexes)?;
            node.parameters = of.params().len();
            node.has_result = !of.results().is_empty();
        }
        Ok(sections)
    }

    fn name(&mut self, names: NameSectionReader<'a>) -> anyhow::Result<()> {
        for subsection in names {
            let Name::Function(functions) = subsection? else { continue };
            for naming in functions {
                let naming = naming?;
                let index = naming.index as usize;
                // An import keeps the name that it has in JavaScript.
                if self.defined.contains(&index) {
                    naming.name.clone_into(&mut self.nodes[index].name);
                }
            }
        }
        Ok(())
    }

    /// Returns the node of each symbol, and adds the nodes of the data.
    fn read_symbols(
        &mut self,
        linking: LinkingSectionReader<'a>,
        sections: &Sections<'_>,
    ) -> anyhow::Result<Vec<Option<usize>>> {
        let mut symbols = Vec::new();
        for subsection in linking {
            let Linking::SymbolTable(table) = subsection? else { continue };
            for symbol in table {
                symbols.push(match symbol? {
                    SymbolInfo::Func { index, .. } => Some(index as usize),
                    SymbolInfo::Data { name, symbol: Some(place), .. } => {
                        let segment = sections.segments.get(place.index as usize).context("a symbol has no segment")?;
                        let start = segment + place.offset as usize;
                        let range = start..start + place.size as usize;
                        self.nodes.push(Node { name: name.to_owned(), range, ..Node::default() });
                        Some(self.nodes.len() - 1)
                    }
                    _ => None,
                });
            }
        }
        Ok(symbols)
    }

    /// Adds to each node the nodes that its bytes refer to.
    fn read_relocations(
        &mut self,
        relocations: &RelocSectionReader<'_>,
        symbols: &[Option<usize>],
        sections: &Sections<'_>,
    ) -> anyhow::Result<()> {
        let section = sections.ranges.get(relocations.section_index() as usize);
        let section = section.context("relocations of a section that does not exist")?;
        for entry in relocations.entries() {
            let entry = entry?;
            if entry.ty == RelocationType::TypeIndexLeb {
                continue; // All others refer to a symbol.
            }
            let Some(used) = *symbols.get(entry.index as usize).context("a relocation has no symbol")? else {
                continue;
            };
            self.nodes[used].has_address_taken |= takes_address(entry.ty);
            let place = section.start + entry.offset as usize;
            self.nodes[used].passed_to.push(sections.arguments.get(&place).copied());
            for node in self.nodes.iter_mut().filter(|node| node.range.contains(&place)) {
                node.uses.push(used);
            }
        }
        Ok(())
    }

    /// Returns the exported function of this name.
    pub fn exported(&self, name: &str) -> Option<usize> {
        self.exports.iter().find(|(export, _)| *export == name).map(|&(_, index)| index)
    }

    /// Returns true if other data shares bytes with this one.
    pub fn is_shared(&self, index: usize) -> bool {
        let range = &self.nodes[index].range;
        let overlaps = |other: &Range<usize>| other.start < range.end && range.start < other.end;
        (self.defined.end..self.nodes.len()).any(|other| other != index && overlaps(&self.nodes[other].range))
    }

    /// Writes the module without what the linker added for `read`, and without the bodies of the functions and the bytes of the data
    /// that `is_emptied` names by their index. An emptied function returns nothing, or traps if it has a result. Emptied data is zeros.
    pub fn with_emptied(&self, is_emptied: impl Fn(usize) -> bool) -> anyhow::Result<Vec<u8>> {
        let mut code = CodeSection::new();
        for index in self.defined.clone() {
            let node = &self.nodes[index];
            match (is_emptied(index), node.has_result) {
                (false, _) => code.raw(&self.bytes[node.range.clone()]),
                (true, false) => code.raw(&[NO_LOCALS, END]),
                (true, true) => code.raw(&[NO_LOCALS, UNREACHABLE, END]),
            };
        }
        let mut bytes = self.bytes.to_vec();
        for index in (self.defined.end..self.nodes.len()).filter(|&index| is_emptied(index)) {
            bytes[self.nodes[index].range.clone()].fill(0);
        }
        let mut module = Encoder::new();
        for payload in Parser::new(0).parse_all(self.bytes) {
            let payload = payload?;
            let Some((id, range)) = payload.as_section() else { continue };
            match payload {
                Payload::CustomSection(section)
                    if section.name() == "linking" || section.name().starts_with("reloc.") => {}
                _ if id == SectionId::Code as u8 => {
                    module.section(&code);
                }
                _ => {
                    module.section(&RawSection { id, data: &bytes[range] });
                }
            }
        }
        Ok(module.finish())
    }
}

const NO_LOCALS: u8 = 0x00;
const UNREACHABLE: u8 = 0x00;
const END: u8 = 0x0b;

fn type_of<'t>(function: usize, types: &'t [FuncType], type_indexes: &[u32]) -> anyhow::Result<&'t FuncType> {
    let index = type_indexes.get(function).context("a function has no type")?;
    types.get(*index as usize).context("a function has no type")
}

fn missing(section: &str) -> String {
    format!("the module has no section {section}: link it with --emit-relocs and keep its names")
}

/// Returns true if a relocation is a function's index in the table.
const fn takes_address(kind: RelocationType) -> bool {
    matches!(
        kind,
        RelocationType::TableIndexSleb
            | RelocationType::TableIndexI32
            | RelocationType::TableIndexRelSleb
            | RelocationType::TableIndexSleb64
            | RelocationType::TableIndexI64
            | RelocationType::TableIndexRelSleb64
    )
}
