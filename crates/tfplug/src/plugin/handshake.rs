//! The conversation before the first RPC: what the host says in environment variables, and the one line on standard
//! output that answers it.
//!
//! The names and the line's format are those of HashiCorp's go-plugin, which every Terraform and OpenTofu uses as its
//! host side.

use std::{ffi::OsString, fmt, io, io::Write};

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use rustls::pki_types::{CertificateDer, pem, pem::PemObject};

use super::address::{Address, ListenOptions};

/// The environment variable that tells a plugin host from a person at a terminal.
pub const COOKIE_NAME: &str = "TF_PLUGIN_MAGIC_COOKIE";

/// The value of [`COOKIE_NAME`] that Terraform and OpenTofu set. It is public and protects nothing: its only use is to
/// notice a start by hand.
pub const COOKIE_VALUE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/// The major version of the Terraform plugin protocol that this framework serves.
pub const PROTOCOL_VERSION: u32 = 6;

/// The version of go-plugin's own protocol: the format of the handshake line.
const CORE_PROTOCOL_VERSION: u32 = 1;

/// What the host asks of the plugin, read from the environment.
#[derive(Debug, Default)]
pub(super) struct HostRequest {
    /// The one certificate that a client must present (`PLUGIN_CLIENT_CERT`). `None` when the host wants no TLS, as
    /// Terraform does under `TF_DISABLE_PLUGIN_TLS`.
    pub(super) client_certificate: Option<CertificateDer<'static>>,
    /// Where the plugin is to listen.
    pub(super) listen: ListenOptions,
    /// Whether the host wants to be told about multiplexed broker connections (`PLUGIN_MULTIPLEX_GRPC`). An older host
    /// would take a seventh field for part of the sixth.
    pub(super) asks_about_multiplexing: bool,
}

/// Whether a plugin host started this process, and not a person at a terminal.
pub(super) fn started_by_host(variable: impl Fn(&str) -> Option<OsString>) -> bool {
    variable(COOKIE_NAME).is_some_and(|value| value == COOKIE_VALUE)
}

/// Why the plugin does not answer the host.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HandshakeError {
    /// The host speaks other versions of the Terraform plugin protocol only.
    #[error(
        "the host speaks version {offered} of the Terraform plugin protocol, and this provider \
         speaks version {PROTOCOL_VERSION}: use Terraform 1.0 or later, or any OpenTofu"
    )]
    ProtocolVersion {
        /// The host's list, as it stands in `PLUGIN_PROTOCOL_VERSIONS`.
        offered: String,
    },
    /// The host's certificate cannot be read, so nobody could be let in.
    #[error("PLUGIN_CLIENT_CERT does not hold a certificate in PEM format: {0}")]
    ClientCertificate(pem::Error),
}

impl HostRequest {
    /// Reads the request through `variable`, which looks up one environment variable.
    pub(super) fn read(variable: impl Fn(&str) -> Option<OsString>) -> Result<Self, HandshakeError> {
        let os = |name: &str| variable(name).filter(|value| !value.is_empty());
        let text = |name: &str| os(name).map(|value| value.to_string_lossy().into_owned());

        // A host from before version negotiation sends no list and takes what it is given.
        if let Some(offered) = text("PLUGIN_PROTOCOL_VERSIONS")
            && !offers_our_version(&offered)
        {
            return Err(HandshakeError::ProtocolVersion { offered });
        }
        let client_certificate = text("PLUGIN_CLIENT_CERT")
            .map(|text| CertificateDer::from_pem_slice(text.as_bytes()))
            .transpose()
            .map_err(HandshakeError::ClientCertificate)?;
        #[cfg(any(not(unix), test))]
        let port = |name: &str| text(name).and_then(|value| value.trim().parse::<u16>().ok());
        Ok(Self {
            client_certificate,
            listen: ListenOptions {
                #[cfg(unix)]
                socket_directory: os("PLUGIN_UNIX_SOCKET_DIR").map(Into::into),
                #[cfg(unix)]
                socket_group: text("PLUGIN_UNIX_SOCKET_GROUP"),
                #[cfg(any(not(unix), test))]
                ports: port("PLUGIN_MIN_PORT").zip(port("PLUGIN_MAX_PORT")).map(|(first, last)| first..=last),
            },
            asks_about_multiplexing: os("PLUGIN_MULTIPLEX_GRPC").is_some(),
        })
    }
}

fn offers_our_version(list: &str) -> bool {
    list.split(',').any(|version| version.trim().parse() == Ok(PROTOCOL_VERSION))
}

/// The line that tells the host where the plugin listens and which certificate it shows.
pub(super) struct HandshakeLine<'a> {
    pub(super) address: &'a Address,
    /// Ours. `None` without TLS.
    pub(super) certificate: Option<&'a CertificateDer<'static>>,
    pub(super) answers_about_multiplexing: bool,
}

impl fmt::Display for HandshakeLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Address { network, address } = self.address;
        let certificate = self.certificate.map(|der| STANDARD_NO_PAD.encode(der));
        let certificate = certificate.as_deref().unwrap_or_default();
        write!(f, "{CORE_PROTOCOL_VERSION}|{PROTOCOL_VERSION}|{network}|{address}|grpc|")?;
        f.write_str(certificate)?;
        // Multiplexing serves the broker, and a provider opens no further connections.
        f.write_str(if self.answers_about_multiplexing { "|false" } else { "" })
    }
}

impl HandshakeLine<'_> {
    /// Writes the line to standard output in one call, so that the host never sees a part of it.
    pub(super) fn send(&self) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(format!("{self}\n").as_bytes())?;
        stdout.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<HostRequest, HandshakeError> {
        HostRequest::read(|name| {
            let (_, value) = variables.iter().find(|(key, _)| *key == name)?;
            Some(value.into())
        })
    }

    #[test]
    fn a_start_without_the_cookie_is_noticed() {
        assert!(!started_by_host(|_| None));
        assert!(!started_by_host(|name| (name == COOKIE_NAME).then(|| "chocolate".into())));
        assert!(started_by_host(|name| (name == COOKIE_NAME).then(|| COOKIE_VALUE.into())));
    }

    #[test]
    fn one_of_the_offered_versions_must_be_ours() {
        for offered in ["6", "5,6", " 5 , 6 ", "6,7"] {
            assert!(read(&[("PLUGIN_PROTOCOL_VERSIONS", offered)]).is_ok(), "{offered}");
        }
        for refused in ["5", "4,5", "66", "six"] {
            let error = read(&[("PLUGIN_PROTOCOL_VERSIONS", refused)]).unwrap_err();
            assert!(error.to_string().contains(&format!("version {refused} ")), "{error}");
        }
        assert!(read(&[]).is_ok(), "a host that does not negotiate");
    }

    #[test]
    fn a_certificate_that_cannot_be_read_is_an_error_and_not_an_open_door() {
        let error = read(&[("PLUGIN_CLIENT_CERT", "no certificate")]).unwrap_err();
        assert!(matches!(error, HandshakeError::ClientCertificate(_)), "{error}");
    }

    #[test]
    fn a_certificate_in_pem_is_the_one_that_a_client_must_show() {
        let key = rcgen::KeyPair::generate().unwrap();
        let host = rcgen::CertificateParams::new(vec!["host".to_owned()]).unwrap().self_signed(&key).unwrap();
        let request = read(&[("PLUGIN_CLIENT_CERT", &host.pem())]).unwrap();
        assert_eq!(request.client_certificate.as_ref(), Some(host.der()));
    }

    #[test]
    fn what_the_host_leaves_empty_it_does_not_ask_for() {
        let names = [
            "PLUGIN_PROTOCOL_VERSIONS",
            "PLUGIN_CLIENT_CERT",
            "PLUGIN_UNIX_SOCKET_DIR",
            "PLUGIN_UNIX_SOCKET_GROUP",
            "PLUGIN_MIN_PORT",
            "PLUGIN_MAX_PORT",
            "PLUGIN_MULTIPLEX_GRPC",
        ];
        for request in [read(&names.map(|name| (name, ""))).unwrap(), read(&[]).unwrap()] {
            assert_eq!((request.client_certificate, request.listen.ports), (None, None));
            assert!(!request.asks_about_multiplexing);
            #[cfg(unix)]
            assert_eq!((request.listen.socket_directory, request.listen.socket_group), (None, None));
        }
        assert!(read(&[("PLUGIN_MULTIPLEX_GRPC", "true")]).unwrap().asks_about_multiplexing);
    }

    #[cfg(unix)]
    #[test]
    fn the_host_says_where_a_socket_goes_and_who_may_open_it() {
        let request = [("PLUGIN_UNIX_SOCKET_DIR", "/run/host"), ("PLUGIN_UNIX_SOCKET_GROUP", "staff")];
        let listen = read(&request).unwrap().listen;
        assert_eq!(listen.socket_directory.as_deref(), Some(std::path::Path::new("/run/host")));
        assert_eq!(listen.socket_group.as_deref(), Some("staff"));
    }

    #[test]
    fn ports_need_both_ends() {
        let both = [("PLUGIN_MIN_PORT", "10000"), ("PLUGIN_MAX_PORT", "25000")];
        assert_eq!(read(&both).unwrap().listen.ports, Some(10000..=25000));
        assert_eq!(read(&both[..1]).unwrap().listen.ports, None);
    }

    #[test]
    fn the_line_has_six_fields_and_a_seventh_on_request() {
        let address = Address { network: "unix", address: "/tmp/plugin-1/socket".to_owned() };
        let certificate = CertificateDer::from(vec![0xfb, 0xff, 0xfe, 0x00]);
        let mut line =
            HandshakeLine { address: &address, certificate: Some(&certificate), answers_about_multiplexing: false };
        assert_eq!(line.to_string(), "1|6|unix|/tmp/plugin-1/socket|grpc|+//+AA");
        line.answers_about_multiplexing = true;
        assert_eq!(line.to_string(), "1|6|unix|/tmp/plugin-1/socket|grpc|+//+AA|false");
        line.certificate = None;
        assert_eq!(line.to_string(), "1|6|unix|/tmp/plugin-1/socket|grpc||false");
    }
}
