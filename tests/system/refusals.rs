//! A site that does not answer with a client: one table, and both front ends held to it. The screen
//! says what happened, what to do, whom to call and a code for staff; `start` says the same code
//! (D15). Nothing runs, no file is left, and the way on that the screen offers works.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use support_kiosk::failure::{Fault, Remedy};
use support_kiosk::text::EN;

use crate::support::fixture::Fixture;
use crate::support::pty::Pty;
use crate::support::site::{Act, Site, answer, closed_port, greeting_port, ok};

/// Whom to call, at every size.
const CONTACT: &str = "Call 555-0100, or ask at the desk in B12.";
/// Of a terminal, at which all is said.
const USUAL: (u16, u16) = (80, 24);
/// The smallest that is drawn on: what is not needed there may be left out.
const SMALLEST: (u16, u16) = (40, 12);

/// How a site misbehaves, and what has to come of it.
struct Case {
    name: &'static str,
    acts: Vec<Act>,
    /// The code for staff, and the exit status of `start`.
    told: (&'static str, i32),
    remedy: Remedy,
    /// What the site itself says, or the host that it is about, and that the screen repeats.
    said: &'static str,
}

fn cases() -> Vec<Case> {
    let page = "<html><head><title>BeyondTrust</title></head><body><h1>Dana is away</h1><p>Try Daniel.</p></body></html>";
    let send = |bytes: Vec<u8>| vec![Act::Send(bytes)];
    let case = |name, acts, told, remedy, said| Case {
        name,
        acts,
        told,
        remedy,
        said,
    };
    let head = |length: &str| {
        format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n#!/bin/sh\n").into_bytes()
    };
    let elsewhere = answer(
        "302 Found",
        "Location: https://other.example/start?token=canary\r\n",
        "",
    );
    let (change, retry, staff) = (Remedy::Change, Remedy::Retry, Remedy::Staff);
    let said = "The site says: BeyondTrust: Dana is away: Try Daniel.";
    let click_once = answer(
        "200 OK",
        "Content-Disposition: attachment; filename=scc.application\r\n",
        "<?xml version=\"1.0\"?><asmv1:assembly xmlns:asmv1=\"urn:schemas-microsoft-com:asm.v1\">",
    );
    let closed = answer(
        "200 OK",
        "Content-Type: application/json\r\n",
        r#"{"error": true, "errorMessage": "Closed today"}"#,
    );
    vec![
        case("200 with HTML", send(ok(page)), ("S1", 76), change, said),
        case(
            "200 with HTML that may be anybody's",
            send(ok("<p>Welcome")),
            ("S8", 76),
            change,
            "The site says: Welcome",
        ),
        case(
            "200 with JSON",
            send(closed),
            ("S1", 76),
            change,
            "The site says: Closed today",
        ),
        case(
            "200 with nothing",
            send(ok("")),
            ("S7", 76),
            retry,
            "(localhost:",
        ),
        case(
            "403",
            send(answer("403 Forbidden", "", page)),
            ("S3", 76),
            change,
            said,
        ),
        case(
            "404",
            send(answer("404 Not Found", "", page)),
            ("C4", 76),
            staff,
            said,
        ),
        case(
            "429",
            send(answer("429 Too Many Requests", "", page)),
            ("S5", 76),
            retry,
            said,
        ),
        case(
            "500",
            send(answer("500 Internal Server Error", "", page)),
            ("S4", 76),
            retry,
            "(localhost:",
        ),
        case(
            "503",
            send(answer("503 Service Unavailable", "", "")),
            ("S5", 76),
            retry,
            "(localhost:",
        ),
        case(
            "204",
            send(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec()),
            ("S6", 76),
            retry,
            "(localhost:",
        ),
        case(
            "511",
            send(answer("511 Network Authentication Required", "", "")),
            ("N9", 69),
            staff,
            "(localhost:",
        ),
        case(
            "no HTTP",
            send(b"SSH-2.0-OpenSSH_9.9\r\n".to_vec()),
            ("N8", 69),
            retry,
            "(localhost:",
        ),
        case(
            "a program for Windows",
            send(ok(b"MZ\x90\x00")),
            ("P3", 77),
            staff,
            "(a Windows program)",
        ),
        case(
            "a launcher for Windows",
            send(click_once),
            ("P3", 77),
            staff,
            "(a ClickOnce launcher for Windows)",
        ),
        case(
            "bytes of no kind",
            send(ok([1, 2, 3, 4])),
            ("P3", 77),
            staff,
            "(localhost:",
        ),
        case(
            "a cut ELF program",
            send(ok(b"\x7FELF\x02\x01\x01")),
            ("P5", 77),
            retry,
            "",
        ),
        case(
            "more than this kiosk takes",
            send([head("999999999999"), vec![b'#'; 1024]].concat()),
            ("P2", 77),
            staff,
            "(the limit is 200 MiB)",
        ),
        case(
            "a body that is cut",
            send(head("1000")),
            ("N7", 69),
            retry,
            "(localhost:",
        ),
        case(
            "a stall before the answer",
            vec![Act::Hold],
            ("N4", 69),
            retry,
            "(localhost:",
        ),
        case(
            "a stall in the answer",
            vec![Act::Send(head("1000")), Act::Hold],
            ("N4", 69),
            retry,
            "(localhost:",
        ),
        case(
            "a redirect elsewhere",
            send(elsewhere),
            ("P1", 77),
            staff,
            "(other.example)",
        ),
    ]
}

/// A kiosk's config and all that a client of it could leave behind.
struct Desk {
    home: Fixture,
}

impl Desk {
    fn at(url: &str) -> Self {
        let desk = Self {
            home: Fixture::new(),
        };
        let text = format!(
            "[site]\nname = \"Test Desk\"\nurl = \"{url}\"\ncontact = \"{CONTACT}\"\n\
             [network]\nstall_timeout = \"3s\"\nretries = 0\n[kiosk]\nname = \"b12-3\"\n\
             [menu]\nways = [\"rep\"]\n[survey]\ngeneral_queue = false\n\
             [launch]\nneeds_display = false\n[download]\nfolder = \"downloads\"\naccept = [\"elf\", \"script\"]\n\
             [log]\nto = \"none\"\n[[rep]]\nid = 12\nname = \"Dana Whitfield\"\n[[rep]]\nid = 13\nname = \"Daniel Okafor\"\n"
        );
        desk.home.write_config(&text);
        desk
    }

    fn config(&self) -> PathBuf {
        self.home.config()
    }

    fn clients(&self) -> PathBuf {
        self.home.downloads()
    }

    /// What the good client writes: it is not there as long as nothing has run.
    fn marker(&self) -> PathBuf {
        self.home.path().join("ran")
    }

    /// A client that leaves a mark and ends.
    fn client(&self) -> Vec<u8> {
        ok(format!("#!/bin/sh\n: > '{}'\n", self.marker().display()))
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_support-kiosk"));
        command
            .env_clear()
            .env("TERM", "xterm-256color")
            .args(words)
            .arg("--config")
            .arg(self.config());
        command
    }

    fn start(&self, words: &[&str]) -> Output {
        self.command(words)
            .stdin(Stdio::null())
            .output()
            .expect("it ran")
    }

    /// The kiosk, after representative 12 was chosen and the review was confirmed.
    fn asked_on_screen(&self, (columns, rows): (u16, u16)) -> Pty {
        let mut pty = Pty::start(self.command(&["run"]), columns, rows);
        wait_for(&mut pty, EN.start.question);
        pty.send(b"1");
        choose(&mut pty);
        pty
    }

    fn assert_nothing_ran(&self, when: &str) {
        let left: Vec<_> = fs::read_dir(self.clients())
            .expect("there")
            .flatten()
            .map(|entry| entry.path())
            .collect();
        assert!(left.is_empty(), "{when}: left behind: {left:?}");
        assert!(!self.marker().exists(), "{when}: something ran");
    }
}

/// A site that misbehaves at the first request and answers each later one with what the desk's
/// client is by then.
fn failing_once(acts: Vec<Act>, client: impl Fn() -> Vec<u8> + Send + Sync + 'static) -> Site {
    Site::http(move |number, _| {
        if number == 0 {
            acts.clone()
        } else {
            vec![Act::Send(client())]
        }
    })
}

/// From the list of representatives to the request.
fn choose(pty: &mut Pty) {
    wait_for(pty, EN.reps.question);
    pty.send(b"\r");
    confirm(pty);
}

/// From the review to the request.
fn confirm(pty: &mut Pty) {
    wait_for(pty, EN.review.question);
    pty.send(b"\r");
}

/// The screen with each break of a line as a space: at 40 columns everything is wrapped.
fn words(pty: &Pty) -> String {
    pty.text().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn wait_for(pty: &mut Pty, text: &str) {
    pty.wait_until(&format!("{text:?} on the screen"), |pty| {
        words(pty).contains(text)
    });
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).expect("there").next().is_none()
}

fn fault(code: &str) -> Fault {
    Fault::ALL
        .iter()
        .copied()
        .find(|fault| fault.code() == code)
        .unwrap_or_else(|| panic!("{code} is in no catalogue"))
}

/// Waits for the failure and holds the screen to all that it owes the customer and the staff.
fn assert_told(pty: &mut Pty, case: &Case, size: (u16, u16)) {
    wait_for(pty, EN.failed.question);
    let (shown, said) = (words(pty), EN.of_fault(fault(case.told.0)));
    let mut owed = vec![
        said.happened.to_owned(),
        CONTACT.to_owned(),
        format!("For staff: {} · b12-3 · ", case.told.0),
    ];
    if size == USUAL {
        owed.extend([said.todo.to_owned(), case.said.to_owned()]);
    }
    for text in owed {
        assert!(
            shown.contains(&text),
            "{} at {size:?}: {text:?} is not on the screen:\n{}",
            case.name,
            pty.text()
        );
    }
    for secret in ["download_customer_connector", "id=12", "canary"] {
        assert!(
            !shown.contains(secret),
            "{} at {size:?}: {secret} is on the screen:\n{}",
            case.name,
            pty.text()
        );
    }
}

/// Takes the way on that the screen offers, to the request once more.
fn go_on(pty: &mut Pty, remedy: Remedy) {
    match remedy {
        Remedy::Retry => pty.send(b"\r"),
        Remedy::Change => {
            pty.send(b"\r");
            choose(pty);
        }
        Remedy::Staff => {
            // Nothing that the customer could do would help: Enter is no way on, and Esc leads
            // back.
            assert!(
                !words(pty).contains("Enter"),
                "Enter is offered:\n{}",
                pty.text()
            );
            pty.strike("\r\x1b");
            confirm(pty);
        }
    }
}

#[test]
fn d15_a_site_without_a_client_is_told_on_the_screen_and_the_way_on_works() {
    std::thread::scope(|scope| {
        for size in [USUAL, SMALLEST] {
            scope.spawn(move || {
                for case in &cases() {
                    fails_and_goes_on(case, size);
                }
            });
        }
    });
}

fn fails_and_goes_on(case: &Case, size: (u16, u16)) {
    // The client names the desk's folder, and the desk the site's port: the site learns of it in
    // between.
    let client = std::sync::Arc::new(std::sync::OnceLock::new());
    let known = std::sync::Arc::clone(&client);
    let scripted = failing_once(case.acts.clone(), move || {
        known.get().cloned().unwrap_or_default()
    });
    let desk = Desk::at(&scripted.url());
    client.set(desk.client()).expect("set once");

    let mut pty = desk.asked_on_screen(size);
    assert_told(&mut pty, case, size);
    desk.assert_nothing_ran(case.name);
    assert_eq!(
        scripted.received().len(),
        1,
        "{}: asked more than once",
        case.name
    );

    go_on(&mut pty, case.remedy);
    let marker = desk.marker();
    pty.wait_until(
        &format!("{}: the client, after another try", case.name),
        |_| marker.exists(),
    );
    let clients = desk.clients();
    pty.wait_until(
        &format!("{}: the client's folder removed", case.name),
        |_| is_empty(&clients),
    );
    assert_eq!(
        scripted.received().len(),
        2,
        "{}: one request a try",
        case.name
    );
}

#[test]
fn d15_start_tells_the_same_fault_by_the_same_code() {
    for case in cases() {
        let (code, status) = case.told;
        let acts = case.acts.clone();
        let site = Site::http(move |_, _| acts.clone());
        let desk = Desk::at(&site.url());
        let output = desk.start(&["start", "rep", "12"]);
        let (out, told) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        let said = EN.of_fault(fault(code));
        assert_eq!(output.status.code(), Some(status), "{}: {told}", case.name);
        assert!(
            out.is_empty() && told.lines().count() == 2,
            "{}: {out}{told}",
            case.name
        );
        for text in [
            said.happened,
            said.todo,
            case.said,
            &format!("({code}, visit "),
        ] {
            assert!(
                told.contains(text),
                "{}: {text:?} is not in {told}",
                case.name
            );
        }
        assert!(
            !told.contains("id=12") && !told.contains("canary"),
            "{}: {told}",
            case.name
        );

        let output = desk.start(&["start", "rep", "12", "--json"]);
        let last = String::from_utf8_lossy(&output.stdout)
            .lines()
            .last()
            .map(str::to_owned)
            .unwrap_or_default();
        let event: serde_json::Value =
            serde_json::from_str(&last).unwrap_or_else(|error| panic!("{error}: {last}"));
        assert_eq!(
            (
                output.status.code(),
                &event["event"],
                &event["code"],
                &event["exit"]
            ),
            (Some(status), &"error".into(), &code.into(), &status.into()),
            "{}: {event}",
            case.name
        );
        desk.assert_nothing_ran(case.name);
    }
}

#[test]
fn d2_a_site_that_is_not_there_is_told_alike_and_can_be_tried_again() {
    let nowhere = |url: String, told, said| {
        (
            Desk::at(&url),
            Case {
                name: said,
                acts: Vec::new(),
                told,
                remedy: Remedy::Retry,
                said,
            },
        )
    };
    for (desk, case) in [
        nowhere(
            format!("http://localhost:{}", closed_port()),
            ("N2", 69),
            "(localhost:",
        ),
        nowhere(
            format!("http://localhost:{}", greeting_port(b"")),
            ("N7", 69),
            "(localhost:",
        ),
    ] {
        for size in [USUAL, SMALLEST] {
            let mut pty = desk.asked_on_screen(size);
            assert_told(&mut pty, &case, size);
            pty.send(b"\r");
            assert_told(&mut pty, &case, size);
            // The second try may still be under way: it cleans up where it is left, not where it is
            // killed.
            pty.send(b"\x03");
            assert_eq!(pty.end().0.code(), Some(0));
        }
        let output = desk.start(&["start", "rep", "12"]);
        assert_eq!(
            output.status.code(),
            Some(case.told.1),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(
            String::from_utf8_lossy(&output.stderr).contains(&format!("({}, visit ", case.told.0))
        );
        desk.assert_nothing_ran(case.name);
    }
}
