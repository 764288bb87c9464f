//! The part of a [`Backend`] that ratatui's `Terminal` needs to make frames: their size, and where
//! they want the cursor.

use std::convert::Infallible;

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

#[derive(Default)]
pub(super) struct FrameBackend {
    size: Size,
    cursor: Option<Position>,
}

impl FrameBackend {
    pub(super) fn set_size(&mut self, size: Size) {
        self.size = size;
    }

    /// Where the last frame wants the cursor. `None`: hidden.
    pub(super) fn cursor(&self) -> Option<Position> {
        self.cursor
    }
}

/// Nothing here writes: [`super::FrameEncoder`] draws the frames.
impl Backend for FrameBackend {
    type Error = Infallible;

    fn draw<'a, I: Iterator<Item = (u16, u16, &'a Cell)>>(
        &mut self,
        _changes: I,
    ) -> Result<(), Infallible> {
        Ok(())
    }

    fn hide_cursor(&mut self) -> Result<(), Infallible> {
        self.cursor = None;
        Ok(())
    }

    /// Nothing to do: ratatui sets a position afterwards.
    fn show_cursor(&mut self) -> Result<(), Infallible> {
        Ok(())
    }

    fn get_cursor_position(&mut self) -> Result<Position, Infallible> {
        Ok(self.cursor.unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> Result<(), Infallible> {
        self.cursor = Some(position.into());
        Ok(())
    }

    fn clear(&mut self) -> Result<(), Infallible> {
        Ok(())
    }

    fn clear_region(&mut self, _region: ClearType) -> Result<(), Infallible> {
        Ok(())
    }

    fn size(&self) -> Result<Size, Infallible> {
        Ok(self.size)
    }

    fn window_size(&mut self) -> Result<WindowSize, Infallible> {
        Ok(WindowSize {
            columns_rows: self.size,
            pixels: Size::ZERO,
        })
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}
