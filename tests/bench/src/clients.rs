use std::{fs, path::Path};

use anyhow::Context;
use serde::Deserialize;

/// What is measured: one way of doing the job, as a folder of files that its page downloads.
#[derive(Deserialize)]
pub struct Subject {
    pub group: Group,
    pub name: String,
    pub folder: String,
    pub files: Vec<File>,
    /// The size of the script without its wasm, gzipped, where it holds both.
    pub script: Option<u64>,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// Others that do the same job, and the package as it is.
    Peers,
    /// The package with its wasm brought in another way.
    Deliveries,
    /// The package as it is on another page.
    Pages,
}

#[derive(Deserialize)]
pub struct File {
    pub kind: Kind,
    pub raw: u64,
    #[serde(rename = "gz")]
    pub gzip: u64,
    #[serde(rename = "br")]
    pub brotli: u64,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Js,
    Wasm,
}

impl Subject {
    pub fn is_floor(&self) -> bool {
        self.name == "floor"
    }

    pub fn is_own(&self) -> bool {
        self.name == "incode-core"
    }

    /// Megabytes, which take many times as long as all others together.
    pub fn is_heavy(&self) -> bool {
        self.files.iter().any(|file| file.raw > 1 << 20)
    }
}

pub fn read(made: &Path) -> anyhow::Result<Vec<Subject>> {
    let path = made.join("subjects.json");
    let text = fs::read_to_string(&path)
        .with_context(|| format!("{} is missing: `cargo xtask bench` makes it", path.display()))?;
    Ok(serde_json::from_str(&text)?)
}
