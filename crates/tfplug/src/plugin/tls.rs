//! Mutual TLS with certificates that live as long as the process.
//!
//! Both sides make a key at every start and tell the other their certificate through a channel that only the two of
//! them share: the host through the plugin's environment, the plugin through its standard output. Each then accepts
//! that one certificate and no other, so neither names nor authorities play a part.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256,
};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, ServerConfig, SignatureScheme,
    client::danger::HandshakeSignatureValid,
    crypto::{CryptoProvider, WebPkiSupportedAlgorithms, aws_lc_rs, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, PrivatePkcs8KeyDer, UnixTime},
    server::{
        NoServerSessionStorage,
        danger::{ClientCertVerified, ClientCertVerifier},
    },
};

/// Why the plugin has no certificate to show.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// Our key or certificate cannot be made.
    #[error("cannot make the plugin's certificate: {0}")]
    Certificate(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The certificate does not fit the TLS configuration.
    #[error("cannot set up TLS: {0}")]
    Configuration(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// The server side of one mutual TLS connection.
pub(super) struct Identity {
    /// What the host must be told to trust.
    pub(super) certificate: CertificateDer<'static>,
    pub(super) config: Arc<ServerConfig>,
}

impl Identity {
    /// Makes a key and a certificate, and accepts clients that hold the key of `host` only.
    pub(super) fn generate(host: CertificateDer<'static>) -> Result<Self, TlsError> {
        let (certificate, key) = self_signed().map_err(|error| TlsError::Certificate(error.into()))?;
        let config = Self::config(host, &certificate, key).map_err(|error| TlsError::Configuration(error.into()))?;
        Ok(Self { certificate, config: Arc::new(config) })
    }

    fn config(
        host: CertificateDer<'static>,
        certificate: &CertificateDer<'static>,
        key: PrivatePkcs8KeyDer<'static>,
    ) -> Result<ServerConfig, Error> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let verifier = Arc::new(OnlyThisHost::new(host, &provider));
        // Every Terraform that speaks protocol 6 speaks TLS 1.3, and only there is the client's certificate hidden from
        // whoever listens in.
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])?
            .with_client_cert_verifier(verifier)
            .with_single_cert(vec![certificate.clone()], key.into())?;
        config.alpn_protocols = vec![b"h2".to_vec()];
        // The host connects once. Resuming a session would only be a second way in.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        Ok(config)
    }
}

/// A certificate as Go's TLS client demands it of a server: for `localhost`, for server authentication, and its own
/// authority.
///
/// P-256 because its key takes microseconds, where P-521 takes milliseconds of the start.
fn self_signed() -> Result<(CertificateDer<'static>, PrivatePkcs8KeyDer<'static>), rcgen::Error> {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
    let mut params = CertificateParams::new(vec!["localhost".to_owned()])?;
    params.distinguished_name.push(DnType::CommonName, "localhost");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyCertSign];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
    let certificate = params.self_signed(&key)?;
    Ok((certificate.into(), key.serialize_der().into()))
}

/// Accepts a client that shows exactly the host's certificate and proves that it holds its key.
///
/// The certificate's dates, name and issuer are not looked at: they could only refuse the host that started us, and
/// cannot admit anyone else. A verifier that builds chains would even refuse every host, since Go marks the certificate
/// as an authority and uses it as a client's.
#[derive(Debug)]
struct OnlyThisHost {
    certificate: CertificateDer<'static>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl OnlyThisHost {
    fn new(certificate: CertificateDer<'static>, provider: &CryptoProvider) -> Self {
        Self { certificate, algorithms: provider.signature_verification_algorithms }
    }
}

impl ClientCertVerifier for OnlyThisHost {
    // An empty list lets the client send what it has: Go's would hold back a certificate whose issuer is not on the
    // list.
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        if end_entity.as_ref() == self.certificate.as_ref() {
            Ok(ClientCertVerified::assertion())
        } else {
            Err(CertificateError::ApplicationVerificationFailure.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests;
