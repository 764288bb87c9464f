//! The appearance of the kiosk: the terminal, the command line and the config decide it together.
//! The config may change between customers.

use crate::config::{self, GlyphChoice};
use crate::terminal::profile::TerminalProfile;
use crate::text::EN;
use crate::theme::{Palette, Theme};
use crate::ui::{Appearance, glyph_set};

/// The parts that do not depend on the config.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AppearanceOptions {
    /// The capabilities of the terminal.
    pub(crate) kind: TerminalProfile,
    /// The theme from the command line, which overrides the config's.
    pub(crate) theme: Option<&'static Theme>,
}

impl AppearanceOptions {
    /// The appearance with this config.
    pub(super) fn appearance(self, config: &config::LookConfig) -> Appearance {
        let palette = Palette::new(self.theme.unwrap_or(config.theme), self.kind.depth);
        Appearance {
            text: &EN,
            palette,
            glyphs: self.glyph_set(config.glyphs),
        }
    }

    fn glyph_set(self, choice: GlyphChoice) -> &'static glyph_set::GlyphSet {
        let unicode = match choice {
            GlyphChoice::Unicode => true,
            GlyphChoice::Ascii => false,
            GlyphChoice::Auto => self.kind.draws_symbols(),
        };
        if unicode {
            &glyph_set::UNICODE
        } else {
            &glyph_set::ASCII
        }
    }
}
