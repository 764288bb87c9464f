//! `support-kiosk` and `support-kiosk run`: the kiosk on this terminal, until somebody leaves it.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::sync::Arc;

use anyhow::Context;

use crate::app::desk::Desk;
use crate::config::{Config, GlyphChoice};
use crate::failure::Exit;
use crate::shell;
use crate::terminal::kind::Kind;
use crate::terminal::painter::Painter;
use crate::terminal::tty::Tty;
use crate::text::EN;
use crate::theme::Palette;
use crate::ui::{Look, signs};

/// Runs the kiosk with this config. Answers the exit status: 0 where a person left, 2 without a terminal to draw on, and
/// those of `shell::End`.
pub fn run(config: Config, environment: Arc<[(OsString, OsString)]>) -> anyhow::Result<u8> {
    let Ok(tty) = Tty::open() else { return refuse(EN.terminal.none) };
    let kind = Kind::of(|name| variable(&environment, name));
    if kind.dumb {
        return refuse(EN.terminal.dumb);
    }
    let look = Look { text: &EN, palette: Palette::new(config.look.theme, kind.depth), signs: signs_for(config.look.glyphs, &kind) };
    let painter = Painter::new(&kind);
    let end = shell::run(&Arc::new(Desk::new(config)), look, tty, painter, environment).context("the terminal can't be used")?;
    Ok(end.status())
}

fn refuse(why: &str) -> anyhow::Result<u8> {
    writeln!(std::io::stderr(), "{why}")?;
    Ok(Exit::Usage as u8)
}

fn variable<'a>(environment: &'a [(OsString, OsString)], name: &str) -> Option<&'a OsStr> {
    environment.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_os_str())
}

fn signs_for(choice: GlyphChoice, kind: &Kind) -> &'static signs::Signs {
    match choice {
        GlyphChoice::Unicode => &signs::UNICODE,
        GlyphChoice::Ascii => &signs::ASCII,
        GlyphChoice::Auto if kind.unicode_signs => &signs::UNICODE,
        GlyphChoice::Auto => &signs::ASCII,
    }
}
