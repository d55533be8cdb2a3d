//! A plugin host: starts a provider as Terraform does, and hands out clients for its services.
//!
//! ```ignore
//! let plugin = Launch::provider().start().await;
//! let schema = plugin.provider().await.get_provider_schema(get_provider_schema::Request::default()).await;
//! plugin.shutdown().await;
//! ```
//!
//! Dropping a [`Plugin`] kills its process, so that a failed test leaves none behind.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    sync::Arc,
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use hyper_util::rt::TokioIo;
use nix::{sys::signal, unistd::Pid};
use rustls::{ClientConfig, pki_types::CertificateDer};
use tempfile::TempDir;
use tfplug::{
    plugin::{COOKIE_NAME, COOKIE_VALUE},
    proto::{
        plugin::{Empty, grpc_controller_client::GrpcControllerClient, grpc_stdio_client::GrpcStdioClient},
        tfplugin6::provider_client::ProviderClient,
    },
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    net::UnixStream,
    process::{Child, ChildStdout, Command},
    sync::mpsc,
};
use tokio_rustls::{TlsConnector, client::TlsStream};
use tonic::transport::{Channel, Endpoint};
use tonic_health::pb::health_client::HealthClient;

use crate::certificate::HostIdentity;

/// How long anything may take before the test gives up on it. Far beyond what anything takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// The largest message in bytes that a host takes, as Terraform's does.
const MAX_MESSAGE_SIZE: usize = 256 << 20;

/// Waits for `future`, and fails the test by name where it would wait for ever.
pub async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, future).await {
        Ok(value) => value,
        Err(_) => panic!("waited in vain for {what}"),
    }
}

/// How a provider is to be started.
pub struct Launch {
    binary: PathBuf,
    arguments: Vec<String>,
    variables: BTreeMap<String, String>,
    identity: HostIdentity,
    directory: TempDir,
}

impl Launch {
    /// The provider's own binary, as Terraform starts it.
    pub fn provider() -> Self {
        Self::binary(env!("CARGO_BIN_EXE_terraform-provider-appstreaming"))
    }

    /// Any provider's binary, as Terraform starts it.
    pub fn binary(path: impl Into<PathBuf>) -> Self {
        let identity = HostIdentity::generate();
        let variables = [
            (COOKIE_NAME, COOKIE_VALUE),
            ("PLUGIN_MIN_PORT", "10000"),
            ("PLUGIN_MAX_PORT", "25000"),
            ("PLUGIN_PROTOCOL_VERSIONS", "5,6"),
            ("PLUGIN_CLIENT_CERT", &identity.pem),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self {
            binary: path.into(),
            arguments: Vec::new(),
            variables: variables.into(),
            identity,
            directory: tempfile::tempdir().unwrap(),
        }
    }

    /// Sets an environment variable.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Takes an environment variable away.
    pub fn without(mut self, name: &str) -> Self {
        self.variables.remove(name);
        self
    }

    /// Adds an argument to the command line.
    pub fn arg(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    /// Where the provider makes its temporary files. Empty before it starts.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// The command in full: nothing of what this test's own environment says about plugins or logs
    /// gets through.
    pub fn command(&self) -> Command {
        self.command_as(&self.binary)
    }

    /// The same environment for another program.
    pub fn command_as(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        for (name, _) in std::env::vars_os() {
            if matches!(name.to_str(), Some(name) if name.starts_with("TF_") || name.starts_with("PLUGIN_")) {
                command.env_remove(name);
            }
        }
        command
            .args(&self.arguments)
            .env("TMPDIR", self.directory.path())
            .envs(&self.variables)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    /// Starts a provider that is expected to end by itself, and waits for that.
    pub async fn run(self) -> Exit {
        let output = within("the end of the provider", self.command().output()).await.unwrap();
        Exit {
            status: output.status,
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap().lines().map(str::to_owned).collect(),
            directory: self.directory,
        }
    }

    /// Starts a provider and reads its handshake line.
    pub async fn start(self) -> Plugin {
        let mut process = Process::spawn(self);
        let line = process.line().await;
        let handshake = HandshakeLine::parse(&line);
        Plugin { process, line, handshake }
    }

    /// Starts a provider without waiting for a handshake line.
    pub fn spawn(self) -> Process {
        Process::spawn(self)
    }
}

/// A running provider, as a process.
pub struct Process {
    child: Child,
    stdout: BufReader<ChildStdout>,
    stderr: mpsc::UnboundedReceiver<String>,
    seen: Vec<String>,
    launch: Launch,
}

/// What a provider left behind.
pub struct Exit {
    pub status: ExitStatus,
    /// What it wrote on standard output, the handshake line excepted.
    pub stdout: String,
    pub stderr: Vec<String>,
    pub directory: TempDir,
}

impl Exit {
    /// The names of what is still in the folder for temporary files.
    pub fn leftovers(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.directory.path()).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }
}

impl Process {
    fn spawn(launch: Launch) -> Self {
        let mut child = launch.command().spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        // Read all the time, as hosts do: a full pipe would stop the provider.
        let (sender, stderr) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                let _ = sender.send(line);
            }
        });
        Self { child, stdout, stderr, seen: Vec::new(), launch }
    }

    /// The next line of standard output, with its end.
    pub async fn line(&mut self) -> String {
        let mut line = String::new();
        within("a line of standard output", self.stdout.read_line(&mut line)).await.unwrap();
        if line.is_empty() {
            let mut errors = Vec::new();
            while let Some(error) = self.stderr.recv().await {
                errors.push(error);
            }
            panic!("the provider ended without a line: {errors:?}");
        }
        line
    }

    /// Waits for a line of standard error that `wanted` accepts.
    pub async fn stderr_line(&mut self, what: &str, wanted: impl Fn(&str) -> bool) -> String {
        loop {
            let Some(line) = within(what, self.stderr.recv()).await else {
                panic!("the provider ended without {what}: {:?}", self.seen)
            };
            self.seen.push(line.clone());
            if wanted(&line) {
                return line;
            }
        }
    }

    pub fn id(&self) -> u32 {
        self.child.id().expect("a running process")
    }

    /// Sends a signal to this process.
    pub fn signal(&self, signal: signal::Signal) {
        let pid = Pid::from_raw(self.id().try_into().unwrap());
        signal::kill(pid, signal).unwrap();
    }

    /// Waits for the process to end by itself.
    pub async fn exit(mut self) -> Exit {
        let status = within("the end of the provider", self.child.wait()).await.unwrap();
        let mut stdout = String::new();
        self.stdout.read_to_string(&mut stdout).await.unwrap();
        while let Some(line) = self.stderr.recv().await {
            self.seen.push(line);
        }
        Exit { status, stdout, stderr: self.seen, directory: self.launch.directory }
    }
}

/// The handshake line in its parts.
#[derive(Clone, Debug)]
pub struct HandshakeLine {
    pub core_protocol: String,
    pub protocol: String,
    pub network: String,
    pub address: PathBuf,
    pub transport: String,
    /// `None` where the provider serves without TLS.
    pub certificate: Option<CertificateDer<'static>>,
    pub multiplexing: Option<String>,
}

impl HandshakeLine {
    fn parse(line: &str) -> Self {
        let mut fields = line.trim_end().split('|').map(str::to_owned);
        let mut field = |name: &str| fields.next().unwrap_or_else(|| panic!("{line:?} has no {name}"));
        Self {
            core_protocol: field("core protocol version"),
            protocol: field("protocol version"),
            network: field("network"),
            address: field("address").into(),
            transport: field("transport"),
            certificate: Some(field("certificate"))
                .filter(|text| !text.is_empty())
                .map(|text| STANDARD_NO_PAD.decode(text).expect("base64 without padding").into()),
            multiplexing: fields.next(),
        }
    }
}

/// A running provider that has said where it listens.
pub struct Plugin {
    pub process: Process,
    /// The handshake line as it came, with its end.
    pub line: String,
    pub handshake: HandshakeLine,
}

impl Plugin {
    /// The identity that the provider was told to let in.
    pub fn identity(&self) -> &HostIdentity {
        &self.process.launch.identity
    }

    /// The certificate that the provider says is its own.
    pub fn certificate(&self) -> &CertificateDer<'static> {
        self.handshake.certificate.as_ref().expect("a provider with TLS")
    }

    /// A TLS connection with any client configuration, and nothing on it yet.
    pub async fn tls(&self, client: ClientConfig) -> io::Result<TlsStream<UnixStream>> {
        tls(&self.handshake.address, client).await
    }

    /// The connection that Terraform would make.
    pub async fn channel(&self) -> Channel {
        let client = self.handshake.certificate.as_ref().map(|plugin| self.identity().client(plugin));
        channel(self.handshake.address.clone(), client).await
    }

    pub async fn provider(&self) -> ProviderClient<Channel> {
        ProviderClient::new(self.channel().await)
            .max_decoding_message_size(MAX_MESSAGE_SIZE)
            .max_encoding_message_size(MAX_MESSAGE_SIZE)
    }

    pub async fn health(&self) -> HealthClient<Channel> {
        HealthClient::new(self.channel().await)
    }

    pub async fn stdio(&self) -> GrpcStdioClient<Channel> {
        GrpcStdioClient::new(self.channel().await)
    }

    pub async fn controller(&self) -> GrpcControllerClient<Channel> {
        GrpcControllerClient::new(self.channel().await)
    }

    /// Ends the provider as Terraform does, and fails the test unless it ends in peace.
    pub async fn shutdown(self) -> Exit {
        self.controller().await.shutdown(Empty {}).await.expect("an answer to Shutdown");
        let exit = self.process.exit().await;
        assert!(exit.status.success(), "{:?}: {:?}", exit.status, exit.stderr);
        exit
    }
}

async fn tls(path: &Path, client: ClientConfig) -> io::Result<TlsStream<UnixStream>> {
    let stream = UnixStream::connect(path).await?;
    let name = "localhost".try_into().expect("a name");
    TlsConnector::from(Arc::new(client)).connect(name, stream).await
}

/// A gRPC channel to the provider at `path`: with mutual TLS as `client` says, or in the clear.
pub async fn channel(path: PathBuf, client: Option<ClientConfig>) -> Channel {
    let connect = tower::service_fn(move |_| {
        let (path, client) = (path.clone(), client.clone());
        async move {
            let io: Box<dyn Io> = match client {
                Some(client) => Box::new(tls(&path, client).await?),
                None => Box::new(UnixStream::connect(path).await?),
            };
            io::Result::Ok(TokioIo::new(io))
        }
    });
    let endpoint = Endpoint::from_static("http://localhost");
    within("a connection", endpoint.connect_with_connector(connect)).await.expect("a connection")
}

trait Io: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin {}

impl<T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin> Io for T {}
