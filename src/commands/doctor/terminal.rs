//! The terminal that `doctor` runs on: its size, and what TERM and the locale say of it.

use ratatui::layout::Size;
use rustix::termios::tcgetwinsize;

use super::check::{Check, Subject};
use crate::terminal::kind::{Charset, Kind};

const SIZE: Subject = Subject { name: "screen", matters: "The kiosk is made for 80 columns and 24 rows, and needs 40 and 12." };
const KIND: Subject =
    Subject { name: "terminal", matters: "What the terminal can draw: signs and colours come with it, or are replaced." };

const LEAST: Size = Size::new(40, 12);
const WANTED: Size = Size::new(80, 24);

/// A larger console font makes the screen smaller, in columns.
const SMALLER_FONT: &str = "make the window larger or the letters smaller (packaging/README.md, the console font)";

/// Both, for a terminal of this size and kind. Without a size it is none.
pub(super) fn checks(size: Option<Size>, kind: Kind) -> Vec<Check> {
    vec![of_size(size), of_kind(kind)]
}

/// The size of the terminal on standard output, error or input, the first that is one.
pub(super) fn size() -> Option<Size> {
    let streams = [rustix::stdio::stdout(), rustix::stdio::stderr(), rustix::stdio::stdin()];
    let size = streams.into_iter().find_map(|stream| tcgetwinsize(stream).ok())?;
    Some(Size::new(size.ws_col, size.ws_row))
}

fn of_size(size: Option<Size>) -> Check {
    let Some(size) = size else { return SIZE.unknown("this is no terminal", "run this on the kiosk's own terminal") };
    if size.width == 0 || size.height == 0 {
        return SIZE
            .unknown("the terminal says no size: it is taken for one of 80x24", "stty columns 80 rows 24, with what is true");
    }
    let found = format!("{} columns, {} rows", size.width, size.height);
    let holds = |least: Size| size.width >= least.width && size.height >= least.height;
    match (holds(WANTED), holds(LEAST)) {
        (true, _) => SIZE.good(&found),
        (false, true) => SIZE.weak(&format!("{found}: texts scroll, and hints are fewer"), SMALLER_FONT),
        (false, false) => SIZE.broken(&format!("{found}: nothing but a notice fits"), SMALLER_FONT),
    }
}

fn of_kind(kind: Kind) -> Check {
    if kind.is_dumb() {
        return KIND.weak(
            "TERM is dumb or not set: no screen can be drawn",
            "set TERM to what the terminal is: linux, foot, xterm-256color",
        );
    }
    match kind.charset {
        Charset::Utf8 => KIND.good("TERM and the locale are known, UTF-8"),
        Charset::Other => KIND.weak("the locale names another charset than UTF-8: names are shown with ?", "set LANG=C.UTF-8"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::Grade::{Broken, Good, Unknown, Weak};
    use super::*;

    #[test]
    fn a_screen_is_good_from_80x24_and_broken_below_40x12() {
        for (size, grade) in [
            (Some((80, 24)), Good),
            (Some((200, 60)), Good),
            (Some((79, 24)), Weak),
            (Some((80, 23)), Weak),
            (Some((40, 12)), Weak),
            (Some((39, 12)), Broken),
            (Some((40, 11)), Broken),
            (Some((0, 0)), Unknown),
            (None, Unknown),
        ] {
            let check = of_size(size.map(Size::from));
            assert_eq!(check.grade, grade, "{size:?}: {check:?}");
        }
    }

    #[test]
    fn a_terminal_is_weak_where_it_draws_no_screen_or_not_every_name() {
        for (term, locale, grade) in [
            ("linux", "C.UTF-8", Good),
            ("xterm", "", Good),
            ("linux", "de_DE.ISO-8859-1", Weak),
            ("dumb", "C.UTF-8", Weak),
            ("", "", Weak),
        ] {
            let variable = |name: &str| match name {
                "TERM" => Some(term.to_owned()),
                "LANG" => Some(locale.to_owned()),
                _ => None,
            };
            let check = of_kind(Kind::from_variables(variable));
            assert_eq!(check.grade, grade, "{term} {locale}: {check:?}");
        }
    }
}
