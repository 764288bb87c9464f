//! `support-kiosk` and `support-kiosk run`: runs the kiosk on this terminal until it is left.

use super::{eprint_line, report_config_errors};
use crate::cli;
use crate::config::{self, ConfigSource};
use crate::env::{Environment, lookup, text_lookup};
use crate::failure::Exit;
use crate::runtime::{self, AppearanceOptions, Startup, lockdown};
use crate::terminal::profile::TerminalProfile;
use crate::terminal::tty::Tty;
use crate::text::EN;
use crate::theme::{self, Theme};

/// Runs the kiosk with the config `named` on the command line, or else the first that exists. In
/// lockdown a problem of the config is shown on the screen and never ends the kiosk (K9).
pub(super) fn run_from_config(run: &cli::RunArgs, environment: Environment<'_>) -> u8 {
    if run.lockdown {
        lockdown::lock_down();
    }
    let mut source =
        match ConfigSource::find(run.config.as_deref(), run.lockdown, lookup(environment)) {
            Ok(source) => source,
            Err(problems) => return report_config_errors(&problems),
        };
    let opening = match source.config() {
        Ok(config) => Startup {
            config,
            config_errors: None,
            source: Some(source),
        },
        Err(problems) if problems.is_locked() => Startup {
            config: config::out_of_service(),
            config_errors: Some(problems),
            source: Some(source),
        },
        Err(problems) => return report_config_errors(&problems),
    };
    self::run(
        opening,
        run.theme.as_deref().and_then(theme::by_name),
        environment,
    )
}

/// Runs the kiosk and returns the exit status: 0 after a person has left, 2 without a usable
/// terminal, and those of `runtime::ExitReason`. `theme` takes precedence over the config's.
pub(super) fn run(
    opening: Startup,
    theme: Option<&'static Theme>,
    environment: Environment<'_>,
) -> u8 {
    if opening.config.kiosk.lockdown {
        lockdown::lock_down();
    }
    let Ok(tty) = Tty::open() else {
        return refused(EN.terminal.none);
    };
    if tty.is_in_background() {
        return refused(EN.terminal.background);
    }
    let kind = TerminalProfile::from_variables(text_lookup(environment));
    if kind.is_dumb() {
        return refused(EN.terminal.dumb);
    }
    match runtime::run(opening, tty, AppearanceOptions { kind, theme }, environment) {
        Ok(end) => end.status(),
        Err(error) => {
            eprint_line(&format!("{} {error}", EN.terminal.broken));
            Exit::Internal as u8
        }
    }
}

fn refused(why: &str) -> u8 {
    eprint_line(why);
    Exit::Usage as u8
}
