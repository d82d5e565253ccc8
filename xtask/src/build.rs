use std::{os::unix::process::CommandExt, process::Command};

use anyhow::Context;

use crate::{project::Project, tools};

/// Builds the npm package.
pub fn package(project: &Project) -> anyhow::Result<()> {
    tools::to_build(project)?;
    project.run_in("pkg", "npm run build")
}

/// Builds and packs it: its path, checksum and how to install it are printed.
pub fn pack(project: &Project) -> anyhow::Result<()> {
    package(project)?;
    project.run_in("pkg", "node pack.mjs")
}

/// Builds package and server and becomes the server, so that a signal to this process reaches it.
pub fn demo(project: &Project, args: &[String]) -> anyhow::Result<()> {
    package(project)?;
    project.run("cargo build --package incode-www")?;
    let server = project.built("incode-www")?;
    let error = Command::new(server).args(args).current_dir(&project.root).exec();
    Err(error).context("incode-www could not be started")
}
