//! Certificates in DER: one, several in a row, a PKCS#7 container (`.p7b`), or one with OpenSSL's
//! trust settings.

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::server::ParsedCertificate;
use x509_parser::asn1_rs::{Any, Class, FromBer, Tag};
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;
use x509_parser::x509::X509Version;

/// 1.2.840.113549.1.7.2
const SIGNED_DATA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];
/// 1.3.6.1.5.5.7.3.1: TLS server authentication.
const SERVER: &[u8] = &[0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01];
/// 2.5.29.37.0
const ANY_USE: &[u8] = &[0x55, 0x1D, 0x25, 0x00];

pub(super) struct DerCertificate {
    pub(super) der: CertificateDer<'static>,
    /// Whether it may sign other certificates.
    pub(super) is_authority: bool,
}

/// Whether these bytes are DER. A text that begins with the same byte continues in ASCII.
pub(super) fn is_der(bytes: &[u8]) -> bool {
    let is_small = || {
        DerElement::first(bytes)
            .is_some_and(|whole| whole.has_tag(Tag::Sequence) && whole.rest.is_empty())
    };
    matches!(bytes, [0x30, 0x80..=0xFF, ..]) || is_small()
}

/// All certificates in these bytes, or what is wrong with them.
pub(super) fn certificates(bytes: &[u8]) -> Result<Vec<DerCertificate>, String> {
    let mut found = Vec::new();
    let mut rest = bytes;
    while !rest.trim_ascii().is_empty() {
        let wrong = |why: &str| {
            if found.is_empty() {
                why.to_owned()
            } else {
                format!("at byte {}: {why}", bytes.len() - rest.len())
            }
        };
        let element =
            DerElement::first(rest).ok_or_else(|| wrong("this certificate is incomplete"))?;
        match signed_data(&element) {
            Some(contained) => found.extend(contained.map_err(|why| wrong(&why))?),
            None => found.push(certificate(&element).map_err(wrong)?),
        }
        rest = element.rest;
    }
    Ok(found)
}

/// The certificate of a `TRUSTED CERTIFICATE` section.
pub(super) fn trusted(bytes: &[u8]) -> Result<DerCertificate, String> {
    let element = DerElement::first(bytes).ok_or("this certificate is incomplete")?;
    if DerElement::first(element.rest).is_some_and(|notes| !is_for_servers(&notes)) {
        return Err("this certificate is trusted only for uses other than TLS servers".to_owned());
    }
    certificate(&element).map_err(str::to_owned)
}

/// An ASN.1 element.
struct DerElement<'a> {
    class: Class,
    tag: Tag,
    content: &'a [u8],
    whole: &'a [u8],
    rest: &'a [u8],
}

impl<'a> DerElement<'a> {
    fn first(bytes: &'a [u8]) -> Option<Self> {
        let (rest, any) = Any::from_ber(bytes).ok()?;
        let whole = &bytes[..bytes.len() - rest.len()];
        Some(Self {
            class: any.class(),
            tag: any.tag(),
            content: any.data,
            whole,
            rest,
        })
    }

    /// The elements it contains, up to the first invalid one.
    fn parts(&self) -> impl Iterator<Item = Self> {
        let mut rest = self.content;
        std::iter::from_fn(move || {
            let part = Self::first(rest)?;
            rest = part.rest;
            Some(part)
        })
    }

    fn has_tag(&self, tag: Tag) -> bool {
        self.class == Class::Universal && self.tag == tag
    }

    /// Whether it has this context-specific tag.
    fn has_context_tag(&self, number: u32) -> bool {
        self.class == Class::ContextSpecific && self.tag == Tag(number)
    }
}

/// The certificates of a PKCS#7 container, if this is one.
fn signed_data(element: &DerElement<'_>) -> Option<Result<Vec<DerCertificate>, String>> {
    let mut parts = element.parts();
    parts
        .next()
        .filter(|kind| kind.has_tag(Tag::Oid) && kind.content == SIGNED_DATA)?;
    let inner = parts.next().and_then(|content| content.parts().next());
    let certificates = inner.and_then(|data| data.parts().find(|part| part.has_context_tag(0)));
    let Some(certificates) = certificates else {
        return Some(Err("this PKCS#7 container has no certificate".to_owned()));
    };
    let read: Result<Vec<_>, _> = certificates
        .parts()
        .map(|part| certificate(&part))
        .collect();
    let length: usize = certificates.parts().map(|part| part.whole.len()).sum();
    Some(match read {
        Ok(read) if length == certificates.content.len() && !read.is_empty() => Ok(read),
        Ok(_) => Err("this PKCS#7 container is incomplete".to_owned()),
        Err(why) => Err(format!("in this PKCS#7 container: {why}")),
    })
}

fn certificate(element: &DerElement<'_>) -> Result<DerCertificate, &'static str> {
    if element
        .parts()
        .next()
        .is_some_and(|version| version.has_tag(Tag::Integer) && version.content == [3])
    {
        return Err(
            "this is a PKCS#12 file (.p12, .pfx) with a password: export its certificates as PEM",
        );
    }
    let der = CertificateDer::from(element.whole.to_vec());
    let is_authority = may_sign(&der);
    // The same checks as in a session.
    let is_usable = if is_authority {
        RootCertStore::empty().add(der.clone()).is_ok()
    } else {
        ParsedCertificate::try_from(&der).is_ok()
    };
    if is_usable {
        Ok(DerCertificate { der, is_authority })
    } else {
        Err("this is not a usable certificate")
    }
}

/// Whether a certificate may sign others, by its own extensions. The library that builds chains
/// does not check this for trusted certificates, so the owner of one site's key could impersonate
/// every site.
fn may_sign(der: &[u8]) -> bool {
    let Ok((_, certificate)) = X509Certificate::from_der(der) else {
        return true;
    };
    // Older versions have no extensions.
    if certificate.version() != X509Version::V3 {
        return true;
    }
    match (certificate.basic_constraints(), certificate.key_usage()) {
        (Ok(Some(constraints)), _) => constraints.value.ca,
        (Ok(None), Ok(Some(usage))) => usage.value.key_cert_sign(),
        (Ok(None), Ok(None)) => true,
        (Err(_), _) | (_, Err(_)) => false,
    }
}

/// Whether OpenSSL's trust settings allow TLS servers: an optional list of trusted uses, and one
/// with tag 0 of rejected uses.
fn is_for_servers(notes: &DerElement<'_>) -> bool {
    let names_servers = |list: &DerElement<'_>| {
        list.parts()
            .any(|purpose| [SERVER, ANY_USE].contains(&purpose.content))
    };
    let trusted = notes.parts().find(|part| part.has_tag(Tag::Sequence));
    let rejected = notes.parts().find(|part| part.has_context_tag(0));
    trusted.is_none_or(|list| names_servers(&list))
        && !rejected.is_some_and(|list| names_servers(&list))
}
