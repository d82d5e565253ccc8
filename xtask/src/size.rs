use crate::{build, project::Project, tools};

const WASM_OPT: &str = "pkg/node_modules/binaryen/bin/wasm-opt";
/// Output of wasm-bindgen, with the names of the functions.
const UNOPTIMIZED: &str = "target/package/incode_core_bg.wasm";
const NAMED: &str = "target/package/incode_core.named.wasm";

/// Lists the largest parts of the package.
pub fn run(project: &Project, items: usize) -> anyhow::Result<()> {
    build::package(project)?;
    project.run_all(tools::cargo_tool(project, "twiggy", "twiggy", "0.8.0")?)?;
    project.run(&format!("node {WASM_OPT} -Oz -g {UNOPTIMIZED} -o {NAMED}"))?;
    project.run(&format!("twiggy top -n {items} {NAMED}"))?;
    project.run("node tests/bench/size.mjs")
}
