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

pub(crate) mod field;
pub mod glyph_set;
pub(crate) mod layout;
pub(crate) mod list;
pub(crate) mod scroll_text;
pub(crate) mod text_writer;
pub(crate) mod width;

use crate::text::Text;
use crate::theme::Palette;
use glyph_set::GlyphSet;

/// How screens look on this terminal.
#[derive(Clone, Copy, Debug)]
pub struct Appearance {
    pub text: &'static Text,
    pub palette: Palette,
    pub signs: &'static GlyphSet,
}

impl PartialEq for Appearance {
    /// Languages and glyph sets are compiled in, one of each: comparing addresses is enough.
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.text, other.text)
            && std::ptr::eq(self.signs, other.signs)
            && self.palette == other.palette
    }
}

impl Eq for Appearance {}
