//! A ratatui [`Backend`] for a slow line: it turns frames into as few bytes as possible.
//!
//! ```text
//! view(&Model, &mut Frame) ─> ratatui diff ─> cells as shown ─> runs ─> commands ─> pending bytes
//! ```
//!
//! A kiosk may use a line of 300 bytes a second, and a screen reader reads everything that is
//! written. ratatui's own crossterm backend resets attributes three times per frame. This one
//! writes nothing where nothing changed, moves the cursor by the shortest sequence, changes
//! attributes in one SGR, rewrites a short gap if that is shorter than a move, and erases the blank
//! end of a row.
//!
//! The backend only queues bytes. The event loop writes them when the terminal has room, and draws
//! the next frame when all are written. So a slow line skips to the latest frame instead of showing
//! every one (T12).

use std::convert::Infallible;

use crossterm::cursor::{Hide, Show};
use crossterm::terminal::{BeginSynchronizedUpdate, Clear, EndSynchronizedUpdate};
use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use ratatui::style::Color;
use ratatui::{Frame, Terminal};
use zeroize::Zeroize;

use super::profile::{Family, TerminalProfile};
use super::sequences::{BELL, queue};
use brightness::Brightness;
use cells::{Abilities, Cells};
use cursor::{CellStyle, CursorState};
use glyphs::Glyphs;

pub(crate) use glyphs::Font;

mod brightness;
#[cfg(test)]
mod budget;
mod cells;
mod cursor;
mod glyphs;
mod run;
#[cfg(test)]
mod tests;

/// Frames of more bytes are drawn as one synchronized update.
const LARGE_FRAME: usize = 256;
/// Enough for most frames. The bytes may contain typed text; where the buffer grows, the allocator
/// zeroes the old one.
const PENDING_CAPACITY: usize = 4 * 1024;

/// ratatui's terminal over [`TtyBackend`], with wiping, the bell and the queue of pending bytes.
pub struct TerminalScreen(Terminal<TtyBackend>);

/// Remembers what the terminal shows and queues the bytes that change it.
pub(crate) struct TtyBackend {
    kind: TerminalProfile,
    abilities: Abilities,
    shown: Cells,
    cursor: CursorState,
    /// Where the frame wants the cursor. `None`: hidden.
    wanted_cursor: Option<Position>,
    /// `None`: not known.
    cursor_is_visible: Option<bool>,
    trust: CursorTrust,
    pending: String,
    written: usize,
    frame_start: usize,
}

/// How much of what [`TtyBackend`] remembers still matches the terminal, before a frame.
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
        let backend = TtyBackend {
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
            wanted_cursor: None,
            cursor_is_visible: None,
            trust: CursorTrust::Unknown,
            pending: String::with_capacity(PENDING_CAPACITY),
            written: 0,
            frame_start: 0,
        };
        let Ok(terminal) = Terminal::new(backend);
        Self(terminal)
    }

    /// Draws with the font that a Linux virtual terminal has loaded.
    pub(crate) fn set_font(&mut self, font: Option<Font>) {
        let backend = self.0.backend_mut();
        backend.abilities.glyphs = Glyphs::of(backend.kind, font);
    }

    /// Draws a frame of `size` and returns all pending bytes: none if nothing changed. If `size`
    /// differs from the last frame's, everything is drawn.
    pub fn draw(&mut self, size: Size, view: impl FnOnce(&mut Frame<'_>)) -> &[u8] {
        if self.0.backend().shown.size() != size {
            self.overwrite_frames();
            self.0.backend_mut().shown.resize(size);
        }
        let Ok(_) = self.0.draw(|frame| {
            view(frame);
            cells::normalize(frame.buffer_mut());
        });
        self.pending()
    }

    /// The bytes that are not written yet.
    pub(crate) fn pending(&self) -> &[u8] {
        let backend = self.0.backend();
        &backend.pending.as_bytes()[backend.written..]
    }

    /// Records that the first `count` pending bytes were written. All are zeroed when the last is
    /// written.
    pub fn wrote(&mut self, count: usize) {
        let backend = self.0.backend_mut();
        backend.written = backend
            .pending
            .len()
            .min(backend.written.saturating_add(count));
        if backend.written == backend.pending.len() {
            backend.pending.zeroize();
            backend.written = 0;
        }
    }

    /// Draws the next frame completely, because the terminal may no longer show the last one.
    pub(crate) fn repaint(&mut self) {
        self.distrust(CursorTrust::Unknown);
    }

    /// Like [`Self::repaint`], and also sets the modes again: another program may have written to
    /// the terminal (Ctrl-L).
    pub(crate) fn reset(&mut self) {
        self.distrust(CursorTrust::Disturbed);
    }

    /// Removes a customer's data: overwrites pending bytes and all copies of the screen now, and
    /// erases screen and scrollback at the start of the next frame (K8).
    pub(crate) fn wipe(&mut self) {
        self.overwrite_frames();
        self.distrust(CursorTrust::Wipe);
        let backend = self.0.backend_mut();
        backend.shown.overwrite();
        backend.drop_pending();
    }

    /// Rings the bell after the pending bytes.
    pub(crate) fn bell(&mut self) {
        queue(&mut self.0.backend_mut().pending, BELL);
    }

    fn distrust(&mut self, trust: CursorTrust) {
        let Ok(()) = self.0.clear();
        let backend = self.0.backend_mut();
        backend.trust = backend.trust.max(trust);
    }

    /// Overwrites both of ratatui's buffers, because a cell that is reset may keep the bytes of its
    /// symbol.
    fn overwrite_frames(&mut self) {
        for _ in 0..2 {
            for cell in &mut self.0.current_buffer_mut().content {
                cell.set_symbol(" ");
            }
            self.0.swap_buffers();
        }
    }
}

impl TtyBackend {
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

    /// Moves the hardware cursor to the frame's cursor position (A2), or hides it.
    fn place_cursor(&mut self) {
        let size = self.shown.size();
        let position = self
            .wanted_cursor
            .filter(|at| at.x < size.width && at.y < size.height);
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
}

impl Backend for TtyBackend {
    type Error = Infallible;

    fn draw<'a, I: Iterator<Item = (u16, u16, &'a Cell)>>(
        &mut self,
        content: I,
    ) -> Result<(), Infallible> {
        let changes: Vec<(u16, u16, &Cell)> = content.collect();
        self.frame_start = self.pending.len();
        if self.trust == CursorTrust::Known {
            self.shown.set(&changes, &self.abilities);
        } else {
            // Cells that are not among the changes have the default background.
            let background = changes
                .first()
                .filter(|(x, y, _)| (*x, *y) == (0, 0))
                .map_or(Color::Reset, |(.., cell)| cell.bg);
            self.erase(cells::shown_background(background, &self.abilities));
            self.shown.set_all(&changes, &self.abilities);
        }
        run::draw(&self.shown, self.kind, &mut self.cursor, &mut self.pending);
        self.shown.forget_changes();
        Ok(())
    }

    fn hide_cursor(&mut self) -> Result<(), Infallible> {
        self.wanted_cursor = None;
        Ok(())
    }

    /// Nothing to do: ratatui sets a position afterwards.
    fn show_cursor(&mut self) -> Result<(), Infallible> {
        Ok(())
    }

    fn get_cursor_position(&mut self) -> Result<Position, Infallible> {
        Ok(self.wanted_cursor.unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> Result<(), Infallible> {
        self.wanted_cursor = Some(position.into());
        Ok(())
    }

    fn clear(&mut self) -> Result<(), Infallible> {
        self.clear_region(ClearType::All)
    }

    /// Ignores the region: the next frame erases the whole screen.
    fn clear_region(&mut self, _region: ClearType) -> Result<(), Infallible> {
        self.trust = self.trust.max(CursorTrust::Unknown);
        Ok(())
    }

    fn size(&self) -> Result<Size, Infallible> {
        Ok(self.shown.size())
    }

    fn window_size(&mut self) -> Result<WindowSize, Infallible> {
        Ok(WindowSize {
            columns_rows: self.shown.size(),
            pixels: Size::ZERO,
        })
    }

    /// Ends a frame. The event loop writes the pending bytes.
    fn flush(&mut self) -> Result<(), Infallible> {
        self.place_cursor();
        if self.pending.len() - self.frame_start > LARGE_FRAME
            && self.kind.supports_synchronized_updates()
        {
            let mut begin = String::new();
            queue(&mut begin, BeginSynchronizedUpdate);
            self.pending.insert_str(self.frame_start, &begin);
            queue(&mut self.pending, EndSynchronizedUpdate);
        }
        Ok(())
    }
}

impl Drop for TtyBackend {
    /// A frame that was not written may contain typed text.
    fn drop(&mut self) {
        self.pending.zeroize();
    }
}
