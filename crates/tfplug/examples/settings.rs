//! A provider with settings, a resource with an identity, and a list that finds what exists.
use std::{fs, io, path::PathBuf, process::ExitCode};

use tfplug::prelude::*;

/// Notes in a folder.
#[derive(Clone, Model)]
struct Notes {
    /// The folder. Default: where Terraform runs.
    folder: Attr<String>,
}

/// What is made of the settings: where the notes are.
struct Folder(PathBuf);

#[provider]
impl Provider for Notes {
    type Data = Folder;

    async fn configure(&self, _: &mut ConfigureContext, settings: Notes) -> Result<Folder> {
        Ok(Folder(settings.folder.into_known().unwrap_or_else(|| ".".to_owned()).into()))
    }

    fn register(&self, registry: &mut Registry<Folder>) {
        registry.resource(NoteResource).list_resource(NoteList {});
    }
}

struct NoteResource;

/// A text file.
#[derive(Clone, Model)]
struct Note {
    /// Its name. A change replaces the note.
    #[tf(required, requires_replace)]
    name: Attr<String>,
    /// What is in it.
    #[tf(required)]
    text: Attr<String>,
}

/// Which note it is.
#[derive(Clone, Identity)]
struct NoteIdentity {
    /// Its name.
    #[tf(required)]
    name: Attr<String>,
}

impl Folder {
    fn write(&self, note: Note) -> Result<Note> {
        let (name, text) = (note.name.require("name")?, note.text.require("text")?);
        fs::write(self.0.join(name), text).map_err(|error| failed("write", name, &error))?;
        Ok(note)
    }
}

#[resource("notes_note")]
impl Resource for NoteResource {
    type Data = Folder;
    type Model = Note;
    type Identity = NoteIdentity;

    fn identity(&self, state: &Note) -> Option<NoteIdentity> {
        Some(NoteIdentity { name: state.name.clone() })
    }

    async fn create(&self, cx: &mut Context<Folder>, planned: Note) -> Result<Note> {
        cx.data()?.write(planned)
    }

    async fn read(&self, cx: &mut Context<Folder>, state: Note) -> Result<Option<Note>> {
        let name = state.name.require("name")?;
        match fs::read_to_string(cx.data()?.0.join(name)) {
            Ok(text) => Ok(Some(Note { text: text.into(), ..state })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed("read", name, &error).into()),
        }
    }

    async fn update(&self, cx: &mut Context<Folder>, _: Note, planned: Note) -> Result<Note> {
        cx.data()?.write(planned)
    }

    async fn delete(&self, cx: &mut Context<Folder>, state: Note) -> Result<()> {
        let name = state.name.require("name")?;
        Ok(fs::remove_file(cx.data()?.0.join(name)).map_err(|error| failed("remove", name, &error))?)
    }

    async fn import(&self, _: &mut Context<Folder>, source: Import<NoteIdentity>) -> Result<Note> {
        let name = match source {
            Import::Id(name) => name.into(),
            Import::Identity(identity) => identity.name,
        };
        Ok(Note { name, text: Attr::Null })
    }
}

/// All notes.
#[derive(Clone, Model)]
struct NoteList {}

#[list_resource("notes_note")]
impl ListResource for NoteList {
    type Data = Folder;
    type Resource = NoteResource;

    async fn list(&self, cx: &mut Context<Folder>, _: NoteList, listing: &mut Listing<'_, Self>) -> Result<()> {
        let folder = cx.data()?;
        for entry in fs::read_dir(&folder.0).map_err(|error| failed("list", "notes", &error))? {
            let entry = entry.map_err(|error| failed("list", "notes", &error))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let Ok(text) = fs::read_to_string(entry.path()) else { continue };
            listing.push(Listed {
                identity: NoteIdentity { name: name.clone().into() },
                display_name: name.clone(),
                resource: Some(Note { name: name.into(), text: text.into() }),
            })?;
        }
        Ok(())
    }
}

fn failed(attempt: &str, name: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::error(format!("Cannot {attempt} {name}"), format!("The system says: {error}."))
}

fn main() -> ExitCode {
    run(ServeOptions::from_args("registry.terraform.io/example/notes"), || Notes { folder: Attr::Null })
}
