use crate::{build, project::Project, tools};

const WASM_OPT: &str = "pkg/node_modules/binaryen/bin/wasm-opt";
/// As wasm-bindgen leaves it, with the names of its functions.
const UNOPTIMISED: &str = "target/package/incode_core_bg.wasm";
const NAMED: &str = "target/package/incode_core.named.wasm";

/// Shows what the bytes of the package are.
pub fn run(project: &Project, items: usize) -> anyhow::Result<()> {
    build::package(project)?;
    project.run_all(tools::cargo_tool(project, "twiggy", "twiggy", "0.8.0")?)?;
    project.run(&format!("node {WASM_OPT} -Oz -g {UNOPTIMISED} -o {NAMED}"))?;
    project.run(&format!("twiggy top -n {items} {NAMED}"))?;
    project.run("node tests/bench/size.mjs")
}
