//! The config as written: every section and key with its type.
//!
//! Only types are declared here. [`super::validate`] decides what values mean together and fills in
//! defaults.

use std::path::PathBuf;
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::decode::{ByteSize, FromToml, KeyPath, Label, OrOff, Table, one_of, sections, words};
use super::diagnostics::Diagnostics;
use super::{
    BadRows, ClientHome, Dialect, FileKind, GlyphChoice, Method, Mode, Proxy, ProxyAddress,
    RepListShown, SurveyMenu, WhenLeft,
};
use crate::clean::Clean;
use crate::pin::PinHash;
use crate::ways::{self, Way};

sections! {
    /// The whole file.
    ConfigFile needs [] {
        site: SiteSection,
        network: NetworkSection,
        menu: MenuSection,
        rep: Vec<Spanned<RepEntry>>,
        issue: Vec<Spanned<IssueEntry>>,
        lists: ListsSection,
        [code_sections()] => codes: CodeSection;
        survey: SurveySection,
        session: SessionSection,
        download: DownloadSection,
        launch: LaunchSection,
        kiosk: KioskSection,
        look: LookSection,
        log: LogSection,
    }

    /// `[site]`
    SiteSection needs [url] {
        name: Clean,
        url: String,
        dialect: OrInvalid<Dialect>,
        path: String,
        method: Method,
        platform: Clean,
        user_agent: String,
        contact: Clean,
        handoff_url: String,
        parameter: Vec<Spanned<ParameterEntry>>,
    }

    /// `[[site.parameter]]`
    ParameterEntry needs [name, value] {
        name: Clean,
        value: String,
        ways: Vec<Spanned<Way>>,
    }

    /// `[network]`
    NetworkSection needs [] {
        ca_file: PathBuf,
        proxy: Proxy,
        redirect_hosts: Vec<Spanned<String>>,
        connect_timeout: Duration,
        stall_timeout: Duration,
        total_timeout: Duration,
        retries: u64,
    }

    /// `[menu]`
    MenuSection needs [] {
        ways: Vec<Spanned<Way>>,
        rep_list: RepListShown,
    }

    /// `[[rep]]`
    RepEntry needs [id, name] {
        id: u64,
        name: Clean,
        title: Clean,
        team: Clean,
        languages: Vec<Spanned<Clean>>,
        available: bool,
    }

    /// `[[issue]]`
    IssueEntry needs [name] {
        id: u64,
        code_name: String,
        name: Clean,
        description: Clean,
    }

    /// `[session_key]` and its like: a section for each way that takes a code
    CodeSection needs [] {
        min_length: u64,
        max_length: u64,
        characters: String,
        skip_confirm: bool,
    }

    /// `[survey]`
    SurveySection needs [] {
        menu: SurveyMenu,
        general_queue: bool,
        name: FieldSection,
        company: FieldSection,
        company_code: FieldSection,
        description: FieldSection,
        external_key: FieldSection,
    }

    /// `[survey.name]` and the other fields
    FieldSection needs [] {
        label: Label,
        required: bool,
        hidden: bool,
        default: String,
        ways: Vec<Spanned<Way>>,
    }

    /// `[download]`
    DownloadSection needs [] {
        folder: PathBuf,
        max_size: ByteSize,
        accept: Vec<Spanned<FileKind>>,
    }

    /// `[launch]`
    LaunchSection needs [] {
        mode: Mode,
        command: Vec<Spanned<String>>,
        environment: Vec<Spanned<String>>,
        set: Table<String>,
        home: ClientHome,
        needs_display: bool,
        when_left: WhenLeft,
        foreground: bool,
    }

    /// `[kiosk]`
    KioskSection needs [] {
        name: Clean,
        lockdown: bool,
        idle_warning: OrOff,
        idle_grace: Duration,
        staff_pin: PinHash,
    }

    /// `[look]`
    LookSection needs [] {
        theme: String,
        glyphs: GlyphChoice,
    }

    /// `[log]`
    LogSection needs [] {
        to: LogTo,
        file: PathBuf,
    }

    /// `[lists]`
    ListsSection needs [] {
        reps: PathBuf,
        issues: PathBuf,
        bad_rows: BadRows,
        min_rows: u64,
    }

    /// `[session]`
    SessionSection needs [] {
        max_time: OrOff,
    }
}

/// The sections of the ways that take a code.
fn code_sections() -> Vec<&'static str> {
    ways::codes().map(|way| way.section).collect()
}

#[derive(Clone, Copy)]
pub(super) enum LogTo {
    Journald,
    /// The file in `log.file`.
    File,
    None,
}

impl FromToml for Way {
    fn read(
        value: &Spanned<DeValue<'_>>,
        name: &KeyPath<'_>,
        findings: &mut Diagnostics<'_>,
    ) -> Option<Self> {
        let known: Vec<_> = ways::ALL.iter().map(|way| (way.name(), *way)).collect();
        one_of(value, name, &known, findings)
    }
}

/// A value on which the meaning of others depends. `None` if it is wrong, which is reported.
pub(super) struct OrInvalid<T>(pub(super) Option<T>);

impl<T: FromToml> FromToml for OrInvalid<T> {
    fn read(
        value: &Spanned<DeValue<'_>>,
        name: &KeyPath<'_>,
        findings: &mut Diagnostics<'_>,
    ) -> Option<Self> {
        Some(Self(T::read(value, name, findings)))
    }
}

words! {
    Dialect { "connector" => Connector, "start-session" => StartSession, }
    Method { "auto" => Auto, "get" => Get, "post" => Post, }
    RepListShown { "all" => All, "search" => Search, }
    SurveyMenu { "issues" => Issues, "reps" => Reps, "none" => None, }
    FileKind {
        "elf" => Elf, "script" => Script, "desktop" => Desktop, "pe" => Pe, "msi" => Msi, "macho" => MachO, "dmg" => Dmg,
        "zip" => Zip,
    }
    BadRows { "skip" => Skip, "refuse" => Refuse, }
    Mode { "auto" => Auto, "run" => Run, "save" => Save, "link" => Link, }
    WhenLeft { "end" => End, "keep" => Keep, }
    ClientHome { "private" => Private, "user" => User, }
    GlyphChoice { "auto" => Auto, "unicode" => Unicode, "ascii" => Ascii, }
    LogTo { "journald" => Journald, "file" => File, "none" => None, }
}

impl FromToml for Proxy {
    fn read(
        value: &Spanned<DeValue<'_>>,
        name: &KeyPath<'_>,
        findings: &mut Diagnostics<'_>,
    ) -> Option<Self> {
        match String::read(value, name, findings)?.as_str() {
            "none" => Some(Self::None),
            "environment" => Some(Self::Environment),
            url => match ProxyAddress::parse(url) {
                Ok(address) => Some(Self::At(address)),
                Err(why) => {
                    findings.add(value.span().start, format!("`{name}` {why}"));
                    None
                }
            },
        }
    }
}

impl FromToml for PinHash {
    fn read(
        value: &Spanned<DeValue<'_>>,
        name: &KeyPath<'_>,
        findings: &mut Diagnostics<'_>,
    ) -> Option<Self> {
        let hash = Self::parse(&String::read(value, name, findings)?);
        hash.map_err(|problem| findings.add(value.span().start, format!("`{name}` {problem}")))
            .ok()
    }
}

/// Reads the file from its parsed text. A missing key is `None`; a key of the wrong type too, which
/// is reported.
pub(super) fn read(root: Spanned<DeTable<'_>>, findings: &mut Diagnostics<'_>) -> ConfigFile {
    if !root.get_ref().contains_key("site") {
        findings.add(
            0,
            "`[site]` with its `url` is missing: write the site's address there",
        );
    }
    let root = Spanned::new(root.span(), DeValue::Table(root.into_inner()));
    ConfigFile::read(&root, &KeyPath::FILE, findings).unwrap_or_default()
}
