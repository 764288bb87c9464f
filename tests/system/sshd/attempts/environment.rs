//! Variables and files that would steer the kiosk, a library or a shell before it.
//!
//! That none of them arrives is seen in what sshd ran, by strace: `sshd.rs`.

use super::How::{OnTerminal, Under};
use super::Seen::{Kiosk, Refused};
use super::{Attempt, attempt};
use support_kiosk::text::EN;

macro_rules! sent {
    ($name:literal, $value:literal) => {
        attempt(
            concat!("the variable ", $name),
            OnTerminal(&[
                "ssh",
                "-o",
                concat!("SetEnv=\"", $name, "=", $value, "\""),
                "desk",
            ]),
            Kiosk,
        )
    };
}

pub const ATTEMPTS: &[Attempt] = &[
    sent!("LD_PRELOAD", "@/x.so"),
    sent!("LD_LIBRARY_PATH", "@"),
    sent!("LD_AUDIT", "@/x.so"),
    sent!("GLIBC_TUNABLES", "glibc.malloc.check=3"),
    sent!("PATH", "@"),
    sent!("ENV", "@/env"),
    sent!("BASH_ENV", "@/env"),
    sent!("SHELL", "/bin/sh"),
    sent!("HOME", "@"),
    sent!("SUPPORT_KIOSK_CONFIG", "@/kiosk.toml"),
    sent!("XDG_CONFIG_HOME", "@"),
    sent!("XDG_RUNTIME_DIR", "@"),
    sent!("TMPDIR", "@"),
    sent!("TERMINFO", "@"),
    sent!("TERMCAP", "@/termcap"),
    sent!("DISPLAY", "198.51.100.1:0"),
    sent!("SSL_CERT_FILE", "@/ca.pem"),
    sent!("SSLKEYLOGFILE", "@/keys"),
    sent!("HTTPS_PROXY", "http://198.51.100.1:8080"),
    sent!("RUST_BACKTRACE", "full"),
    sent!("SSH_ORIGINAL_COMMAND", "sh"),
    sent!("SSH_AUTH_SOCK", "@/agent"),
    // Those that are let through, with what nobody would put there.
    sent!("LANG", "../../../../@"),
    sent!("LC_ALL", "$(touch @/taken)"),
    sent!("LC_CTYPE", "de_DE.ISO-8859-1"),
    sent!("LC_TELEPHONE", "(){ :;}; touch @/taken"),
    sent!("COLORTERM", "`touch @/taken`"),
    attempt(
        "a TERM that is a path",
        Under("../../../../etc/passwd"),
        Kiosk,
    ),
    attempt(
        "a TERM that is a command",
        Under("$(touch /tmp/taken)"),
        Kiosk,
    ),
    attempt(
        "a TERM of control characters",
        Under("\x1b]0;x\x07\x1b[2J\r\n"),
        Kiosk,
    ),
    attempt("a TERM of a format", Under("%n%n%n%s"), Kiosk),
    attempt(
        "a TERM with a variable behind a line break",
        Under("xterm\nLD_PRELOAD=/tmp/x.so"),
        Kiosk,
    ),
    attempt(
        "a TERM that can't be drawn on",
        Under("dumb"),
        Refused(EN.terminal.dumb),
    ),
    attempt(
        "a TERM of 4,096 characters",
        super::How::Tries(super::terminal::long_term),
        Kiosk,
    ),
];
