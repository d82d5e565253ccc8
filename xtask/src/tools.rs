use std::path::Path;

use anyhow::ensure;

use crate::project::Project;

const WASM_TARGET: &str = "wasm32-unknown-unknown";
const OLDEST_NODE: u32 = 20;

/// A program that Debian brings: one of these names has to be on `PATH`, or one of these commands with arguments has to succeed.
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

/// The languages of the example backends. An optional part of a language is no program of its own.
const BACKENDS: [Program; 2] = [
    Program { names: &["php --ri curl"], package: "php-cli php-curl" },
    Program { names: &["python3 -m ensurepip --version"], package: "python3-venv" },
];

/// Installs or names the tools for building the package.
pub fn to_build(project: &Project) -> anyhow::Result<()> {
    programs(project, &NODE)?;
    node(project)?;
    wasm_target(project)?;
    npm_packages(project, "pkg")
}

/// Installs or names the tools for the tests, beyond those.
pub fn to_test(project: &Project) -> anyhow::Result<()> {
    programs(project, &BROWSERS)?;
    programs(project, &BACKENDS)?;
    to_build(project)?;
    cargo_tool(project, "wasm-pack", "wasm-pack", "0.15.1")?;
    cargo_tool(project, "wasm-bindgen-cli", "wasm-bindgen", &project.locked("wasm-bindgen")?)?;
    cargo_tool(project, "geckodriver", "geckodriver", "0.37.1")
}

fn node(project: &Project) -> anyhow::Result<()> {
    let version = project.ask("node --version").unwrap_or_default();
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse().ok());
    ensure!(
        major >= Some(OLDEST_NODE),
        "Node.js {OLDEST_NODE} or newer is needed, and `node --version` says {:?}",
        version.trim()
    );
    Ok(())
}

fn wasm_target(project: &Project) -> anyhow::Result<()> {
    let installed = project.ask("rustup target list --installed").unwrap_or_default();
    if installed.lines().any(|target| target == WASM_TARGET) {
        return Ok(());
    }
    project.run(&format!("rustup target add {WASM_TARGET}"))
}

/// Not with `--locked`: wasm-bindgen-cli's own lock file names a version that is no longer to be had. Not optimised, which would take
/// twice as long, and with what they have in common built once.
pub fn cargo_tool(project: &Project, name: &str, program: &str, version: &str) -> anyhow::Result<()> {
    let answer = project.ask(&format!("{program} --version")).unwrap_or_default();
    if answer.split_whitespace().any(|word| word == version) {
        return Ok(());
    }
    let install = format!("cargo install {name} --version {version} --debug --force --root");
    println!("> {install} {} (once, a minute or two)", project.tools.display());
    let mut command = project.command(&install);
    command
        .arg(&project.tools)
        .env("CARGO_TARGET_DIR", project.root.join("target/tools"))
        .env("CARGO_PROFILE_DEV_DEBUG", "0");
    ensure!(command.status()?.success(), "`{install} {}` failed", project.tools.display());
    Ok(())
}

/// `npm ci` where it has not run since the lock file changed.
pub fn npm_packages(project: &Project, folder: &str) -> anyhow::Result<()> {
    npm(project, folder, "ci")
}

/// The same where a registry had not every platform's build of some package when the lock file was made: `npm ci`
/// rejects such a lock file, even if nothing that it lacks is for this machine.
pub fn npm_packages_for_this_platform(project: &Project, folder: &str) -> anyhow::Result<()> {
    npm(project, folder, "install --no-save")
}

fn npm(project: &Project, folder: &str, task: &str) -> anyhow::Result<()> {
    let changed = |file: &str| project.root.join(folder).join(file).metadata().and_then(|file| file.modified()).ok();
    let installed = changed("node_modules/.package-lock.json");
    if installed.is_some() && installed >= changed("package-lock.json") {
        return Ok(());
    }
    project.run_in(folder, &format!("npm {task} --no-fund --no-audit"))
}

fn programs(project: &Project, programs: &[Program]) -> anyhow::Result<()> {
    let found = |name: &str| if name.contains(' ') { project.ask(name).is_some() } else { project.has(name) };
    let missing = || programs.iter().filter(|program| !program.names.iter().any(|name| found(name)));
    let packages: Vec<_> = missing().map(|program| program.package).collect();
    if packages.is_empty() {
        return Ok(());
    }
    let install = format!("apt-get install --yes --no-install-recommends {}", packages.join(" "));
    let is_root = project.ask("id -u").is_some_and(|id| id.trim() == "0");
    if is_root && Path::new("/etc/debian_version").exists() {
        project.run("apt-get update")?;
        project.run(&install)?;
    }
    let names: Vec<_> = missing().map(|program| program.names[0]).collect();
    ensure!(
        names.is_empty(),
        "{} not found on PATH; on Debian `sudo {install}` brings what is missing",
        names.join(", ")
    );
    Ok(())
}
