//! The catalogue of what can go wrong: each entry a code, an exit status, and whether trying again can help.
//!
//! ```text
//! an error of a room (connect, config) ──> Failure { fault, detail, site_words } ──> screen, `start`, JSON: all the same code
//!                                           │       └─ words: text/LANG.toml, [failure.NAME]
//!                                           └─ causes ──> the log, under the code
//! ```
//!
//! A code is stable: staff know it by heart and notes are written about it (D15). The letter tells whose it is:
//! N network, X TLS, S site, F file, R run, P refused for safety, C config, I input.

use crate::clean::Clean;

/// Exit statuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Wrong use of the command line, or no terminal.
    Usage = 2,
    /// Input refused.
    Input = 65,
    /// Site or network out of reach, cut or stalled.
    Unreachable = 69,
    /// A fault of ours.
    Ours = 70,
    /// A file can't be made or written.
    CannotWrite = 73,
    /// The site answered, but not with a client.
    Answered = 76,
    /// Refused for safety.
    Safety = 77,
    /// The config.
    Config = 78,
    /// The client can't run.
    CannotRun = 126,
}

/// What the person at the screen can do about a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// The same again may work.
    Retry,
    /// Something else has to be typed or chosen.
    Change,
    /// Nothing at this screen helps: staff do.
    Staff,
}

macro_rules! catalogue {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $exit:ident, $remedy:ident;)*) => {
        /// What can go wrong, one entry a cause.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Fault {
            $($(#[$doc])* $name,)*
        }

        impl Fault {
            /// Every entry, in the order of the catalogue.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The stable code that the screen, the JSON and the log bear.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The entry with this code, as staff type it: in capitals or not.
            pub fn of_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|fault| fault.code().eq_ignore_ascii_case(code.trim()))
            }

            /// The exit status of a command that ends with it.
            pub fn exit(self) -> Exit {
                match self { $(Self::$name => Exit::$exit,)* }
            }

            /// What can be done about it.
            pub fn remedy(self) -> Remedy {
                match self { $(Self::$name => Remedy::$remedy,)* }
            }
        }
    };
}

catalogue! {
    /// The name service does not know the host.
    NameNotFound = "N1", Unreachable, Retry;
    /// The host refused the connection, or there is no way to it.
    NoConnection = "N2", Unreachable, Retry;
    /// No connection within `network.connect_timeout`.
    ConnectTimeout = "N3", Unreachable, Retry;
    /// Connected, and then silent for `network.stall_timeout`.
    Stalled = "N4", Unreachable, Retry;
    /// Under 1 KiB/s for 30 seconds (D8).
    TooSlow = "N5", Unreachable, Retry;
    /// Not done within `network.total_timeout`.
    TotalTimeout = "N6", Unreachable, Retry;
    /// The connection ended before the answer did.
    CutShort = "N7", Unreachable, Retry;
    /// What came back is no HTTP.
    Garbled = "N8", Unreachable, Retry;
    /// Status 511: the network wants a sign-in first.
    NetworkSignIn = "N9", Unreachable, Staff;
    /// No connection to `network.proxy`: its name is not known, it refused, or there is no way to it.
    ProxyUnreachable = "N10", Unreachable, Retry;
    /// No way through `network.proxy` within `network.connect_timeout`.
    ProxyTimeout = "N11", Unreachable, Retry;
    /// Status 407: `network.proxy` wants a user and password, or others.
    ProxySignIn = "N12", Unreachable, Staff;
    /// `network.proxy` opened no way to the site: it refused, could not reach it either, or answered with something else.
    ProxyRefused = "N13", Unreachable, Retry;
    /// The name service does not answer, or can't be reached: what it knows of the host is not known.
    NameServiceSilent = "N14", Unreachable, Retry;
    /// The connection ended within the TLS handshake; nothing was sent over it.
    HandshakeCut = "N15", Unreachable, Retry;

    /// The site's certificate has expired, by this machine's clock.
    CertificateExpired = "X1", Safety, Staff;
    /// The site's certificate is not valid yet, by this machine's clock.
    CertificateNotYetValid = "X2", Safety, Staff;
    /// The certificate is another host's.
    CertificateWrongHost = "X3", Safety, Staff;
    /// Nobody whom this machine trusts signed the certificate.
    CertificateUnknownAuthority = "X4", Safety, Staff;
    /// The port does not speak TLS.
    NotTls = "X5", Safety, Staff;
    /// Any other failure to agree on a safe connection.
    TlsFailed = "X6", Safety, Staff;

    /// The site answered a session by representative or survey with a page of its own.
    Refused = "S1", Answered, Change;
    /// The site answered a session key with a page of its own, or with a status 4xx that may mean the key.
    KeyRefused = "S2", Answered, Change;
    /// Any other status 4xx.
    SiteRejected = "S3", Answered, Change;
    /// Status 5xx.
    SiteBroken = "S4", Answered, Retry;
    /// Status 429 or 503, or 408 or 425: the site is busy.
    SiteBusy = "S5", Answered, Retry;
    /// A status that is no answer to this request (204, 206, 304, ...).
    OddStatus = "S6", Answered, Retry;
    /// Status 200 with nothing in it.
    EmptyAnswer = "S7", Answered, Retry;
    /// As `Refused`, by a page that may be another's than the site's (D4).
    RefusedWithoutSign = "S8", Answered, Change;
    /// As `KeyRefused`, by a page that may be another's than the site's (D4).
    KeyRefusedWithoutSign = "S9", Answered, Change;

    /// No folder to keep the client in.
    NoFolder = "F1", CannotWrite, Staff;
    /// The disk, or a quota on it, is full.
    DiskFull = "F2", CannotWrite, Staff;
    /// A file could not be written for another reason.
    CannotWrite = "F3", CannotWrite, Staff;
    /// `--save` into something that is no folder.
    NoSaveFolder = "F4", CannotWrite, Change;
    /// `--save` where a file of that name stands already.
    FileExists = "F5", CannotWrite, Change;
    /// The folder is on a disk from which nothing may run.
    FolderNotExecutable = "F6", CannotRun, Staff;

    /// The client could not be started.
    CannotStart = "R1", CannotRun, Staff;
    /// The client needs a display and there is none.
    NoDisplay = "R2", CannotRun, Staff;
    /// The client, or the command that runs it, needs a program that is not there.
    MissingInterpreter = "R3", CannotRun, Staff;
    /// The client ended as soon as it was started, with a status that is not 0.
    ClientFailed = "R4", CannotRun, Retry;
    /// The client was ended by a signal as soon as it was started.
    ClientKilled = "R5", CannotRun, Retry;
    /// Something that can't happen did.
    Internal = "R9", Ours, Retry;

    /// A redirect to where this kiosk may not go.
    RedirectRefused = "P1", Safety, Staff;
    /// More than `download.max_size`.
    TooBig = "P2", Safety, Staff;
    /// A file of a kind that `download.accept` does not name.
    WrongKind = "P3", Safety, Staff;
    /// A program for another kind of computer.
    WrongArchitecture = "P4", Safety, Staff;
    /// A file that is not whole, by what it says of its own parts.
    BrokenProgram = "P5", Safety, Retry;
    /// A redirect to a sign-in.
    SignInWanted = "P6", Safety, Staff;
    /// A redirect to an address that was asked before.
    RedirectInCircle = "P7", Safety, Staff;

    /// The config can't be read or has problems.
    BadConfig = "C1", Config, Staff;
    /// `network.ca_file` can't be read, or holds something that is no certificate.
    BadCaFile = "C2", Config, Staff;
    /// `network.proxy` is `"environment"`, and what the environment names is no proxy that can be used.
    BadProxy = "C3", Config, Staff;
    /// Status 404 to a request in dialect `connector`, which today's sites do not have.
    WrongDialect = "C4", Answered, Staff;

    /// A value has more characters than the site takes.
    TooLong = "I1", Input, Change;
    /// A value that the desk needs is not there.
    Missing = "I2", Input, Change;
    /// A value for a field that does not go with this way.
    FieldOfOtherWay = "I3", Input, Change;
    /// A character that can't be shown or sent.
    BadCharacter = "I4", Input, Change;
    /// No session key of this desk.
    BadKey = "I5", Input, Change;
    /// No representative with this id in the config or its lists, or one who is not available.
    UnknownRep = "I6", Input, Change;
    /// No issue with this number or code name in the config.
    UnknownIssue = "I7", Input, Change;
    /// The desk has no general queue: an issue must be chosen.
    NoGeneralQueue = "I8", Input, Change;
    /// The request does not fit into a link.
    TooLongForLink = "I9", Input, Change;
}

/// One failure: the entry of the catalogue and what belongs to this case of it.
///
/// Nothing in it was typed by a customer, and no URL has its query in it (D15).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{}", fault.code(), detail.as_ref().map(|d| format!(": {d}")).unwrap_or_default())]
pub struct Failure {
    /// The entry of the catalogue.
    pub fault: Fault,
    /// What it is about: a host, a field and its limit, a folder. Shown after the customer's sentence.
    pub detail: Option<Clean>,
    /// The site's own words about it, washed and cut short.
    pub site_words: Option<Clean>,
    /// The errors of libraries and of the system under it, for the log alone.
    pub causes: Option<Clean>,
}

/// The longest detail or saying of a site that is shown, in characters.
const WORDS_AT_MOST: usize = 200;

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self { fault, detail: None, site_words: None, causes: None }
    }
}

impl Failure {
    /// The failure, and what it is about.
    pub fn about(fault: Fault, detail: &str) -> Self {
        Self { detail: Some(Clean::washed(detail, WORDS_AT_MOST)), ..fault.into() }
    }

    /// The failure in the words of the site, if it had any.
    pub fn as_the_site_says(fault: Fault, words: &str) -> Self {
        let words = Clean::washed(words, WORDS_AT_MOST);
        Self { site_words: (!words.is_blank()).then_some(words), ..fault.into() }
    }

    /// The failure with the causes under it, for the log: words of libraries and of the system, in which no URL and nothing
    /// of a customer may be.
    #[must_use]
    pub fn because(self, causes: &str) -> Self {
        let causes = Clean::washed(causes, WORDS_AT_MOST);
        Self { causes: (!causes.is_blank()).then_some(causes), ..self }
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
            assert!(seen.insert(code), "{code} stands twice");
            let number: Option<u8> = code[1..].parse().ok();
            assert!("NXSFRPCI".contains(&code[..1]) && number.is_some_and(|number| number > 0), "{code}");
        }
    }

    #[test]
    fn d15_a_sites_words_are_washed_and_cut_short() {
        let failure = Failure::as_the_site_says(Fault::Refused, &format!("Gone\u{1B}[2J {}", "x".repeat(10_000)));
        let words = failure.site_words.expect("words");
        assert!(words.as_str().starts_with("Gone[2J x") && words.count() == WORDS_AT_MOST);
        assert_eq!(Failure::as_the_site_says(Fault::Refused, " \n").site_words, None);
    }
}
