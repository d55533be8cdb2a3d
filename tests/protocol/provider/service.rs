//! The folder that plays the remote service.

use std::{fs, io, io::Write as _, path::PathBuf};

use serde::{Deserialize, Serialize};
use tfplug::{Diagnostic, Result};

/// What the provider works with; without a folder it remembers nothing.
pub struct Service {
    folder: Option<PathBuf>,
}

/// What is remembered of a thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    pub zone: String,
    pub size: i64,
    pub note: Option<String>,
}

impl Service {
    pub fn new(folder: Option<String>) -> Self {
        Self { folder: folder.map(Into::into) }
    }

    /// The thing of that name; `None` when there is none.
    pub fn find(&self, name: &str) -> Result<Option<Record>> {
        match fs::read(self.path(name)?) {
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|error| failed(name, &error)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(name, &error)),
        }
    }

    pub fn put(&self, name: &str, record: &Record) -> Result<()> {
        let bytes = serde_json::to_vec(record).map_err(|error| failed(name, &error))?;
        fs::write(self.path(name)?, bytes).map_err(|error| failed(name, &error))
    }

    /// That it is gone already is a success.
    pub fn remove(&self, name: &str) -> Result<()> {
        match fs::remove_file(self.path(name)?) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(name, &error)),
            _ => Ok(()),
        }
    }

    /// The names of all things, sorted.
    pub fn names(&self) -> Result<Vec<String>> {
        let folder = self.folder()?;
        let entries = fs::read_dir(folder).map_err(|error| failed("the folder", &error))?;
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut names: Vec<_> = names.filter_map(|name| Some(name.strip_suffix(".json")?.to_owned())).collect();
        names.sort();
        Ok(names)
    }

    /// Adds a line to what actions and ephemeral resources did.
    pub fn log(&self, line: &str) -> Result<()> {
        let file = fs::OpenOptions::new().append(true).create(true).open(self.folder()?.join("log"));
        file.and_then(|mut file| writeln!(file, "{line}")).map_err(|error| failed("the log", &error))
    }

    fn path(&self, name: &str) -> Result<PathBuf> {
        Ok(self.folder()?.join(format!("{name}.json")))
    }

    fn folder(&self) -> Result<&PathBuf> {
        let missing = || Diagnostic::error("No folder", "The provider's folder is not known yet.");
        self.folder.as_ref().ok_or_else(|| missing().into())
    }
}

fn failed(what: &str, error: &dyn std::fmt::Display) -> tfplug::Diagnostics {
    Diagnostic::error(format!("The service failed at {what}"), error.to_string()).into()
}
