//! The files.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use serde_json::{Value as Json, json};
use tfplug::{Diagnostic, Value};

use super::stored;

/// A folder with a file for each thing.
#[derive(Clone, Debug)]
pub struct Store(PathBuf);

/// What is in a file.
pub struct Thing {
    /// The type of the resource; empty in a file that somebody wrote without it.
    pub type_name: String,
    /// Its values, not read yet.
    pub values: Json,
}

impl Store {
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }

    fn file(&self, id: &str) -> Result<PathBuf, Diagnostic> {
        let name = format!("{id}.json");
        if Path::new(&name).file_name().is_none_or(|file| file != name.as_str()) {
            let detail = format!("An ID is the name of a file. {id:?} leads into another folder.");
            return Err(Diagnostic::error("Invalid id", detail).at(tfplug::Path::attribute("id")));
        }
        Ok(self.0.join(name))
    }

    /// Reads a file; `None` where there is none.
    pub fn read(&self, id: &str) -> Result<Option<Thing>, Diagnostic> {
        let file = self.file(id)?;
        let failed = |error: &dyn std::fmt::Display| failed("read", &file, error);
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(&error)),
        };
        let json: Json = serde_json::from_str(&text).map_err(|error| failed(&error))?;
        let type_name = json.get("resource_type").and_then(Json::as_str).unwrap_or_default().to_owned();
        let values = json.get("values").cloned().unwrap_or_default();
        Ok(Some(Thing { type_name, values }))
    }

    /// Writes a new file.
    pub fn create(&self, id: &str, type_name: &str, values: &Value) -> Result<(), Diagnostic> {
        let file = self.file(id)?;
        let written = fs::create_dir_all(&self.0)
            .and_then(|()| OpenOptions::new().write(true).create_new(true).open(&file))
            .and_then(|mut open| open.write_all(text(type_name, values).as_bytes()));
        written.map_err(|error| failed("create", &file, &error))
    }

    /// Writes a file that is there.
    pub fn update(&self, id: &str, type_name: &str, values: &Value) -> Result<(), Diagnostic> {
        let file = self.file(id)?;
        let opened = OpenOptions::new().write(true).truncate(true).open(&file);
        let written = opened.and_then(|mut open| open.write_all(text(type_name, values).as_bytes()));
        written.map_err(|error| failed("update", &file, &error))
    }

    /// Removes a file, and the folder with the last one.
    pub fn delete(&self, id: &str) -> Result<(), Diagnostic> {
        let file = self.file(id)?;
        match fs::remove_file(&file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed("delete", &file, &error)),
            _ => {}
        }
        // It fails where other things are left.
        let _ = fs::remove_dir(&self.0);
        Ok(())
    }

    /// The IDs of all things, in order.
    pub fn ids(&self) -> Result<Vec<String>, Diagnostic> {
        let failed = |error| failed("list", &self.0, &error);
        let entries = match fs::read_dir(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(failed)?,
        };
        let mut ids = Vec::new();
        for entry in entries {
            let name = entry.map_err(failed)?.file_name();
            ids.extend(name.to_str().and_then(|name| name.strip_suffix(".json")).map(str::to_owned));
        }
        ids.sort();
        Ok(ids)
    }
}

fn text(type_name: &str, values: &Value) -> String {
    let json = json!({ "resource_type": type_name, "values": stored::attributes(values) });
    format!("{json:#}")
}

fn failed(attempt: &str, file: &Path, error: &dyn std::fmt::Display) -> Diagnostic {
    Diagnostic::error(format!("Cannot {attempt} {}", file.display()), format!("The system says: {error}."))
}
