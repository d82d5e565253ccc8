//! `incode-bindgen <linked.wasm> <folder>`: prunes a linked module and writes it to the folder in the form that bundlers take.
//!
//! wasm-bindgen's own program generates the same, but takes minutes to install, for parts that only tests need.

mod linked;
mod prune;

use std::{fs, path::PathBuf};

use anyhow::Context;
use wasm_bindgen_cli_support::Bindgen;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let path = PathBuf::from(arguments.next().context("the path of the linked module is missing")?);
    let folder = PathBuf::from(arguments.next().context("the folder for the output is missing")?);
    let name = path.file_stem().and_then(|stem| stem.to_str()).context("the module has no name")?;
    let linked = fs::read(&path).with_context(|| format!("{} can't be read", path.display()))?;

    let pruned = prune::prune(&linked)?;
    Bindgen::new().input_bytes(name, pruned).bundler(true)?.typescript(false).generate(&folder)?;
    prune::check_exports(&fs::read(folder.join(format!("{name}_bg.wasm")))?)
}
