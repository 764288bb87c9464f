//! The appearance of the kiosk: the terminal, the command line and the config decide it together.
//! The config may change between customers.

use crate::config::{self, GlyphChoice};
use crate::terminal::kind::Kind;
use crate::text::EN;
use crate::theme::{Palette, Theme};
use crate::ui::{Look, signs};

/// The parts that do not depend on the config.
#[derive(Clone, Copy, Debug)]
pub struct Dress {
    /// The capabilities of the terminal.
    pub kind: Kind,
    /// The theme from the command line, which overrides the config's.
    pub theme: Option<&'static Theme>,
}

impl Dress {
    /// The appearance with this config.
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
