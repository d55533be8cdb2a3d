//! The way to the services: certificates of one's own, and the proxies that the environment names.

use std::{
    net::SocketAddr,
    process::Command,
    sync::{Arc, Mutex},
};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    runtime::Runtime,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, pki_types::PrivateKeyDer},
};

use super::{count, workspace_at};
use crate::harness::{ACCESS_KEY, Emulator, SECRET_KEY, Workspace, keys, provider};

/// A name that no resolver knows: whoever reaches it went through a proxy.
const ELSEWHERE: &str = "workspace.invalid";

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime")
}

/// Something that takes TLS off and passes on to the emulator; ends with the runtime.
fn tls_before(emulator: &Emulator, name: &str, runtime: &Runtime) -> (SocketAddr, String) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed([name.to_owned()]).expect("a certificate");
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).expect("a key");
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .expect("a server's settings");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let emulator = emulator.endpoint().trim_start_matches("http://").to_owned();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
    let address = listener.local_addr().expect("an address");
    runtime.spawn(async move {
        while let Ok((outside, _)) = listener.accept().await {
            let (acceptor, emulator) = (acceptor.clone(), emulator.clone());
            tokio::spawn(async move {
                // A client that does not trust the certificate breaks off here.
                let Ok(mut outside) = acceptor.accept(outside).await else { return };
                let Ok(mut inside) = TcpStream::connect(emulator).await else { return };
                let _ = tokio::io::copy_bidirectional(&mut outside, &mut inside).await;
            });
        }
    });
    (address, cert.pem())
}

#[test]
fn a_certificate_of_ones_own_is_trusted_where_it_is_named_and_only_there() {
    let emulator = Emulator::start();
    let runtime = runtime();
    let (address, certificate) = tls_before(&emulator, "127.0.0.1", &runtime);
    let block = format!("region = \"cn-north-4\"\n    auth_url = \"https://{address}\"\n    {}", keys());
    let stranger = workspace_at(&format!("https://{address}"), &block);
    let (error, calls) = emulator.calls_during(|| stranger.try_plan().expect(&[1]).only_error());
    error.must_say(&["certificate"]);
    assert!(calls.is_empty(), "nothing was said to a stranger: {calls:?}");

    let trusting = workspace_at(&format!("https://{address}"), &format!("{block}\n    ca_certificate = \"ca.pem\""));
    trusting.write("ca.pem", &certificate);
    let (_, calls) = emulator.calls_during(|| trusting.apply());
    assert_eq!(count(&calls, "KeystoneListProjects"), 1);
    assert_eq!(count(&calls, "ListServerGroups"), 1);
}

#[test]
fn the_override_that_the_emulator_prints_leads_there_over_tls() {
    let workspace = Workspace::new();
    let ca = workspace.path().join("ca.pem").display().to_string();
    let emulator = Emulator::start_with(&["--tls-self-signed", &ca]);
    let endpoint = emulator.endpoint();
    assert!(endpoint.starts_with("https://"), "{endpoint}");
    let printed = Command::new(env!("CARGO_BIN_EXE_appstreaming-emulator"))
        .args(["env", "--override", "appstreaming", "--endpoint", endpoint, "--ca", &ca])
        .args(["--access-key", ACCESS_KEY, "--secret-key", SECRET_KEY])
        .output()
        .expect("the emulator's program can be started");
    // What stands here of the services is as it would be for the real ones.
    workspace.write("provider.tf", &provider("huawei_cloud = { region = \"cn-east-3\" }"));
    workspace.write("provider_override.tf", &String::from_utf8(printed.stdout).expect("a text"));
    workspace.configure(
        "data \"appstreaming_server_group\" \"this\" {\n  name = \"office\"\n}\n\
         data \"appstreaming_delivery_group\" \"this\" {\n  delivery_group_id = \"aig-hangzhou-fixed\"\n}\n",
    );
    workspace.apply();
    assert_eq!(workspace.attributes("data.appstreaming_server_group.this")["region"], "cn-north-4");
    assert_eq!(workspace.attributes("data.appstreaming_delivery_group.this")["region"], "cn-hangzhou");
}

/// A proxy that connects every tunnel to `target`, and the first lines of what it was asked for; ends with the runtime.
fn tunnels_to(target: SocketAddr, runtime: &Runtime) -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
    let address = listener.local_addr().expect("an address");
    runtime.spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let seen = Arc::clone(&seen);
            tokio::spawn(async move {
                let mut client = BufReader::new(client);
                let mut head = Vec::new();
                loop {
                    let mut line = String::new();
                    match client.read_line(&mut line).await {
                        Ok(read) if read > 2 => head.push(line),
                        // The empty line at the end, or the client has gone.
                        _ => break,
                    }
                }
                seen.lock().expect("no other test failed").extend(head.into_iter().take(1));
                let Ok(mut server) = TcpStream::connect(target).await else { return };
                if client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.is_ok() {
                    let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
                }
            });
        }
    });
    (address, asked)
}

#[test]
fn calls_go_through_the_proxy_of_the_environment_and_cannot_be_read_there() {
    let emulator = Emulator::start();
    let runtime = runtime();
    let (server, certificate) = tls_before(&emulator, ELSEWHERE, &runtime);
    let (proxy, asked) = tunnels_to(server, &runtime);
    let block = format!(
        "region = \"cn-north-4\"\n    auth_url = \"https://{ELSEWHERE}\"\n    ca_certificate = \"ca.pem\"\n    {}",
        keys()
    );
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        let mut workspace = workspace_at(&format!("https://{ELSEWHERE}"), &block);
        workspace.write("ca.pem", &certificate);
        workspace.set(name, &format!("http://{proxy}"));
        let (_, calls) = emulator.calls_during(|| workspace.apply());
        assert_eq!(count(&calls, "KeystoneListProjects"), 1, "{name}");
        assert_eq!(count(&calls, "ListServerGroups"), 1, "{name}");
        // Asked for a tunnel, and for nothing else.
        let asked = std::mem::take(&mut *asked.lock().expect("no other test failed"));
        let tunnel = format!("CONNECT {ELSEWHERE}:443 HTTP/1.1");
        assert!(!asked.is_empty() && asked.iter().all(|line| line.trim() == tunnel), "{name}: {asked:?}");
    }
}

#[test]
fn plain_http_goes_through_the_proxy_too_where_it_is_permitted() {
    // The emulator answers what is addressed to somebody else as a proxy would.
    let emulator = Emulator::start();
    let block = format!(
        "region = \"cn-north-4\"\n    auth_url = \"http://{ELSEWHERE}\"\n    allow_http = true\n    {}",
        keys()
    );
    let mut workspace = workspace_at(&format!("http://{ELSEWHERE}"), &block);
    workspace.set("HTTP_PROXY", emulator.endpoint());
    let (_, calls) = emulator.calls_during(|| workspace.apply());
    assert_eq!(count(&calls, "ListServerGroups"), 1, "{calls:?}");
}

#[test]
fn what_needs_no_proxy_is_called_without_one() {
    let emulator = Emulator::start();
    let runtime = runtime();
    let (proxy, asked) =
        tunnels_to(emulator.endpoint().trim_start_matches("http://").parse().expect("an address"), &runtime);
    // This host itself, whatever NO_PROXY says; and a name that NO_PROXY holds, which then leads nowhere.
    let mut near = super::workspace(&emulator, &keys());
    near.set("HTTP_PROXY", &format!("http://{proxy}"));
    let (_, calls) = emulator.calls_during(|| near.apply());
    assert_eq!(count(&calls, "ListServerGroups"), 1);

    let block = format!("region = \"cn-north-4\"\n    project_id = \"p\"\n    {}", keys());
    let mut excluded = workspace_at(&format!("https://{ELSEWHERE}"), &block);
    excluded.set("HTTPS_PROXY", &format!("http://{proxy}"));
    excluded.set("NO_PROXY", ELSEWHERE);
    excluded.try_plan().expect(&[1]).only_error().must_say(&[ELSEWHERE]);
    assert!(asked.lock().expect("no other test failed").is_empty());
}
