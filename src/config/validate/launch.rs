//! `[download]` and `[launch]`: where the client is stored, which files are accepted, and how it is
//! run.

use std::path::Path;

use toml::Spanned;

use super::value_or;
use crate::clean::Clean;
use crate::config::decode::{Keyed, Table};
use crate::config::diagnostics::Diagnostics;
use crate::config::{
    ClientHome, DownloadConfig, FileKind, LaunchCommand, LaunchConfig, Mode, WhenLeft, schema,
};

/// 200 MiB.
const MAX_SIZE: u64 = 200 << 20;

/// The variables without which a client can't open a window.
const ENVIRONMENT: [&str; 4] = [
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "XDG_RUNTIME_DIR",
];

pub(super) fn download(
    raw: schema::DownloadSection,
    folder: &Path,
    findings: &mut Diagnostics<'_>,
) -> DownloadConfig {
    DownloadConfig {
        folder: raw.folder.map(|kept| folder.join(kept.into_inner())),
        max_size: raw.max_size.map_or(MAX_SIZE, |size| size.into_inner().0),
        accept: accept(raw.accept, findings),
    }
}

fn accept(raw: Keyed<Vec<Spanned<FileKind>>>, findings: &mut Diagnostics<'_>) -> Vec<FileKind> {
    let Some(raw) = raw else {
        return native_kinds();
    };
    if raw.get_ref().is_empty() {
        findings.add(
            raw.span().start,
            "`download.accept` is empty: name a kind, or remove the line",
        );
    }
    raw.into_inner()
        .into_iter()
        .map(Spanned::into_inner)
        .collect()
}

fn native_kinds() -> Vec<FileKind> {
    if cfg!(target_os = "macos") {
        vec![FileKind::MachO, FileKind::Script]
    } else {
        vec![FileKind::Elf, FileKind::Script, FileKind::Desktop]
    }
}

pub(super) fn launch(
    raw: schema::LaunchSection,
    locked: bool,
    findings: &mut Diagnostics<'_>,
) -> LaunchConfig {
    if let Some(foreground) = raw
        .foreground
        .as_ref()
        .filter(|foreground| locked && *foreground.get_ref())
    {
        let message = "`launch.foreground` = true is not possible in lockdown: the client would get the kiosk's terminal";
        findings.add(foreground.span().start, message);
    }
    if let Some(left) = raw
        .when_left
        .as_ref()
        .filter(|left| locked && *left.get_ref() == WhenLeft::Keep)
    {
        let message = "`launch.when_left` = \"keep\" is not possible in lockdown: a session ends when its visitor leaves";
        findings.add(left.span().start, message);
    }
    let foreground = raw
        .foreground
        .as_ref()
        .is_some_and(|foreground| *foreground.get_ref());
    if let Some(left) = raw
        .when_left
        .as_ref()
        .filter(|left| foreground && !locked && *left.get_ref() == WhenLeft::Keep)
    {
        let message = "`launch.when_left` = \"keep\" can't be had with `launch.foreground`: without the kiosk the client would \
                       share the terminal with the shell";
        findings.add(left.span().start, message);
    }
    LaunchConfig {
        mode: value_or(raw.mode, || Mode::Auto),
        command: raw.command.map_or(LaunchCommand::ByKind, |command| {
            checked_command(command, findings)
        }),
        environment: raw.environment.map_or_else(
            || ENVIRONMENT.map(str::to_owned).to_vec(),
            |names| checked_environment(names, findings),
        ),
        set: raw
            .set
            .map_or_else(Vec::new, |set| checked_set(set.into_inner(), findings)),
        home: value_or(raw.home, || {
            if locked {
                ClientHome::Private
            } else {
                ClientHome::User
            }
        }),
        needs_display: value_or(raw.needs_display, || true),
        when_left: value_or(raw.when_left, || {
            if locked || foreground {
                WhenLeft::End
            } else {
                WhenLeft::Keep
            }
        }),
        foreground,
    }
}

fn checked_command(
    command: Spanned<Vec<Spanned<String>>>,
    findings: &mut Diagnostics<'_>,
) -> LaunchCommand {
    match command.get_ref().first() {
        None => {
            let message =
                "`launch.command` is empty: name what runs the client, or remove the line";
            findings.add(command.span().start, message);
        }
        Some(program)
            if program.get_ref() == LaunchCommand::CLIENT
                || Path::new(program.get_ref()).is_absolute() => {}
        Some(program) => {
            let message = "`launch.command` must begin with \"{client}\", or with a program's absolute path, such as \"/usr/bin/env\"";
            findings.add(program.span().start, message);
        }
    }
    for part in command.get_ref() {
        if let Err(refused) = Clean::line(part.get_ref()) {
            findings.add_refused(part.span(), "launch.command", refused);
        }
    }
    LaunchCommand::Fixed(
        command
            .into_inner()
            .into_iter()
            .map(Spanned::into_inner)
            .collect(),
    )
}

fn checked_environment(
    names: Spanned<Vec<Spanned<String>>>,
    findings: &mut Diagnostics<'_>,
) -> Vec<String> {
    for name in names.get_ref() {
        check_variable(name, "launch.environment", findings);
    }
    names
        .into_inner()
        .into_iter()
        .map(Spanned::into_inner)
        .collect()
}

fn checked_set(set: Table<String>, findings: &mut Diagnostics<'_>) -> Vec<(String, String)> {
    for (name, value) in &set.0 {
        check_variable(name, "launch.set", findings);
        if let Err(refused) = Clean::line(value.get_ref()) {
            findings.add_refused(
                value.span(),
                format!("launch.set.{}", name.get_ref()),
                refused,
            );
        }
    }
    set.0
        .into_iter()
        .map(|(name, value)| (name.into_inner(), value.into_inner()))
        .collect()
}

fn check_variable(name: &Spanned<String>, key: &str, findings: &mut Diagnostics<'_>) {
    let message = match name.get_ref().as_str() {
        "HOME" => format!("`{key}` can't name HOME: set `launch.home` to \"private\" or \"user\""),
        "TMPDIR" => format!("`{key}` can't name TMPDIR: it is always a directory of the visit"),
        name if !is_variable(name) => {
            format!(
                "`{key}` takes only names of variables, such as \"DISPLAY\": letters, digits and `_`"
            )
        }
        _ => return,
    };
    findings.add(name.span().start, message);
}

fn is_variable(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit())
        && !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}
