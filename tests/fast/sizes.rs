//! Every size that a terminal may have, on every screen (T7).

use std::sync::Arc;

use ratatui::backend::TestBackend;
use ratatui::layout::{Position, Rect, Size};
use ratatui::{Terminal, TerminalOptions, Viewport};
use support_kiosk::app::view;
use support_kiosk::catalog::Catalog;

use crate::looks::SCREENS;
use crate::support::kiosk::{DESK, Kiosk, config};
use crate::support::parallel::for_each;

/// A frame of a size, and nothing behind it.
fn canvas(size: Size) -> Terminal<TestBackend> {
    let fixed = TerminalOptions {
        viewport: Viewport::Fixed(Rect::from((Position::ORIGIN, size))),
    };
    Terminal::with_options(TestBackend::new(size.width, size.height), fixed).expect("a terminal")
}

/// One of each kind of screen, drawn at every size that it fits in; the others, which differ from
/// these only in their content, at an eighth. In a smaller size all but the start draw the same
/// page, so an eighth is enough for that, too.
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
    let desk = Arc::new(Catalog::new(Arc::new(config(DESK))));
    let widths: Vec<u16> = (0..=120).collect();
    for_each(&widths, |&width| {
        let mut kiosks: Vec<Kiosk> = Vec::new();
        for (_, way) in SCREENS {
            let mut kiosk = Kiosk::at(Arc::clone(&desk));
            way(&mut kiosk);
            kiosks.push(kiosk);
        }
        for height in 0..=50 {
            let mut terminal = canvas(Size::new(width, height));
            for (number, (kiosk, (name, _))) in kiosks.iter_mut().zip(SCREENS).enumerate() {
                let fits = width >= 40 && height >= 12;
                let every = number == 0 || (fits && WHOLE.contains(name));
                if !every && (usize::from(width) + usize::from(height) + number) % 8 != 0 {
                    continue;
                }
                kiosk.resize(width, height);
                let mut frame = terminal.get_frame();
                frame.buffer_mut().reset();
                view(&kiosk.model, &mut frame);
                let says = frame
                    .buffer_mut()
                    .content
                    .iter()
                    .any(|cell| cell.symbol() != " ");
                assert!(
                    says || width == 0 || height == 0,
                    "{name}: nothing is drawn at {width}x{height}"
                );
            }
        }
    });
}
