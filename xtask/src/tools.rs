use std::{path::Path, process::Command};

use anyhow::{bail, ensure};

use crate::project::Project;

pub const WASM_TARGET: &str = "wasm32-unknown-unknown";
const OLDEST_NODE: u32 = 20;

/// A program with a Debian package. One of these names must be on `PATH`, or one of these commands with arguments must succeed.
struct Program {
    names: &'static [&'static str],
    package: &'static str,
}

const NODE: [Program; 2] =
    [Program { names: &["node"], package: "nodejs" }, Program { names: &["npm"], package: "npm" }];

const BROWSERS: [Program; 5] = [
    Program { names: &["chromium", "google-chrome", "chrome"], package: "chromium" },
    Program { names: &["chromedriver"], package: "chromium-driver" },
    Program { names: &["firefox", "firefox-esr"], package: "firefox-esr" },
    Program { names: &["WebKitWebDriver"], package: "webkit2gtk-driver" },
    Program { names: &["Xvfb"], package: "xvfb" },
];

/// The languages of the example backends. An optional part of a language is not a separate program.
const BACKENDS: [Program; 2] = [
    Program { names: &["php --ri curl"], package: "php-cli php-curl" },
    Program { names: &["python3 -m ensurepip --version"], package: "python3-venv" },
];

/// Installs or names the tools for building the package.
pub fn to_build(project: &Project) -> anyhow::Result<()> {
    project.run_all(node(project)?)?;
    project.run_all(targets(project, &[WASM_TARGET])?)?;
    project.run_all(npm_packages(project, "pkg")?)
}

// Each of the rest returns the commands that install what is missing, or names it where they could not.

pub fn node(project: &Project) -> anyhow::Result<Vec<Command>> {
    programs(project, &NODE)
}

pub fn browsers(project: &Project) -> anyhow::Result<Vec<Command>> {
    programs(project, &BROWSERS)
}

pub fn backends(project: &Project) -> anyhow::Result<Vec<Command>> {
    programs(project, &BACKENDS)
}

pub fn targets(project: &Project, targets: &[&str]) -> anyhow::Result<Vec<Command>> {
    let installed = project.ask("rustup target list --installed").unwrap_or_default();
    let missing = targets.iter().filter(|target| !installed.lines().any(|line| line == **target));
    Ok(missing.map(|target| project.command(&format!("rustup target add {target}"))).collect())
}

pub fn geckodriver(project: &Project) -> anyhow::Result<Vec<Command>> {
    cargo_tool(project, "geckodriver", "geckodriver", "0.37.1")
}

pub fn wasm_pack(project: &Project) -> anyhow::Result<Vec<Command>> {
    cargo_tool(project, "wasm-pack", "wasm-pack", "0.15.1")
}

pub fn wasm_bindgen(project: &Project) -> anyhow::Result<Vec<Command>> {
    cargo_tool(project, "wasm-bindgen-cli", "wasm-bindgen", &project.locked("wasm-bindgen")?)
}

/// Installs without `--locked`, because wasm-bindgen-cli's lock file names a version that is no longer available. Without optimization,
/// which would take twice as long. Common dependencies are built once.
pub fn cargo_tool(project: &Project, name: &str, program: &str, version: &str) -> anyhow::Result<Vec<Command>> {
    let output = project.ask(&format!("{program} --version")).unwrap_or_default();
    if output.split_whitespace().any(|word| word == version) {
        return Ok(Vec::new());
    }
    let mut command = project.command(&format!("cargo install {name} --version {version} --debug --force --root"));
    command
        .arg(&project.tools)
        .env("CARGO_TARGET_DIR", project.root.join("target/tools"))
        .env("CARGO_PROFILE_DEV_DEBUG", "0");
    Ok(vec![command])
}

/// `npm ci` where it has not run since the lock file changed.
pub fn npm_packages(project: &Project, folder: &str) -> anyhow::Result<Vec<Command>> {
    npm(project, folder, "ci")
}

/// The same for a lock file that lacks some platforms' builds, because the registry did not have them. `npm ci`
/// rejects such a lock file, even if this machine needs none of them.
pub fn npm_packages_for_this_platform(project: &Project, folder: &str) -> anyhow::Result<Vec<Command>> {
    npm(project, folder, "install --no-save")
}

fn npm(project: &Project, folder: &str, task: &str) -> anyhow::Result<Vec<Command>> {
    let version = project.ask("node --version").unwrap_or_default();
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse().ok());
    ensure!(
        major >= Some(OLDEST_NODE),
        "Node.js {OLDEST_NODE} or later is required; `node --version` printed {:?}",
        version.trim()
    );
    let changed = |file: &str| project.root.join(folder).join(file).metadata().and_then(|file| file.modified()).ok();
    let installed = changed("node_modules/.package-lock.json");
    if installed.is_some() && installed >= changed("package-lock.json") {
        return Ok(Vec::new());
    }
    Ok(vec![project.command_in(folder, &format!("npm {task} --no-fund --no-audit"))])
}

fn programs(project: &Project, programs: &[Program]) -> anyhow::Result<Vec<Command>> {
    let found = |name: &str| if name.contains(' ') { project.ask(name).is_some() } else { project.has(name) };
    let missing: Vec<_> = programs.iter().filter(|program| !program.names.iter().any(|name| found(name))).collect();
    if missing.is_empty() {
        return Ok(Vec::new());
    }
    let packages: Vec<_> = missing.iter().map(|program| program.package).collect();
    let install = format!("apt-get install --yes --no-install-recommends {}", packages.join(" "));
    let is_debian = Path::new("/etc/debian_version").exists();
    if is_debian && project.ask("id -u").is_some_and(|id| id.trim() == "0") {
        return Ok(vec![project.command("apt-get update"), project.command(&install)]);
    }
    let names: Vec<_> = missing.iter().map(|program| program.names[0]).collect();
    bail!("{} not found on PATH. On Debian, run: sudo {install}", names.join(", "))
}
