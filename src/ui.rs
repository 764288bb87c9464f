//! The building blocks of screens: pure functions from data to cells.
//!
//! ```text
//! ┌ skeleton ───────────────────────────────┐
//! │ desk's name                      status │   skeleton.rs  the layout, at every size
//! │ ─────────────────────────────────────── │   pen.rs       writes text into the buffer
//! │ The question                            │   width.rs     columns, cutting, wrapping
//! │   body: list, fields, stages            │   list.rs      pages of a long list; passage.rs: scrolls a long text
//! │ ─────────────────────────────────────── │   field.rs     text input
//! │ at most four keys                       │
//! └─────────────────────────────────────────┘
//! ```

pub mod field;
pub mod list;
pub mod passage;
pub mod pen;
pub mod signs;
pub mod skeleton;
pub mod width;

use crate::text::Text;
use crate::theme::Palette;
use signs::Signs;

/// How screens look on this terminal.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    pub text: &'static Text,
    pub palette: Palette,
    pub signs: &'static Signs,
}

impl PartialEq for Look {
    /// Languages and glyph sets are compiled in, one of each: comparing addresses is enough.
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.text, other.text) && std::ptr::eq(self.signs, other.signs) && self.palette == other.palette
    }
}

impl Eq for Look {}
