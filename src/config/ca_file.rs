//! `network.ca_file`: certificates that are trusted in addition to the system's authorities (D17).
//! `check`, `doctor` and each session read it with the same function.
//!
//! ```text
//! bytes ─┬─ starts as DER ──────────────────────────> der ─┬─> certificate, certificate ...
//!        └─ text (UTF-8, UTF-16) ─> pem: sections ──> der ─┘     or problems, each with its line
//! ```
//!
//! Anything that looks like a certificate is either read or reported. If one of a bundle were
//! silently skipped, connections would fail later, in front of a customer.

mod der;
mod pem;

use std::path::Path;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use rustls::pki_types::CertificateDer;

use self::der::DerCertificate;
use self::pem::{PemError, PemSection};
use super::diagnostics::{ConfigError, ConfigErrors, Diagnostics};
use super::read::{self, FileLimits, ReadError};

/// Larger than any bundle of authorities.
const FILE: FileLimits = FileLimits {
    name: "file of certificates",
    max_mib: 4,
};

/// The message for a file without a certificate.
const NO_CERTIFICATE: &str =
    "there is no certificate in this file: it may be in PEM, DER or PKCS#7";

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CaCertificates {
    /// Certificates of authorities, which may sign others.
    pub(crate) authorities: Vec<CertificateDer<'static>>,
    /// All certificates. A site that presents one of these itself is trusted too.
    pub(crate) all: Vec<CertificateDer<'static>>,
}

/// Why no certificates were read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CaFileError {
    #[error("it can't be read: {0}")]
    Unreadable(String),
    #[error("{0}")]
    Content(ConfigErrors),
}

/// Reads one or more certificates. Never blocks on a FIFO.
pub(crate) fn read(file: &Path) -> Result<CaCertificates, CaFileError> {
    let (bytes, _) = read::read_file(file, &FILE).map_err(|unread| match unread {
        ReadError::Failed(error) => CaFileError::Unreadable(error.to_string()),
        ReadError::NoRegularFile => CaFileError::Unreadable("it is not a regular file".to_owned()),
        ReadError::TooLarge => {
            CaFileError::Unreadable(format!("it is larger than {} MiB", FILE.max_mib))
        }
    })?;
    parse(&bytes, file).map_err(CaFileError::Content)
}

fn parse(bytes: &[u8], file: &Path) -> Result<CaCertificates, ConfigErrors> {
    if der::is_der(bytes) {
        let certificates =
            der::certificates(bytes).map_err(|wrong| ConfigError::in_file(file, &wrong))?;
        return Ok(certificates.into_iter().collect());
    }
    let text = decode_text(bytes);
    let mut findings = Diagnostics::new(&text);
    let mut found = Vec::new();
    for section in pem::sections(&text, &mut findings) {
        match section_certificates(&section, &text) {
            Ok(certificates) => found.extend(certificates),
            Err(PemError { offset: at, why }) => findings.add(at, why),
        }
    }
    let found: CaCertificates = findings.finish(Some(found), file)?.into_iter().collect();
    if found.all.is_empty() {
        Err(ConfigError::in_file(file, NO_CERTIFICATE).into())
    } else {
        Ok(found)
    }
}

/// Even without a byte order mark a text is often UTF-16: every other byte of a hyphen or a letter
/// is 0.
fn decode_text(bytes: &[u8]) -> String {
    let guessed = match bytes {
        [0, _, ..] => UTF_16BE,
        [_, 0, ..] => UTF_16LE,
        _ => UTF_8,
    };
    let (encoding, length) = Encoding::for_bom(bytes).unwrap_or((guessed, 0));
    encoding
        .decode_without_bom_handling(&bytes[length..])
        .0
        .into_owned()
}

fn section_certificates(
    section: &PemSection<'_>,
    text: &str,
) -> Result<Vec<DerCertificate>, PemError> {
    let found = match section.label {
        // Windows labels a PKCS#7 container "certificate" too.
        "CERTIFICATE" | "X509 CERTIFICATE" | "PKCS7" | "PKCS #7 SIGNED DATA" | "CMS" => {
            der::certificates(&section.decode(text)?)
        }
        "TRUSTED CERTIFICATE" => der::trusted(&section.decode(text)?).map(|certificate| vec![certificate]),
        label if label.ends_with("PRIVATE KEY") => {
            Err("this is a private key and not a certificate: remove it, and keep it where no one else can read it".to_owned())
        }
        label => Err(format!("this is not a certificate but {label:?}: remove it")),
    };
    found.map_err(|why| section.error(why))
}

impl FromIterator<DerCertificate> for CaCertificates {
    fn from_iter<I: IntoIterator<Item = DerCertificate>>(certificates: I) -> Self {
        let mut found = Self::default();
        for DerCertificate { der, is_authority } in certificates {
            if is_authority {
                found.authorities.push(der.clone());
            }
            found.all.push(der);
        }
        found
    }
}
