//! When the provider ends, and that nothing of it stays.

use std::process::Stdio;

use nix::sys::signal::Signal;
use tfplug::proto::plugin::Empty;
use tokio::{
    io::{AsyncBufReadExt, BufReader, Interest},
    net::unix::pipe,
};
use tonic_health::pb::HealthCheckRequest;

use crate::host::{Launch, within};

fn check() -> HealthCheckRequest {
    HealthCheckRequest { service: "plugin".to_owned() }
}

#[tokio::test]
async fn shutdown_leaves_nothing_behind() {
    let plugin = Launch::provider().start().await;
    assert!(plugin.handshake.address.exists());
    let exit = plugin.shutdown().await;
    assert_eq!(exit.leftovers(), Vec::<String>::new());
    assert_eq!(exit.stderr, Vec::<String>::new());
}

#[tokio::test]
async fn an_rpc_that_never_ends_does_not_hold_up_the_shutdown() {
    let plugin = Launch::provider().start().await;
    let mut endless = plugin.health().await.watch(check()).await.unwrap().into_inner();
    endless.message().await.unwrap().expect("the present status");
    let exit = plugin.shutdown().await;
    assert_eq!(exit.leftovers(), Vec::<String>::new());
}

#[tokio::test]
async fn an_interrupt_is_left_to_the_host() {
    let mut plugin = Launch::provider().env("TF_LOG", "debug").start().await;
    plugin.process.signal(Signal::SIGINT);
    plugin.process.stderr_line("a word on the interrupt", |line| line.contains("interrupted")).await;
    plugin.health().await.check(check()).await.unwrap();
    plugin.shutdown().await;
}

#[tokio::test]
async fn other_signals_end_the_provider_in_order() {
    for signal in [Signal::SIGTERM, Signal::SIGHUP] {
        let plugin = Launch::provider().start().await;
        plugin.process.signal(signal);
        let exit = plugin.process.exit().await;
        assert!(exit.status.success(), "{signal}: {:?}", exit.status);
        assert_eq!(exit.leftovers(), Vec::<String>::new(), "{signal}");
    }
}

#[tokio::test]
async fn a_host_that_only_disconnects_is_still_there() {
    let plugin = Launch::provider().start().await;
    let stream = plugin.stdio().await.stream_stdio(()).await.unwrap();
    drop(stream);
    plugin.health().await.check(check()).await.unwrap();
    plugin.controller().await.shutdown(Empty {}).await.unwrap();
    assert!(plugin.process.exit().await.status.success());
}

/// A host that reads the provider's output and does nothing else. The provider's standard input is
/// the host's own, as with Go's hosts.
const HOST: &str = r#"
exec 3<&0
mkfifo "$TMPDIR/output"
"$0" <&3 >"$TMPDIR/output" 2>&1 &
exec 4<"$TMPDIR/output"
rm "$TMPDIR/output"
read -r line <&4
echo "$line"
wait
"#;

#[tokio::test]
async fn a_host_that_is_killed_takes_the_provider_with_it() {
    let launch = Launch::provider();
    let provider = launch.command().as_std().get_program().to_owned();
    let mut host = launch.command_as("/bin/sh").args(["-c", HOST]).arg(provider).stdin(Stdio::piped()).spawn().unwrap();
    // The end of this pipe that the host and the provider share closes with the last of them.
    let both_gone = pipe::Sender::from_owned_fd(host.stdin.take().unwrap().into_owned_fd().unwrap()).unwrap();
    let mut line = String::new();
    let mut output = BufReader::new(host.stdout.take().unwrap());
    within("the handshake line", output.read_line(&mut line)).await.unwrap();
    assert!(line.starts_with("1|6|unix|"), "{line:?}");

    host.kill().await.unwrap();

    within("the end of the provider", both_gone.ready(Interest::ERROR)).await.unwrap();
    assert_eq!(std::fs::read_dir(launch.directory()).unwrap().count(), 0, "the socket is gone");
}
