//! A Unix socket alone in a folder that only its owner may enter.
//!
//! The folder's mode does the work: some systems ignore a socket's own mode on `connect`, and a socket has its default
//! mode for a moment between `bind` and `chmod`.

use std::{
    fs::{self, DirBuilder, Permissions},
    io,
    os::unix::fs::{DirBuilderExt, PermissionsExt, chown},
    path::{Path, PathBuf},
};

use nix::unistd::Group;
use tokio::net::{UnixListener, UnixStream};
use uuid::Uuid;

use crate::plugin::address::{Address, ListenError, ListenOptions};

/// A listening Unix socket together with the folder that was made for it.
pub(in crate::plugin) struct SocketListener {
    listener: UnixListener,
    path: PathBuf,
    // Dropped after the listener, and takes the socket's file with it.
    _directory: SocketDirectory,
}

impl SocketListener {
    pub(super) fn bind(options: &ListenOptions) -> Result<Self, ListenError> {
        let parent = options.socket_directory.clone().unwrap_or_else(std::env::temp_dir);
        let group = options.socket_group.as_deref().map(group_id).transpose()?;
        Self::bind_in(&parent, group).map_err(|source| ListenError::Socket { directory: parent, source })
    }

    fn bind_in(parent: &Path, group: Option<u32>) -> io::Result<Self> {
        let directory = SocketDirectory::create(parent)?;
        let path = directory.0.join("socket");
        let listener = UnixListener::bind(&path)?;
        fs::set_permissions(&path, Permissions::from_mode(0o600))?;
        if let Some(group) = group {
            // The group may pass through the folder, not read it, and connect.
            chown(&path, None, Some(group))?;
            fs::set_permissions(&path, Permissions::from_mode(0o660))?;
            chown(&directory.0, None, Some(group))?;
            fs::set_permissions(&directory.0, Permissions::from_mode(0o710))?;
        }
        Ok(Self { listener, path, _directory: directory })
    }

    pub(super) fn address(&self) -> Address {
        Address { network: "unix", address: self.path.display().to_string() }
    }

    pub(super) async fn accept(&self) -> io::Result<UnixStream> {
        let (stream, _) = self.listener.accept().await?;
        Ok(stream)
    }
}

/// Takes a group by number or name, as go-plugin does.
fn group_id(group: &str) -> Result<u32, ListenError> {
    if let Ok(id) = group.parse() {
        return Ok(id);
    }
    match Group::from_name(group) {
        Ok(Some(entry)) => Ok(entry.gid.as_raw()),
        _ => Err(ListenError::UnknownGroup { group: group.to_owned() }),
    }
}

/// A fresh folder of mode 0700, removed with its socket on drop.
struct SocketDirectory(PathBuf);

impl SocketDirectory {
    fn create(parent: &Path) -> io::Result<Self> {
        // A socket's path may have 107 bytes, 103 on macOS, where the folder for temporary files takes 49 of them: the
        // name is short, and still nobody's to guess or to occupy.
        let unique = Uuid::new_v4().simple().to_string();
        let path = parent.join(format!("plugin-{}", &unique[..16]));
        DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self(path))
    }
}

impl Drop for SocketDirectory {
    fn drop(&mut self) {
        // Nothing is left to do about an error here, and nobody left to tell.
        let _ = fs::remove_file(self.0.join("socket"));
        let _ = fs::remove_dir(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    fn options(parent: &Path, group: Option<&str>) -> ListenOptions {
        ListenOptions {
            socket_directory: Some(parent.to_owned()),
            socket_group: group.map(str::to_owned),
            ..ListenOptions::default()
        }
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o777
    }

    #[tokio::test]
    async fn only_the_owner_reaches_the_socket() {
        let parent = tempfile::tempdir().unwrap();
        let listener = SocketListener::bind(&options(parent.path(), None)).unwrap();
        assert_eq!(mode(listener.path.parent().unwrap()), 0o700);
        assert_eq!(mode(&listener.path), 0o600);
    }

    #[tokio::test]
    async fn a_group_may_be_let_in() {
        let parent = tempfile::tempdir().unwrap();
        // The group we are in already: the only one that may be given without privileges.
        let own = fs::metadata(parent.path()).unwrap().gid();
        let name = Group::from_gid(own.into()).unwrap().unwrap().name;
        for group in [own.to_string(), name] {
            let listener = SocketListener::bind(&options(parent.path(), Some(&group))).unwrap();
            assert_eq!(mode(listener.path.parent().unwrap()), 0o710);
            assert_eq!(mode(&listener.path), 0o660);
            assert_eq!(fs::metadata(&listener.path).unwrap().gid(), own);
        }
    }

    #[tokio::test]
    async fn a_group_that_does_not_exist_is_named() {
        let parent = tempfile::tempdir().unwrap();
        let error = SocketListener::bind(&options(parent.path(), Some("no such group")))
            .err()
            .expect("no listener without its group");
        assert!(error.to_string().contains("no such group"), "{error}");
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn dropping_the_listener_leaves_nothing_behind() {
        let parent = tempfile::tempdir().unwrap();
        drop(SocketListener::bind(&options(parent.path(), None)).unwrap());
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn a_path_that_is_too_long_is_named_and_leaves_nothing_behind() {
        let parent = tempfile::tempdir().unwrap();
        let deep = parent.path().join("d".repeat(120));
        fs::create_dir(&deep).unwrap();
        let error = SocketListener::bind(&options(&deep, None)).err().expect("too long");
        assert!(error.to_string().contains(&deep.display().to_string()), "{error}");
        assert_eq!(fs::read_dir(&deep).unwrap().count(), 0);
    }
}
