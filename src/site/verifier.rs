//! Verifies a site's certificate by the library's rules, plus one of our own for a certificate that
//! `network.ca_file` contains itself (D17). A refusal explains the cause for staff (D2).
//!
//! A new appliance comes with a self-signed certificate. The library refuses it: it wants a
//! certificate authority, or finds one where it expects a site. An operator who puts that
//! certificate into `network.ca_file` has vouched for it. It is then accepted if the site presents
//! it byte by byte and its names, validity and usage pass the usual checks. The handshake proves,
//! as always, that the site has the key.

use std::net::IpAddr;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, OtherError, SignatureScheme};
use rustls_platform_verifier::Verifier;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer;
use x509_parser::x509::{X509Name, X509Version};

use crate::clean::Clean;
use crate::config::ca_file::CaCertificates;

/// How much of a name in a certificate is shown, in characters.
const MAX_NAME: usize = 60;
/// How many names of a certificate are shown.
const MAX_NAMES: usize = 3;

/// Why a certificate is not trusted.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub(super) struct Distrusted {
    /// The library's error.
    pub(super) error: CertificateError,
    /// The cause for staff, to be shown after the host's name.
    pub(super) cause: String,
}

#[derive(Debug)]
pub(super) struct SiteVerifier {
    /// None on a machine without certificate authorities.
    by_authorities: Option<Verifier>,
    private: CaCertificates,
    algorithms: WebPkiSupportedAlgorithms,
}

impl SiteVerifier {
    /// Trusts the system's authorities and these certificates. None if there are neither.
    pub(super) fn new(private: CaCertificates, provider: &Arc<CryptoProvider>) -> Option<Self> {
        let by_authorities =
            Verifier::new_with_extra_roots(private.authorities.clone(), Arc::clone(provider)).ok();
        let is_any = by_authorities.is_some() || !private.all.is_empty();
        is_any.then(|| Self {
            by_authorities,
            private,
            algorithms: provider.signature_verification_algorithms,
        })
    }
}

impl ServerCertVerifier for SiteVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let by_authorities = match &self.by_authorities {
            Some(verifier) => verifier.verify_server_cert(
                end_entity,
                intermediates,
                server_name,
                ocsp_response,
                now,
            ),
            None => Err(CertificateError::UnknownIssuer.into()),
        };
        let Err(error) = by_authorities else {
            return by_authorities;
        };
        let is_named_itself = self.private.all.iter().any(|known| known == end_entity);
        let error = match X509Certificate::from_der(end_entity) {
            Ok((_, certificate)) if is_named_itself => {
                match verify_directly(end_entity, &certificate, server_name, now) {
                    Ok(()) => return Ok(ServerCertVerified::assertion()),
                    Err(error) => error,
                }
            }
            Ok(_) | Err(_) => error,
        };
        let shown = PresentedCertificate::new(end_entity, intermediates, &self.private);
        Err(shown.map_or(error.clone(), |shown| shown.with_cause(error, server_name)))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// Checks validity, usage and names of a certificate that is trusted directly.
fn verify_directly(
    der: &CertificateDer<'_>,
    certificate: &X509Certificate<'_>,
    name: &ServerName<'_>,
    now: UnixTime,
) -> Result<(), Error> {
    let seconds = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    let (from, to) = (
        certificate.validity().not_before.timestamp(),
        certificate.validity().not_after.timestamp(),
    );
    if seconds < from {
        return Err(CertificateError::NotValidYetContext {
            time: now,
            not_before: at(from),
        }
        .into());
    }
    if seconds > to {
        return Err(CertificateError::ExpiredContext {
            time: now,
            not_after: at(to),
        }
        .into());
    }
    match certificate.extended_key_usage() {
        Ok(None) => {}
        Ok(Some(usage)) if usage.value.any || usage.value.server_auth => {}
        Ok(Some(_)) | Err(_) => return Err(CertificateError::InvalidPurpose.into()),
    }
    verify_server_name(&ParsedCertificate::try_from(der)?, name)
}

fn at(seconds: i64) -> UnixTime {
    UnixTime::since_unix_epoch(std::time::Duration::from_secs(
        u64::try_from(seconds).unwrap_or_default(),
    ))
}

/// What a site presented, parsed.
struct PresentedCertificate<'a> {
    certificate: X509Certificate<'a>,
    /// The intermediate certificates.
    others: Vec<X509Certificate<'a>>,
    private: Vec<X509Certificate<'a>>,
}

impl<'a> PresentedCertificate<'a> {
    fn new(
        end_entity: &'a CertificateDer<'_>,
        intermediates: &'a [CertificateDer<'_>],
        private: &'a CaCertificates,
    ) -> Option<Self> {
        let read = |der: &'a CertificateDer<'_>| {
            X509Certificate::from_der(der)
                .ok()
                .map(|(_, certificate)| certificate)
        };
        let others = intermediates.iter().filter_map(read).collect();
        let private = private.all.iter().filter_map(read).collect();
        Some(Self {
            certificate: read(end_entity)?,
            others,
            private,
        })
    }

    /// Adds the cause to the error, if it is known.
    #[expect(clippy::wildcard_enum_match_arm, reason = "rustls may add variants")]
    fn with_cause(&self, error: Error, name: &ServerName<'_>) -> Error {
        let Error::InvalidCertificate(error) = error else {
            return error;
        };
        let cause = match &error {
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                self.names(name)
            }
            CertificateError::UnknownIssuer => self.signer(),
            CertificateError::BadSignature
            | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
                self.other_signer()
            }
            // webpki's error for a version before X.509 v3.
            CertificateError::Other(_) if self.certificate.version() != X509Version::V3 => {
                "its certificate is of an old version without subjectAltName, and must be reissued"
                    .to_owned()
            }
            // webpki's error for a CA certificate that is used as the site's.
            CertificateError::Other(_) if self.certificate.is_ca() => self.authority(),
            _ => return error.into(),
        };
        CertificateError::Other(OtherError(Arc::new(Distrusted { error, cause }))).into()
    }

    /// The names in the certificate.
    fn names(&self, wanted: &ServerName<'_>) -> String {
        let names = alternative_names(&self.certificate);
        let common = common_name(self.certificate.subject());
        match (&names[..], common) {
            ([], Some(common)) if common.eq_ignore_ascii_case(&wanted.to_str()) => {
                "its certificate has this name only as common name (CN), and needs it as subjectAltName".to_owned()
            }
            ([], common) => {
                let of = common.map(|common| format!(" (CN {common})")).unwrap_or_default();
                format!("its certificate{of} has no name as subjectAltName")
            }
            (names, _) if names.len() > MAX_NAMES => {
                format!(
                    "its certificate is that of {} and {} more",
                    names[..MAX_NAMES].join(", "),
                    names.len() - MAX_NAMES
                )
            }
            (names, _) => format!("its certificate is that of {}", names.join(", ")),
        }
    }

    /// The authority that this machine would have to trust.
    fn signer(&self) -> String {
        let mut last = &self.certificate;
        for _ in &self.others {
            let signer = self
                .others
                .iter()
                .find(|other| other.subject() == last.issuer());
            last = match signer {
                Some(root) if root.issuer() == root.subject() => {
                    return format!(
                        "it leads to {}, which this computer does not know",
                        subject_name(root.subject())
                    );
                }
                Some(signer) => signer,
                None => break,
            };
        }
        let unknown = || {
            format!(
                "signed by {}, which the site did not send and this computer does not know",
                subject_name(last.issuer())
            )
        };
        self.self_signed().unwrap_or_else(unknown)
    }

    /// The authority that this machine knows by that name has another key.
    fn other_signer(&self) -> String {
        self.self_signed().unwrap_or_else(|| {
            format!(
                "its signature is not that of {}",
                subject_name(self.certificate.issuer())
            )
        })
    }

    fn authority(&self) -> String {
        self.self_signed().unwrap_or_else(|| {
            "it presents the certificate of an authority instead of its own".to_owned()
        })
    }

    /// The cause, if the certificate is self-signed.
    fn self_signed(&self) -> Option<String> {
        let is_renewed = self
            .private
            .iter()
            .any(|known| known.subject() == self.certificate.subject());
        let but = if is_renewed {
            ", and is not the one in network.ca_file"
        } else {
            ""
        };
        let is_signed_by_itself = self.certificate.issuer() == self.certificate.subject();
        is_signed_by_itself.then(|| format!("its certificate is self-signed{but}"))
    }
}

/// The name of a certificate's owner.
fn subject_name(name: &X509Name<'_>) -> String {
    format!(
        "\"{}\"",
        common_name(name).unwrap_or_else(|| sanitize_name(&name.to_string()))
    )
}

fn common_name(name: &X509Name<'_>) -> Option<String> {
    name.iter_common_name()
        .next()
        .and_then(|name| name.as_str().ok())
        .map(sanitize_name)
}

fn alternative_names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let extension = certificate.subject_alternative_name().ok().flatten();
    let names = extension
        .iter()
        .flat_map(|extension| &extension.value.general_names);
    names
        .filter_map(|name| match name {
            GeneralName::DNSName(name) => Some(sanitize_name(name)),
            GeneralName::IPAddress(bytes) => address(bytes).map(|address| address.to_string()),
            GeneralName::OtherName(..)
            | GeneralName::RFC822Name(_)
            | GeneralName::X400Address(_)
            | GeneralName::DirectoryName(_)
            | GeneralName::EDIPartyName(_)
            | GeneralName::URI(_)
            | GeneralName::RegisteredID(_)
            | GeneralName::Invalid(..) => None,
        })
        .collect()
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
    v4.or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from))
        .ok()
}

/// Sanitizes a name from a certificate: anybody can have chosen it.
fn sanitize_name(name: &str) -> String {
    Clean::sanitized(name, MAX_NAME).to_string()
}
