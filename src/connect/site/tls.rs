//! Whom this machine trusts: the system's authorities and those of `network.ca_file`. There is no way around them.

use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use crate::config::Config;
use crate::failure::{Failure, Fault};

/// What reqwest needs to know about TLS.
pub(super) fn trust(config: &Config) -> Result<ClientConfig, Failure> {
    let provider = Arc::new(ring::default_provider());
    let failed = |_| Failure::from(Fault::TlsFailed);
    let builder =
        ClientConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions().map_err(failed)?;
    // A site on this machine, by plain http, needs no authority, and a machine without any can still talk to it.
    if config.site.url.scheme() == "http" && config.network.redirect_hosts.is_empty() {
        return Ok(builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth());
    }
    let verifier = Verifier::new_with_extra_roots(private_authorities(config)?, provider)
        .map_err(|_| Failure::about(Fault::CertificateUnknownAuthority, "no certificate authorities on this machine"))?;
    // "Dangerous" is rustls's word for any verifier that it is handed: this one is its own, over the system's authorities.
    Ok(builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth())
}

/// Whether there are authorities to check the site's certificate by, and `network.ca_file` can be read.
pub fn has_authorities(config: &Config) -> Result<(), Failure> {
    trust(config).map(|_| ())
}

fn private_authorities(config: &Config) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let Some(path) = &config.network.ca_file else { return Ok(Vec::new()) };
    let bad = || Failure::about(Fault::BadCaFile, &path.to_string_lossy());
    let found: Result<Vec<_>, _> = CertificateDer::pem_file_iter(path).map_err(|_| bad())?.collect();
    let mut usable = RootCertStore::empty();
    let found = found.map_err(|_| bad())?;
    let all_usable = found.iter().all(|certificate| usable.add(certificate.clone()).is_ok());
    if found.is_empty() || !all_usable {
        return Err(bad());
    }
    Ok(found)
}
