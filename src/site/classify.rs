//! Classifies network errors by the types in their source chain, never by their text.

use std::io::{self, ErrorKind};

use rustls::{CertificateError, InvalidMessage, OtherError};

use super::verifier::Distrusted;

use crate::failure::Fault;
use crate::sys::error_chain::{LookupError, innermost, is_resource_exhausted};

/// Whether the request cannot have reached the site, so that a retry cannot start a second session
/// (D9).
pub(super) fn never_connected(fault: Fault) -> bool {
    let unmade = [
        Fault::NameNotFound,
        Fault::NameServiceSilent,
        Fault::NoConnection,
        Fault::ConnectTimeout,
    ];
    unmade.contains(&fault)
        || [
            Fault::HandshakeCut,
            Fault::ProxyUnreachable,
            Fault::ProxyTimeout,
        ]
        .contains(&fault)
}

/// The fault of a request that got no response.
pub(super) fn request_fault(error: &reqwest::Error) -> Fault {
    if let Some(tls) = innermost::<rustls::Error>(error) {
        return if error.is_connect() {
            tls_fault(tls)
        } else {
            SPOILED
        };
    }
    match innermost::<LookupError>(error) {
        Some(LookupError::Unknown) => return Fault::NameNotFound,
        Some(LookupError::NoAnswer) => return Fault::NameServiceSilent,
        Some(LookupError::ResourcesExhausted) => return Fault::Internal,
        None => {}
    }
    if innermost::<io::Error>(error).is_some_and(is_resource_exhausted) {
        return Fault::Internal;
    }
    if !error.is_connect() {
        return response_fault(error);
    }
    if error.is_timeout() {
        return Fault::ConnectTimeout;
    }
    match innermost::<io::Error>(error).map(io::Error::kind) {
        // The port accepted the connection and then closed it during the handshake. Plain http has
        // no handshake.
        Some(ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) => {
            Fault::HandshakeCut
        }
        Some(ErrorKind::InvalidData) => Fault::TlsFailed,
        Some(ErrorKind::TimedOut) => Fault::ConnectTimeout,
        _ => Fault::NoConnection,
    }
}

/// A TLS error after the handshake: the port speaks TLS, and the certificate was accepted.
const SPOILED: Fault = Fault::TlsFailed;

/// The fault of a body that broke off.
pub(super) fn body_fault(error: &reqwest::Error) -> Fault {
    if innermost::<rustls::Error>(error).is_some() {
        SPOILED
    } else {
        response_fault(error)
    }
}

fn response_fault(error: &reqwest::Error) -> Fault {
    // For example a chunk length that is not a number.
    if let Some(ErrorKind::InvalidInput | ErrorKind::InvalidData) =
        innermost::<io::Error>(error).map(io::Error::kind)
    {
        return Fault::Garbled;
    }
    match innermost::<hyper::Error>(error) {
        Some(http) if http.is_parse() || http.is_parse_too_large() => Fault::Garbled,
        _ => Fault::CutShort,
    }
}

fn tls_fault(error: &rustls::Error) -> Fault {
    if let rustls::Error::InvalidCertificate(certificate) = error {
        return certificate_fault(certificate);
    }
    // The data is not a TLS record. A TLS record with invalid content is a different fault.
    let no_record = matches!(
        error,
        rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType)
    );
    if no_record {
        Fault::NotTls
    } else {
        Fault::TlsFailed
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "rustls may add variants")]
fn certificate_fault(error: &CertificateError) -> Fault {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            Fault::CertificateExpired
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            Fault::CertificateNotYetValid
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Fault::CertificateWrongHost
        }
        // A bad signature, or one of the wrong type for the authority's key: another party used the
        // authority's name.
        CertificateError::UnknownIssuer
        | CertificateError::BadSignature
        | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            Fault::CertificateUnknownAuthority
        }
        // Our own error, or one of webpki's for a chain without trust, such as a CA certificate
        // used as the site's.
        CertificateError::Other(other) => reason(other)
            .map_or(Fault::CertificateUnknownAuthority, |reason| {
                certificate_fault(&reason.error)
            }),
        _ => Fault::TlsFailed,
    }
}

/// Why the site's certificate is not trusted, if that is the error and the cause is known.
pub(super) fn distrusted(error: &reqwest::Error) -> Option<&Distrusted> {
    let rustls::Error::InvalidCertificate(CertificateError::Other(other)) = innermost(error)?
    else {
        return None;
    };
    reason(other)
}

fn reason(other: &OtherError) -> Option<&Distrusted> {
    other.0.downcast_ref()
}
