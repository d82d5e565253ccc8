//! `incode-bindgen <module.wasm> <folder>`: makes of a compiled module what a bundler takes, in the folder.
//!
//! wasm-bindgen's own program does the same, but takes minutes to install, for parts that only tests want.

use anyhow::Context;
use wasm_bindgen_cli_support::Bindgen;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let module = arguments.next().context("no module is named")?;
    let folder = arguments.next().context("no folder is named")?;
    Bindgen::new().input_path(module).bundler(true)?.typescript(false).generate(folder)
}
