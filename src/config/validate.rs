//! Turns the file as written into the validated config.
//!
//! ```text
//! text ──> TOML ──> schema (types) ──> values, by section ──> Config
//!            └─────────────┴───────────────────┴──> Diagnostics ──> ConfigErrors
//! ```
//!
//! A wrong value is reported and replaced by its default, so that the rest of the file is checked
//! too.

mod launch;
mod log;
mod menu;
mod parameters;
mod site;
mod survey;
mod template;
mod ways;

pub(super) use menu::{issue, rep};

use std::path::Path;
use std::time::Duration;

use toml::Spanned;
use toml::de::DeTable;

use super::decode::{Keyed, quoted_list};
use super::diagnostics::Diagnostics;
use super::schema::{self, ConfigFile};
use super::{
    Config, ConfigErrors, GlyphChoice, KioskConfig, Lockdown, LookConfig, SessionConfig, SiteConfig,
};
use crate::clean::Clean;
use crate::host;
use crate::session::Placeholders;
use crate::sum::Sha256Sum;
use crate::theme;

/// The default time to answer "still there?".
const IDLE_GRACE: Duration = Duration::from_secs(30);
/// The minimum of that time in lockdown (A5).
const IDLE_GRACE_LOCKED: Duration = Duration::from_secs(20);
/// The default idle time in lockdown before the question. Outside lockdown there is no default.
const IDLE_WARNING_LOCKED: Duration = Duration::from_secs(90);

/// The config in `text`, or all problems in it.
///
/// `origin` is the file that the text was read from. Problems name it, and relative paths are
/// relative to its directory.
pub fn from_text(text: &str, origin: &Path) -> Result<Config, ConfigErrors> {
    checked(text, origin, Lockdown::AsConfigured)
}

/// Like [`from_text`], for a kiosk that may be locked by how it was started.
pub(super) fn checked(
    text: &str,
    origin: &Path,
    lockdown: Lockdown,
) -> Result<Config, ConfigErrors> {
    let mut findings = Diagnostics::new(text);
    let Some(root) = parse_toml(text, &mut findings) else {
        return findings.finish(None, origin);
    };
    let file = schema::read(root, &mut findings);
    let locked = lockdown == Lockdown::Forced || is_locked(&file);
    let config = validate(
        file,
        origin.parent().unwrap_or(Path::new("")),
        Sha256Sum::compute(text.as_bytes()),
        locked,
        &mut findings,
    );
    findings.finish(config, origin).map_err(|problems| {
        if locked {
            problems.mark_locked()
        } else {
            problems
        }
    })
}

fn is_locked(file: &ConfigFile) -> bool {
    let kiosk = file
        .kiosk
        .as_ref()
        .and_then(|kiosk| kiosk.get_ref().lockdown.as_ref());
    kiosk.is_some_and(|lockdown| *lockdown.get_ref())
}

/// A placeholder for a locked kiosk without a usable config. It offers nothing (K9).
#[expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "the text is this one, and tests read it"
)]
pub fn out_of_service() -> Config {
    let text = "site = { url = 'https://localhost', name = 'support-kiosk' }";
    checked(text, Path::new("kiosk.toml"), Lockdown::Forced).expect("a good config")
}

/// Problems of the files that `text` names and that only a session reads. A kiosk starts without
/// reading them, so that the first frame does not wait for a disk; `check` reads them with this.
pub(super) fn named_files(text: &str, origin: &Path) -> Result<(), ConfigErrors> {
    let mut findings = Diagnostics::new(text);
    let root = parse_toml(text, &mut findings);
    let network = root
        .map(|root| section(schema::read(root, &mut findings).network))
        .unwrap_or_default();
    let within = site::try_ca_file(
        &network,
        origin.parent().unwrap_or(Path::new("")),
        &mut findings,
    );
    findings.finish(Some(()), origin)?;
    within
}

/// Parses the TOML of a text. In a file with syntax errors only those are reported, because
/// everything else would be guesswork.
pub(super) fn parse_toml<'t>(
    text: &'t str,
    findings: &mut Diagnostics<'_>,
) -> Option<Spanned<DeTable<'t>>> {
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        findings.add(
            error.span().map_or(0, |span| span.start),
            format!("this is not TOML: {}", error.message()),
        );
    }
    errors.is_empty().then_some(root)
}

fn validate(
    file: ConfigFile,
    folder: &Path,
    sum: Sha256Sum,
    locked: bool,
    findings: &mut Diagnostics<'_>,
) -> Option<Config> {
    let ways = menu::ways(&file, findings);
    survey::check_choices(&file, &ways, findings);
    let codes = file.codes;
    let mut site = section(file.site);
    let parameters = site.parameter.take();
    let site = site::site(site, &codes, findings);
    let kiosk = kiosk(section(file.kiosk), locked, findings);
    let longest = Placeholders::longest(&kiosk.name);
    let survey = survey::survey(section(file.survey), site.dialect, &longest, findings);
    let parameters = parameters::parameters(parameters, &survey.form, &longest, findings);
    let config = Config {
        network: site::network(section(file.network), folder, locked, findings),
        ways,
        rep_list: menu::rep_list(section(file.menu)),
        reps: menu::reps(section(file.rep), findings),
        issues: menu::issues(section(file.issue), site.dialect, findings),
        lists: menu::list_files(section(file.lists), folder, findings),
        codes: menu::codes(codes, findings),
        survey,
        session: session(section(file.session)),
        download: launch::download(section(file.download), folder, findings),
        launch: launch::launch(section(file.launch), locked, findings),
        kiosk,
        look: look(&section(file.look), findings)?,
        log: log::log(section(file.log), folder, findings),
        sum,
        site: SiteConfig {
            parameters,
            ..site.site?
        },
    };
    Some(config)
}

fn session(raw: schema::SessionSection) -> SessionConfig {
    SessionConfig {
        max_time: raw.max_time.and_then(|time| time.into_inner().0),
    }
}

fn kiosk(raw: schema::KioskSection, locked: bool, findings: &mut Diagnostics<'_>) -> KioskConfig {
    if let Some(grace) = raw
        .idle_grace
        .as_ref()
        .filter(|grace| locked && *grace.get_ref() < IDLE_GRACE_LOCKED)
    {
        let least = IDLE_GRACE_LOCKED.as_secs();
        findings.add(
            grace.span().start,
            format!("`kiosk.idle_grace` must be at least {least}s in lockdown"),
        );
    }
    KioskConfig {
        name: value_or(raw.name, host_name),
        lockdown: locked,
        idle_warning: raw
            .idle_warning
            .map_or(locked.then_some(IDLE_WARNING_LOCKED), |time| {
                time.into_inner().0
            }),
        idle_grace: value_or(raw.idle_grace, || IDLE_GRACE),
        staff_pin: raw.staff_pin.map(Spanned::into_inner),
    }
}

fn host_name() -> Clean {
    let name = host::name(64);
    if name.is_blank() {
        Clean::sanitized("kiosk", 64)
    } else {
        name
    }
}

fn look(raw: &schema::LookSection, findings: &mut Diagnostics<'_>) -> Option<LookConfig> {
    let name = raw
        .theme
        .as_ref()
        .map_or("midnight", |theme| theme.get_ref());
    let theme = theme::by_name(name);
    if let (None, Some(theme)) = (theme, &raw.theme) {
        let known: Vec<&str> = theme::THEMES.iter().map(|theme| theme.name).collect();
        findings.add(
            theme.span().start,
            format!("unknown theme \"{name}\": use {}", quoted_list(&known, '"')),
        );
    }
    Some(LookConfig {
        theme: theme?,
        glyphs: raw
            .glyphs
            .as_ref()
            .map_or(GlyphChoice::Auto, |glyphs| *glyphs.get_ref()),
    })
}

/// A section, or its default if it is missing.
fn section<T: Default>(key: Keyed<T>) -> T {
    value_or(key, T::default)
}

/// A key's value, or its default if it is missing.
fn value_or<T>(key: Keyed<T>, default: impl FnOnce() -> T) -> T {
    key.map_or_else(default, Spanned::into_inner)
}
