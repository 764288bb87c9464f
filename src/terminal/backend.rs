//! Draws ratatui's frames on a slow line: it turns them into as few bytes as possible.
//!
//! ```text
//! view(&Model, &mut Frame) ─> cells as shown ─> changes ─> runs ─> commands ─> pending bytes
//! ```
//!
//! A kiosk may use a line of 300 bytes a second, and a screen reader reads everything that is
//! written. ratatui's own crossterm backend resets attributes three times per frame. This one
//! writes nothing where nothing changed, moves the cursor by the shortest sequence, changes
//! attributes in one SGR, rewrites a short gap if that is shorter than a move, and erases the blank
//! end of a row.
//!
//! The [`Cells`] that the terminal shows are the only ones kept from frame to frame. ratatui would
//! keep two buffers of its own, several times as large, in each of a hundred sessions.
//!
//! This module only queues bytes. The event loop writes them when the terminal has room, and draws
//! the next frame when all are written. So a slow line skips to the latest frame instead of showing
//! every one (T12).

use crossterm::cursor::{Hide, Show};
use crossterm::terminal::{BeginSynchronizedUpdate, Clear, EndSynchronizedUpdate};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};
use ratatui::style::Color;
use ratatui::{Frame, Terminal};
use zeroize::Zeroize;

use super::profile::{Family, TerminalProfile};
use super::sequences::{BELL, queue};
use brightness::Brightness;
use cells::{Abilities, Cells};
use cursor::{CellStyle, CursorState};
use frame::FrameBackend;
use glyphs::Glyphs;

use crate::heap;

pub(crate) use glyphs::Font;

mod brightness;
#[cfg(test)]
mod budget;
mod cells;
mod cursor;
mod frame;
mod glyphs;
mod run;
mod symbol;
#[cfg(test)]
mod tests;

/// Frames of more bytes are drawn as one synchronized update.
const LARGE_FRAME: usize = 256;
/// Enough for most frames. The bytes may contain typed text; where the buffer grows, the allocator
/// zeroes the old one.
const PENDING_CAPACITY: usize = 4 * 1024;

/// Draws frames, and queues the bytes that change the terminal to what they show.
pub struct TerminalScreen {
    terminal: Terminal<FrameBackend>,
    encoder: FrameEncoder,
}

/// Remembers what the terminal shows and queues the bytes that change it.
struct FrameEncoder {
    kind: TerminalProfile,
    abilities: Abilities,
    shown: Cells,
    cursor: CursorState,
    /// `None`: not known.
    cursor_is_visible: Option<bool>,
    trust: CursorTrust,
    pending: String,
    written: usize,
}

/// How much of what [`FrameEncoder`] remembers still matches the terminal, before a frame.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum CursorTrust {
    /// Everything.
    Known,
    /// Nothing: erase the screen and draw everything.
    Unknown,
    /// As `Unknown`, and the modes may have changed: another program has written to the terminal.
    Disturbed,
    /// As `Disturbed`, and what was shown must not be readable afterwards: erase the scrollback
    /// too.
    Wipe,
}

impl TerminalScreen {
    /// Expects a terminal in the modes of [`super::raw_screen::RawScreen`]. The first frame is
    /// drawn completely.
    pub fn new(kind: TerminalProfile) -> Self {
        let encoder = FrameEncoder {
            kind,
            abilities: Abilities {
                glyphs: Glyphs::of(kind, None),
                brightness: Brightness::from_family(kind.family),
            },
            shown: Cells::default(),
            cursor: CursorState {
                position: None,
                style: None,
                turns_off_singly: kind.family != Family::Vt,
            },
            cursor_is_visible: None,
            trust: CursorTrust::Unknown,
            pending: String::with_capacity(PENDING_CAPACITY),
            written: 0,
        };
        let Ok(terminal) = Terminal::new(FrameBackend::default());
        Self { terminal, encoder }
    }

    /// Draws with the font that a Linux virtual terminal has loaded.
    pub(crate) fn set_font(&mut self, font: Option<Font>) {
        self.encoder.abilities.glyphs = Glyphs::of(self.encoder.kind, font);
    }

    /// Draws a frame of `size` and returns all pending bytes: none if nothing changed. If `size`
    /// differs from the last frame's, everything is drawn.
    pub fn draw(&mut self, size: Size, view: impl FnOnce(&mut Frame<'_>)) -> &[u8] {
        if self.encoder.shown.size() != size {
            self.resize(size);
        }
        let Self { terminal, encoder } = self;
        let frame_start = encoder.pending.len();
        // The buffer exists only while the frame is drawn. ratatui finds nothing to compare.
        let area = Rect::from((Position::ORIGIN, size));
        *terminal.current_buffer_mut() = heap::mapped(|| Buffer::empty(area));
        let Ok(_) = terminal.draw(|frame| {
            view(frame);
            cells::normalize(frame.buffer_mut());
            encoder.draw(frame.buffer_mut());
            *frame.buffer_mut() = Buffer::default();
        });
        encoder.place_cursor(terminal.backend().cursor());
        encoder.hold_if_large(frame_start);
        self.pending()
    }

    /// The bytes that are not written yet.
    pub(crate) fn pending(&self) -> &[u8] {
        &self.encoder.pending.as_bytes()[self.encoder.written..]
    }

    /// Records that the first `count` pending bytes were written. All are zeroed when the last is
    /// written.
    pub fn wrote(&mut self, count: usize) {
        let encoder = &mut self.encoder;
        encoder.written = encoder
            .pending
            .len()
            .min(encoder.written.saturating_add(count));
        if encoder.written == encoder.pending.len() {
            encoder.pending.zeroize();
            encoder.written = 0;
        }
    }

    /// Draws the next frame completely, because the terminal may no longer show the last one.
    pub(crate) fn repaint(&mut self) {
        self.encoder.distrust(CursorTrust::Unknown);
    }

    /// Like [`Self::repaint`], and also sets the modes again: another program may have written to
    /// the terminal (Ctrl-L).
    pub(crate) fn reset(&mut self) {
        self.encoder.distrust(CursorTrust::Disturbed);
    }

    /// Removes a customer's data: overwrites pending bytes and the copy of the screen now, and
    /// erases screen and scrollback at the start of the next frame (K8).
    pub(crate) fn wipe(&mut self) {
        self.encoder.distrust(CursorTrust::Wipe);
        self.encoder.shown.overwrite();
        self.encoder.drop_pending();
    }

    /// Rings the bell after the pending bytes.
    pub(crate) fn bell(&mut self) {
        queue(&mut self.encoder.pending, BELL);
    }

    /// Blanks what is remembered. ratatui then needs a frame of the new size.
    fn resize(&mut self, size: Size) {
        let Self { terminal, encoder } = self;
        encoder.shown.resize(Size::ZERO);
        terminal.backend_mut().set_size(size);
        let Ok(()) = terminal.resize(Rect::from((Position::ORIGIN, size)));
        for _ in 0..2 {
            *terminal.current_buffer_mut() = Buffer::default();
            terminal.swap_buffers();
        }
        encoder.shown.resize(size);
        encoder.distrust(CursorTrust::Unknown);
    }
}

impl FrameEncoder {
    fn distrust(&mut self, trust: CursorTrust) {
        self.trust = self.trust.max(trust);
    }

    /// On a stopped line the rest of a frame may contain typed text. If a sequence was cut in two,
    /// the ESC of the next one ends it. A synchronized update that was begun is ended here.
    fn drop_pending(&mut self) {
        if self.pending.len() == self.written {
            return;
        }
        self.pending.zeroize();
        self.written = 0;
        if self.kind.supports_synchronized_updates() {
            queue(&mut self.pending, EndSynchronizedUpdate);
        }
    }

    /// Erases everything before a frame that cannot build on the last one, in the frame's
    /// background if the terminal supports that.
    fn erase(&mut self, background: Color) {
        let trust = std::mem::replace(&mut self.trust, CursorTrust::Known);
        let background = if self.kind.erases_with_background() {
            background
        } else {
            Color::Reset
        };
        (
            self.cursor.position,
            self.cursor.style,
            self.cursor_is_visible,
        ) = (None, None, None);
        if trust == CursorTrust::Disturbed {
            self.pending.push_str(&self.kind.reset());
        }
        self.cursor.set_style(
            CellStyle {
                background,
                ..CellStyle::PLAIN
            },
            &mut self.pending,
        );
        queue(
            &mut self.pending,
            Clear(crossterm::terminal::ClearType::All),
        );
        if trust == CursorTrust::Wipe {
            queue(
                &mut self.pending,
                Clear(crossterm::terminal::ClearType::Purge),
            );
        }
        self.shown.fill(background);
    }

    /// Queues the changes to this normalized frame.
    fn draw(&mut self, frame: &Buffer) {
        if self.trust == CursorTrust::Known {
            self.shown.set(frame, &self.abilities);
        } else {
            let background = frame.content.first().map_or(Color::Reset, |cell| cell.bg);
            self.erase(cells::shown_background(background, &self.abilities));
            self.shown.set_all(frame, &self.abilities);
        }
        run::draw(&self.shown, self.kind, &mut self.cursor, &mut self.pending);
        self.shown.forget_changes();
    }

    /// Moves the hardware cursor to the frame's cursor position (A2), or hides it.
    fn place_cursor(&mut self, wanted: Option<Position>) {
        let size = self.shown.size();
        let position = wanted.filter(|at| at.x < size.width && at.y < size.height);
        if let Some(at) = position {
            self.cursor.move_to(at.x, at.y, &mut self.pending);
        }
        if self.cursor_is_visible.replace(position.is_some()) != Some(position.is_some()) {
            match position {
                Some(_) => queue(&mut self.pending, Show),
                None => queue(&mut self.pending, Hide),
            }
        }
    }

    /// Draws the frame that starts there as one synchronized update if it is large.
    fn hold_if_large(&mut self, frame_start: usize) {
        if self.pending.len() - frame_start > LARGE_FRAME
            && self.kind.supports_synchronized_updates()
        {
            let mut begin = String::new();
            queue(&mut begin, BeginSynchronizedUpdate);
            self.pending.insert_str(frame_start, &begin);
            queue(&mut self.pending, EndSynchronizedUpdate);
        }
    }
}

impl Drop for FrameEncoder {
    /// A frame that was not written may contain typed text.
    fn drop(&mut self) {
        self.pending.zeroize();
    }
}
