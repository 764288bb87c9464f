//! What remains of a customer who is forgotten: nothing that was typed, in no file, in nothing that
//! the system tells of the process, in no scrollback, and not in the memory of the process (K8).

use std::alloc::{GlobalAlloc, Layout, System};
use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::{Duration, Instant};

use support_kiosk::demo::ResponsePace;
use zeroizing_alloc::ZeroAlloc;

use crate::support::pty::Pty;
use crate::support::remains::Canaries;
use crate::support::stage::{LASTING, Stage};

/// So long the program may take to erase, and a test to look for it: the memory is large where it
/// is built for tests.
const PATIENCE: Duration = Duration::from_secs(60);
/// A word that nothing has by chance. Each field gets its own end.
const WORD: &str = "zibelinequietmarshlanternheron";
/// One character to the eye, of more bytes than a cell of the screen holds in itself.
const FAMILY: &str = "\u{1F469}\u{1F3FE}\u{200D}\u{1F468}\u{1F3FB}\u{200D}\u{1F467}\u{1F3FD}\u{200D}\u{1F466}\u{1F3FF}";

fn canaries() -> Canaries {
    Canaries::new(&[WORD, FAMILY])
}

/// A kiosk that forgets soon, on a stage whose folders are the only ones that it knows.
fn kiosk(stage: &Stage, kiosk: &str, site: &str) -> Pty {
    let more = format!(
        "[kiosk]\n{kiosk}\n[[issue]]\nid = 2\nname = \"Wi-Fi and network\"\n\
         [survey.company_code]\nhidden = false\n[survey.external_key]\nlabel = \"Ticket\"\n"
    );
    stage.write_config(&stage.site.address().to_string(), &more);
    let text = fs::read_to_string(stage.config()).expect("just written");
    fs::write(
        stage.config(),
        text.replacen("[site]\n", &format!("[site]\n{site}"), 1),
    )
    .expect("written");
    let mut command = stage.command();
    for name in ["home", "tmp", "run"] {
        fs::create_dir_all(stage.folder.path().join(name)).expect("made");
    }
    let at = |name: &str| stage.folder.path().join(name);
    command
        .env("HOME", at("home"))
        .env("TMPDIR", at("tmp"))
        .env("XDG_RUNTIME_DIR", at("run"));
    let mut pty = Pty::start(command, 80, 24);
    pty.wait_for("How would you like to get help?");
    pty
}

/// Types and pastes into the filters of both lists and into the key, as far as its review, and
/// comes back to the start.
fn types_everywhere(pty: &mut Pty) {
    pty.send(b"1");
    pty.wait_for("Who would you like to talk to?");
    pty.send(format!("{WORD}filter").as_bytes());
    pty.wait_for("heronfilter");
    pty.send(format!("\x15\x1b[200~{WORD}{FAMILY}pasted\x1b[201~").as_bytes());
    pty.wait_for("pasted");
    pty.send(b"\x1b");
    pty.wait_for("How would you like to get help?");
    pty.send(b"2");
    pty.wait_for("Type your session key");
    pty.send(format!("{WORD}abc").as_bytes());
    pty.send(b"\r");
    pty.wait_for("Is this right?");
    pty.send(b"\x1b");
    pty.wait_for("Type your session key");
    pty.send(format!("\x15\x1b[200~https://a.example/?short_key={WORD}\x1b[201~").as_bytes());
    pty.wait_for("z i b");
    pty.send(b"\x1b");
    pty.wait_for("How would you like to get help?");
}

/// Fills the survey in, by keys and by pasting, as far as its review.
fn fills_in(pty: &mut Pty) {
    pty.send(b"3");
    pty.wait_for("What do you need help with?");
    pty.send(format!("{WORD}issue").as_bytes());
    pty.wait_for("heronissue");
    pty.strike("\x15\r");
    pty.wait_for("Tell us about the problem");
    for typed in [
        format!("{WORD}name{FAMILY}"),
        format!("\x1b[200~{WORD}company\x1b[201~"),
        format!("{WORD}code"),
    ] {
        pty.send(typed.as_bytes());
        pty.send(b"\t");
    }
    pty.wait_for("heroncode");
    pty.send(
        format!("{WORD}one {WORD}two\n{FAMILY}\x1b[200~\n{WORD}three\x1b[201~\x1b[D\x1b[D\x7f\x17")
            .as_bytes(),
    );
    pty.send(b"\t");
    pty.wait_for("herontwo");
    pty.send(format!("{WORD}tocket\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D\x1b[3~i").as_bytes());
    pty.send(b"\t");
    pty.wait_for("heronticket");
    pty.send(b"\r");
    pty.wait_for("Is this right?");
}

/// What has to hold once the start screen stands there again.
fn nothing_remains(pty: &mut Pty, stage: &Stage, how: &str) {
    pty.wait_for("How would you like to get help?");
    let (canaries, pid) = (canaries(), pty.child.id());
    let end = Instant::now() + PATIENCE;
    let mut places = canaries.in_memory_of(pid);
    while !places.is_empty() && Instant::now() < end {
        // The frame was read before the program could know that it was written.
        pty.read_for(Duration::from_millis(20));
        places = canaries.in_memory_of(pid);
    }
    assert!(
        places.is_empty(),
        "{how}: {} places\n{}",
        places.len(),
        places.join("\n")
    );
    assert_eq!(canaries.in_proc_of(pid), Vec::<&str>::new(), "{how}");
    for folder in [stage.folder.path(), Path::new("/var/tmp/support-kiosk-0")] {
        assert_eq!(
            canaries.in_files_below(folder),
            Vec::<std::path::PathBuf>::new(),
            "{how}"
        );
    }
    let wiped = pty
        .received
        .windows(4)
        .rposition(|window| window == b"\x1b[3J")
        .expect("the scrollback is erased");
    assert_eq!(
        canaries.found_in(&pty.received[wiped..]),
        Vec::<usize>::new(),
        "{how}: drawn after the erasing"
    );
}

#[test]
fn k8_while_it_is_typed_it_is_found() {
    let stage = Stage::new(ResponsePace::INSTANT);
    let mut pty = kiosk(&stage, "", "");
    fills_in(&mut pty);
    assert!(
        !canaries().in_memory_of(pty.child.id()).is_empty(),
        "this test's way to look finds nothing"
    );
}

#[test]
fn k8_after_f10_nothing_that_was_typed_remains() {
    let stage = Stage::new(ResponsePace::INSTANT);
    let mut pty = kiosk(&stage, "", "");
    types_everywhere(&mut pty);
    nothing_remains(&mut pty, &stage, "after Esc");
    fills_in(&mut pty);
    pty.send(b"\x1b[21~");
    nothing_remains(&mut pty, &stage, "after F10");
}

#[test]
fn k8_after_idling_nothing_that_was_typed_remains() {
    let stage = Stage::new(ResponsePace::INSTANT);
    // Idle no sooner than a test that is held up for a while: it fills all of it in without a
    // question.
    let mut pty = kiosk(&stage, "idle_warning = \"8s\"\nidle_grace = \"2s\"", "");
    fills_in(&mut pty);
    pty.wait_for("Are you still there?");
    nothing_remains(&mut pty, &stage, "after idling");
}

#[test]
fn k8_after_a_session_nothing_that_was_sent_remains() {
    for method in ["get", "post"] {
        let stage = Stage::new(LASTING);
        let mut pty = kiosk(&stage, "", &format!("method = \"{method}\"\n"));
        fills_in(&mut pty);
        pty.send(b"\r");
        pty.wait_for("Your helper can see this computer now.");
        let client = fs::read_to_string(format!("/proc/{0}/task/{0}/children", pty.child.id()))
            .expect("its children");
        for pid in client.split_whitespace().filter_map(|pid| pid.parse().ok()) {
            assert_eq!(canaries().in_proc_of(pid), Vec::<&str>::new(), "{method}");
        }
        pty.send(b"\r");
        pty.wait_for("End the session?");
        pty.send(b"\r");
        pty.wait_for("Session ended.");
        pty.send(b" ");
        nothing_remains(&mut pty, &stage, method);
    }
}

#[test]
fn k8_after_f10_nothing_that_was_typed_beside_a_key_remains() {
    let stage = Stage::new(LASTING);
    let ways = "ways = [\"survey\", \"key\"]";
    let fields = format!("[survey.name]\n{ways}\n[survey.description]\n{ways}");
    let mut pty = kiosk(&stage, &fields, "dialect = \"start-session\"\n");
    pty.strike(&format!("2{WORD}abc\r"));
    pty.wait_for("Tell your helper more");
    pty.strike(&format!("{WORD}name{FAMILY}\t{WORD}one\n"));
    pty.send(format!("\x1b[200~{WORD}two\x1b[201~").as_bytes());
    pty.wait_for("herontwo");
    pty.send(b"\t");
    pty.send(b"\r");
    pty.wait_for("Is this right?");
    assert!(
        !canaries().in_memory_of(pty.child.id()).is_empty(),
        "this test's way to look finds nothing"
    );
    pty.send(b"\x1b");
    pty.wait_for("Tell your helper more");
    pty.send(b"\x1b[21~");
    nothing_remains(&mut pty, &stage, "after F10");
}

#[test]
fn k8_after_a_session_that_failed_nothing_that_was_sent_remains() {
    let stage = Stage::new(ResponsePace::INSTANT);
    let mut pty = kiosk(&stage, "", "path = \"/nowhere\"\n");
    fills_in(&mut pty);
    pty.send(b"\r");
    pty.wait_for("For staff:");
    pty.send(b"\x1b[21~");
    nothing_remains(&mut pty, &stage, "after a failure");
}

#[test]
#[expect(
    unsafe_code,
    reason = "an allocator can only be tested by its raw calls"
)]
fn k8_memory_that_is_freed_or_grown_is_zeroed() {
    let (allocator, small) = (
        ZeroAlloc(System),
        Layout::from_size_align(64, 8).expect("a layout"),
    );
    // SAFETY: freed blocks are read only through /proc/self/mem, which can't fault.
    unsafe {
        let block = allocator.alloc(small);
        assert!(!block.is_null());
        block.write_bytes(0x5A, 64);
        let grown = allocator.realloc(block, small, 4096);
        assert!(
            (0..64).all(|at| grown.add(at).read() == 0x5A),
            "growing must keep the content"
        );
        assert!(!still_holds(block));
        allocator.dealloc(grown, Layout::from_size_align(4096, 8).expect("a layout"));
        assert!(!still_holds(grown));
    }
}

/// Whether a freed block still contains the pattern. A new owner of the memory may have written a
/// byte of it.
fn still_holds(block: *mut u8) -> bool {
    let mut bytes = [0x5A; 64];
    let memory = File::open("/proc/self/mem").expect("our own memory");
    memory
        .read_exact_at(&mut bytes, block.addr() as u64)
        .expect("still mapped");
    bytes.windows(8).any(|window| window == [0x5A; 8])
}
