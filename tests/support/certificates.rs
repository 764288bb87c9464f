//! Certificates of any make, and the containers that they come in.

use std::sync::Arc;

use rcgen::{BasicConstraints, Certificate, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};

/// A certificate and its key.
pub struct Identity {
    parameters: CertificateParams,
    key: KeyPair,
    certificate: Certificate,
}

/// What a certificate of this common name says, with this subjectAltName.
fn parameters(
    name: &str,
    alternative: &[&str],
    change: impl FnOnce(&mut CertificateParams),
) -> CertificateParams {
    let names: Vec<String> = alternative.iter().map(|name| (*name).to_owned()).collect();
    let mut parameters = CertificateParams::new(names).expect("parameters");
    parameters.distinguished_name.push(DnType::CommonName, name);
    change(&mut parameters);
    parameters
}

/// Says that it is an authority.
pub fn authority(parameters: &mut CertificateParams) {
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
}

/// Says that it is none.
pub fn no_authority(parameters: &mut CertificateParams) {
    parameters.is_ca = IsCa::ExplicitNoCa;
}

/// Of version 1, as `openssl x509 -req -signkey` makes one, of CN localhost; and its key.
const OLD: &str = "-----BEGIN CERTIFICATE-----
MIIBIzCBywIUMp2P2/s79RRBVF+KDioatf6UkHowCgYIKoZIzj0EAwIwFDESMBAG
A1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyODA2MTYzOFoYDzIxMjYxMTA0MDYxNjM4
WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AAR14ARUdZ1Apz4Vx+TqgKr6hZ8ygq7k/VodL1oDsxIyQuhs8sW1GLpVsTWwSk6u
imD3vyjo7gToZTfOTuPHLKddMAoGCCqGSM49BAMCA0cAMEQCIFtilJiyJLRrD1zr
S5tqpqVQv0ss1IL/5CP0Fg38nno6AiB7T9p/GrI5yzb7tlyBNxR0uV9PaQBcI/Ta
aJH7QMwqfQ==
-----END CERTIFICATE-----
";
const OLD_KEY: &str = "-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgK7Sm7Wk5wRZ4+nZ8
yjeKQbspIdlsE0M6gi+fKzCuU5qhRANCAAR14ARUdZ1Apz4Vx+TqgKr6hZ8ygq7k
/VodL1oDsxIyQuhs8sW1GLpVsTWwSk6uimD3vyjo7gToZTfOTuPHLKdd
-----END PRIVATE KEY-----
";

/// A certificate in PEM that signed itself and is of version 1, and a server that shows it.
pub fn of_version_1() -> (&'static str, Arc<ServerConfig>) {
    let certificate = CertificateDer::from_pem_slice(OLD.as_bytes()).expect("a certificate");
    (
        OLD,
        server(
            vec![certificate],
            PrivateKeyDer::from_pem_slice(OLD_KEY.as_bytes()).expect("a key"),
        ),
    )
}

/// The library's own way refuses what nobody should show.
fn server(chain: Vec<CertificateDer<'static>>, key: PrivateKeyDer<'static>) -> Arc<ServerConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = provider.key_provider.load_private_key(key).expect("a key");
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(CertifiedKey::new(
            chain, key,
        ))));
    Arc::new(config)
}

impl Identity {
    /// One that signed itself.
    pub fn itself(
        name: &str,
        alternative: &[&str],
        change: impl FnOnce(&mut CertificateParams),
    ) -> Self {
        let (parameters, key) = (
            parameters(name, alternative, change),
            KeyPair::generate().expect("a key"),
        );
        let certificate = parameters.self_signed(&key).expect("a certificate");
        Self {
            parameters,
            key,
            certificate,
        }
    }

    /// One that this one signs, whether or not it may.
    pub fn signs(
        &self,
        name: &str,
        alternative: &[&str],
        change: impl FnOnce(&mut CertificateParams),
    ) -> Self {
        let (parameters, key) = (
            parameters(name, alternative, change),
            KeyPair::generate().expect("a key"),
        );
        let issuer = Issuer::from_params(&self.parameters, &self.key);
        let certificate = parameters.signed_by(&key, &issuer).expect("a certificate");
        Self {
            parameters,
            key,
            certificate,
        }
    }

    /// A server that shows this one, and these behind it.
    pub fn server(&self, others: &[&Self]) -> Arc<ServerConfig> {
        let key = PrivateKeyDer::try_from(self.key.serialize_der()).expect("a key");
        server(
            [self]
                .iter()
                .chain(others)
                .map(|one| one.certificate.der().clone())
                .collect(),
            key,
        )
    }

    /// `-----BEGIN CERTIFICATE-----`, lines that end in a line feed.
    pub fn pem(&self) -> String {
        self.certificate.pem().replace("\r\n", "\n")
    }

    pub fn der(&self) -> Vec<u8> {
        self.certificate.der().to_vec()
    }

    pub fn key_pem(&self) -> String {
        self.key.serialize_pem()
    }
}

/// One thing in DER.
pub fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let head = match u8::try_from(length) {
        Ok(short) if short < 0x80 => vec![tag, short],
        _ => [
            &[tag, 0x84][..],
            &u32::try_from(length).expect("a length").to_be_bytes(),
        ]
        .concat(),
    };
    [head, content.to_vec()].concat()
}

/// As [`der`], without saying how long it is: BER.
fn endless(tag: u8, content: &[u8]) -> Vec<u8> {
    [&[tag, 0x80], content, &[0, 0]].concat()
}

const SIGNED_DATA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];
const DATA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01];

/// A PKCS#7 container of these certificates, as `openssl crl2pkcs7 -nocrl` makes it.
pub fn pkcs7(certificates: &[&[u8]]) -> Vec<u8> {
    container(certificates, der)
}

/// As [`pkcs7`], in BER.
pub fn pkcs7_in_ber(certificates: &[&[u8]]) -> Vec<u8> {
    container(certificates, endless)
}

fn container(certificates: &[&[u8]], wrap: fn(u8, &[u8]) -> Vec<u8>) -> Vec<u8> {
    let certificates = if certificates.is_empty() {
        Vec::new()
    } else {
        wrap(0xA0, &certificates.concat())
    };
    let data = [
        der(2, &[1]),
        der(0x31, &[]),
        der(0x30, &der(6, DATA)),
        certificates,
        der(0x31, &[]),
    ]
    .concat();
    wrap(
        0x30,
        &[der(6, SIGNED_DATA), wrap(0xA0, &wrap(0x30, &data))].concat(),
    )
}

/// A section of PEM.
pub fn pem(label: &str, bytes: &[u8]) -> String {
    use std::fmt::Write;
    let mut lines = String::new();
    for line in base64(bytes).as_bytes().chunks(64) {
        writeln!(lines, "{}", std::str::from_utf8(line).expect("ASCII")).expect("written");
    }
    format!("-----BEGIN {label}-----\n{lines}-----END {label}-----\n")
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let number = three
            .iter()
            .chain([&0, &0])
            .take(3)
            .fold(0_usize, |number, byte| number << 8 | usize::from(*byte));
        for at in 0..4 {
            let letter = char::from(LETTERS[number >> (18 - 6 * at) & 63]);
            text.push(if at <= three.len() { letter } else { '=' });
        }
    }
    text
}
