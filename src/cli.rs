//! The command line. Wrong use ends with status 2 and an explanation.
//!
//! Values of a customer (a session key, a survey answer) are stored in types that are erased when
//! dropped, and no `Debug` here prints them. Every user of the machine can read command lines, so
//! scripts pass such values as `-`, by standard input.

mod login;
mod start;

pub use login::REFUSED;
pub use start::{DeliveryArgs, DetailArgs, STANDARD_INPUT, StartArgs, StartCode, StartWay};

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, CommandFactory, Parser, Subcommand};

use self::login::{Invocation, is_forced_command};
use crate::env::Environment;
use crate::text::EN;
use crate::theme::THEMES;
use crate::ways;

/// Start a remote support session, using only the keyboard
#[derive(Parser)]
#[command(
    name = "support-kiosk",
    version,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true
)]
struct CliArgs {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    run: RunArgs,
}

/// What to do.
#[derive(Subcommand)]
pub enum Command {
    /// Run the kiosk (also the default without a command)
    Run(RunArgs),
    /// Run the kiosk against a built-in site, without setup
    Demo(DemoArgs),
    /// Start a session without a screen, for scripts and desk shortcuts
    Start(StartArgs),
    /// Report the problems of a config, with file, line and column
    Check(CheckArgs),
    /// Explain a code on the screen and what staff can do
    Explain {
        /// The code after "For staff:", such as N3
        code: String,
    },
    /// Report what on this machine weakens or breaks a kiosk, and how to fix it
    Doctor(DoctorArgs),
    /// Make the hash of a staff PIN, for `kiosk.staff_pin` in the config
    #[command(
        after_help = "Asks twice for the PIN and does not show it. If standard input is not a terminal, its first line is the PIN."
    )]
    StaffPin,
}

/// The kiosk.
#[derive(Args, Default)]
pub struct RunArgs {
    /// Which config.
    #[arg(long, value_name = "FILE", help = CONFIG_HELP)]
    pub(crate) config: Option<PathBuf>,
    /// The theme, instead of the config's
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(THEMES.iter().map(|theme| theme.name)))]
    pub(crate) theme: Option<String>,
    /// Only staff can leave the kiosk, by their PIN, whatever the config says
    #[arg(long)]
    pub(crate) lockdown: bool,
}

/// The help of `--config`.
const CONFIG_HELP: &str = "The config [default: $SUPPORT_KIOSK_CONFIG, else kiosk.toml in the support-kiosk folder of the user or the system]";
/// The built-in site.
#[derive(Args)]
#[command(after_help = accepted_codes_help())]
pub struct DemoArgs {
    /// Serve only the site, for other programs; the first line printed is its address
    #[arg(long)]
    pub(crate) site_only: bool,
    /// The loopback address and port that the site listens on
    #[arg(long, value_name = "ADDR", requires = "site_only", value_parser = parse_loopback)]
    pub(crate) listen: Option<SocketAddr>,
}

/// What the built-in site accepts.
fn accepted_codes_help() -> String {
    let good = |way: &ways::CodeWay| {
        format!(
            "The {} {} is valid; the site refuses any other. ",
            (way.text)(&EN).name,
            way.demo_code
        )
    };
    let codes: String = ways::codes().map(good).collect();
    format!("{codes}One representative is away and is refused too.\nNothing leaves this machine.")
}

/// A look at a config.
#[derive(Args)]
pub struct CheckArgs {
    /// The config [default: the one that the kiosk would use]
    pub file: Option<PathBuf>,
    /// Check it as `support-kiosk --lockdown` does; the units and a login shell use that
    #[arg(long)]
    pub lockdown: bool,
}

/// A look at the machine.
#[derive(Args)]
#[command(after_help = "\
    The exit status is 0 if nothing is weak or broken, else 1. Accepted findings, what only another kernel would fix \
    (lacking), and what can't be determined do not count.\n\
    Run it twice: as root, because sshd shows its settings only to root, and as the kiosk's user, on its terminal.")]
pub struct DoctorArgs {
    /// Which config.
    #[arg(long, value_name = "FILE", help = CONFIG_HELP)]
    pub(crate) config: Option<PathBuf>,
    /// Check a kiosk that is started with `--lockdown`, as the units and a login shell do
    #[arg(long)]
    pub(crate) lockdown: bool,
    /// Accept the finding of the check NAME: it no longer counts. Can be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) accept: Vec<String>,
    /// Print one JSON object per line
    #[arg(long)]
    pub(crate) json: bool,
}

/// Why there is no command to run.
#[derive(Debug)]
pub enum CliError {
    /// Wrong use, or a request for help or the version. The error prints itself and has the exit
    /// status.
    Parse(clap::Error),
    /// A request for a shell or a command from an account that has none (K3): prints [`REFUSED`],
    /// status 2.
    ShellRefused,
}

impl From<clap::Error> for CliError {
    fn from(error: clap::Error) -> Self {
        Self::Parse(error)
    }
}

/// Parses the command line, including the program's name. `environment` shows whether sshd replaced
/// another command by this program.
pub fn parse(
    words: impl IntoIterator<Item = OsString>,
    environment: Environment<'_>,
) -> Result<Command, CliError> {
    let words: Vec<OsString> = words.into_iter().collect();
    let command = match Invocation::from_arguments(&words) {
        Invocation::Refused => return Err(CliError::ShellRefused),
        Invocation::LoginShell => Command::Run(RunArgs {
            lockdown: true,
            ..RunArgs::default()
        }),
        Invocation::Program => parse_command(words)?,
    };
    // Other commands may be forced by sshd for good reasons; only the kiosk must not be.
    let is_kiosk = matches!(command, Command::Run(_) | Command::Demo(_));
    if is_kiosk && is_forced_command(environment) {
        Err(CliError::ShellRefused)
    } else {
        Ok(command)
    }
}

fn parse_command(words: Vec<OsString>) -> Result<Command, clap::Error> {
    let line = CliArgs::try_parse_from(words).map_err(redact_error)?;
    match line.command {
        None => Ok(Command::Run(line.run)),
        Some(Command::Start(start)) => check_conflicts(start).map(Command::Start),
        Some(
            other @ (Command::Run(_)
            | Command::Demo(_)
            | Command::Check(_)
            | Command::Explain { .. }
            | Command::Doctor(_)
            | Command::StaffPin),
        ) => Ok(other),
    }
}

/// Removes unexpected words from an error. They may be a part of what a customer typed, or a key
/// whose `key` was omitted or joined to it (`key4710938`). The names of options are kept.
fn redact_error(mut error: clap::Error) -> clap::Error {
    let is_option = |word: &str| {
        word.strip_prefix("--")
            .is_some_and(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '-'))
    };
    error.remove(ContextKind::InvalidSubcommand);
    let is_told = matches!(error.get(ContextKind::InvalidArg), Some(ContextValue::String(word)) if is_option(word));
    if error.kind() == ErrorKind::UnknownArgument && !is_told {
        error.remove(ContextKind::InvalidArg);
        error.remove(ContextKind::Suggested);
    }
    error
}

/// Rejects contradictory options, which clap's declarations can't express.
fn check_conflicts(start: StartArgs) -> Result<StartArgs, clap::Error> {
    let delivery = &start.delivery;
    let (saves, outputs) = (delivery.save.is_some(), delivery.output.is_some());
    let is_not_utf8 =
        |path: &Option<PathBuf>| path.as_ref().is_some_and(|path| path.to_str().is_none());
    let contradiction = [
        (
            delivery.json && delivery.print_link,
            "--json and --print-link: a link carries what was typed, which JSON never does",
        ),
        (
            saves && outputs,
            "--save and --output: a client is saved in one place",
        ),
        (
            saves && delivery.print_link,
            "--save and --print-link: with a link nothing is downloaded",
        ),
        (
            outputs && delivery.print_link,
            "--output and --print-link: with a link nothing is downloaded",
        ),
        (
            delivery.json && is_not_utf8(&delivery.save),
            "--json and --save: JSON can't contain a path that is not UTF-8",
        ),
        (
            delivery.json && is_not_utf8(&delivery.output),
            "--json and --output: JSON can't contain a path that is not UTF-8",
        ),
        (
            saves && delivery.no_wait,
            "--save and --no-wait: with --save nothing is run",
        ),
        (
            outputs && delivery.no_wait,
            "--output and --no-wait: with --output nothing is run",
        ),
        (
            delivery.print_link && delivery.no_wait,
            "--print-link and --no-wait: with a link nothing is run",
        ),
        (
            start.way.count_stdin_values() > 1,
            "only one value can be -, because it takes all of standard input",
        ),
    ];
    match contradiction.iter().find(|(is_so, _)| *is_so) {
        Some((_, why)) => Err(start_command().error(ErrorKind::ArgumentConflict, why)),
        None => Ok(start),
    }
}

/// The `start` command for clap, so that its errors show its usage.
fn start_command() -> clap::Command {
    let mut line = CliArgs::command();
    line.build();
    line.find_subcommand("start").cloned().unwrap_or(line)
}

fn parse_loopback(value: &str) -> Result<SocketAddr, String> {
    let address: SocketAddr = value
        .parse()
        .map_err(|_| "expected ADDRESS:PORT, such as 127.0.0.1:8080".to_owned())?;
    if address.ip().is_loopback() {
        Ok(address)
    } else {
        Err("the demo site listens only on a loopback address".to_owned())
    }
}

#[cfg(test)]
mod tests;
