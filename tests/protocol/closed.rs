//! Only the host that started the provider gets in.

use std::{collections::HashSet, fs, os::unix::fs::MetadataExt};

use rustls::{AlertDescription, ClientConfig, Error};
use tokio::{io::AsyncReadExt, net::UnixStream};
use tonic_health::pb::HealthCheckRequest;

use crate::{
    certificate::{HostIdentity, anonymous_client},
    host::{Launch, Plugin, within},
};

/// Connects with `client` and returns the alert that ended the TLS handshake.
///
/// With TLS 1.3 the client is done before the server has seen its certificate, and learns of the
/// refusal when it reads. Bytes in place of the alert would be the beginning of HTTP/2.
async fn alert(plugin: &Plugin, client: ClientConfig) -> AlertDescription {
    let refused = match plugin.tls(client).await {
        Err(error) => error,
        Ok(mut stream) => match within("a refusal", stream.read(&mut [0; 64])).await {
            Err(error) => error,
            Ok(bytes) => panic!("{bytes} bytes in place of a refusal"),
        },
    };
    match refused.get_ref().and_then(|error| error.downcast_ref()) {
        Some(Error::AlertReceived(alert)) => *alert,
        other => panic!("{other:?} in place of an alert ({refused})"),
    }
}

/// The provider still serves its host, whatever others tried.
async fn still_serves(plugin: &Plugin) {
    let request = HealthCheckRequest { service: "plugin".to_owned() };
    plugin.health().await.check(request).await.unwrap();
}

#[tokio::test]
async fn the_host_s_certificate_is_accepted() {
    let plugin = Launch::provider().start().await;
    still_serves(&plugin).await;
    plugin.shutdown().await;
}

#[tokio::test]
async fn no_certificate_is_refused_during_the_tls_handshake() {
    let plugin = Launch::provider().start().await;
    let client = anonymous_client(plugin.certificate());
    assert_eq!(alert(&plugin, client).await, AlertDescription::CertificateRequired);
    still_serves(&plugin).await;
    plugin.shutdown().await;
}

#[tokio::test]
async fn another_certificate_of_the_same_subject_is_refused_during_the_tls_handshake() {
    let plugin = Launch::provider().start().await;
    let stranger = HostIdentity::generate();
    let client = stranger.client(plugin.certificate());
    assert_eq!(alert(&plugin, client).await, AlertDescription::AccessDenied);
    still_serves(&plugin).await;
    plugin.shutdown().await;
}

#[tokio::test]
async fn the_host_s_certificate_without_its_key_is_refused_during_the_tls_handshake() {
    let plugin = Launch::provider().start().await;
    let thief = HostIdentity::generate().posing_as(plugin.identity());
    let client = thief.client(plugin.certificate());
    assert_eq!(alert(&plugin, client).await, AlertDescription::DecryptError);
    still_serves(&plugin).await;
    plugin.shutdown().await;
}

#[tokio::test]
async fn a_client_without_tls_is_refused() {
    let plugin = Launch::provider().start().await;
    let mut stream = UnixStream::connect(&plugin.handshake.address).await.unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut stream, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    // The connection may be reset with our bytes unread; what counts is that no HTTP/2 comes back.
    let _ = within("the end of the connection", stream.read_to_end(&mut answer)).await;
    const TLS_ALERT: u8 = 21;
    assert!(answer.first().is_none_or(|first| *first == TLS_ALERT), "{answer:?}");
    still_serves(&plugin).await;
    plugin.shutdown().await;
}

#[tokio::test]
async fn a_client_that_says_nothing_holds_nobody_up() {
    let plugin = Launch::provider().start().await;
    let silent = UnixStream::connect(&plugin.handshake.address).await.unwrap();
    still_serves(&plugin).await;
    // The host did not get its turn because the other had lost its own.
    let open = silent.try_read(&mut [0]).unwrap_err();
    assert_eq!(open.kind(), std::io::ErrorKind::WouldBlock);
    plugin.shutdown().await;
}

#[tokio::test]
async fn a_session_cannot_be_resumed_past_the_certificate() {
    let plugin = Launch::provider().start().await;
    let client = plugin.identity().client(plugin.certificate());
    for _ in 0..2 {
        let mut stream = plugin.tls(client.clone()).await.unwrap();
        // The server's settings: the handshake is over, and a ticket would have come before them.
        within("the first frame", stream.read_exact(&mut [0; 9])).await.unwrap();
        assert_eq!(stream.get_ref().1.handshake_kind(), Some(rustls::HandshakeKind::Full));
        assert_eq!(stream.get_ref().1.protocol_version(), Some(rustls::ProtocolVersion::TLSv1_3));
    }
    plugin.shutdown().await;
}

#[tokio::test]
async fn only_the_owner_may_enter_the_socket_s_folder() {
    let plugin = Launch::provider().start().await;
    let folder = fs::metadata(plugin.handshake.address.parent().unwrap()).unwrap();
    assert_eq!(folder.mode() & 0o7777, 0o700);
    assert_eq!(folder.uid(), nix::unistd::geteuid().as_raw());
    assert_eq!(fs::metadata(&plugin.handshake.address).unwrap().mode() & 0o777, 0o600);
    plugin.shutdown().await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn nothing_listens_on_a_network() {
    let plugin = Launch::provider().start().await;
    still_serves(&plugin).await;
    let process = format!("/proc/{}", plugin.process.id());
    let sockets: HashSet<String> = fs::read_dir(format!("{process}/fd"))
        .unwrap()
        .filter_map(|entry| fs::read_link(entry.unwrap().path()).ok())
        .filter_map(|target| Some(target.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned()))
        .collect();
    // The column of the inode differs, so that a table is looked through for any of them.
    let found = |table: &str| -> Vec<String> {
        let table = fs::read_to_string(format!("{process}/net/{table}")).unwrap();
        let ours = |line: &&str| line.split_whitespace().any(|word| sockets.contains(word));
        table.lines().skip(1).filter(ours).map(str::to_owned).collect()
    };
    let path = plugin.handshake.address.to_str().unwrap();
    assert!(found("unix").iter().any(|line| line.ends_with(path)), "the search finds what is there");
    for table in ["tcp", "tcp6", "udp", "udp6", "raw", "raw6"] {
        assert_eq!(found(table), Vec::<String>::new(), "{table}");
    }
    plugin.shutdown().await;
}
