//! A provider that is a program: started as Terraform starts it, and spoken to over the connection that both have
//! agreed on.

mod certificate;
mod connection;
mod remote;

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    process::{ExitStatus, Stdio},
    sync::{Arc, Mutex},
};

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use rustls::pki_types::CertificateDer;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, BufReader},
    process::{Child, Command},
};
use tonic::Request;

use self::{certificate::Identity, connection::Address, remote::Remote};
use super::{Error, Host};
use crate::{
    plugin::{COOKIE_NAME, COOKIE_VALUE, PROTOCOL_VERSION},
    proto::plugin::{Empty, grpc_controller_client::GrpcControllerClient},
};

/// How a provider's program is started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProgramOptions {
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Environment variables beside those that this process has. What this one has under `TF_` and `PLUGIN_` is kept
    /// away from the program.
    pub environment: BTreeMap<OsString, OsString>,
}

impl ProgramOptions {
    /// Without arguments, and with this process's environment.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an argument.
    #[must_use]
    pub fn argument(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Sets an environment variable.
    #[must_use]
    pub fn environment(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.environment.insert(name.into(), value.into());
        self
    }
}

/// A running program. It does not outlive this.
pub(super) struct Program {
    child: Child,
    channel: tonic::transport::Channel,
    log: Arc<Mutex<Vec<String>>>,
}

impl Host {
    /// A host of a provider that is a program: started with the handshake of Terraform's, and connected with mutual
    /// TLS. Dropping the host kills it; [`shutdown`](Self::shutdown) ends it in peace. Needs the feature `testing`.
    ///
    /// # Errors
    /// Why it cannot be started or spoken to, or what is wrong with its schemas.
    pub async fn program(path: impl AsRef<OsStr>, options: &ProgramOptions) -> Result<Self, Error> {
        let program = Program::start(path.as_ref(), options).await?;
        let mut host = Self::new(Arc::new(Remote::new(program.channel.clone()))).await?;
        host.program = Some(program);
        Ok(host)
    }

    /// What the program has written to standard error so far, line by line; nothing of a provider in this process.
    pub fn log(&self) -> Vec<String> {
        let lines = self.program.as_ref().map(|program| Arc::clone(&program.log));
        lines.map_or_else(Vec::new, |lines| lines.lock().unwrap_or_else(|poison| poison.into_inner()).clone())
    }

    /// Ends the program as Terraform does, and waits for its end; nothing to do for a provider in this process.
    ///
    /// # Errors
    /// When it does not answer, or does not end well.
    pub async fn shutdown(self) -> Result<(), Error> {
        let Some(mut program) = self.program else { return Ok(()) };
        let mut controller = GrpcControllerClient::new(program.channel);
        let failed = |problem: String| Error::Program(problem);
        controller.shutdown(Request::new(Empty {})).await.map_err(|status| failed(status.to_string()))?;
        let status = program.child.wait().await.map_err(|error| failed(error.to_string()))?;
        if status.success() { Ok(()) } else { Err(ended(status)) }
    }
}

fn ended(status: ExitStatus) -> Error {
    Error::Program(format!("the provider ended with {status}"))
}

impl Program {
    async fn start(path: &OsStr, options: &ProgramOptions) -> Result<Self, Error> {
        let failed = |problem: String| Error::Program(format!("{}: {problem}", path.display()));
        let identity = Identity::generate().map_err(|error| failed(error.to_string()))?;
        let mut child = command(path, options, &identity).spawn().map_err(|error| failed(error.to_string()))?;
        let log = Arc::default();
        if let Some(stderr) = child.stderr.take() {
            tokio::spawn(keep(stderr, Arc::clone(&log)));
        }
        let Some(stdout) = child.stdout.take() else { return Err(failed("it has no standard output".to_owned())) };
        let mut stdout = BufReader::new(stdout);
        let mut line = String::new();
        stdout.read_line(&mut line).await.map_err(|error| failed(error.to_string()))?;
        if line.is_empty() {
            return Err(child.wait().await.map_or_else(|error| failed(error.to_string()), ended));
        }
        // Nothing more comes there; a pipe that nobody reads would stop a program that writes all the same.
        tokio::spawn(async move { tokio::io::copy(&mut stdout, &mut tokio::io::sink()).await });
        let handshake = Handshake::parse(&line).ok_or_else(|| failed(format!("it answered {line:?}")))?;
        let tls = handshake.certificate.map(|plugin| identity.client(plugin)).transpose();
        let tls = tls.map_err(|error| failed(error.to_string()))?;
        let channel = connection::connect(handshake.address, tls).await.map_err(|error| failed(error.to_string()))?;
        Ok(Self { child, channel, log })
    }
}

fn command(path: &OsStr, options: &ProgramOptions, identity: &Identity) -> Command {
    let mut command = Command::new(path);
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("TF_") || name.starts_with("PLUGIN_")) {
            command.env_remove(name);
        }
    }
    command
        .args(&options.arguments)
        .env(COOKIE_NAME, COOKIE_VALUE)
        .env("PLUGIN_PROTOCOL_VERSIONS", PROTOCOL_VERSION.to_string())
        .env("PLUGIN_MIN_PORT", "10000")
        .env("PLUGIN_MAX_PORT", "25000")
        .env("PLUGIN_CLIENT_CERT", &identity.pem)
        .envs(&options.environment)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// Reads all the time, as Terraform does: a full pipe would stop the provider.
async fn keep(stderr: impl AsyncRead + Unpin, log: Arc<Mutex<Vec<String>>>) {
    let mut lines = BufReader::new(stderr).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        log.lock().unwrap_or_else(|poison| poison.into_inner()).push(line);
    }
}

/// What the provider says of itself in its first line.
struct Handshake {
    address: Address,
    certificate: Option<CertificateDer<'static>>,
}

impl Handshake {
    fn parse(line: &str) -> Option<Self> {
        let fields: Vec<&str> = line.trim_end().split('|').collect();
        let [_, version, network, address, "grpc", rest @ ..] = fields.as_slice() else { return None };
        if *version != PROTOCOL_VERSION.to_string() {
            return None;
        }
        let address = match *network {
            "unix" => Address::Unix(address.into()),
            "tcp" => Address::Tcp((*address).to_owned()),
            _ => return None,
        };
        let certificate = match rest.first().copied().unwrap_or_default() {
            "" => None,
            text => Some(STANDARD_NO_PAD.decode(text).ok()?.into()),
        };
        Some(Self { address, certificate })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handshake_line_says_where_and_with_which_certificate() {
        let line = "1|6|unix|/tmp/plugin|grpc|AQID\n";
        let handshake = Handshake::parse(line).unwrap();
        assert_eq!(handshake.address, Address::Unix("/tmp/plugin".into()));
        assert_eq!(handshake.certificate.unwrap().as_ref(), [1, 2, 3]);
        let handshake = Handshake::parse("1|6|tcp|127.0.0.1:10000|grpc||false").unwrap();
        assert_eq!(handshake.address, Address::Tcp("127.0.0.1:10000".to_owned()));
        assert!(handshake.certificate.is_none());
        for line in ["", "1|6|unix", "1|5|unix|/tmp/plugin|grpc|", "1|6|pipe|/tmp/plugin|grpc|", "1|6|tcp|a|grpc|*"] {
            assert!(Handshake::parse(line).is_none(), "{line}");
        }
    }

    #[tokio::test]
    async fn a_program_that_is_no_provider_is_told_of() {
        let Err(Error::Program(problem)) = Host::program("/nonexistent", &ProgramOptions::new()).await else {
            panic!("it starts")
        };
        assert!(problem.starts_with("/nonexistent: "), "{problem}");
        let this = std::env::current_exe().unwrap();
        // A test program that lists its tests is not speaking the protocol.
        let options = ProgramOptions::new().argument("--list").environment("NAME", "value");
        let Err(Error::Program(problem)) = Host::program(&this, &options).await else { panic!("it is a provider") };
        assert!(problem.contains("it answered "), "{problem}");
        let options = ProgramOptions::new().argument("--no-such-flag");
        let Err(Error::Program(problem)) = Host::program(&this, &options).await else { panic!("it is a provider") };
        assert!(problem.contains("the provider ended with "), "{problem}");
    }
}
