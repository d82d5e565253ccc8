//! `cargo xtask demo | build | package | test | bench | size`: the commands of this repository.

mod bench;
mod build;
mod project;
mod schedule;
mod size;
mod step;
mod test;
mod tools;

use std::process::ExitCode;

use clap::Parser;
use project::Project;

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "Builds, shows and tests incode-core")]
enum Task {
    /// Builds everything, starts the demo site and prints its address
    Demo {
        /// Arguments of the server, such as `--port 9000`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        server: Vec<String>,
    },
    /// Builds the npm package into pkg/dist
    Build,
    /// Packs the npm package and a mock of Incode's element, and prints how to install them
    Package,
    /// Runs every check and test; installs what they need where it can
    Test {
        /// Only the steps whose names contain one of these, and what they need. `quick`: those for a change of src/ or pkg/, about a minute
        filters: Vec<String>,
        /// Lists the steps
        #[arg(long)]
        list: bool,
    },
    /// Measures the package and other clients side by side, in browsers
    Bench(bench::Options),
    /// Lists the largest parts of the package, and compares its size with the budget
    Size {
        /// Number of parts to list
        #[arg(long, default_value_t = 30)]
        items: usize,
    },
}

fn main() -> ExitCode {
    let task = Task::parse();
    let done = Project::find().and_then(|project| match task {
        Task::Demo { server } => build::demo(&project, &server),
        Task::Build => build::package(&project).map(|()| ExitCode::SUCCESS),
        Task::Package => build::pack(&project).map(|()| ExitCode::SUCCESS),
        Task::Bench(options) => bench::run(&project, &options).map(|()| ExitCode::SUCCESS),
        Task::Size { items } => size::run(&project, items).map(|()| ExitCode::SUCCESS),
        Task::Test { list: true, .. } => Ok(test::list()),
        Task::Test { filters, list: false } => Ok(test::run(project, &filters)),
    });
    done.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
