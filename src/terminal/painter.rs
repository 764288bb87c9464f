//! Frames in, bytes out, as few as will do: rule 10 of architecture.md.
//!
//! ```text
//!  view(&Model, frame) ──> ratatui's buffer ──> Screen as it is to be ─┐
//!                                               Screen as it is shown ─┴─ strokes ──> Pen ──> bytes waiting
//! ```
//!
//! A kiosk may hang on a line of 300 bytes a second, and a screen reader reads what is written. So the painter keeps
//! its own copy of what the terminal shows, compares it with the next frame, and writes the difference alone: nothing
//! when nothing changed; from where the cursor stands, by the shortest move; attributes as they change, never reset;
//! over a short gap the old characters again, where that is shorter than a move; the blank end of a row by erasing it.
//! The shell writes the bytes when the terminal takes them, and paints the next frame when they have gone: on a slow
//! line drawing catches up with the last frame, not with all (trust.md T12).

use ratatui::layout::{Rect, Size};
use ratatui::style::Color;
use ratatui::{Frame, Terminal, TerminalOptions, Viewport};
use zeroize::Zeroize;

use super::kind::{Family, Kind};
use super::sequences;
use brightness::Brightness;
use canvas::Canvas;
use glyphs::Glyphs;
use pen::{Look, Pen};
use screen::{Abilities, Screen};

pub use glyphs::Font;

mod brightness;
#[cfg(test)]
mod budget;
mod canvas;
mod glyphs;
mod pen;
mod screen;
mod stroke;
#[cfg(test)]
mod tests;

/// A frame of more bytes is shown at once, when it is whole.
const LARGE: usize = 256;
/// Room for the largest frames: bytes that hold what was typed are to be zeroed, and room that grows leaves copies.
const ROOM: usize = 32 * 1024;

/// Knows what the terminal shows, and makes it show something else.
pub struct Painter {
    kind: Kind,
    abilities: Abilities,
    terminal: Terminal<Canvas>,
    shown: Screen,
    /// The screen before that, of which only the memory is of use: the next one takes it.
    spare: Screen,
    pen: Pen,
    /// Whether the cursor is visible, if that is known.
    cursor: Option<bool>,
    /// What the next frame has to do first.
    before: Before,
    waiting: Vec<u8>,
    gone: usize,
}

/// What stands on the terminal before a frame.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// What the painter believes.
    Known,
    /// Anything: the screen is erased and painted whole.
    Unknown,
    /// Anything, in any mode: something else has written to the terminal.
    Disturbed,
    /// What must not be read again, in the scrollback neither.
    ToBeWiped,
}

impl Painter {
    /// For a terminal in the modes of [`super::modes::Modes`], of which nothing else is known: the first frame is painted whole.
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            abilities: Abilities { glyphs: Glyphs::of(kind, None), brightness: Brightness::of(kind.family) },
            terminal: canvas_of(Size::ZERO),
            shown: Screen::blank(Size::ZERO, Color::Reset),
            spare: Screen::blank(Size::ZERO, Color::Reset),
            pen: Pen { at: None, look: None, turns_off_singly: kind.family != Family::Vt },
            cursor: None,
            before: Before::Unknown,
            waiting: Vec::with_capacity(ROOM),
            gone: 0,
        }
    }

    /// Draws with the font that a Linux virtual terminal has now.
    pub fn set_font(&mut self, font: Option<Font>) {
        self.abilities.glyphs = Glyphs::of(self.kind, font);
    }

    /// Draws a frame of `size` and appends what it takes to the bytes that wait; returns them all, empty where nothing
    /// changed and nothing waited. A size other than the last one's is painted whole. No size panics, 0x0 neither.
    pub fn paint(&mut self, size: Size, view: impl FnOnce(&mut Frame<'_>)) -> &[u8] {
        if self.shown.size() != size {
            self.overwrite_frames();
            self.terminal = canvas_of(size);
            self.before = self.before.or_unknown();
        }
        let Ok(frame) = self.terminal.draw(view);
        self.spare.show(frame.buffer, size, &self.abilities);
        let start = self.waiting.len();
        self.begin();
        stroke::paint(&self.shown, &self.spare, self.kind, &mut self.pen, &mut self.waiting);
        std::mem::swap(&mut self.shown, &mut self.spare);
        self.place_cursor(size);
        if self.waiting.len() - start > LARGE && self.kind.may_hold_updates() {
            self.waiting.splice(start..start, sequences::BEGIN_UPDATE.iter().copied());
            self.waiting.extend_from_slice(sequences::END_UPDATE);
        }
        self.waiting()
    }

    /// The bytes that wait to be written.
    pub fn waiting(&self) -> &[u8] {
        &self.waiting[self.gone..]
    }

    /// Says that the first `count` of the waiting bytes were written. They are zeroed when all have gone.
    pub fn wrote(&mut self, count: usize) {
        self.gone = self.waiting.len().min(self.gone.saturating_add(count));
        if self.gone == self.waiting.len() {
            self.waiting.zeroize();
            self.gone = 0;
        }
    }

    /// Has the next frame painted whole: the terminal has another size.
    pub fn repaint(&mut self) {
        self.before = self.before.or_unknown();
    }

    /// Something else may have written to the terminal (Ctrl-L): the next frame sets its modes again and is painted whole.
    pub fn start_afresh(&mut self) {
        if self.before != Before::ToBeWiped {
            self.before = Before::Disturbed;
        }
    }

    /// A customer is forgotten: what still waits and the copies of the screen are overwritten now, and the next frame erases
    /// screen and scrollback first (trust.md K8).
    pub fn wipe(&mut self) {
        self.before = Before::ToBeWiped;
        self.drop_waiting();
        self.shown.overwrite();
        self.spare.overwrite();
        self.overwrite_frames();
    }

    /// On a stopped line the rest of a frame may show what was typed. A sequence that was cut in two is ended by the ESC of
    /// the next, and a screen that is held for the end of that frame is let go.
    fn drop_waiting(&mut self) {
        if self.waiting().is_empty() {
            return;
        }
        self.waiting.zeroize();
        self.gone = 0;
        if self.kind.may_hold_updates() {
            self.waiting.extend_from_slice(sequences::END_UPDATE);
        }
    }

    /// ratatui has two buffers and swaps them with every frame.
    fn overwrite_frames(&mut self) {
        for _ in 0..2 {
            let Ok(_) = self.terminal.draw(|frame| {
                for cell in &mut frame.buffer_mut().content {
                    cell.set_symbol(" ");
                }
            });
        }
    }

    /// Has the bell rung after what waits.
    pub fn ring(&mut self) {
        self.waiting.extend_from_slice(sequences::BELL);
    }

    /// Where the next frame can't build on what is shown: erases all, in the ground of the frame if the terminal can.
    fn begin(&mut self) {
        let before = std::mem::replace(&mut self.before, Before::Known);
        if before == Before::Known {
            return;
        }
        let ground = if self.kind.erases_in_ground() { self.spare.ground() } else { Color::Reset };
        (self.pen.at, self.pen.look, self.cursor) = (None, None, None);
        if before == Before::Disturbed {
            self.waiting.extend_from_slice(self.kind.reset());
        }
        self.pen.dress(Look { ground, ..Look::PLAIN }, &mut self.waiting);
        self.waiting.extend_from_slice(sequences::ERASE_SCREEN);
        if before == Before::ToBeWiped {
            self.waiting.extend_from_slice(sequences::ERASE_SCROLLBACK);
        }
        self.shown.make_blank(self.spare.size(), ground);
    }

    /// Puts the hardware cursor where the frame has it (trust.md A2), or hides it.
    fn place_cursor(&mut self, size: Size) {
        let place = self.terminal.backend().cursor.filter(|at| at.x < size.width && at.y < size.height);
        if let Some(at) = place {
            self.pen.go(at.x, at.y, &mut self.waiting);
        }
        if self.cursor != Some(place.is_some()) {
            self.cursor = Some(place.is_some());
            let sequence = if place.is_some() { sequences::SHOW_CURSOR } else { sequences::HIDE_CURSOR };
            self.waiting.extend_from_slice(sequence);
        }
    }
}

impl Drop for Painter {
    /// A frame that was not written holds what was typed.
    fn drop(&mut self) {
        self.waiting.zeroize();
    }
}

impl Before {
    fn or_unknown(self) -> Self {
        if self == Self::Known { Self::Unknown } else { self }
    }
}

/// A ratatui terminal of a size, whose frames go nowhere.
fn canvas_of(size: Size) -> Terminal<Canvas> {
    let area = Rect::new(0, 0, size.width, size.height);
    let Ok(terminal) = Terminal::with_options(Canvas { cursor: None, size }, TerminalOptions { viewport: Viewport::Fixed(area) });
    terminal
}
