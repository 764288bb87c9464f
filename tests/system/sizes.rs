//! A storm of sizes in the whole program (T7).

use std::time::Duration;

use rustix::process::Signal;
use support_kiosk::demo::ResponsePace;

use crate::support::pty::{Pty, set_size};
use crate::support::stage::Stage;

/// Gives a terminal ten thousand sizes, each another than the one before, with something to do
/// after every hundredth.
fn storm(pty: &mut Pty, mut meanwhile: impl FnMut(&mut Pty)) {
    for number in 0..10_000_u16 {
        set_size(pty.slave(), 40 + number % 100, 12 + number % 31);
        if number % 100 == 0 {
            meanwhile(pty);
        }
    }
    pty.resize(100, 30);
}

/// Waits until the screen is as one that had the last size from the start.
fn is_drawn_in_the_last_size(pty: &mut Pty, stage: &Stage) {
    let mut other = Pty::start(stage.command(), 100, 30);
    other.wait_for("How would you like to get help?");
    other.wait_until("a footer", |pty| pty.text().contains("Enter"));
    pty.wait_until("a screen of 100x30", |pty| pty.text() == other.text());
}

fn frames(bytes: &[u8]) -> usize {
    memchr::memmem::find_iter(bytes, b"\x1b[2J").count()
}

#[test]
fn t7_ten_thousand_sizes_come_to_few_frames_and_the_last_is_drawn() {
    let stage = Stage::new(ResponsePace::INSTANT);
    let mut pty = stage.kiosk();
    pty.received.clear();
    storm(&mut pty, |pty| {
        pty.read_for(Duration::ZERO);
    });
    is_drawn_in_the_last_size(&mut pty, &stage);
    let drawn = frames(&pty.received);
    assert!((1..2_000).contains(&drawn), "{drawn} frames");
}

#[test]
fn t7_all_sizes_that_came_meanwhile_are_one_frame() {
    let stage = Stage::new(ResponsePace::INSTANT);
    let mut pty = stage.kiosk();
    pty.received.clear();
    pty.signal(Signal::STOP);
    storm(&mut pty, |_| ());
    pty.signal(Signal::CONT);
    is_drawn_in_the_last_size(&mut pty, &stage);
    let drawn = frames(&pty.received);
    assert!((1..=2).contains(&drawn), "{drawn} frames");
}
