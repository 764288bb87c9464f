//! Every fault of the network and of TLS in words of its own (D2-D4).

use std::collections::HashMap;
use std::net::TcpStream;
use std::time::Duration;

use support_kiosk::failure::{Fault, Remedy};
use support_kiosk::session::SessionRequest;
use support_kiosk::text::EN;

use crate::support::order::{Desk, SCRIPT, by_key, by_rep};
use crate::support::site::{Act, Authority, Site, Validity, answer, ok};

#[test]
fn d2_d3_no_two_faults_of_the_network_or_of_tls_have_the_same_words() {
    let mut seen = HashMap::new();
    for fault in Fault::ALL
        .iter()
        .filter(|fault| fault.code().starts_with(['N', 'X']))
    {
        let words = EN.of_fault(*fault);
        for said in [words.happened, words.staff] {
            let before = seen.insert(said, fault.code());
            assert_eq!(before, None, "{} says the same: {said}", fault.code());
        }
    }
}

#[test]
fn d2_without_a_safe_connection_no_session_starts() {
    for fault in Fault::ALL
        .iter()
        .filter(|fault| fault.code().starts_with('X'))
    {
        assert_eq!(
            (fault.remedy(), fault.exit() as u8),
            (Remedy::Staff, 77),
            "{}",
            fault.code()
        );
    }
}

#[test]
fn d2_an_address_without_a_way_to_it_and_one_that_swallows_everything() {
    Desk::at("http://255.255.255.255").fails(&by_key(), Fault::NoConnection, "no way");

    // A port whose queue is full: the system drops what comes.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let context = runtime.enter();
    let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
    socket
        .bind("127.0.0.1:0".parse().expect("an address"))
        .expect("bound");
    let listener = socket.listen(1).expect("listening");
    let full = listener.local_addr().expect("an address");
    let wait = Duration::from_millis(200);
    let queued: Vec<_> = (0..64)
        .map_while(|_| TcpStream::connect_timeout(&full, wait).ok())
        .collect();
    assert!(queued.len() < 64, "the queue never fills");
    let mut desk = Desk::at(&format!("http://{full}"));
    desk.config.network.connect_timeout = Duration::from_millis(300);
    desk.fails(&by_key(), Fault::ConnectTimeout, "swallowed");
    drop(context);
}

#[test]
fn d2_an_expired_certificate_is_reported_with_the_clocks_time() {
    let authority = Authority::new();
    for (validity, fault) in [
        (Validity::Over, Fault::CertificateExpired),
        (Validity::NotYet, Fault::CertificateNotYetValid),
    ] {
        let site = Site::https(authority.server("localhost", validity), |_, _| {
            vec![Act::Send(ok(SCRIPT))]
        });
        let mut desk = Desk::at(&site.url());
        desk.config.network.ca_file = Some(authority.file());
        let (before, failure) = (today(), desk.fails(&by_key(), fault, "not valid now"));
        let detail = failure.detail.expect("a detail").to_string();
        let told = |day: &str| detail.starts_with(&format!("localhost:{}, {day} ", site.port));
        assert!(told(&before) || told(&today()), "{detail}");
        assert!(
            EN.of_fault(fault)
                .staff
                .to_lowercase()
                .contains("this machine's clock")
        );
        let causes = failure.causes.expect("causes").to_string();
        assert!(
            causes.contains("certificate") && causes.contains("verification time"),
            "{causes}"
        );
    }
}

fn today() -> String {
    jiff::ZonedDateTime::now().date().to_string()
}

#[test]
fn d4_a_portal_is_told_of_and_a_page_may_be_one() {
    let portal = Site::answering(answer(
        "511 Network Authentication Required",
        "",
        "<html>Sign in</html>",
    ));
    Desk::at(&portal.url()).fails(&by_key(), Fault::NetworkSignIn, "511");
    let page = Site::answering(ok("<html>Welcome to our Wi-Fi</html>"));
    let cases: [(SessionRequest, Fault, Fault); 2] = [
        (by_key(), Fault::KeyRefusedWithoutSign, Fault::KeyRefused),
        (by_rep(), Fault::RefusedWithoutSign, Fault::Refused),
    ];
    for (request, perhaps_a_portal, refused) in cases {
        Desk::at(&page.url()).fails(&request, perhaps_a_portal, "a page");
        let (plain, more) = (
            EN.of_fault(refused).happened,
            EN.of_fault(perhaps_a_portal).happened,
        );
        assert_eq!(
            more,
            plain.replace('.', ", or this network asks for a sign-in first.")
        );
        assert_eq!(perhaps_a_portal.remedy(), refused.remedy());
    }
}
