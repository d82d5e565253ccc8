use std::{
    env,
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, bail};

/// The folder of the project, and how programs are run in it.
pub struct Project {
    pub root: PathBuf,
    /// Folder of cargo tools in the versions of this project, shared by all its clones.
    pub tools: PathBuf,
    path: OsString,
}

impl Project {
    /// Finds the project that this program was built from.
    pub fn find() -> anyhow::Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask is not in a workspace")?.to_owned();
        let cache = match (env::var_os("XDG_CACHE_HOME"), env::home_dir()) {
            (Some(cache), _) if !cache.is_empty() => PathBuf::from(cache),
            (_, Some(home)) => home.join(".cache"),
            _ => bail!("no home directory for tools: set HOME or XDG_CACHE_HOME"),
        };
        let tools = cache.join("incode-core/tools");
        let mut places = vec![tools.join("bin")];
        places.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
        Ok(Self { root, tools, path: env::join_paths(places)? })
    }

    /// Returns a command that runs at the root with the tools first on `PATH`.
    pub fn command(&self, line: &str) -> Command {
        let mut words = line.split_whitespace();
        let program = words.next().unwrap_or_default();
        // On Windows npm is a script, which is found only by its whole name.
        self.program(if cfg!(windows) && program == "npm" { "npm.cmd" } else { program }, words)
    }

    /// The same by a path, which may have spaces.
    pub fn program<'a>(&self, program: impl AsRef<OsStr>, args: impl Iterator<Item = &'a str>) -> Command {
        let mut command = Command::new(program);
        command.args(args).current_dir(&self.root).env("PATH", &self.path);
        command
    }

    /// Returns a command that runs in a folder below the root.
    pub fn command_in(&self, folder: &str, line: &str) -> Command {
        let mut command = self.command(line);
        command.current_dir(self.root.join(folder));
        command
    }

    /// Runs a command and shows its output.
    pub fn run(&self, line: &str) -> anyhow::Result<()> {
        run(self.command(line), line)
    }

    /// Runs a command in a folder below the root and shows its output.
    pub fn run_in(&self, folder: &str, line: &str) -> anyhow::Result<()> {
        run(self.command_in(folder, line), &format!("{line} (in {folder})"))
    }

    /// The same for commands that install something.
    pub fn run_all(&self, commands: Vec<Command>) -> anyhow::Result<()> {
        for command in commands {
            let words: Vec<_> = [command.get_program()]
                .into_iter()
                .chain(command.get_args())
                .map(|word| word.to_string_lossy())
                .collect();
            let line = words.join(" ");
            run(command, &line)?;
        }
        Ok(())
    }

    /// Returns the output of a command, or nothing if it cannot be run or fails.
    pub fn ask(&self, line: &str) -> Option<String> {
        let output = self.command(line).stdin(Stdio::null()).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Returns true if a program of this name is on `PATH`.
    pub fn has(&self, program: &str) -> bool {
        let file = format!("{program}{}", env::consts::EXE_SUFFIX);
        let script = if cfg!(windows) { format!("{program}.cmd") } else { file.clone() };
        env::split_paths(&self.path).any(|place| place.join(&file).is_file() || place.join(&script).is_file())
    }

    /// Returns the version of a crate in Cargo.lock.
    pub fn locked(&self, name: &str) -> anyhow::Result<String> {
        let id = self.ask(&format!("cargo pkgid {name}")).unwrap_or_default();
        let version = id.trim().rsplit('@').next().filter(|version| !version.is_empty());
        version.map(str::to_owned).with_context(|| format!("Cargo.lock has no {name}"))
    }

    /// Returns the path of a built program of this workspace: in the directory of xtask.
    pub fn built(&self, program: &str) -> anyhow::Result<PathBuf> {
        Ok(env::current_exe()?.with_file_name(format!("{program}{}", env::consts::EXE_SUFFIX)))
    }

    /// Returns the folder of the steps' logs.
    pub fn logs(&self) -> anyhow::Result<PathBuf> {
        let program = env::current_exe()?;
        let target = program.ancestors().nth(2).context("xtask runs from outside of a target directory")?;
        Ok(target.join("xtask"))
    }
}

fn run(mut command: Command, line: &str) -> anyhow::Result<()> {
    println!("> {line}");
    let status = command.status().with_context(|| format!("`{line}` could not be started"))?;
    if !status.success() {
        bail!("`{line}` failed");
    }
    Ok(())
}
