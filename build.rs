//! Stops `wasm-pack build`, which would overwrite `pkg/package.json` and `pkg/README.md`, before it writes anything.
//!
//! The build of the package sets the feature `package`, and so does every build of tests, by the dev-dependency on this crate itself.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is_wasm = env::var_os("CARGO_CFG_TARGET_ARCH").is_some_and(|arch| arch == "wasm32");
    if is_wasm && env::var_os("CARGO_FEATURE_PACKAGE").is_none() {
        println!(
            "cargo::error=Run `cargo xtask build`, which builds the npm package into pkg/dist. \
             `wasm-pack build` would overwrite pkg/package.json and pkg/README.md."
        );
    }
}
