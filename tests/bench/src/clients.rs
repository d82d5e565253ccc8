use std::{fs, path::Path};

use anyhow::Context;
use serde::Deserialize;

/// A client of the API that is measured: a folder of files that its page downloads.
#[derive(Deserialize)]
pub struct Client {
    pub group: Group,
    pub name: String,
    pub folder: String,
    pub files: Vec<File>,
    /// Gzipped size of the script without its wasm, for a script that contains both.
    pub script: Option<u64>,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// The package, and other clients that do the same.
    Clients,
    /// The package with its wasm delivered in another way.
    Deliveries,
    /// The package in another page.
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

impl Client {
    pub fn is_baseline(&self) -> bool {
        self.name == "baseline"
    }

    pub fn is_own(&self) -> bool {
        self.name == "incode-core"
    }

    /// Returns true for a client of megabytes, which takes many times as long as all others together.
    pub fn is_heavy(&self) -> bool {
        self.files.iter().any(|file| file.raw > 1 << 20)
    }
}

pub fn read(folder: &Path) -> anyhow::Result<Vec<Client>> {
    let path = folder.join("clients.json");
    let text =
        fs::read_to_string(&path).with_context(|| format!("{} not found. Run `cargo xtask bench`.", path.display()))?;
    Ok(serde_json::from_str(&text)?)
}
