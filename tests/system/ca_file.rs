//! `network.ca_file` in every form that people have it in (D17): `check` and a session read it
//! alike, and nothing in it is left out unsaid.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use support_kiosk::cli::CheckArgs;
use support_kiosk::commands::check;
use support_kiosk::failure::Fault;
use support_kiosk::job::Cancel;

use crate::support::certificates::{
    Identity, authority, der, no_authority, pem, pkcs7, pkcs7_in_ber,
};
use crate::support::order::{Desk, SCRIPT, by_key};
use crate::support::site::{Act, Site, ok};

/// Two authorities, and a site of each.
struct Two {
    certificates: [Identity; 2],
    sites: [Site; 2],
}

impl Two {
    fn new() -> Self {
        let certificates = ["First authority", "Second authority"]
            .map(|name| Identity::itself(name, &[], authority));
        let sites = certificates.each_ref().map(|authority| {
            let tls = authority
                .signs("localhost", &["localhost"], no_authority)
                .server(&[]);
            Site::https(tls, |_, _| vec![Act::Send(ok(SCRIPT))])
        });
        Self {
            certificates,
            sites,
        }
    }

    /// What of a file with this content is wrong at a session with the first site and at one with
    /// the second.
    fn try_both(&self, file: &Path, case: &str) {
        for site in &self.sites {
            let mut desk = Desk::at(&site.url());
            desk.config.network.ca_file = Some(file.to_owned());
            desk.download(&by_key()).client(case);
        }
    }
}

/// A folder with a config, and the file of certificates that it names.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().expect("a folder"));
        fs::write(
            folder.config(),
            "site.url = \"https://localhost\"\nnetwork.ca_file = \"ca.pem\"\n",
        )
        .expect("written");
        folder
    }

    fn config(&self) -> PathBuf {
        self.0.path().join("kiosk.toml")
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("ca.pem")
    }

    /// The exit status of `check`, and what it says, less the folder.
    fn check(&self) -> (u8, String) {
        let mut out = Vec::new();
        let status = check::run(
            &CheckArgs {
                file: Some(self.config()),
                lockdown: false,
            },
            |_| None,
            &mut out,
        )
        .expect("written");
        let told = String::from_utf8(out).expect("UTF-8");
        (
            status,
            told.trim_end()
                .replace(&format!("{}/", self.0.path().display()), ""),
        )
    }
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}

#[test]
fn d17_a_ca_file_works_in_every_form_that_it_comes_in() {
    let two = Two::new();
    let [first, second] = two.certificates.each_ref().map(Identity::pem);
    let [der1, der2] = two.certificates.each_ref().map(Identity::der);
    let both = format!("{first}{second}");
    let mark = '\u{FEFF}';
    let notes = |uses: &[u8]| der(0x30, &[der(0x30, &der(6, uses)), der(12, b"ours")].concat());
    let server = [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01];
    let trusted = |der: &[u8], notes: &[u8]| pem("TRUSTED CERTIFICATE", &[der, notes].concat());
    let container = pkcs7(&[&der1, &der2]);
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("PEM", both.clone().into()),
        ("PEM with CR LF", both.replace('\n', "\r\n").into()),
        ("PEM with CR", both.replace('\n', "\r").into()),
        ("PEM on one line", both.replace('\n', " ").into()),
        ("PEM that is indented", both.replace('\n', "\n\t  ").into()),
        ("PEM with empty lines", both.replace('\n', "\n\n").into()),
        ("UTF-8 with a mark", format!("{mark}{both}").into()),
        (
            "a mark before each",
            format!("{mark}{first}{mark}{second}").into(),
        ),
        (
            "UTF-16, low byte first",
            utf16(&format!("{mark}{both}"), u16::to_le_bytes),
        ),
        (
            "UTF-16, high byte first",
            utf16(&format!("{mark}{both}"), u16::to_be_bytes),
        ),
        (
            "UTF-16, low byte first, without a mark",
            utf16(&both, u16::to_le_bytes),
        ),
        (
            "UTF-16, high byte first, without a mark",
            utf16(&both, u16::to_be_bytes),
        ),
        (
            "joined without a line break",
            format!("{}{}", first.trim_end(), second.trim_end()).into(),
        ),
        (
            "joined without a line break, behind a mark",
            format!("{mark}{}{second}", first.trim_end()).into(),
        ),
        (
            "words around",
            format!(
                "# Ours, the BEGIN of all\nsubject=CN = x\n{first}\n\nThe END of it:\n{second}bye"
            )
            .into(),
        ),
        (
            "words in Latin-1",
            [b"# f\xFCr uns\n".as_slice(), both.as_bytes()].concat(),
        ),
        (
            "X509 CERTIFICATE",
            both.replace("CERTIFICATE", "X509 CERTIFICATE").into(),
        ),
        (
            "TRUSTED CERTIFICATE",
            format!("{}{}", trusted(&der1, &[]), trusted(&der2, &notes(&server))).into(),
        ),
        ("DER, one behind the other", [&der1[..], &der2].concat()),
        (
            "DER with a line break behind it",
            [&der1[..], &der2, b"\r\n"].concat(),
        ),
        ("PKCS#7", container.clone()),
        ("PKCS#7 in BER", pkcs7_in_ber(&[&der1, &der2])),
        ("PKCS#7 in PEM", pem("PKCS7", &container).into()),
        ("PKCS#7 in PEM, as CMS", pem("CMS", &container).into()),
        (
            "PKCS#7 in PEM, as its standard has it",
            pem("PKCS #7 SIGNED DATA", &container).into(),
        ),
        (
            "PKCS#7 in PEM, as Windows calls it",
            pem("CERTIFICATE", &container).into(),
        ),
        (
            "a certificate and a container",
            format!("{first}{}", pem("PKCS7", &pkcs7(&[&der2]))).into(),
        ),
    ];
    for (case, bytes) in cases {
        let folder = Folder::new();
        fs::write(folder.file(), bytes).expect("written");
        assert_eq!(folder.check(), (0, "kiosk.toml: good".to_owned()), "{case}");
        two.try_both(&folder.file(), case);
    }
}

#[test]
fn d17_what_of_a_ca_file_can_not_be_read_is_told_with_its_place() {
    let identity = Identity::itself("Authority", &[], authority);
    let (good, bytes, key) = (identity.pem(), identity.der(), identity.key_pem());
    let lines = good.lines().count();
    let (second, third) = (lines + 1, lines + 2);
    let none = "there is no certificate in this file: it may be in PEM, DER or PKCS#7";
    let stray = "this looks like the line before or after a certificate, and is not written as one: \
                 -----BEGIN CERTIFICATE-----, -----END CERTIFICATE-----";
    let endless = "this section has no end line: -----END CERTIFICATE-----";
    let not_whole = "this certificate is incomplete";
    let no_other_use = "this certificate is trusted only for uses other than TLS servers";
    let begin = "-----BEGIN CERTIFICATE-----\n";
    let mail = der(6, &[0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x04]);
    let server = der(6, &[0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01]);
    let trusted = |notes: Vec<u8>| {
        pem(
            "TRUSTED CERTIFICATE",
            &[bytes.clone(), der(0x30, &notes)].concat(),
        )
    };
    let cut = &good[..good.len() / 2];
    let at = |line: usize, why: &str| format!("ca.pem:{line}:1: {why}");
    let whole = |why: &str| format!("ca.pem: {why}");
    let cases: Vec<(&str, Vec<u8>, String)> = vec![
        ("nothing", Vec::new(), whole(none)),
        ("words", "no certificate\n".into(), whole(none)),
        ("HTML", "<html>Sign in</html>".into(), whole(none)),
        ("a mark and nothing", "\u{FEFF}".into(), whole(none)),
        (
            "cut in a certificate",
            format!("{good}{cut}").into(),
            at(second, endless),
        ),
        (
            "a certificate without an end before another",
            format!("{cut}\n{good}").into(),
            at(1, endless),
        ),
        (
            "another end",
            good.replace("END CERTIFICATE", "END PKCS7").into(),
            at(1, endless),
        ),
        (
            "too few hyphens behind",
            good.replacen("CERTIFICATE-----", "CERTIFICATE----", 1)
                .into(),
            {
                at(
                    1,
                    "this line begins a section and does not end in five hyphens",
                )
            },
        ),
        (
            "too few hyphens before",
            format!("{good}-{}", &good[2..]).into(),
            format!("{}\n{}", at(second, stray), at(2 * lines, stray)),
        ),
        (
            "hyphens of a word processor",
            format!("{good}{}", good.replace("-----", "–––––")).into(),
            { format!("{}\n{}", at(second, stray), at(2 * lines, stray)) },
        ),
        (
            "without its first line",
            format!("{good}{}", good.replacen(begin, "", 1)).into(),
            {
                let why =
                    "this looks like a certificate without the line -----BEGIN CERTIFICATE-----";
                format!("{}\n{}", at(second, why), at(2 * lines - 1, stray))
            },
        ),
        (
            "in small letters",
            format!("{good}-----begin certificate-----\n").into(),
            at(second, stray),
        ),
        (
            "a quotation",
            good.replacen('\n', "\n> ", 1).into(),
            "ca.pem:2:1: this character is not allowed in a certificate".into(),
        ),
        (
            "line breaks of JSON",
            good.replacen('\n', "\\n", 1).into(),
            { "ca.pem:1:28: this character is not allowed in a certificate".into() },
        ),
        (
            "a letter too many",
            format!("{begin}MIIBA\n-----END CERTIFICATE-----\n").into(),
            at(1, "this section is incomplete"),
        ),
        (
            "cut within, and ended",
            format!("{begin}{}\n-----END CERTIFICATE-----\n", &good[28..28 + 64]).into(),
            at(1, not_whole),
        ),
        (
            "something else",
            pem("CERTIFICATE", &der(0x30, &der(12, &[b'x'; 200]))).into(),
            { at(1, "this is not a usable certificate") },
        ),
        ("a private key", format!("{good}{key}").into(), {
            at(
                second,
                "this is a private key and not a certificate: remove it, and keep it where no one else can read it",
            )
        }),
        (
            "a list of what is revoked",
            format!("{good}\n{}", pem("X509 CRL", &bytes)).into(),
            {
                at(
                    third,
                    "this is not a certificate but \"X509 CRL\": remove it",
                )
            },
        ),
        (
            "trusted for mail",
            trusted(der(0x30, &mail)).into(),
            at(1, no_other_use),
        ),
        (
            "not trusted for servers",
            trusted(der(0xA0, &server)).into(),
            at(1, no_other_use),
        ),
        ("two", format!("{good}{key}{cut}").into(), {
            let first = "this is a private key and not a certificate: remove it, and keep it where no one else can read it";
            format!(
                "{}\n{}",
                at(second, first),
                at(second + key.trim_end().lines().count(), endless)
            )
        }),
        (
            "UTF-16",
            utf16(&format!("\u{FEFF}{good}{cut}"), u16::to_le_bytes),
            at(second, endless),
        ),
        (
            "DER that is cut",
            bytes[..bytes.len() - 1].to_vec(),
            whole(not_whole),
        ),
        (
            "DER, the second cut",
            [&bytes, &bytes[..99]].concat(),
            whole(&format!("at byte {}: {not_whole}", bytes.len())),
        ),
        (
            "DER and words",
            [&bytes, b"-----BEGIN".as_slice()].concat(),
            whole(&format!("at byte {}: {not_whole}", bytes.len())),
        ),
        (
            "PKCS#7 with nothing in it",
            pkcs7(&[]),
            whole("this PKCS#7 container has no certificate"),
        ),
        (
            "PKCS#7 with something else",
            pkcs7(&[&bytes, &der(0x30, &[])]),
            { whole("in this PKCS#7 container: this is not a usable certificate") },
        ),
        (
            "PKCS#7 with half of one",
            pkcs7(&[&bytes, &bytes[..99]]),
            whole("this PKCS#7 container is incomplete"),
        ),
        (
            "PKCS#12",
            der(0x30, &[der(2, &[3]), der(0x30, &[0; 200])].concat()),
            {
                whole(
                    "this is a PKCS#12 file (.p12, .pfx) with a password: export its certificates as PEM",
                )
            },
        ),
    ];
    for (case, content, expected) in cases {
        let folder = Folder::new();
        fs::write(folder.file(), content).expect("written");
        assert_eq!(folder.check(), (78, expected.clone()), "{case}");
        let mut desk = Desk::at("https://localhost:7");
        desk.config.network.ca_file = Some(folder.file());
        let failure = desk.fails(&by_key(), Fault::BadCaFile, case);
        let told = failure.detail.expect("a detail").to_string();
        let (first, count) = (
            expected.lines().next().expect("a line"),
            expected.lines().count(),
        );
        let count = if count > 1 {
            format!("{count} problems; the first: ")
        } else {
            String::new()
        };
        let here = format!("{count}{}/{first}", folder.0.path().display());
        assert!(
            here.starts_with(&told) || told.starts_with(&here[..here.len().min(200)]),
            "{case}: {told} in place of {here}"
        );
    }
}

#[test]
fn d17_a_ca_file_of_hundreds_of_certificates_is_read_whole() {
    let identity = Identity::itself("Authority", &[], authority);
    let folder = Folder::new();
    fs::write(folder.file(), identity.pem().repeat(1000)).expect("written");
    assert_eq!(folder.check().0, 0);
    fs::write(folder.file(), format!("{}x", " ".repeat(4 << 20))).expect("written");
    assert_eq!(
        folder.check(),
        (
            78,
            "kiosk.toml:2:19: `network.ca_file` can't be read: it is larger than 4 MiB".to_owned()
        )
    );
}

/// Ends at once, or is ended: a file that waits for somebody must not hold it up.
fn ends_soon(arguments: &[&str], config: &Path) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_support-kiosk"))
        .args(arguments)
        .arg(config)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let end = Instant::now() + Duration::from_secs(60);
    while child.try_wait().expect("its state").is_none() {
        if Instant::now() > end {
            child.kill().expect("ended");
            panic!("{arguments:?} waits for the other end of a FIFO");
        }
        std::thread::yield_now();
    }
    let output = child.wait_with_output().expect("its output");
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[test]
fn d17_a_ca_file_that_is_a_fifo_or_a_folder_is_never_waited_for() {
    for make in [fifo, |file: &Path| fs::create_dir(file).expect("made")] {
        let folder = Folder::new();
        make(&folder.file());
        let told = (
            78,
            "kiosk.toml:2:19: `network.ca_file` can't be read: it is not a regular file".to_owned(),
        );
        assert_eq!(folder.check(), told);
        let mut desk = Desk::at("https://localhost:7");
        desk.config.network.ca_file = Some(folder.file());
        desk.fails(&by_key(), Fault::BadCaFile, "not a regular file");
        for arguments in [
            &["start", "rep", "12", "--save", ".", "--config"][..],
            &["doctor", "--config"],
        ] {
            fs::write(
                folder.config(),
                "site.url = \"https://localhost:7\"\nnetwork.ca_file = \"ca.pem\"\n[[rep]]\nid = 12\nname = \"Dana\"\n",
            )
            .expect("written");
            let told = ends_soon(arguments, &folder.config()).replace(['\n', ' '], "");
            assert!(
                told.contains("C2") && told.contains("notaregularfile"),
                "{arguments:?}: {told}"
            );
        }
    }
}

fn fifo(file: &Path) {
    let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
    rustix::fs::mknodat(rustix::fs::CWD, file, rustix::fs::FileType::Fifo, mode, 0)
        .expect("a FIFO");
}

#[test]
fn d17_a_cancel_does_not_wait_for_the_ca_file() {
    let folder = Folder::new();
    fs::write(
        folder.file(),
        Identity::itself("Authority", &[], authority).pem(),
    )
    .expect("written");
    let mut desk = Desk::at("https://localhost:7");
    desk.config.network.ca_file = Some(folder.file());
    let desk = Desk {
        cancel: Cancel::new(),
        ..desk
    };
    desk.cancel.cancel();
    assert!(
        desk.download(&by_key()).stages.is_empty(),
        "nothing was asked"
    );
}
