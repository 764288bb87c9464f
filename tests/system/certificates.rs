//! What a site's certificate can be, and why it is not trusted (D2, D17).

use rcgen::{CertificateParams, ExtendedKeyUsagePurpose, date_time_ymd};
use support_kiosk::failure::Fault;
use tempfile::NamedTempFile;

use crate::support::certificates::{Identity, authority, no_authority, of_version_1};
use crate::support::order::{Desk, SCRIPT, by_key};
use crate::support::site::{Act, Site, ok};

const HERE: &[&str] = &["localhost"];

type Several<'a> = &'a [&'a Identity];

/// A desk at a site that shows this, and what trusts these besides the system's authorities.
fn desk(
    shown: &Identity,
    behind: &[&Identity],
    trusted: &[&Identity],
) -> (Desk, Site, NamedTempFile) {
    let site = Site::https(shown.server(behind), |_, _| vec![Act::Send(ok(SCRIPT))]);
    let file = NamedTempFile::new().expect("a file");
    std::fs::write(
        &file,
        trusted.iter().map(|one| one.pem()).collect::<String>(),
    )
    .expect("written");
    let mut desk = Desk::at(&site.url());
    desk.config.network.ca_file = (!trusted.is_empty()).then(|| file.path().to_owned());
    (desk, site, file)
}

/// What is told of the host: nothing was sent to it.
fn why(
    shown: &Identity,
    behind: &[&Identity],
    trusted: &[&Identity],
    fault: Fault,
    case: &str,
) -> String {
    let (desk, site, _file) = desk(shown, behind, trusted);
    let failure = desk.fails(&by_key(), fault, case);
    assert_eq!(site.received().len(), 0, "{case}");
    let detail = failure.detail.expect("a detail").to_string();
    let host = format!("localhost:{}", site.port);
    detail
        .strip_prefix(&host)
        .unwrap_or_else(|| panic!("{case}: {detail}"))
        .trim_start_matches(": ")
        .to_owned()
}

fn plain(_: &mut CertificateParams) {}

#[test]
fn d17_the_sites_own_certificate_in_ca_file_is_its_own_anchor() {
    let root = Identity::itself("Root", &[], authority);
    let cases: [(&str, Identity); 6] = [
        (
            "that says nothing",
            Identity::itself("localhost", HERE, plain),
        ),
        (
            "that is no authority",
            Identity::itself("localhost", HERE, no_authority),
        ),
        (
            "that calls itself an authority",
            Identity::itself("localhost", HERE, authority),
        ),
        (
            "for servers",
            Identity::itself("localhost", HERE, |parameters| {
                no_authority(parameters);
                parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
            }),
        ),
        (
            "that somebody unknown signed",
            root.signs("localhost", HERE, no_authority),
        ),
        (
            "of an authority, that somebody unknown signed",
            root.signs("localhost", HERE, authority),
        ),
    ];
    for (case, certificate) in cases {
        let (trusting, site, _file) = desk(&certificate, &[], &[&certificate]);
        trusting.download(&by_key()).client(case);
        assert_eq!(site.received().len(), 1, "{case}");
        why(
            &certificate,
            &[],
            &[],
            Fault::CertificateUnknownAuthority,
            case,
        );
    }
}

#[test]
fn d17_an_own_anchor_has_to_hold_in_all_that_any_other_has_to() {
    let over =
        |parameters: &mut CertificateParams| parameters.not_after = date_time_ymd(2001, 1, 1);
    let to_come =
        |parameters: &mut CertificateParams| parameters.not_before = date_time_ymd(3001, 1, 1);
    let of_mail = |parameters: &mut CertificateParams| {
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::EmailProtection];
    };
    let both = |change: fn(&mut CertificateParams)| {
        [plain, no_authority, authority].map(|make| {
            Identity::itself("localhost", HERE, |parameters| {
                make(parameters);
                change(parameters);
            })
        })
    };
    for (case, made, fault) in [
        ("expired", both(over), Fault::CertificateExpired),
        ("to come", both(to_come), Fault::CertificateNotYetValid),
    ] {
        for certificate in made {
            why(&certificate, &[], &[&certificate], fault, case);
        }
    }
    for make in [plain, no_authority, authority] {
        let certificate = Identity::itself("localhost", &["other.example"], make);
        why(
            &certificate,
            &[],
            &[&certificate],
            Fault::CertificateWrongHost,
            "another host's",
        );
    }
    for certificate in both(of_mail) {
        let (desk, site, _file) = desk(&certificate, &[], &[&certificate]);
        assert!(
            desk.download(&by_key()).result.is_err() && site.received().is_empty(),
            "not for servers"
        );
    }
}

#[test]
fn d17_a_certificate_that_is_only_like_the_one_in_ca_file_is_refused() {
    let unknown = Fault::CertificateUnknownAuthority;
    for make in [plain, no_authority, authority] {
        let (ours, theirs) = (
            Identity::itself("localhost", HERE, make),
            Identity::itself("localhost", HERE, make),
        );
        why(
            &theirs,
            &[],
            &[&ours],
            unknown,
            "of the same name, with another key",
        );
        why(&theirs, &[&ours], &[&ours], unknown, "with ours behind it");
    }
    // Who has the key of one site is not every site.
    let ours = Identity::itself("other.example", &["other.example"], no_authority);
    let theirs = ours.signs("localhost", HERE, no_authority);
    why(&theirs, &[&ours], &[&ours], unknown, "signed by a site");
}

#[test]
fn d2_d17_a_certificate_that_is_not_trusted_says_why() {
    let root = Identity::itself("Example Root", &[], authority);
    let intermediate = root.signs("Example Issuing CA", &[], authority);
    let leaf = intermediate.signs("localhost", HERE, no_authority);
    let own = Identity::itself("localhost", HERE, authority);
    let impostor =
        Identity::itself("Example Root", &[], authority).signs("localhost", HERE, no_authority);
    let unknown = Fault::CertificateUnknownAuthority;
    let missing = "signed by \"Example Issuing CA\", which the site did not send and this computer does not know";
    let no_root =
        "signed by \"Example Root\", which the site did not send and this computer does not know";
    let led = "it leads to \"Example Root\", which this computer does not know";
    let renewed = Identity::itself("localhost", HERE, authority);
    let cases: [(&str, &Identity, Several<'_>, Several<'_>, &str); 9] = [
        (
            "signed itself",
            &own,
            &[],
            &[],
            "its certificate is self-signed",
        ),
        (
            "signed itself, no authority",
            &Identity::itself("localhost", HERE, no_authority),
            &[],
            &[],
            "its certificate is self-signed",
        ),
        (
            "renewed",
            &renewed,
            &[],
            &[&own],
            "its certificate is self-signed, and is not the one in network.ca_file",
        ),
        ("an intermediate is missing", &leaf, &[], &[&root], missing),
        (
            "an intermediate is missing, nothing is trusted",
            &leaf,
            &[],
            &[],
            missing,
        ),
        (
            "the root is not known",
            &leaf,
            &[&intermediate],
            &[],
            no_root,
        ),
        (
            "the root is sent and not known",
            &leaf,
            &[&intermediate, &root],
            &[],
            led,
        ),
        (
            "an impostor's",
            &impostor,
            &[],
            &[&root],
            "its signature is not that of \"Example Root\"",
        ),
        (
            "an authority's",
            &root.signs("localhost", HERE, authority),
            &[],
            &[&root],
            "it presents the certificate of an authority instead of its own",
        ),
    ];
    for (case, shown, behind, trusted, expected) in cases {
        assert_eq!(
            why(shown, behind, trusted, unknown, case),
            expected,
            "{case}"
        );
    }
    let (trusting, _site, _file) = desk(&leaf, &[], &[&intermediate]);
    trusting
        .download(&by_key())
        .client("the intermediate in ca_file");
}

#[test]
fn d2_d17_a_certificate_of_another_name_says_which() {
    let root = Identity::itself("Example Root", &[], authority);
    let many = ["a.example", "b.example", "192.0.2.1", "::1", "e.example"];
    for (case, name, alternative, expected) in [
        (
            "CN alone",
            "localhost",
            &[][..],
            "its certificate has this name only as common name (CN), and needs it as subjectAltName",
        ),
        (
            "another CN alone",
            "portal",
            &[],
            "its certificate (CN portal) has no name as subjectAltName",
        ),
        (
            "another name",
            "localhost",
            &["other.example"],
            "its certificate is that of other.example",
        ),
        (
            "many",
            "x",
            &many,
            "its certificate is that of a.example, b.example, 192.0.2.1 and 2 more",
        ),
    ] {
        let shown = root.signs(name, alternative, no_authority);
        assert_eq!(
            why(&shown, &[], &[&root], Fault::CertificateWrongHost, case),
            expected,
            "{case}"
        );
        let own = Identity::itself(name, alternative, authority);
        assert_eq!(
            why(&own, &[], &[&own], Fault::CertificateWrongHost, case),
            expected,
            "{case}, signed by itself"
        );
    }
}

#[test]
fn d2_d17_a_certificate_of_an_old_version_says_so() {
    let (old, tls) = of_version_1();
    let site = Site::https(tls, |_, _| vec![Act::Send(ok(SCRIPT))]);
    let file = NamedTempFile::new().expect("a file");
    std::fs::write(&file, old).expect("written");
    for trusted in [None, Some(file.path().to_owned())] {
        let mut desk = Desk::at(&site.url());
        desk.config.network.ca_file = trusted;
        let failure = desk.fails(&by_key(), Fault::CertificateUnknownAuthority, "version 1");
        let why =
            "its certificate is of an old version without subjectAltName, and must be reissued";
        assert_eq!(
            failure.detail.map(|detail| detail.to_string()),
            Some(format!("localhost:{}: {why}", site.port))
        );
    }
}

#[test]
fn d2_t6_what_a_certificate_calls_itself_is_washed_and_cut_short() {
    let root = Identity::itself(
        &format!("Evil\u{1B}[2J\u{202E}{}", "x".repeat(500)),
        &[],
        authority,
    );
    let told = why(
        &root.signs("localhost", HERE, no_authority),
        &[],
        &[],
        Fault::CertificateUnknownAuthority,
        "a loud name",
    );
    assert!(
        told.starts_with("signed by \"Evil[2Jxx") && told.ends_with("this computer does not know"),
        "{told}"
    );
}
