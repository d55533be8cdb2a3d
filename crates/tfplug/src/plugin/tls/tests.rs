use rcgen::{PKCS_ECDSA_P521_SHA512, SignatureAlgorithm};
use rustls::{
    ClientConfig, RootCertStore, SupportedProtocolVersion,
    client::{
        ResolvesClientCert,
        danger::{ServerCertVerified, ServerCertVerifier},
    },
    pki_types::{PrivateKeyDer, ServerName},
    sign::CertifiedKey,
    version::{TLS12, TLS13},
};
use tokio::io::duplex;
use tokio_rustls::{TlsAcceptor, TlsConnector};

use super::*;

/// What a client shows: a certificate and a key, which need not belong together.
#[derive(Debug)]
struct Shows(Option<Arc<CertifiedKey>>);

impl ResolvesClientCert for Shows {
    fn resolve(&self, authorities: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        // Go's client would hold its certificate back if its issuer were not on the list.
        assert!(authorities.is_empty());
        self.0.clone()
    }

    fn has_certs(&self) -> bool {
        self.0.is_some()
    }
}

/// Takes any server: what is tested is the server's choice of clients.
#[derive(Debug)]
struct AnyServer(WebPkiSupportedAlgorithms);

impl ServerCertVerifier for AnyServer {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}

/// A certificate and its key.
fn holder(algorithm: &'static SignatureAlgorithm) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
    let key = KeyPair::generate_for(algorithm).unwrap();
    let certificate = CertificateParams::new(vec!["host".to_owned()]).unwrap().self_signed(&key).unwrap();
    (certificate.into(), PrivatePkcs8KeyDer::from(key.serialize_der()).into())
}

fn shows(certificate: CertificateDer<'static>, key: &PrivateKeyDer<'static>) -> Shows {
    let key = aws_lc_rs::sign::any_supported_type(key).unwrap();
    Shows(Some(Arc::new(CertifiedKey::new(vec![certificate], key))))
}

/// A handshake with a client that shows this: what it agrees on and whom the client has met, or the server's reason.
async fn handshake(
    identity: &Identity,
    shows: Shows,
    version: &'static SupportedProtocolVersion,
) -> Result<(Option<Vec<u8>>, CertificateDer<'static>), String> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = Arc::new(AnyServer(provider.signature_verification_algorithms));
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[version])
        .unwrap()
        .with_root_certificates(RootCertStore::empty())
        .with_client_cert_resolver(Arc::new(shows));
    config.dangerous().set_certificate_verifier(verifier);
    config.alpn_protocols = vec![b"http/1.1".to_vec(), b"h2".to_vec()];
    let (client, server) = duplex(64 << 10);
    let connector = TlsConnector::from(Arc::new(config));
    let client = connector.connect(ServerName::try_from("localhost").unwrap(), client);
    let (client, server) = tokio::join!(client, TlsAcceptor::from(Arc::clone(&identity.config)).accept(server));
    let server = server.map_err(|error| error.to_string())?;
    let met = client.unwrap().get_ref().1.peer_certificates().unwrap()[0].clone().into_owned();
    Ok((server.get_ref().1.alpn_protocol().map(<[u8]>::to_vec), met))
}

#[tokio::test]
async fn the_host_is_let_in_and_meets_the_certificate_that_it_was_told_of() {
    // Terraform makes a key on P-521.
    for algorithm in [&PKCS_ECDSA_P521_SHA512, &PKCS_ECDSA_P256_SHA256] {
        let (certificate, key) = holder(algorithm);
        let identity = Identity::generate(certificate.clone()).unwrap();
        let (protocol, met) = handshake(&identity, shows(certificate, &key), &TLS13).await.unwrap();
        assert_eq!((protocol.as_deref(), met), (Some(&b"h2"[..]), identity.certificate));
    }
}

#[tokio::test]
async fn nobody_else_is_let_in() {
    let (host, host_key) = holder(&PKCS_ECDSA_P256_SHA256);
    let (stranger, stranger_key) = holder(&PKCS_ECDSA_P256_SHA256);
    let identity = Identity::generate(host.clone()).unwrap();
    for (who, shows) in [
        ("nobody", Shows(None)),
        ("a stranger", shows(stranger, &stranger_key)),
        ("somebody with the host's certificate and another key", shows(host.clone(), &stranger_key)),
    ] {
        assert!(handshake(&identity, shows, &TLS13).await.is_err(), "{who}");
    }
    // Before TLS 1.3, a client's certificate can be read on the way.
    assert!(handshake(&identity, shows(host, &host_key), &TLS12).await.is_err());
}

#[test]
fn every_start_has_a_certificate_of_its_own() {
    let (host, _) = holder(&PKCS_ECDSA_P256_SHA256);
    let one = Identity::generate(host.clone()).unwrap();
    assert_ne!(one.certificate, Identity::generate(host).unwrap().certificate);
}
