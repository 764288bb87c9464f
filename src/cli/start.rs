//! The arguments of `start`: what is requested, its details, and what to do with the session.

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{ArgMatches, Args, Command, FromArgMatches, Subcommand};
use zeroize::Zeroizing;

use super::CONFIG_HELP;
use crate::session::SurveyField;
use crate::text::EN;
use crate::ways::{self, CodeWay};

/// The heading for the options of every way of `start`.
const DELIVERY: &str = "What happens with the client";

/// The value that means standard input.
pub const STANDARD_INPUT: &str = "-";

/// A session without a screen.
#[derive(Args)]
#[command(
    disable_help_subcommand = true,
    subcommand_value_name = "WAY",
    subcommand_help_heading = "Ways"
)]
pub struct StartArgs {
    /// What to request.
    #[command(subcommand)]
    pub(crate) way: StartWay,
    /// What to do with the client.
    #[command(flatten)]
    pub(crate) delivery: DeliveryArgs,
    /// Which config.
    #[arg(long, value_name = "FILE", global = true, help = CONFIG_HELP, help_heading = DELIVERY)]
    pub(crate) config: Option<PathBuf>,
}

/// What to do with the client.
#[derive(Args)]
pub struct DeliveryArgs {
    /// Download the client into this folder, under a free name, and print its path; run nothing
    #[arg(long, value_name = "DIR", global = true, help_heading = DELIVERY)]
    pub(crate) save: Option<PathBuf>,
    /// Download the client to this file, which must not exist, and print its path; run nothing
    #[arg(long, value_name = "FILE", global = true, help_heading = DELIVERY)]
    pub(crate) output: Option<PathBuf>,
    /// Print the link that starts the session; do not contact the site
    #[arg(long, global = true, help_heading = DELIVERY)]
    pub(crate) print_link: bool,
    /// Return as soon as the client runs
    #[arg(long, global = true, help_heading = DELIVERY)]
    pub(crate) no_wait: bool,
    /// Print one JSON object per line on standard output
    #[arg(long, global = true, help_heading = DELIVERY)]
    pub(crate) json: bool,
}

/// What to request.
#[derive(Subcommand)]
pub enum StartWay {
    /// Start a session with a representative
    #[command(after_help = DETAILS_CONDITION)]
    Rep {
        /// The representative's id, as in the config
        #[arg(allow_negative_numbers = true)]
        id: String,
        #[command(flatten)]
        details: DetailArgs,
    },
    #[command(flatten)]
    Code(StartCode),
    /// Start a session with the survey
    Survey {
        /// The issue's id or code name, as in the config; without it: anyone who is free
        #[arg(long, value_name = "ID")]
        issue: Option<String>,
        #[command(flatten)]
        details: DetailArgs,
    },
}

/// A session with a code. There is a sub-command for each of [`ways::codes`].
pub struct StartCode {
    pub(crate) way: &'static CodeWay,
    pub(crate) options: CodeOptions,
}

#[derive(Args)]
#[command(after_help = DETAILS_CONDITION)]
pub(crate) struct CodeOptions {
    #[arg(value_parser = parse_secret)]
    pub(crate) code: Zeroizing<String>,
    #[command(flatten)]
    pub(crate) details: DetailArgs,
}

impl Subcommand for StartCode {
    fn augment_subcommands(command: Command) -> Command {
        command.subcommands(ways::codes().map(way_command))
    }

    fn augment_subcommands_for_update(command: Command) -> Command {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(word: &str) -> bool {
        ways::codes().any(|way| way.name == word)
    }
}

fn way_command(way: &'static CodeWay) -> Command {
    let text = (way.text)(&EN);
    let command = CodeOptions::augment_args(Command::new(way.name)).about(text.command);
    command.mut_arg("code", |code| {
        code.value_name(text.value).help(text.value_help)
    })
}

impl FromArgMatches for StartCode {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let found = matches.subcommand().and_then(|(word, matches)| {
            Some((ways::codes().find(|way| way.name == word)?, matches))
        });
        let (way, matches) = found.ok_or_else(|| clap::Error::new(ErrorKind::InvalidSubcommand))?;
        Ok(Self {
            way,
            options: CodeOptions::from_arg_matches(matches)?,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// When the survey's fields are sent with another way.
const DETAILS_CONDITION: &str = "In dialect start-session, fields about the customer go with this way if their `ways` names it.";

/// The heading for the survey's fields.
const DETAILS: &str = "About the customer (one value may be -: all of standard input)";

/// The survey's fields, which in dialect `start-session` may go with every way.
#[derive(Args)]
#[command(next_help_heading = DETAILS)]
pub struct DetailArgs {
    /// The customer's name
    #[arg(long, value_name = "TEXT", value_parser = parse_secret, allow_hyphen_values = true)]
    name: Option<Zeroizing<String>>,
    /// The customer's company
    #[arg(long, value_name = "TEXT", value_parser = parse_secret, allow_hyphen_values = true)]
    company: Option<Zeroizing<String>>,
    /// The company's code
    #[arg(long, value_name = "TEXT", value_parser = parse_secret, allow_hyphen_values = true)]
    company_code: Option<Zeroizing<String>>,
    /// A description of the problem; may have several lines
    #[arg(long, value_name = "TEXT", value_parser = parse_secret, allow_hyphen_values = true)]
    description: Option<Zeroizing<String>>,
    /// The key of a ticket in another system
    #[arg(long, value_name = "TEXT", value_parser = parse_secret, allow_hyphen_values = true)]
    external_key: Option<Zeroizing<String>>,
}

impl DetailArgs {
    /// The value given for a field.
    pub(crate) fn value(&self, field: SurveyField) -> Option<&Zeroizing<String>> {
        match field {
            SurveyField::Name => self.name.as_ref(),
            SurveyField::Company => self.company.as_ref(),
            SurveyField::CompanyCode => self.company_code.as_ref(),
            SurveyField::Description => self.description.as_ref(),
            SurveyField::ExternalKey => self.external_key.as_ref(),
        }
    }
}

impl StartWay {
    /// How many values are read from standard input.
    pub(super) fn count_stdin_values(&self) -> usize {
        let (code, details) = match self {
            Self::Rep { details, .. } | Self::Survey { details, .. } => (None, details),
            Self::Code(StartCode { options, .. }) => (Some(&options.code), &options.details),
        };
        let given = SurveyField::ALL
            .iter()
            .filter_map(|field| details.value(*field));
        code.into_iter()
            .chain(given)
            .filter(|value| value.as_str() == STANDARD_INPUT)
            .count()
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the signature that clap asks for")]
fn parse_secret(value: &str) -> Result<Zeroizing<String>, std::convert::Infallible> {
    Ok(Zeroizing::new(value.to_owned()))
}
