use std::{
    io,
    process::{Command, ExitCode, Stdio},
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

/// Builds package and server in parallel and starts the server.
pub fn demo(project: &Project, args: &[String]) -> anyhow::Result<ExitCode> {
    println!("Building everything (about 4 min the first time on two cores, then 10 s)…");
    tools::to_build(project)?;
    // With --workspace, as in pkg/build/build.mjs: the choice of packages determines the features of dependencies.
    let build = "cargo build --quiet --workspace --bin incode-bindgen --bin incode-www";
    println!("> {build} (in the background)");
    let mut building = project.command(build).stdin(Stdio::null()).spawn().context("cargo could not be started")?;
    let packaged = package(project);
    println!("Waiting for the server's build…");
    let built = building.wait()?;
    packaged?;
    ensure!(built.success(), "`{build}` failed");
    let mut server = Command::new(project.built("incode-www")?);
    server.args(args).current_dir(&project.root);
    run(server).context("incode-www could not be started")
}

/// Replaces this process with the program, so that signals reach it.
#[cfg(unix)]
fn run(mut program: Command) -> io::Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(program.exec())
}

/// Waits for the program, which gets the Ctrl-C of the console itself.
#[cfg(not(unix))]
fn run(mut program: Command) -> io::Result<ExitCode> {
    Ok(if program.status()?.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
