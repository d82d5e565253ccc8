use std::{
    os::unix::process::CommandExt,
    process::{Command, Stdio},
};

use anyhow::{Context, ensure};

use crate::{project::Project, tools};

/// Builds the npm package.
pub fn package(project: &Project) -> anyhow::Result<()> {
    tools::to_build(project)?;
    println!("Building the package (about 2 min the first time, then 10 s)…");
    project.run_in("pkg", "npm run build")
}

/// Builds and packs the package and a mock of Incode's element, and prints their paths, their checksums and one install command.
pub fn pack(project: &Project) -> anyhow::Result<()> {
    package(project)?;
    project.run_in("pkg", "node build/pack.mjs")
}

/// Builds package and server in parallel and replaces this process by the server, so that signals reach it.
pub fn demo(project: &Project, args: &[String]) -> anyhow::Result<()> {
    println!("Building everything (about 4 min the first time on two cores, then 10 s)…");
    tools::to_build(project)?;
    let build = "cargo build --quiet --package incode-bindgen --package incode-www";
    println!("> {build} (in the background)");
    let mut building = project.command(build).stdin(Stdio::null()).spawn().context("cargo could not be started")?;
    let packaged = package(project);
    println!("Waiting for the server's build…");
    let built = building.wait()?;
    packaged?;
    ensure!(built.success(), "`{build}` failed");
    let server = project.built("incode-www")?;
    let error = Command::new(server).args(args).current_dir(&project.root).exec();
    Err(error).context("incode-www could not be started")
}
