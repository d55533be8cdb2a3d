//! TLS: with a certificate of one's own, or with one that is made at the start.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem, pem::PemObject as _},
};
use tokio_rustls::TlsAcceptor;

use crate::options::Tls;

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// A certificate or a key could not be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: pem::Error,
    },
    /// The authority's certificate could not be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A certificate could not be made; most likely a name in it is none.
    #[error("cannot make a certificate: {0}")]
    Make(#[from] rcgen::Error),
    /// Certificate and key do not belong together, or are of a kind that is not known.
    #[error("cannot use the certificate with its key: {0}")]
    Use(#[from] rustls::Error),
}

/// Takes up TLS as `tls` says, at this address.
pub(super) fn acceptor(tls: &Tls, address: SocketAddr) -> Result<TlsAcceptor, TlsError> {
    let (chain, key) = match tls {
        Tls::Files { certificate, key } => read(certificate, key)?,
        Tls::SelfSigned { ca, names } => make(ca, names, address)?,
    };
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn read(certificate: &Path, key: &Path) -> Result<Identity, TlsError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        |source| TlsError::Read { path, source }
    };
    let chain = CertificateDer::pem_file_iter(certificate).and_then(Iterator::collect);
    let chain: Vec<CertificateDer<'static>> = chain.map_err(failed(certificate))?;
    if chain.is_empty() {
        return Err(failed(certificate)(pem::Error::NoItemsFound));
    }
    Ok((chain, PrivateKeyDer::from_pem_file(key).map_err(failed(key))?))
}

/// An authority of its own for each start, whose key nobody keeps, and a certificate from it.
///
/// Two certificates, because clients differ about one that is a server's and its own authority at once.
fn make(ca: &Path, names: &[String], address: SocketAddr) -> Result<Identity, TlsError> {
    let authority_key = KeyPair::generate()?;
    let mut authority = CertificateParams::default();
    validity(&mut authority);
    authority.distinguished_name.push(DnType::CommonName, "appstreaming-emulator");
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let certificate = authority.self_signed(&authority_key)?;
    fs::write(ca, certificate.pem()).map_err(|source| TlsError::Write { path: ca.to_owned(), source })?;

    let own = [address.ip().to_string(), "localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
    let mut all = names.to_vec();
    for name in own {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    let key = KeyPair::generate()?;
    let mut server = CertificateParams::new(all)?;
    validity(&mut server);
    server.distinguished_name.push(DnType::CommonName, "appstreaming-emulator, the server");
    server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    server.use_authority_key_identifier_extension = true;
    let server = server.signed_by(&key, &Issuer::new(authority, authority_key))?;
    Ok((vec![server.into(), certificate.into()], PrivateKeyDer::Pkcs8(key.serialize_der().into())))
}

/// From yesterday on for two years: some clients refuse a server's certificate that is longer valid.
fn validity(certificate: &mut CertificateParams) {
    let day = |days: i64| {
        let date = (Timestamp::now() + SignedDuration::from_hours(24 * days)).to_zoned(TimeZone::UTC).date();
        rcgen::date_time_ymd(date.year().into(), date.month().unsigned_abs(), date.day().unsigned_abs())
    };
    certificate.not_before = day(-1);
    certificate.not_after = day(2 * 365);
}
