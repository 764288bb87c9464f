//! `support-kiosk` and `support-kiosk run`: the kiosk on this terminal, until somebody leaves it.

use super::{config_refused, told};
use crate::cli;
use crate::config::{self, Source};
use crate::env::{Environment, lookup, text_lookup};
use crate::failure::Exit;
use crate::runtime::{self, Dress, Opening, lockdown};
use crate::terminal::kind::Kind;
use crate::terminal::tty::Tty;
use crate::text::EN;
use crate::theme::{self, Theme};

/// The kiosk of the config that is named, or else of the first that there is. In lockdown nothing that is wrong with it
/// leads past the screen (K9).
pub(super) fn of_config(run: &cli::Run, environment: Environment<'_>) -> u8 {
    if run.lockdown {
        lockdown::close();
    }
    let mut source = match Source::find(run.config.as_deref(), run.lockdown, lookup(environment)) {
        Ok(source) => source,
        Err(problems) => return config_refused(&problems),
    };
    let opening = match source.config() {
        Ok(config) => Opening { config, trouble: None, source: Some(source) },
        Err(problems) if problems.of_locked() => {
            Opening { config: config::out_of_service(), trouble: Some(problems), source: Some(source) }
        }
        Err(problems) => return config_refused(&problems),
    };
    self::run(opening, run.theme.as_deref().and_then(theme::named), environment)
}

/// Runs it to its end and gives the exit status: 0 where a person left, 2 without a terminal to draw on, and those of
/// `runtime::End`. A theme that is given stands before the config's.
pub(super) fn run(opening: Opening, theme: Option<&'static Theme>, environment: Environment<'_>) -> u8 {
    if opening.config.kiosk.lockdown {
        lockdown::close();
    }
    let Ok(tty) = Tty::open() else { return refused(EN.terminal.none) };
    if tty.is_in_background() {
        return refused(EN.terminal.background);
    }
    let kind = Kind::from_variables(text_lookup(environment));
    if kind.is_dumb() {
        return refused(EN.terminal.dumb);
    }
    match runtime::run(opening, tty, Dress { kind, theme }, environment) {
        Ok(end) => end.status(),
        Err(error) => {
            told(&format!("{} {error}", EN.terminal.broken));
            Exit::Ours as u8
        }
    }
}

fn refused(why: &str) -> u8 {
    told(why);
    Exit::Usage as u8
}
