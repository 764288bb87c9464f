//! `support-kiosk` and `support-kiosk run`: the kiosk on this terminal, until somebody leaves it.

use std::sync::Arc;

use super::{lookup, told};
use crate::app::desk::Desk;
use crate::config::{Config, GlyphChoice, Source};
use crate::connect::Environment;
use crate::failure::Exit;
use crate::shell::{self, End};
use crate::terminal::kind::Kind;
use crate::terminal::tty::Tty;
use crate::text::EN;
use crate::theme::{Palette, Theme};
use crate::ui::{Look, signs};

/// Runs it to its end and gives the exit status: 0 where a person left, 2 without a terminal to draw on, and those of
/// `shell::End`. A theme that is given stands before the config's.
pub(super) fn run(
    config: Arc<Config>,
    source: Option<Source>,
    theme: Option<&'static Theme>,
    environment: Environment<'_>,
) -> u8 {
    let Ok(tty) = Tty::open() else { return refused(EN.terminal.none) };
    let kind = Kind::from_variables(text_of(environment));
    if kind.is_dumb() {
        return refused(EN.terminal.dumb);
    }
    let palette = Palette::new(theme.unwrap_or(config.look.theme), kind.depth);
    let look = Look { text: &EN, palette, signs: signs_for(config.look.glyphs, kind) };
    match shell::run(Arc::new(Desk::new(config)), source, look, tty, kind, environment) {
        Ok(end) => {
            if let End::Misconfigured(problems) = &end {
                told(&problems.to_string());
            }
            end.status()
        }
        Err(error) => {
            told(&format!("{} {error}", EN.terminal.broken));
            Exit::Ours as u8
        }
    }
}

/// Variables as text: one that is none names no terminal.
fn text_of(environment: Environment<'_>) -> impl Fn(&str) -> Option<String> {
    let value = lookup(environment);
    move |name| value(name)?.into_string().ok()
}

fn refused(why: &str) -> u8 {
    told(why);
    Exit::Usage as u8
}

fn signs_for(choice: GlyphChoice, kind: Kind) -> &'static signs::Signs {
    let unicode = match choice {
        GlyphChoice::Unicode => true,
        GlyphChoice::Ascii => false,
        GlyphChoice::Auto => kind.draws_signs(),
    };
    if unicode { &signs::UNICODE } else { &signs::ASCII }
}
