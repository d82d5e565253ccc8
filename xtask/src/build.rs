use std::{
    os::unix::process::CommandExt,
    process::{Command, Stdio},
};

use anyhow::{Context, ensure};

use crate::{project::Project, tools};

/// Builds the npm package.
pub fn package(project: &Project) -> anyhow::Result<()> {
    tools::to_build(project)?;
    println!("The package: two minutes the first time on two cores, then some ten seconds.");
    project.run_in("pkg", "npm run build")
}

/// Builds and packs it: its path, checksum and how to install it are printed.
pub fn pack(project: &Project) -> anyhow::Result<()> {
    package(project)?;
    project.run_in("pkg", "node build/pack.mjs")
}

/// Builds package and server, side by side, and becomes the server, so that a signal to this process reaches it.
pub fn demo(project: &Project, args: &[String]) -> anyhow::Result<()> {
    println!("Four minutes the first time on two cores, then some ten seconds.");
    tools::to_build(project)?;
    let build = "cargo build --quiet --package incode-bindgen --package incode-www";
    println!("> {build} (in the background)");
    let mut building = project.command(build).stdin(Stdio::null()).spawn().context("cargo could not be started")?;
    let packaged = package(project);
    println!("Waiting for the server's build to end.");
    let built = building.wait()?;
    packaged?;
    ensure!(built.success(), "`{build}` failed");
    let server = project.built("incode-www")?;
    let error = Command::new(server).args(args).current_dir(&project.root).exec();
    Err(error).context("incode-www could not be started")
}
