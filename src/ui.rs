//! The pieces that screens are made of: pure functions from data to cells.
//!
//! ```text
//! ┌ skeleton ───────────────────────────────┐
//! │ desk's name                      status │   skeleton.rs  where everything stands, at every size
//! │ ─────────────────────────────────────── │   pen.rs       the one way to put text on a screen
//! │ The question                            │   width.rs     columns, cutting, wrapping
//! │   body: list, fields, stages            │   list.rs      the window on a long list; passage.rs: on a long text
//! │ ─────────────────────────────────────── │   field.rs     typed text
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

/// What this terminal and this customer's choices make of every screen.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// The words.
    pub text: &'static Text,
    /// The colours.
    pub palette: Palette,
    /// The signs.
    pub signs: &'static Signs,
}

impl PartialEq for Look {
    /// Languages and sets of signs are compiled in, one of each: it is enough to see which.
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.text, other.text) && std::ptr::eq(self.signs, other.signs) && self.palette == other.palette
    }
}

impl Eq for Look {}
