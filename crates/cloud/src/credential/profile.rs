//! The files in which the vendors' command lines keep their profiles.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{Environment, setting::settle};

/// The path that a person wrote, in whose home folder it is where it begins with `~/`.
pub fn in_home(file: &str, environment: &Environment) -> PathBuf {
    match (file.strip_prefix("~/"), environment.home()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(file),
    }
}

/// Reads a file of profiles, which is JSON. Its texts are read as [`set`](crate::set) reads them: an empty one is left
/// out.
///
/// # Errors
/// A sentence without any of the file's content, which holds keys.
pub fn read_profiles<T: DeserializeOwned>(file: &Path) -> Result<T, String> {
    let shown = file.display();
    let text = fs::read(file).map_err(|error| format!("cannot read {shown}: {error}"))?;
    let wrong = |error: serde_json::Error| {
        let (line, column) = (error.line(), error.column());
        format!("{shown} is not what the vendor's command line writes (line {line}, column {column})")
    };
    // Read as it stands first: what is wrong has a line and a column there.
    serde_json::from_slice::<T>(&text).map_err(wrong)?;
    let mut json: Value = serde_json::from_slice(&text).map_err(wrong)?;
    settle(&mut json);
    serde_json::from_value(json).map_err(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_can_begin_in_the_home_folder() {
        let environment = Environment::fixed([("HOME", "/home/tom")]);
        assert_eq!(in_home("~/a.json", &environment), Path::new("/home/tom/a.json"));
        assert_eq!(in_home("/etc/a.json", &environment), Path::new("/etc/a.json"));
        assert_eq!(in_home("a/~/b.json", &environment), Path::new("a/~/b.json"));
        assert_eq!(in_home("~/a.json", &Environment::fixed::<&str, &str>([])), Path::new("~/a.json"));
    }

    #[test]
    fn a_file_that_cannot_be_used_is_named_and_not_quoted() {
        let missing = read_profiles::<Vec<u8>>(Path::new("/nowhere/config.json")).unwrap_err();
        assert!(missing.starts_with("cannot read /nowhere/config.json: "), "{missing}");

        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.json");
        fs::write(&file, "[1,\n \"the-secret\"]").unwrap();
        let wrong = read_profiles::<Vec<u8>>(&file).unwrap_err();
        assert_eq!(
            wrong,
            format!("{} is not what the vendor's command line writes (line 2, column 13)", file.display())
        );
        fs::write(&file, "[1, 2]").unwrap();
        assert_eq!(read_profiles::<Vec<u8>>(&file).unwrap(), [1, 2]);
    }

    #[test]
    fn an_empty_text_in_a_file_is_none() {
        #[derive(Debug, PartialEq, serde::Deserialize)]
        struct Profile {
            name: String,
            mode: Option<String>,
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.json");
        fs::write(&file, r#"{ "name": "ci\n", "mode": " " }"#).unwrap();
        assert_eq!(read_profiles::<Profile>(&file).unwrap(), Profile { name: "ci".to_owned(), mode: None });
    }
}
