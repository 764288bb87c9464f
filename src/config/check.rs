//! From the file as written to the config as meant.
//!
//! ```text
//! text ──> TOML ──> schema (shapes) ──> later (not yet?) ──> meaning, section by section ──> Config
//!            └─────────────┴──────────────────┴──────────────────┴──> Findings ──> Problems: all of them, by place
//! ```
//!
//! A value that is wrong is told of and then stands as its default, so that the rest of the file is looked at too.

mod launch;
mod menu;
mod site;
mod survey;

pub(super) use menu::{issue, rep};

use std::path::Path;

use toml::Spanned;
use toml::de::DeTable;

use super::problem::Findings;
use super::schema::{self, File};
use super::shape::{Key, listed};
use super::{Config, GlyphChoice, Kiosk, Look, Problems, later};
use crate::clean::Clean;
use crate::theme;

/// How long the customer has to answer "still there?" where the config does not say (product.md, The visit).
const IDLE_GRACE: std::time::Duration = std::time::Duration::from_secs(30);

/// The config that `text` makes, or everything that is wrong with it.
///
/// `origin` is the file that the text came from: problems name it, and relative paths are taken from its folder.
pub fn from_text(text: &str, origin: &Path) -> Result<Config, Problems> {
    let mut findings = Findings::new(text);
    let Some(root) = parsed(text, &mut findings) else { return findings.or(None, origin) };
    let file = schema::read(root, &mut findings);
    later::refuse(&file, &mut findings);
    let config = meant(file, origin.parent().unwrap_or(Path::new("")), &mut findings);
    findings.or(config, origin)
}

/// The TOML of a text. What a broken file has besides is guesswork, so its syntax alone is told.
pub(super) fn parsed<'t>(text: &'t str, findings: &mut Findings<'_>) -> Option<Spanned<DeTable<'t>>> {
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        findings.add(error.span().map_or(0, |span| span.start), format!("this is not TOML: {}", error.message()));
    }
    errors.is_empty().then_some(root)
}

fn meant(file: File, folder: &Path, findings: &mut Findings<'_>) -> Option<Config> {
    let ways = menu::ways(&file, findings);
    survey::check_choices(&file, &ways, findings);
    let site = site::site(section(file.site), findings);
    let config = Config {
        network: site::network(section(file.network), folder, findings),
        ways,
        rep_list: menu::rep_list(section(file.menu)),
        reps: menu::reps(section(file.rep), findings),
        issues: menu::issues(section(file.issue), site.dialect, findings),
        lists: menu::list_files(section(file.lists), folder, findings),
        session_key: menu::key_length(&section(file.session_key), findings),
        survey: survey::survey(section(file.survey), findings),
        download: launch::download(section(file.download), folder, findings),
        launch: launch::launch(section(file.launch), findings),
        kiosk: kiosk(section(file.kiosk)),
        look: look(&section(file.look), findings)?,
        site: site.meant?,
    };
    Some(config)
}

fn kiosk(written: schema::Kiosk) -> Kiosk {
    Kiosk {
        name: or(written.name, host_name),
        idle_warning: written.idle_warning.and_then(|time| time.into_inner().0),
        idle_grace: or(written.idle_grace, || IDLE_GRACE),
        staff_pin: written.staff_pin.map(Spanned::into_inner),
    }
}

fn host_name() -> Clean {
    let name = Clean::washed(&rustix::system::uname().nodename().to_string_lossy(), 64);
    if name.is_blank() { Clean::washed("kiosk", 64) } else { name }
}

fn look(written: &schema::Look, findings: &mut Findings<'_>) -> Option<Look> {
    let name = written.theme.as_ref().map_or("midnight", |theme| theme.get_ref());
    let theme = theme::named(name);
    if let (None, Some(theme)) = (theme, &written.theme) {
        let known: Vec<&str> = theme::THEMES.iter().map(|theme| theme.name).collect();
        findings.add(theme.span().start, format!("there is no theme \"{name}\": there is {}", listed(&known, '"')));
    }
    Some(Look { theme: theme?, glyphs: written.glyphs.as_ref().map_or(GlyphChoice::Auto, |glyphs| *glyphs.get_ref()) })
}

/// A section, empty if it is not there.
fn section<T: Default>(key: Key<T>) -> T {
    or(key, T::default)
}

/// A key's value, or what stands where it is left out.
fn or<T>(key: Key<T>, default: impl FnOnce() -> T) -> T {
    key.map_or_else(default, Spanned::into_inner)
}
