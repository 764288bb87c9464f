//! Every size that a terminal may have, on every screen, and a storm of them (T7).

use std::sync::Arc;
use std::time::Duration;

use ratatui::backend::TestBackend;
use ratatui::layout::{Position, Rect, Size};
use ratatui::{Terminal, TerminalOptions, Viewport};
use rustix::process::Signal;
use support_kiosk::app::view;
use support_kiosk::catalog::Desk;
use support_kiosk::demo::Pace;

use crate::looks::SCREENS;
use crate::support::in_parallel;
use crate::support::kiosk::{DESK, Kiosk, config};
use crate::support::pty::{Pty, set_size};
use crate::support::stage::Stage;

/// A frame of a size, and nothing behind it.
fn canvas(size: Size) -> Terminal<TestBackend> {
    let fixed = TerminalOptions { viewport: Viewport::Fixed(Rect::from((Position::ORIGIN, size))) };
    Terminal::with_options(TestBackend::new(size.width, size.height), fixed).expect("a terminal")
}

/// One of each kind of screen, drawn at every size; the others, which differ from these in what is in them, at an eighth.
const WHOLE: [&str; 16] = [
    "start",
    "reps",
    "review_survey",
    "connecting_downloading",
    "running",
    "failed_site_says",
    "key_typed",
    "issues",
    "survey_filled",
    "hand_off",
    "end_session",
    "ended",
    "staff_pin",
    "out_of_service",
    "help",
    "still_there",
];

#[test]
fn t7_every_size_from_nothing_to_120_by_50_is_drawn_on_every_screen() {
    let desk = Arc::new(Desk::new(Arc::new(config(DESK))));
    let widths: Vec<u16> = (0..=120).collect();
    in_parallel(&widths, |&width| {
        let mut kiosks: Vec<Kiosk> = Vec::new();
        for (_, way) in SCREENS {
            let mut kiosk = Kiosk::at(Arc::clone(&desk));
            way(&mut kiosk);
            kiosks.push(kiosk);
        }
        for height in 0..=50 {
            let mut terminal = canvas(Size::new(width, height));
            for (number, (kiosk, (name, _))) in kiosks.iter_mut().zip(SCREENS).enumerate() {
                let every = WHOLE.contains(name) || (usize::from(width) + usize::from(height) + number) % 8 == 0;
                if !every {
                    continue;
                }
                kiosk.resize(width, height);
                let mut frame = terminal.get_frame();
                frame.buffer_mut().reset();
                view(&kiosk.model, &mut frame);
                let says = frame.buffer_mut().content.iter().any(|cell| cell.symbol() != " ");
                assert!(says || width == 0 || height == 0, "{name}: nothing is drawn at {width}x{height}");
            }
        }
    });
}

/// Gives a terminal ten thousand sizes, each another than the one before, with something to do after every hundredth.
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
    let stage = Stage::new(Pace::AT_ONCE);
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
    let stage = Stage::new(Pace::AT_ONCE);
    let mut pty = stage.kiosk();
    pty.received.clear();
    pty.signal(Signal::STOP);
    storm(&mut pty, |_| ());
    pty.signal(Signal::CONT);
    is_drawn_in_the_last_size(&mut pty, &stage);
    let drawn = frames(&pty.received);
    assert!((1..=2).contains(&drawn), "{drawn} frames");
}
