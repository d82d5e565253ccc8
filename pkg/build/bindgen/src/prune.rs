//! Empties the functions that the module contains and never calls, and the messages that it contains and never reads.
//!
//! The compiler keeps a function as long as its address is stored anywhere, and a panic's message is formatted through such addresses: more
//! than a tenth of the module, although the panic hook reports only the place of a panic (`src/panic.rs`). No function is emptied
//! because of its name: the relocations prove that nothing calls it. The same holds for the messages that such a function would format.

use std::collections::{HashMap, VecDeque};

use anyhow::{Context, bail};
use wasmparser::{Parser, Payload};

use crate::linked::{Linked, Node};

/// Maximum number of wasm parameters of a function that is called, imports included.
///
/// When a call returns, WebKit's interpreter first takes the arguments, 16 bytes each, off the stack, and then reads the return address
/// from beneath them. Signal handlers spare 128 bytes beyond the end of a stack, and WebKit on Linux halts its threads by signals: with
/// eleven parameters, one run of the contract in ten ended in a trap or crashed the page (WebKitGTK 2.50.6, x86-64).
const MAX_PARAMETERS: usize = 6;

/// Prefix of the exports that wasm-bindgen reads and removes: they describe an import or export in JavaScript.
const DESCRIBE_PREFIX: &str = "__wbindgen_describe_";

/// Part of the names of exports that wasm-bindgen removes unless an export suspends the wasm (JSPI). `check_exports` checks that.
const JSPI_MARK: &str = "_jspi_";

/// Empties the functions of a module, linked with `--emit-relocs --demangle`, that only the panic path calls through an address, or
/// that nothing calls.
///
/// # Errors
/// Anything else formats text, or a function has too many parameters: the message names it.
pub fn prune(linked: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut linked = Linked::read(linked)?;
    for import in linked.imported.clone() {
        // Where a closure is passed to an import, only the import's description has the address of the function that calls the closure.
        let description = linked.exported(&format!("{DESCRIBE_PREFIX}{}", linked.nodes[import].name));
        linked.nodes[import].uses.extend(description);
    }
    let is_removed = |name: &str| name.starts_with(DESCRIBE_PREFIX) || name.contains(JSPI_MARK);
    let roots = linked.exports.iter().filter(|(name, _)| !is_removed(name)).map(|&(_, index)| index);
    let (order, callers) = reach(&linked.nodes, roots);
    for &index in &order {
        let node = &linked.nodes[index];
        let name = without_hash(&node.name);
        if formats(&node.name) {
            bail!(formatting_error(index, &linked.nodes, &callers));
        }
        if node.parameters > MAX_PARAMETERS {
            let count = node.parameters;
            bail!(
                "{name} has {count} wasm parameters (a string is two, a returned struct one); \
                 with more than {MAX_PARAMETERS}, WebKit on Linux may crash"
            );
        }
    }
    linked.with_emptied(|index| {
        linked.nodes[index].has_address_taken && !callers.contains_key(&index) || is_panic_message(&linked, index)
    })
}

/// Returns true for a string that is passed only to functions of the panic path. The place of a panic is not one: it refers to the name of
/// its file.
fn is_panic_message(linked: &Linked<'_>, index: usize) -> bool {
    let Node { uses, passed_to, .. } = &linked.nodes[index];
    let is_passed_to_panic = |callee: &Option<usize>| callee.is_some_and(|callee| ends_in_panic(&linked.nodes[callee]));
    let is_data = index >= linked.defined.end;
    is_data
        && uses.is_empty()
        && !passed_to.is_empty()
        && passed_to.iter().all(is_passed_to_panic)
        && !linked.is_shared(index)
}

/// Checks that wasm-bindgen removed the exports that `prune` expected it to remove.
///
/// # Errors
/// It did not: the message names the export.
pub fn check_exports(module: &[u8]) -> anyhow::Result<()> {
    for payload in Parser::new(0).parse_all(module) {
        let Payload::ExportSection(exports) = payload.context("wasm-bindgen wrote an invalid module")? else {
            continue;
        };
        for export in exports {
            let name = export?.name;
            if name.contains(JSPI_MARK) {
                bail!("wasm-bindgen exports {name}: pkg/build/bindgen/src/prune.rs must count it as called");
            }
        }
    }
    Ok(())
}

/// Returns the functions that are called without a panic, in the order in which it was found, and the caller of each.
fn reach(nodes: &[Node], roots: impl Iterator<Item = usize>) -> (Vec<usize>, HashMap<usize, Option<usize>>) {
    let mut callers: HashMap<_, _> = HashMap::new();
    let mut order = Vec::new();
    let mut found: VecDeque<_> = roots.map(|root| (root, None)).collect();
    while let Some((index, caller)) = found.pop_front() {
        if callers.contains_key(&index) {
            continue;
        }
        callers.insert(index, caller);
        order.push(index);
        let node = &nodes[index];
        if !ends_in_panic(node) {
            found.extend(node.uses.iter().map(|&used| (used, Some(index))));
        }
    }
    (order, callers)
}

/// Returns true if every call of a function panics. No such function returns, so its code ends in a trap.
fn ends_in_panic(node: &Node) -> bool {
    node.ends_in_trap && is_panic_path(&node.name)
}

/// Returns true if a function is part of the panic path by its name: every call of these functions of Rust's own libraries panics.
fn is_panic_path(name: &str) -> bool {
    let is_of_rust = ["core::", "alloc::", "std::", "__rustc::"].iter().any(|library| name.starts_with(library));
    let sets_hook = ["set_hook", "take_hook"].iter().any(|end| name.starts_with(&format!("std::panicking::{end}")));
    let has_panic_name = ["panic", "handle_error", "handle_alloc_error", "rust_oom", "capacity_overflow"]
        .iter()
        .any(|part| name.contains(part))
        || name.split(is_separator).any(|word| word.ends_with("_fail") || word.ends_with("_failed"));
    is_of_rust && has_panic_name && !sets_hook
}

/// Returns true if a function formats values, for `format!`, `to_string` and the like.
fn formats(name: &str) -> bool {
    name.match_indices("fmt::").any(|(at, _)| name[..at].chars().next_back().is_none_or(is_separator))
}

fn is_separator(char: char) -> bool {
    !(char.is_ascii_alphanumeric() || char == '_')
}

fn formatting_error(formatting: usize, nodes: &[Node], callers: &HashMap<usize, Option<usize>>) -> String {
    let chain = std::iter::successors(Some(formatting), |index| callers[index]);
    let mut names: Vec<_> = chain.map(|index| without_hash(&nodes[index].name)).collect();
    names.reverse();
    let formatter = names.pop().unwrap_or_default();
    let caller = names.last().copied().unwrap_or("an export");
    format!(
        "{caller} formats text with {formatter}, which pulls all of core::fmt into the module, a tenth of its size. \
         Call path: {}",
        names.join(" → ")
    )
}

/// Removes the hash that the compiler appends to a name.
fn without_hash(name: &str) -> &str {
    const HASH: usize = 16;
    let Some(start) = name.len().checked_sub(HASH) else { return name };
    let Some((rest, hash)) = name.split_at_checked(start) else { return name };
    let rest = rest.strip_suffix("::h").or_else(|| rest.strip_suffix('_'));
    rest.filter(|_| hash.chars().all(|char| char.is_ascii_hexdigit())).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use std::{
        env, fs,
        path::PathBuf,
        process::{Command, Output},
    };

    use super::*;

    /// A folder that is removed with the value.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let folder = env::temp_dir().join(format!("incode-bindgen-{}-{name}", std::process::id()));
            fs::create_dir_all(&folder).unwrap();
            Self(folder)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn succeeded(command: &mut Command) -> Output {
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output
    }

    /// Compiles a crate with exports of its own: `shown` calls a function with the given body, `listed` panics with a formatted message
    /// for an index beyond its list.
    fn compiled(folder: &Folder, body: &str) -> Vec<u8> {
        let source = folder.0.join("subject.rs");
        let text = format!(
            r#"
            #[inline(never)]
            fn inner(number: u32) -> usize {{ {body} }}
            #[unsafe(no_mangle)]
            extern "C" fn shown(number: u32) -> usize {{ inner(number) }}
            #[unsafe(no_mangle)]
            extern "C" fn listed(at: usize) -> u32 {{ [7, 8, 9, std::hint::black_box(10)][at] }}
            #[unsafe(no_mangle)]
            extern "C" fn hook() {{ std::panic::set_hook(Box::new(|_| std::process::abort())) }}
            "#
        );
        fs::write(&source, text).unwrap();
        let flags = "--target wasm32-unknown-unknown -Copt-level=z -Cpanic=abort -Clto=fat -Ccodegen-units=1 --edition=2024 \
                     --crate-type=cdylib -Clink-arg=--emit-relocs -Clink-arg=--demangle --out-dir";
        succeeded(Command::new("rustc").args(flags.split_whitespace()).arg(&folder.0).arg(&source));
        fs::read(folder.0.join("subject.wasm")).unwrap()
    }

    fn error(body: &str, name: &str) -> String {
        prune(&compiled(&Folder::new(name), body)).unwrap_err().to_string()
    }

    /// Evaluates a JavaScript expression on the exports of a module.
    fn evaluated(folder: &Folder, module: &[u8], expression: &str) -> String {
        let path = folder.0.join("pruned.wasm");
        fs::write(&path, module).unwrap();
        let script = format!(
            "const module = new WebAssembly.Module(require('node:fs').readFileSync(process.argv[1]))
            const {{ shown, listed, hook }} = new WebAssembly.Instance(module).exports
            process.stdout.write(String({expression}))"
        );
        let output = succeeded(Command::new("node").arg("-e").arg(script).arg(&path));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Returns a body that sums `count` parameters of another function, from 0 on.
    fn sum(count: usize) -> String {
        let list = |item: fn(usize) -> String, separator| (0..count).map(item).collect::<Vec<_>>().join(separator);
        format!(
            "#[inline(never)] fn sum({}) -> usize {{ std::hint::black_box({}) }} number as usize + sum({})",
            list(|at| format!("p{at}: usize"), ", "),
            list(|at| format!("p{at}"), " + "),
            list(|at| format!("std::hint::black_box({at})"), ", ")
        )
    }

    #[test]
    fn empties_what_only_a_panic_calls_and_keeps_the_rest_working() {
        let folder = Folder::new("works");
        let whole = compiled(&folder, "number as usize + 1");
        let pruned = prune(&whole).unwrap();
        assert!(pruned.len() < whole.len());
        let trap = "(() => { try { listed(4) } catch (error) { return error.name } })()";
        let expression = format!("[hook(), shown(1), listed(1), {trap}]");
        assert_eq!(evaluated(&folder, &pruned, &expression), ",2,8,RuntimeError");
    }

    #[test]
    fn empties_the_messages_of_panics_alone() {
        let folder = Folder::new("messages");
        let body = r#"
            assert!(number < 9, "only a panic has this");
            let both = "a panic and the code have this";
            assert!(number < 8, "a panic and the code have this");
            std::hint::black_box("only the code has this").len() + std::hint::black_box(both).len()
        "#;
        let whole = compiled(&folder, body);
        let pruned = prune(&whole).unwrap();
        let has = |module: &[u8], text: &str| module.windows(text.len()).any(|window| window == text.as_bytes());
        for text in ["only a panic has this", "a panic and the code have this", "only the code has this", "subject.rs"]
        {
            assert!(has(&whole, text), "{text}");
            assert_eq!(has(&pruned, text), text != "only a panic has this", "{text}");
        }
        assert_eq!(evaluated(&folder, &pruned, "shown(1)"), "52");
    }

    #[test]
    fn names_the_caller_of_formatting_outside_of_a_panic() {
        for (name, body) in [
            ("format", r#"format!("{number}").len()"#),
            ("to-string", "(f64::from(number) / 3.0).to_string().len()"),
            (
                "write",
                "let mut text = String::new(); let _ = std::fmt::Write::write_fmt(&mut text, format_args!(\"{number:?}\")); text.len()",
            ),
            (
                "trait-object",
                r#"let text: Box<dyn Fn() -> String> = Box::new(move || format!("{number:x}")); std::hint::black_box(text)().len()"#,
            ),
        ] {
            let message = error(body, name);
            assert!(message.starts_with("subject::inner"), "{name}: {message}");
            assert!(message.contains(" formats text with ") && message.contains("fmt::"), "{name}: {message}");
            assert!(message.contains("shown → "), "{name}: {message}");
        }
    }

    #[test]
    fn names_a_function_with_seven_parameters() {
        let folder = Folder::new("six");
        let pruned = prune(&compiled(&folder, &sum(6))).unwrap();
        assert_eq!(evaluated(&folder, &pruned, "shown(1)"), "16");
        let message = error(&sum(7), "seven");
        assert!(message.starts_with("subject::inner::sum has 7 wasm parameters"), "{message}");
    }

    #[test]
    fn names_an_import_with_seven_parameters() {
        let imported = |count: usize| {
            let parameters = vec!["_: u32"; count].join(", ");
            let values = vec!["number"; count].join(", ");
            format!(r#"unsafe extern "C" {{ fn host({parameters}) -> usize; }} unsafe {{ host({values}) }}"#)
        };
        prune(&compiled(&Folder::new("import-six"), &imported(6))).unwrap();
        let message = error(&imported(7), "import-seven");
        assert!(message.starts_with("host has 7 wasm parameters"), "{message}");
    }

    #[test]
    fn rejects_a_module_without_relocations() {
        let message = prune(b"\0asm\x01\0\0\0").unwrap_err().to_string();
        assert!(message.contains("--emit-relocs"), "{message}");
    }

    #[test]
    fn rejects_an_export_that_wasm_bindgen_should_have_removed() {
        use wasm_encoder::{CodeSection, ExportKind, ExportSection, FunctionSection, Module, TypeSection};
        let exporting = |name: &str| {
            let mut types = TypeSection::new();
            types.ty().function([], []);
            let mut module = Module::new();
            module.section(&types).section(FunctionSection::new().function(0));
            module.section(ExportSection::new().export(name, ExportKind::Func, 0));
            module.section(CodeSection::new().raw(&[0x00, 0x0b]));
            module.finish()
        };
        check_exports(&exporting("setup")).unwrap();
        let message = check_exports(&exporting("__wbindgen_jspi_suspend")).unwrap_err().to_string();
        assert!(message.contains("__wbindgen_jspi_suspend"), "{message}");
    }
}
