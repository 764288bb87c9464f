//! The terminal that `doctor` runs on: its size, its type by TERM and locale, and whether virtual
//! terminals use UTF-8.

use ratatui::layout::Size;
use rustix::termios::tcgetwinsize;

use super::check::{Check, CheckInfo};
use super::machine::{MachineText, MachineView};
use crate::terminal::console::Console;
use crate::terminal::profile::{Charset, TerminalProfile};

const SIZE: CheckInfo = CheckInfo {
    name: "screen",
    why: "The kiosk is designed for 80 columns and 24 rows, and needs 40 and 12.",
};
const KIND: CheckInfo = CheckInfo {
    name: "terminal",
    why: "It decides which symbols and colours can be drawn; others are replaced.",
};

const CONSOLE: CheckInfo = CheckInfo {
    name: "console-utf8",
    why: "The kiosk sets its own virtual terminal to UTF-8, but keyboard and font are the machine's: letters beyond ASCII can turn into others.",
};

const LEAST: Size = Size::new(40, 12);
const WANTED: Size = Size::new(80, 24);

/// With a larger console font, the screen has fewer columns.
const SMALLER_FONT: &str =
    "make the window larger or the letters smaller (packaging/README.md, Large letters)";

const ON_THE_TERMINAL: &str = "run this on the kiosk's own terminal";

/// All checks for a terminal of this size and kind. Without a size it is not a terminal.
pub(super) fn checks(
    machine: &MachineView,
    size: Option<Size>,
    kind: TerminalProfile,
) -> Vec<Check> {
    let console = Console::detect(rustix::stdio::stdin());
    let is_utf8 = check_consoles(machine, console.as_ref().is_some_and(Console::is_byte_mode));
    let kind = if size.is_some() {
        check_profile(kind)
    } else {
        KIND.unknown("this is not a terminal", ON_THE_TERMINAL)
    };
    vec![check_size(size), kind, is_utf8]
}

/// The size of the first terminal among standard output, error and input.
pub(crate) fn size() -> Option<Size> {
    let streams = [
        rustix::stdio::stdout(),
        rustix::stdio::stderr(),
        rustix::stdio::stdin(),
    ];
    let size = streams
        .into_iter()
        .find_map(|stream| tcgetwinsize(stream).ok())?;
    Some(Size::new(size.ws_col, size.ws_row))
}

fn check_size(size: Option<Size>) -> Check {
    let Some(size) = size else {
        return SIZE.unknown("this is not a terminal", ON_THE_TERMINAL);
    };
    if size.width == 0 || size.height == 0 {
        return SIZE.unknown(
            "the terminal reports no size, so 80x24 is assumed",
            "stty columns 80 rows 24, with the real numbers",
        );
    }
    let found = format!("{} columns, {} rows", size.width, size.height);
    let holds = |least: Size| size.width >= least.width && size.height >= least.height;
    match (holds(WANTED), holds(LEAST)) {
        (true, _) => SIZE.good(&found),
        (false, true) => SIZE.weak(
            &format!("{found}: texts scroll, and there are fewer hints"),
            SMALLER_FONT,
        ),
        (false, false) => SIZE.broken(&format!("{found}: only a notice fits"), SMALLER_FONT),
    }
}

fn check_profile(kind: TerminalProfile) -> Check {
    if kind.is_dumb() {
        return KIND.weak(
            "TERM is dumb or not set: no screen can be drawn",
            "set TERM to what the terminal is: linux, foot, xterm-256color",
        );
    }
    match kind.charset {
        Charset::Utf8 => KIND.good("TERM and the locale are known, UTF-8"),
        Charset::Other => KIND.weak(
            "the locale's charset is not UTF-8: names are shown without marks or with ?",
            "set LANG=C.UTF-8",
        ),
    }
}

const CONSOLE_SETUP: &str = "/etc/default/console-setup";

/// If doctor runs on a virtual terminal, `sends_bytes` is whether its keyboard does not send UTF-8.
fn check_consoles(machine: &MachineView, sends_bytes: bool) -> Check {
    if !machine.has("/dev/tty0") {
        return CONSOLE.good("there are no virtual terminals");
    }
    let fix =
        "CHARMAP=\"UTF-8\" in /etc/default/console-setup, then setupcon; elsewhere unicode_start";
    if sends_bytes {
        return CONSOLE.weak("the keyboard of this terminal is not in UTF-8", fix);
    }
    if let MachineText::Text(off) = machine.read("/sys/module/vt/parameters/default_utf8")
        && off == "0"
    {
        return CONSOLE.weak(
            "off for every terminal: vt.default_utf8 is 0",
            "start the kernel without vt.default_utf8=0",
        );
    }
    match machine.read(CONSOLE_SETUP) {
        MachineText::Text(settings) => check_charmap(&settings, fix),
        MachineText::Missing => CONSOLE.good("UTF-8"),
        MachineText::Unreadable(why) => CONSOLE.unknown(&why, fix),
    }
}

/// The last assignment counts, as in the shell that reads the file.
fn check_charmap(settings: &str, fix: &str) -> Check {
    let value = settings
        .lines()
        .rev()
        .find_map(|line| line.trim().strip_prefix("CHARMAP="));
    match value.map(|value| value.trim_matches(['"', '\''])) {
        None | Some("" | "UTF-8") => CONSOLE.good("UTF-8"),
        Some("guess") => CONSOLE.unknown(
            &format!("CHARMAP in {CONSOLE_SETUP} is guessed from the locale"),
            fix,
        ),
        Some(other) => CONSOLE.weak(&format!("CHARMAP in {CONSOLE_SETUP} is {other}"), fix),
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::Severity::{Broken, Good, Unknown, Weak};
    use super::super::machine::fake::Thing::{Text, Unreadable};
    use super::super::machine::fake::machine;
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
            let check = check_size(size.map(Size::from));
            assert_eq!(check.grade, grade, "{size:?}: {check:?}");
        }
    }

    #[test]
    fn without_a_terminal_its_size_and_kind_are_unknown() {
        let kind = || TerminalProfile::from_variables(|_| None);
        let (_folder, machine) = machine(&[]);
        let grades = |size: Option<Size>| {
            checks(&machine, size, kind())
                .iter()
                .map(|check| check.grade)
                .collect::<Vec<_>>()
        };
        assert_eq!(grades(None), [Unknown, Unknown, Good]);
        assert_eq!(grades(Some(WANTED)), [Good, Weak, Good]);
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
            let check = check_profile(TerminalProfile::from_variables(variable));
            assert_eq!(check.grade, grade, "{term} {locale}: {check:?}");
        }
    }
    #[test]
    fn virtual_terminals_are_weak_where_they_are_not_in_utf_8() {
        let tty = || ("/dev/tty0", Text(""));
        let setup = CONSOLE_SETUP;
        let switch = "/sys/module/vt/parameters/default_utf8";
        for (things, sends_bytes, grade) in [
            (vec![], false, Good),
            (vec![tty()], false, Good),
            (vec![tty()], true, Weak),
            (vec![tty(), (switch, Text("1"))], false, Good),
            (vec![tty(), (switch, Text("0"))], false, Weak),
            (
                vec![tty(), (setup, Text("CHARMAP=\"UTF-8\"\n"))],
                false,
                Good,
            ),
            (
                vec![tty(), (setup, Text("# CHARMAP=x\nCODESET=\"guess\"\n"))],
                false,
                Good,
            ),
            (
                vec![
                    tty(),
                    (setup, Text("CHARMAP=\"UTF-8\"\nCHARMAP='ISO-8859-15'\n")),
                ],
                false,
                Weak,
            ),
            (
                vec![tty(), (setup, Text("CHARMAP=guess\n"))],
                false,
                Unknown,
            ),
            (vec![tty(), (setup, Unreadable)], false, Unknown),
        ] {
            let (_folder, machine) = machine(&things);
            let check = check_consoles(&machine, sends_bytes);
            assert_eq!(check.grade, grade, "{check:?}");
        }
    }
}
