//! The catalogue of failures. Each entry has a code, an exit status, and what can be done about it.
//!
//! ```text
//! an error (connect, config) ──> Failure { fault, detail, site_words } ──> screen, `start`, JSON
//!                                  │       └─ words: text/LANG.toml, [failure.NAME]
//!                                  └─ causes ──> the log, with the code
//! ```
//!
//! Codes are stable, because staff know them by heart and write notes about them (D15). The letter
//! is the area: N network, X TLS, S site, F file, R run, P refused for safety, C config, I input.

use crate::clean::Clean;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Wrong use of the command line, or no terminal.
    Usage = 2,
    Input = 65,
    /// The site or network is unreachable, or the connection was cut or stalled.
    Unreachable = 69,
    /// An internal error of this program.
    Internal = 70,
    /// A file can't be created or written.
    CannotWrite = 73,
    /// The site answered, but not with a client.
    SiteRefused = 76,
    Safety = 77,
    Config = 78,
    /// The client can't run.
    CannotRun = 126,
}

/// What the person at the screen can do about a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Try again without changes.
    Retry,
    /// Type or choose something else.
    Change,
    /// Nothing at this screen; staff must help.
    Staff,
}

macro_rules! catalogue {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $exit:ident, $remedy:ident;)*) => {
        /// What can go wrong: one entry per cause.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Fault {
            $($(#[$doc])* $name,)*
        }

        impl Fault {
            /// All entries, in catalogue order.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The stable code that the screen, the JSON output and the log show.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The entry with this code, in upper or lower case.
            pub fn of_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|fault| fault.code().eq_ignore_ascii_case(code.trim()))
            }

            /// The exit status of a command that ends with this failure.
            pub fn exit(self) -> Exit {
                match self { $(Self::$name => Exit::$exit,)* }
            }

            pub fn remedy(self) -> Remedy {
                match self { $(Self::$name => Remedy::$remedy,)* }
            }
        }
    };
}

catalogue! {
    /// The name service does not know the host.
    NameNotFound = "N1", Unreachable, Retry;
    /// The host refused the connection, or there is no route to it.
    NoConnection = "N2", Unreachable, Retry;
    /// No connection within `network.connect_timeout`.
    ConnectTimeout = "N3", Unreachable, Retry;
    /// Connected, then silent for `network.stall_timeout`.
    Stalled = "N4", Unreachable, Retry;
    /// Under 1 KiB/s for 30 seconds (D8).
    TooSlow = "N5", Unreachable, Retry;
    /// Not done within `network.total_timeout`.
    TotalTimeout = "N6", Unreachable, Retry;
    /// The connection ended before the response was complete.
    CutShort = "N7", Unreachable, Retry;
    /// The response is not HTTP.
    Garbled = "N8", Unreachable, Retry;
    /// Status 511: the network requires a sign-in first.
    NetworkSignIn = "N9", Unreachable, Staff;
    /// No connection to `network.proxy`: unknown name, refused, or no route.
    ProxyUnreachable = "N10", Unreachable, Retry;
    /// No tunnel through `network.proxy` within `network.connect_timeout`.
    ProxyTimeout = "N11", Unreachable, Retry;
    /// Status 407: `network.proxy` requires a user and password, or other ones.
    ProxySignIn = "N12", Unreachable, Staff;
    /// `network.proxy` opened no tunnel: it refused, could not reach the site, or sent something
    /// else.
    ProxyRefused = "N13", Unreachable, Retry;
    /// The name service does not answer or can't be reached, so it is not known whether the host
    /// exists.
    NameServiceSilent = "N14", Unreachable, Retry;
    /// The connection ended during the TLS handshake; nothing was sent over it.
    HandshakeCut = "N15", Unreachable, Retry;

    /// The site's certificate has expired, according to this machine's clock.
    CertificateExpired = "X1", Safety, Staff;
    /// The site's certificate is not valid yet, according to this machine's clock.
    CertificateNotYetValid = "X2", Safety, Staff;
    /// The certificate is for another host.
    CertificateWrongHost = "X3", Safety, Staff;
    /// The certificate is not signed by an authority that this machine trusts.
    CertificateUnknownAuthority = "X4", Safety, Staff;
    /// The port does not speak TLS.
    NotTls = "X5", Safety, Staff;
    /// Any other failure of the TLS handshake.
    TlsFailed = "X6", Safety, Staff;

    /// The site answered a session by representative or survey with a page.
    Refused = "S1", SiteRefused, Change;
    /// The site answered a session key with a page, or with a 4xx status that may concern the key.
    KeyRefused = "S2", SiteRefused, Change;
    /// Any other 4xx status.
    SiteRejected = "S3", SiteRefused, Change;
    /// A 5xx status.
    SiteBroken = "S4", SiteRefused, Retry;
    /// Status 429, 503, 408 or 425: the site is busy.
    SiteBusy = "S5", SiteRefused, Retry;
    /// A status that does not fit this request (204, 206, 304, ...).
    OddStatus = "S6", SiteRefused, Retry;
    /// Status 200 with an empty body.
    EmptyAnswer = "S7", SiteRefused, Retry;
    /// As `Refused`, but the page may not come from the site (D4).
    RefusedWithoutSign = "S8", SiteRefused, Change;
    /// As `KeyRefused`, but the page may not come from the site (D4).
    KeyRefusedWithoutSign = "S9", SiteRefused, Change;

    /// There is no directory to store the client in.
    NoFolder = "F1", CannotWrite, Staff;
    /// The disk, or a disk quota, is full.
    DiskFull = "F2", CannotWrite, Staff;
    /// A file could not be written for another reason.
    CannotWrite = "F3", CannotWrite, Staff;
    /// The target of `--save` or the directory of `--output` is missing or not a directory.
    NoSaveFolder = "F4", CannotWrite, Change;
    /// The file of `--output` exists, or all numbered names of `--save` do.
    FileExists = "F5", CannotWrite, Change;
    /// The directory is on a disk that is mounted noexec.
    FolderNotExecutable = "F6", CannotRun, Staff;

    /// The client could not be started.
    CannotStart = "R1", CannotRun, Staff;
    /// The client needs a display, and there is none.
    NoDisplay = "R2", CannotRun, Staff;
    /// The client, or the command that runs it, needs a program that is not installed.
    MissingInterpreter = "R3", CannotRun, Staff;
    /// The client exited immediately with a non-zero status.
    ClientFailed = "R4", CannotRun, Retry;
    /// The client was killed by a signal immediately after its start.
    ClientKilled = "R5", CannotRun, Retry;
    /// An internal error that should never happen.
    Internal = "R9", Internal, Retry;

    /// A redirect to a host that this kiosk may not contact.
    RedirectRefused = "P1", Safety, Staff;
    /// The file is larger than `download.max_size`.
    TooBig = "P2", Safety, Staff;
    /// A kind of file that is not listed in `download.accept`.
    WrongKind = "P3", Safety, Staff;
    /// A program for another processor architecture.
    WrongArchitecture = "P4", Safety, Staff;
    /// An incomplete program file, according to its own headers.
    BrokenProgram = "P5", Safety, Retry;
    /// A redirect to a sign-in page.
    SignInWanted = "P6", Safety, Staff;
    /// A redirect to an address that was already visited.
    RedirectInCircle = "P7", Safety, Staff;

    BadConfig = "C1", Config, Staff;
    /// `network.ca_file` can't be read, or contains something that is not a certificate.
    BadCaFile = "C2", Config, Staff;
    /// `network.proxy` is `"environment"`, and the environment names a proxy that can't be used.
    BadProxy = "C3", Config, Staff;
    /// Status 404 to a request in dialect `connector`, which current sites do not support.
    WrongDialect = "C4", SiteRefused, Staff;

    /// A value has more characters than the site accepts.
    TooLong = "I1", Input, Change;
    /// A required value is missing.
    Missing = "I2", Input, Change;
    /// A value for a field that does not belong to this way.
    FieldOfOtherWay = "I3", Input, Change;
    /// A character that can't be shown or sent.
    BadCharacter = "I4", Input, Change;
    /// Not a valid session key by the rules of the config.
    BadKey = "I5", Input, Change;
    /// No representative with this id in the config or its lists, or one who is absent.
    UnknownRep = "I6", Input, Change;
    /// No issue with this number or code name in the config or its lists.
    UnknownIssue = "I7", Input, Change;
    /// There is no general queue, so an issue must be chosen.
    NoGeneralQueue = "I8", Input, Change;
    /// The request does not fit into a link.
    TooLongForLink = "I9", Input, Change;
}

/// One failure: the catalogue entry and the details of this case.
///
/// Contains nothing that a customer typed, and no URL with its query (D15).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{}", fault.code(), detail.as_ref().map(|d| format!(": {d}")).unwrap_or_default())]
pub struct Failure {
    pub fault: Fault,
    /// The subject: a host, a field and its limit, a directory. Shown after the customer's
    /// sentence.
    pub detail: Option<Clean>,
    /// The site's own words, cleaned and cut short.
    pub site_words: Option<Clean>,
    /// The underlying errors of libraries and the system, only for the log.
    pub causes: Option<Clean>,
}

/// The maximum length of a detail or of the site's words, in characters.
const MAX_TEXT: usize = 200;

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self {
            fault,
            detail: None,
            site_words: None,
            causes: None,
        }
    }
}

impl Failure {
    /// A failure with its subject.
    pub fn with_subject(fault: Fault, detail: &str) -> Self {
        Self {
            detail: Some(Clean::sanitized(detail, MAX_TEXT)),
            ..fault.into()
        }
    }

    /// A failure with the site's words, if it sent any.
    pub fn with_site_text(fault: Fault, words: &str) -> Self {
        let words = Clean::sanitized(words, MAX_TEXT);
        Self {
            site_words: (!words.is_blank()).then_some(words),
            ..fault.into()
        }
    }

    /// Adds the causes for the log: words of libraries and the system, without URLs and without
    /// anything that a customer typed.
    #[must_use]
    pub(crate) fn because(self, causes: &str) -> Self {
        let causes = Clean::sanitized(causes, MAX_TEXT);
        Self {
            causes: (!causes.is_blank()).then_some(causes),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn d15_every_code_is_used_once_and_its_letter_tells_whose_it_is() {
        let mut seen = HashSet::new();
        for fault in Fault::ALL {
            let code = fault.code();
            assert!(seen.insert(code), "{code} is used twice");
            let number: Option<u8> = code[1..].parse().ok();
            assert!(
                "NXSFRPCI".contains(&code[..1]) && number.is_some_and(|number| number > 0),
                "{code}"
            );
        }
    }

    #[test]
    fn d15_a_sites_words_are_washed_and_cut_short() {
        let failure = Failure::with_site_text(
            Fault::Refused,
            &format!("Gone\u{1B}[2J {}", "x".repeat(10_000)),
        );
        let words = failure.site_words.expect("words");
        assert!(words.as_str().starts_with("Gone[2J x") && words.count() == MAX_TEXT);
        assert_eq!(
            Failure::with_site_text(Fault::Refused, " \n").site_words,
            None
        );
    }
}
