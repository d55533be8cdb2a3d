//! World files: a seed that is read, and a state that is kept across restarts.

use std::{
    fmt, fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tokio::task::JoinHandle;

use crate::{error::StartError, state::Shared, world::World};

/// Changes within this time are written together.
const PAUSE: Duration = Duration::from_millis(200);

/// Reads a world.
pub(super) fn read(path: &Path) -> Result<World, StartError> {
    let text = fs::read(path).map_err(|source| StartError::Read { path: path.to_owned(), source })?;
    World::parse(&text).map_err(|source| StartError::World { path: path.to_owned(), source })
}

/// Writes the world whenever it has changed.
pub(super) struct Keeper {
    path: PathBuf,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

impl fmt::Debug for Keeper {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Keeper").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Keeper {
    /// Begins to keep the world in `path`.
    pub(super) fn start(path: PathBuf, shared: Arc<Shared>) -> Self {
        let task = tokio::spawn(keep(path.clone(), Arc::clone(&shared)));
        Self { path, shared, task }
    }

    /// Writes the world a last time.
    pub(super) async fn stop(self) -> io::Result<()> {
        self.task.abort();
        // An aborted task may still be writing; its end is awaited so that the last word is ours.
        let _ = self.task.await;
        write(&self.path, &snapshot(&self.shared)?)
    }
}

async fn keep(path: PathBuf, shared: Arc<Shared>) {
    loop {
        shared.changed.notified().await;
        let written = snapshot(&shared).and_then(|text| write(&path, &text));
        if let Err(error) = written {
            eprintln!("appstreaming-emulator: cannot write {}: {error}", path.display());
        }
        tokio::time::sleep(PAUSE).await;
    }
}

fn snapshot(shared: &Shared) -> io::Result<Vec<u8>> {
    let state = shared.lock();
    let mut text = serde_json::to_vec_pretty(&state.world)?;
    text.push(b'\n');
    Ok(text)
}

/// Replaces the file in one step, so that whoever reads it sees the old world or the new one.
fn write(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = path.with_file_name(name);
    let mut file = fs::File::create(&temporary)?;
    file.write_all(text)?;
    file.sync_all()?;
    fs::rename(&temporary, path)
}
