//! How the kiosk looks on this terminal with this config: the config may be another for the next customer.

use crate::config::{self, GlyphChoice};
use crate::terminal::kind::Kind;
use crate::text::EN;
use crate::theme::{Palette, Theme};
use crate::ui::{Look, signs};

/// What does not change with the config: the terminal, and what the command line wants.
#[derive(Clone, Copy, Debug)]
pub struct Dress {
    /// What can be drawn.
    pub kind: Kind,
    /// Stands before the config's.
    pub theme: Option<&'static Theme>,
}

impl Dress {
    /// The look that a config makes.
    pub(super) fn look(self, config: &config::Look) -> Look {
        let palette = Palette::new(self.theme.unwrap_or(config.theme), self.kind.depth);
        Look { text: &EN, palette, signs: self.signs(config.glyphs) }
    }

    fn signs(self, choice: GlyphChoice) -> &'static signs::Signs {
        let unicode = match choice {
            GlyphChoice::Unicode => true,
            GlyphChoice::Ascii => false,
            GlyphChoice::Auto => self.kind.draws_signs(),
        };
        if unicode { &signs::UNICODE } else { &signs::ASCII }
    }
}
