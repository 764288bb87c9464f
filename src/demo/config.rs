//! The demo's desk: its config is TOML like any other, so that `demo` shows what a config can do.

use std::io;
use std::net::SocketAddr;

use crate::config::Config;

/// The session key that the site knows; it takes any other for one that is over.
pub const KEY: &str = "4710938";

/// The representative who is away: `Rowan Ashby (away)` in `desk.toml`.
pub(super) const AWAY: u64 = 27;

const DESK: &str = include_str!("desk.toml");

/// The demo's config, for a site that listens at `address`.
///
/// Errors: `InvalidData`, were there something wrong with the text that is compiled in.
pub(super) fn at(address: SocketAddr) -> io::Result<Config> {
    let text = DESK.replace("{url}", &format!("http://{address}"));
    interim::from_text(&text).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "the demo's config"))
}

/// Until the config's own reader is there.
mod interim {
    use std::time::Duration;

    use toml::{Table, Value};

    use crate::clean::Clean;
    use crate::config::{
        Config, Dialect, Download, GlyphChoice, Kind, Kiosk, Launch, Look, Method, Network, Site, Survey, SurveyMenu, Way,
    };
    use crate::session::{CodeName, Id, Issue, IssueRef, KeyLength, Rep, SurveyForm};
    use crate::theme::THEMES;

    fn text_of(table: &Table, key: &str) -> Option<Clean> {
        table.get(key).and_then(Value::as_str).and_then(|text| Clean::line(text).ok())
    }

    fn id_of(table: &Table) -> Option<Id> {
        Id::new(u64::try_from(table.get("id")?.as_integer()?).ok()?)
    }

    fn tables(table: &Table, key: &str) -> Vec<Table> {
        table.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(|v| v.as_table().cloned()).collect()
    }

    fn issue(table: &Table) -> Option<Issue> {
        let id = id_of(table)?;
        let code = text_of(table, "code_name").and_then(|text| CodeName::new(text.as_str()));
        let reference = code.map_or(IssueRef::Id(id), |code| IssueRef::Both(id, code));
        Some(Issue { reference, name: text_of(table, "name")?, description: text_of(table, "description") })
    }

    fn rep(table: &Table) -> Option<Rep> {
        let languages = table.get("languages").and_then(Value::as_array).into_iter().flatten();
        Some(Rep {
            id: id_of(table)?,
            name: text_of(table, "name")?,
            title: text_of(table, "title"),
            team: text_of(table, "team"),
            languages: languages.filter_map(Value::as_str).filter_map(|text| Clean::line(text).ok()).collect(),
            available: true,
        })
    }

    pub(super) fn from_text(text: &str) -> Option<Config> {
        let table: Table = text.parse().ok()?;
        let site = table.get("site")?.as_table()?;
        Some(Config {
            site: Site {
                name: text_of(site, "name")?,
                url: site.get("url")?.as_str()?.parse().ok()?,
                dialect: Dialect::Connector,
                path: "/download_customer_connector.ns".to_owned(),
                method: Method::Auto,
                platform: None,
                user_agent: "support-kiosk".to_owned(),
                contact: text_of(site, "contact"),
            },
            network: Network {
                ca_file: None,
                redirect_hosts: Vec::new(),
                connect_timeout: Duration::from_secs(15),
                stall_timeout: Duration::from_secs(20),
                total_timeout: Duration::from_secs(900),
                retries: 2,
            },
            ways: vec![Way::Rep, Way::Key, Way::Survey],
            reps: tables(&table, "rep").iter().filter_map(rep).collect(),
            issues: tables(&table, "issue").iter().filter_map(issue).collect(),
            session_key: KeyLength::default(),
            survey: Survey { menu: SurveyMenu::Issues, general_queue: true, form: SurveyForm::default() },
            download: Download { folder: None, max_size: 200 << 20, accept: vec![Kind::Elf, Kind::Script] },
            launch: Launch { command: vec!["{client}".to_owned()], environment: Vec::new(), needs_display: false },
            kiosk: Kiosk { name: Clean::line("demo").ok()?, idle_warning: None, idle_grace: Duration::from_secs(30) },
            look: Look { theme: &THEMES[0], glyphs: GlyphChoice::Auto },
        })
    }
}
