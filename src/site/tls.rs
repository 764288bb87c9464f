//! The TLS trust of this machine: the system's certificate authorities, and the certificates of
//! `network.ca_file`. Verification cannot be turned off.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};

use super::verifier::SiteVerifier;
use crate::config::Config;
use crate::config::ca_file::{self, CaCertificates, CaFileError};
use crate::failure::{Failure, Fault};
use crate::heap;
use crate::job::blocking::run_blocking;

/// The TLS configuration for reqwest. It is loaded on a background thread: a disk that does not
/// respond delays neither a cancel nor the session's timeout.
pub(super) async fn trust(config: &Config) -> Result<ClientConfig, Failure> {
    let wanted = TlsSettings::from_config(config);
    let read = move || {
        let trust = wanted.trust();
        // Parsing the file of all authorities takes several times the memory of the result.
        heap::trim();
        trust
    };
    run_blocking("authorities", read)
        .await
        .map_err(|_| Failure::from(Fault::Internal))?
}

/// Checks that there are certificate authorities to verify the site with, and that
/// `network.ca_file` can be read.
pub(crate) fn check_authorities(config: &Config) -> Result<(), Failure> {
    TlsSettings::from_config(config).trust().map(|_| ())
}

/// The parts of a config that decide the trust.
struct TlsSettings {
    /// Plain http to this machine needs no authorities, and must work on a machine without any.
    is_plain_http: bool,
    ca_file: Option<PathBuf>,
}

impl TlsSettings {
    fn from_config(config: &Config) -> Self {
        let is_plain_http =
            config.site.url.scheme() == "http" && config.network.redirect_hosts.is_empty();
        Self {
            is_plain_http,
            ca_file: config.network.ca_file.clone(),
        }
    }

    fn trust(&self) -> Result<ClientConfig, Failure> {
        let provider = Arc::new(ring::default_provider());
        let failed = |_| Failure::from(Fault::TlsFailed);
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(failed)?;
        if self.is_plain_http {
            return Ok(builder
                .with_root_certificates(RootCertStore::empty())
                .with_no_client_auth());
        }
        let verifier = SiteVerifier::new(private_authorities(self.ca_file.as_deref())?, &provider)
            .ok_or_else(|| {
                Failure::with_subject(
                    Fault::CertificateUnknownAuthority,
                    "no certificate authorities on this machine",
                )
            })?;
        // rustls calls every custom verifier "dangerous". `verifier` documents what ours accepts.
        Ok(builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth())
    }
}

fn private_authorities(ca_file: Option<&Path>) -> Result<CaCertificates, Failure> {
    let Some(file) = ca_file else {
        return Ok(CaCertificates::default());
    };
    ca_file::read(file).map_err(|error| {
        let told = match &error {
            CaFileError::Unreadable(_) => format!("{}: {error}", file.display()),
            CaFileError::Content(problems) => problems.summary(),
        };
        Failure::with_subject(Fault::BadCaFile, &told)
    })
}
