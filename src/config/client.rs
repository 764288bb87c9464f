//! `[download]` and `[launch]`: which files are accepted as a client, and how the client is run.

use std::path::PathBuf;

/// Where the client is stored, and which files are accepted as a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DownloadConfig {
    /// The directory in which each visit's own directory is created. `None`: the system's.
    pub folder: Option<PathBuf>,
    /// In bytes.
    pub max_size: u64,
    /// The file kinds that are accepted as a client.
    pub accept: Vec<FileKind>,
}

/// A kind of file that can be a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// Linux and other Unixes.
    Elf,
    /// `#!`
    Script,
    /// A Linux desktop entry that is also a shell script.
    Desktop,
    /// Windows.
    Pe,
    /// Windows Installer.
    Msi,
    /// macOS.
    MachO,
    /// macOS disk image.
    Dmg,
    /// A zip archive with an app in it.
    Zip,
}

/// How the client is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaunchConfig {
    pub mode: Mode,
    pub command: LaunchCommand,
    /// The environment variables that are passed on to the client.
    pub environment: Vec<String>,
    /// Fixed variables: names and values. Each replaces one of the same name from `environment`.
    pub set: Vec<(String, String)>,
    pub home: ClientHome,
    pub needs_display: bool,
    /// What happens to a running client when the customer leaves or the connection drops.
    pub when_left: WhenLeft,
    /// Whether it is a terminal program, which uses the kiosk's terminal while it runs. It gets the
    /// terminal type from `TERM`, if `environment` lists that.
    pub foreground: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LaunchCommand {
    /// The client itself, or the interpreter that its kind needs.
    ByKind,
    /// A fixed command for every kind. `{client}` is replaced by the client's path. Never empty;
    /// never passed to a shell.
    Fixed(Vec<String>),
}

impl LaunchCommand {
    pub(crate) const CLIENT: &'static str = "{client}";

    /// The operator's program that runs the client. `None` if the client runs by itself or by kind.
    pub(crate) fn program(&self) -> Option<&str> {
        match self {
            Self::ByKind => None,
            Self::Fixed(arguments) => arguments
                .first()
                .map(String::as_str)
                .filter(|program| !program.contains(Self::CLIENT)),
        }
    }
}

/// What a session at this kiosk results in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Runs the client if possible; otherwise the customer gets a link.
    Auto,
    /// Runs the client.
    Run,
    /// Saves the client as a file.
    Save,
    /// No client is requested: the customer gets a link.
    Link,
}

/// The client's `HOME` directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientHome {
    /// A new directory for this visit, removed at its end.
    Private,
    /// The home directory of the account that runs the kiosk.
    User,
}

/// What happens to a running client when the customer leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenLeft {
    /// The client is ended, with its whole process tree (K6).
    End,
    /// It continues.
    Keep,
}
