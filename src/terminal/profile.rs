//! What the terminal supports, judged only by environment variables. The terminal itself is never
//! queried, so there is no reply to wait for and none to forge (T9, T10).

use super::sequences::{self, UnknownSequences};
use crate::theme::Depth;

/// Longer values of `TERM` are ignored.
const MAX_NAME: usize = 64;

/// Terminals that erase with the current background and know every sequence that is sent, by the
/// first part of their names.
const LIKE_XTERM: &[&str] = &[
    "xterm",
    "tmux",
    "alacritty",
    "contour",
    "foot",
    "ghostty",
    "gnome",
    "iterm",
    "iterm2",
    "kitty",
    "konsole",
    "mintty",
    "ms",
    "putty",
    "rio",
    "rxvt",
    "st",
    "vte",
    "wezterm",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TerminalProfile {
    pub(crate) family: Family,
    /// How many colours it shows.
    pub(crate) depth: Depth,
    /// The characters that the locale allows.
    pub(crate) charset: Charset,
}

/// Terminals that behave alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// `dumb`, or `TERM` is not set: only the line-by-line mode works.
    Dumb,
    /// The VT series: few attributes, which can only be turned off all at once; no colour.
    Vt,
    /// The Linux console: sixteen colours, few symbols.
    Linux,
    /// xterm and compatible terminals.
    Xterm,
    /// GNU screen: erases with the default background.
    Screen,
    /// An unknown name: treated like xterm, but with sixteen colours and no assumption about the
    /// background of erased cells.
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Charset {
    Utf8,
    /// A different charset is named: ASCII is drawn as it is, the rest as the nearest ASCII
    /// character or `?` (and sent unchanged).
    Other,
}

impl TerminalProfile {
    /// `variable` looks up `TERM`, `COLORTERM`, `NO_COLOR`, `LC_ALL`, `LC_CTYPE` and `LANG`.
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name| variable(name).filter(|value| !value.is_empty());
        let term = set("TERM").unwrap_or_default();
        let family = Family::from_term(&term);
        let truecolor =
            set("COLORTERM").is_some_and(|value| value == "truecolor" || value == "24bit");
        let depth = if set("NO_COLOR").is_some() {
            Depth::None
        } else {
            depth(family, &term, truecolor)
        };
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set);
        Self {
            family,
            depth,
            charset: locale.map_or(Charset::Utf8, |locale| Charset::from_locale(&locale)),
        }
    }

    /// Whether only the line-by-line mode works.
    pub(crate) fn is_dumb(self) -> bool {
        self.family == Family::Dumb
    }

    /// Whether it draws symbols beyond ASCII: bars, rules, arrows, check marks.
    pub(crate) fn draws_symbols(self) -> bool {
        self.charset == Charset::Utf8
            && matches!(
                self.family,
                Family::Xterm | Family::Screen | Family::Unknown
            )
    }

    /// Whether erased cells take the current background ("background colour erase").
    pub(crate) fn erases_with_background(self) -> bool {
        matches!(self.family, Family::Xterm | Family::Linux)
    }

    /// Whether it may be sent synchronized updates, which hold the screen while a frame arrives.
    pub(crate) fn supports_synchronized_updates(self) -> bool {
        self.unknown_sequences() == UnknownSequences::Skipped
    }

    /// How it treats a sequence that it does not know.
    pub(crate) fn unknown_sequences(self) -> UnknownSequences {
        match self.family {
            Family::Xterm | Family::Screen | Family::Unknown => UnknownSequences::Skipped,
            Family::Dumb | Family::Linux | Family::Vt => UnknownSequences::Printed,
        }
    }

    /// The bytes that enter the full screen.
    pub(crate) fn entry(self) -> String {
        sequences::enter(self.unknown_sequences())
    }

    /// The bytes that set the modes of the full screen again.
    pub(crate) fn reset(self) -> String {
        sequences::reset(self.unknown_sequences())
    }
}

impl Family {
    fn from_term(term: &str) -> Self {
        if !is_name(term) {
            return Self::Unknown;
        }
        match term.split(['-', '.']).next().unwrap_or_default() {
            "" | "dumb" => Self::Dumb,
            "linux" => Self::Linux,
            "screen" => Self::Screen,
            name if LIKE_XTERM.contains(&name) => Self::Xterm,
            name if is_vt(name) => Self::Vt,
            _ => Self::Unknown,
        }
    }
}

/// Whether this is not a path and not too long.
fn is_name(term: &str) -> bool {
    term.len() <= MAX_NAME && !term.contains('/')
}

/// Matches `vt100`, `vt220` and similar names.
fn is_vt(name: &str) -> bool {
    name.strip_prefix("vt")
        .is_some_and(|number| number.starts_with(|c: char| c.is_ascii_digit()))
}

fn depth(family: Family, term: &str, truecolor: bool) -> Depth {
    let ends = |ending| is_name(term) && term.ends_with(ending);
    match family {
        Family::Dumb | Family::Vt => Depth::None,
        _ if ends("-mono") || ends("-m") => Depth::None,
        Family::Xterm | Family::Unknown if truecolor || ends("-direct") => Depth::True,
        // Inside screen, the variables are those of the outer terminal, which may support more than
        // screen passes on.
        Family::Xterm | Family::Screen | Family::Unknown if ends("-256color") => Depth::Palette,
        Family::Linux | Family::Xterm | Family::Screen | Family::Unknown => Depth::Sixteen,
    }
}

impl Charset {
    /// Parses a locale such as `de_DE.UTF-8@euro`. Without a charset it counts as UTF-8, except the
    /// C locale, which is ASCII.
    fn from_locale(locale: &str) -> Self {
        let before_modifier = locale.split('@').next().unwrap_or_default();
        match before_modifier.split_once('.') {
            Some((_, charset)) if charset.replace('-', "").eq_ignore_ascii_case("utf8") => {
                Self::Utf8
            }
            Some(_) => Self::Other,
            None if matches!(before_modifier, "C" | "POSIX") => Self::Other,
            None => Self::Utf8,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(variables: &[(&str, &str)]) -> TerminalProfile {
        TerminalProfile::from_variables(|name| {
            variables
                .iter()
                .find(|(variable, _)| *variable == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn t9_every_name_of_a_terminal_is_understood() {
        let four_kib = format!("{}-256color", "x".repeat(4096));
        for (term, family, depth) in [
            ("", Family::Dumb, Depth::None),
            ("dumb", Family::Dumb, Depth::None),
            ("vt100", Family::Vt, Depth::None),
            ("vt220", Family::Vt, Depth::None),
            ("linux", Family::Linux, Depth::Sixteen),
            ("xterm", Family::Xterm, Depth::Sixteen),
            ("xterm-mono", Family::Xterm, Depth::None),
            ("xterm-256color", Family::Xterm, Depth::Palette),
            ("xterm-direct", Family::Xterm, Depth::True),
            ("xterm-kitty", Family::Xterm, Depth::Sixteen),
            ("screen", Family::Screen, Depth::Sixteen),
            ("screen-256color", Family::Screen, Depth::Palette),
            ("screen.xterm-256color", Family::Screen, Depth::Palette),
            ("tmux-256color", Family::Xterm, Depth::Palette),
            ("vte-256color", Family::Xterm, Depth::Palette),
            // They get ANSI sequences, which neither supports.
            ("wyse60", Family::Unknown, Depth::Sixteen),
            ("vt52", Family::Vt, Depth::None),
            ("nonesuch", Family::Unknown, Depth::Sixteen),
            ("../../etc/passwd", Family::Unknown, Depth::Sixteen),
            (&four_kib, Family::Unknown, Depth::Sixteen),
        ] {
            let kind = kind(&[("TERM", term)]);
            assert_eq!(
                (kind.family, kind.depth),
                (family, depth),
                "TERM={term:.40}"
            );
            assert_eq!(kind.is_dumb(), family == Family::Dumb, "TERM={term:.40}");
        }
    }

    #[test]
    fn t9_colours_are_those_that_the_terminal_lets_through() {
        for (term, colorterm, depth) in [
            ("xterm-256color", "truecolor", Depth::True),
            ("xterm", "24bit", Depth::True),
            ("xterm", "yes", Depth::Sixteen),
            ("screen-256color", "truecolor", Depth::Palette),
            ("linux", "truecolor", Depth::Sixteen),
            ("vt100", "truecolor", Depth::None),
        ] {
            assert_eq!(
                kind(&[("TERM", term), ("COLORTERM", colorterm)]).depth,
                depth,
                "{term} {colorterm}"
            );
        }
    }

    #[test]
    fn t9_what_a_terminal_can_do_goes_by_its_family() {
        for (term, signs, background, hold) in [
            ("vt100", false, false, false),
            ("linux", false, true, false),
            ("xterm", true, true, true),
            ("tmux-256color", true, true, true),
            ("screen", true, false, true),
            ("nonesuch", true, false, true),
        ] {
            let kind = kind(&[("TERM", term)]);
            let can = (
                kind.draws_symbols(),
                kind.erases_with_background(),
                kind.supports_synchronized_updates(),
            );
            assert_eq!(can, (signs, background, hold), "{term}");
            // T14: a sequence that such a terminal would partly print is not sent.
            assert_eq!(
                kind.unknown_sequences() == UnknownSequences::Skipped,
                hold,
                "{term}"
            );
        }
    }

    #[test]
    fn t10_no_color_counts_unless_it_is_empty() {
        assert_eq!(
            kind(&[("TERM", "xterm"), ("NO_COLOR", "0")]).depth,
            Depth::None
        );
        assert_eq!(
            kind(&[("TERM", "xterm"), ("NO_COLOR", "")]).depth,
            Depth::Sixteen
        );
    }

    #[test]
    fn t10_the_first_locale_that_is_set_names_the_charset() {
        for (variables, charset) in [
            (&[][..], Charset::Utf8),
            (&[("LANG", "en_US.UTF-8")], Charset::Utf8),
            (&[("LANG", "de_DE.utf8@euro")], Charset::Utf8),
            (&[("LANG", "de_DE")], Charset::Utf8),
            (&[("LANG", "C.UTF-8")], Charset::Utf8),
            (&[("LANG", "C")], Charset::Other),
            (&[("LANG", "de_DE.ISO-8859-1")], Charset::Other),
            (
                &[
                    ("LC_ALL", ""),
                    ("LC_CTYPE", "ja_JP.eucJP"),
                    ("LANG", "ja_JP.UTF-8"),
                ],
                Charset::Other,
            ),
            (
                &[("LC_ALL", "POSIX"), ("LC_CTYPE", "ja_JP.UTF-8")],
                Charset::Other,
            ),
        ] {
            let kind = TerminalProfile {
                family: Family::Xterm,
                ..kind(variables)
            };
            assert_eq!(
                (kind.charset, kind.draws_symbols()),
                (charset, charset == Charset::Utf8),
                "{variables:?}"
            );
        }
    }
}
