//! The building blocks of screens: pure functions from data to cells.
//!
//! ```text
//! ┌ PageFrame ──────────────────────────────┐
//! │ desk's name                             │   layout.rs       the areas of a page, at every size
//! │ ─────────────────────────────────────── │   text_writer.rs  writes lines into a buffer
//! │ The question                   subtitle │   width.rs        columns, truncation, wrapping
//! │   body: list, fields, stages            │   list.rs         pages of a long list
//! │ ─────────────────────────────────────── │   scroll_text.rs  scrolls a long text
//! │ at most four keys                       │   field.rs        text input
//! └─────────────────────────────────────────┘
//! ```
//!
//! A piece with an area of its own is a [`Widget`](ratatui::widgets::Widget). Text is a
//! [`Line`] of [`Span`]s whose style comes from a [`Role`].

pub(crate) mod field;
pub mod glyph_set;
pub(crate) mod layout;
pub(crate) mod list;
pub(crate) mod scroll_text;
pub(crate) mod text_writer;
pub(crate) mod width;

use std::borrow::Cow;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::text::Text;
use crate::theme::{Palette, Role};
use glyph_set::GlyphSet;

/// How screens look on this terminal.
#[derive(Clone, Copy, Debug)]
pub struct Appearance {
    pub text: &'static Text,
    pub palette: Palette,
    pub glyphs: &'static GlyphSet,
}

impl Appearance {
    pub(crate) fn style(&self, role: Role) -> Style {
        self.palette.style(role)
    }

    /// A text in the style of a role.
    pub(crate) fn span<'a>(&self, role: Role, text: impl Into<Cow<'a, str>>) -> Span<'a> {
        Span::styled(text, self.style(role))
    }

    /// The lines of a wrapped text in the style of a role.
    pub(crate) fn wrap(&self, role: Role, text: &str, columns: usize) -> Vec<Line<'static>> {
        width::wrap_span(&self.span(role, text), columns)
    }
}

impl PartialEq for Appearance {
    /// Languages and glyph sets are compiled in, one of each: comparing addresses is enough.
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.text, other.text)
            && std::ptr::eq(self.glyphs, other.glyphs)
            && self.palette == other.palette
    }
}

impl Eq for Appearance {}
