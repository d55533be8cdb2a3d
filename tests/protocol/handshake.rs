//! What the provider says before the first RPC, and to whom.

use crate::host::Launch;

#[tokio::test]
async fn the_line_says_where_and_as_whom_the_provider_listens() {
    let plugin = Launch::provider().start().await;
    assert!(plugin.line.ends_with('\n') && !plugin.line.ends_with("\r\n"));
    let line = &plugin.handshake;
    assert_eq!((&*line.core_protocol, &*line.protocol, &*line.network, &*line.transport), ("1", "6", "unix", "grpc"));
    assert!(line.certificate.is_some());
    assert_eq!(line.multiplexing, None);
    let exit = plugin.shutdown().await;
    assert_eq!(exit.stdout, "", "nothing follows the line");
}

#[tokio::test]
async fn a_host_that_asks_hears_that_connections_are_not_multiplexed() {
    let plugin = Launch::provider().env("PLUGIN_MULTIPLEX_GRPC", "true").start().await;
    assert_eq!(plugin.handshake.multiplexing.as_deref(), Some("false"));
    plugin.shutdown().await;
}

#[tokio::test]
async fn a_host_that_wants_no_tls_gets_none() {
    let plugin = Launch::provider().without("PLUGIN_CLIENT_CERT").start().await;
    assert!(plugin.line.ends_with("|grpc|\n"), "{}", plugin.line);
    plugin.shutdown().await;
}

#[tokio::test]
async fn the_socket_goes_where_the_host_says() {
    let elsewhere = tempfile::tempdir().unwrap();
    let path = elsewhere.path().to_str().unwrap();
    let plugin = Launch::provider().env("PLUGIN_UNIX_SOCKET_DIR", path).start().await;
    assert!(plugin.handshake.address.starts_with(elsewhere.path()));
    plugin.shutdown().await;
    assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_person_who_starts_the_provider_is_told_what_to_do() {
    for launch in
        [Launch::provider().without("TF_PLUGIN_MAGIC_COOKIE"), Launch::provider().env("TF_PLUGIN_MAGIC_COOKIE", "no")]
    {
        let exit = launch.run().await;
        assert_eq!(exit.status.code(), Some(1));
        assert_eq!(exit.stdout, "");
        let explanation = exit.stderr.join("\n");
        for wanted in ["terraform init", "required_providers", "appstreaming/appstreaming", "https://", "--debug"] {
            assert!(explanation.contains(wanted), "{wanted:?} is not in: {explanation}");
        }
        assert!(exit.leftovers().is_empty());
    }
}

#[tokio::test]
async fn a_host_of_another_protocol_version_is_told_so() {
    let exit = Launch::provider().env("PLUGIN_PROTOCOL_VERSIONS", "5").run().await;
    assert_eq!(exit.status.code(), Some(1));
    assert_eq!(exit.stdout, "");
    let explanation = exit.stderr.join("\n");
    assert!(explanation.contains("version 5") && explanation.contains("version 6"), "{explanation}");
    assert!(exit.leftovers().is_empty());
}

#[tokio::test]
async fn a_host_certificate_that_cannot_be_read_ends_the_provider() {
    let exit = Launch::provider().env("PLUGIN_CLIENT_CERT", "not a certificate").run().await;
    assert_eq!(exit.status.code(), Some(1));
    assert_eq!(exit.stdout, "");
    assert!(exit.stderr.join("\n").contains("PLUGIN_CLIENT_CERT"));
}
