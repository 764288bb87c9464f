//! The whole program on a stage: a built-in site, a config for it, and a terminal.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use support_kiosk::demo::{DemoSite, ResponsePace};

use super::fixture::Fixture;
use super::pty::{Pty, Terminal};
use super::served::ask;

/// A built-in site, and a kiosk that is set up for it with a download folder of its own.
pub struct Stage {
    pub site: DemoSite,
    pub folder: Fixture,
}

impl Stage {
    pub fn new(pace: ResponsePace) -> Self {
        let site = DemoSite::start(SocketAddr::from(([127, 0, 0, 1], 0)), pace).expect("the site");
        let stage = Self {
            folder: Fixture::new(),
            site,
        };
        stage.write_config(&stage.site.address().to_string(), "");
        stage
    }

    pub fn write_config(&self, address: &str, more: &str) {
        let text = format!(
            "[site]\nname = \"Test Desk\"\nurl = \"http://{address}\"\ncontact = \"Call 555-0100.\"\n\
             [launch]\nneeds_display = false\nhome = \"private\"\n[download]\nfolder = \"{}\"\n[log]\nto = \"none\"\n\
             [[rep]]\nid = 1\nname = \"Dana Whitfield\"\n[[rep]]\nid = 2\nname = \"Daniel Okafor\"\n{more}\n",
            self.downloads().display()
        );
        self.folder.write_config(&text);
    }

    pub fn config(&self) -> std::path::PathBuf {
        self.folder.config()
    }

    pub fn downloads(&self) -> std::path::PathBuf {
        self.folder.downloads()
    }

    /// A command with this kiosk's config as its file.
    pub fn command_of(&self, word: &str) -> Command {
        let mut command = kiosk();
        command
            .arg(word)
            .arg(self.config())
            .env("SUPPORT_KIOSK_STATE", self.folder.path().join("state"));
        command
    }

    pub fn command(&self) -> Command {
        let mut command = kiosk();
        command
            .arg("--config")
            .arg(self.config())
            .env("SUPPORT_KIOSK_STATE", self.folder.path().join("state"));
        command
    }

    pub fn kiosk(&self) -> Pty {
        let mut pty = Pty::start(self.command(), 80, 24);
        pty.wait_for("How would you like to get help?");
        pty
    }

    /// A kiosk that has begun to download, slowly.
    pub fn downloading(&self, terminal: Terminal) -> Pty {
        let mut pty = Pty::start_on(terminal, self.command(), 80, 24);
        ask(&mut pty);
        pty.wait_for(" MB");
        pty
    }
}

/// A session that is met while it runs, which it is only after its first two seconds, and ends by
/// itself: on a busy machine a screen that stands for less may be gone before a test has looked.
pub const A_WHILE: ResponsePace = ResponsePace {
    download: Duration::from_millis(300),
    session: Duration::from_secs(8),
};
/// A session that runs until somebody ends it.
pub const LASTING: ResponsePace = ResponsePace {
    download: Duration::ZERO,
    session: Duration::from_secs(600),
};
/// Slow enough that a test comes in between.
pub const CRAWLING: ResponsePace = ResponsePace {
    download: Duration::from_secs(60),
    session: Duration::ZERO,
};

/// The program, in an environment of its own.
pub fn kiosk() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_support-kiosk"));
    command
        .env("TERM", "xterm-256color")
        .env("LANG", "C.UTF-8")
        .env_remove("NO_COLOR")
        .env_remove("LC_ALL")
        .env_remove("LC_CTYPE");
    command
}

/// Whether nothing is in a folder.
pub fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).expect("a folder").next().is_none()
}
