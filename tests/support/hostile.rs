//! Text that is meant to do harm, or does it by accident.

/// Text in the hands of an enemy: what a terminal obeys, and what nobody sees. With the character
/// that is refused.
pub const HOSTILE: [(&str, char); 16] = [
    ("\x1b[2J", '\x1b'),
    ("\x1b]0;title\x07", '\x1b'),
    ("\x1b]52;c;cXFx\x07", '\x1b'),
    ("\x1bP+q544e\x1b\\", '\x1b'),
    ("\x1b[6n", '\x1b'),
    ("\u{9b}31m", '\u{9b}'),
    ("\u{90}q", '\u{90}'),
    ("a\x08b", '\x08'),
    ("a\x0eb", '\x0e'),
    ("a\x7fb", '\x7f'),
    ("abc\u{202E}cba", '\u{202E}'),
    ("a\u{2066}b\u{2069}", '\u{2066}'),
    ("pay\u{200B}pal", '\u{200B}'),
    ("\u{1F3F4}\u{E0067}\u{E0062}\u{E007F}", '\u{E0067}'),
    ("a\u{FEFF}b", '\u{FEFF}'),
    (
        "a\u{0301}\u{0301}\u{0301}\u{0301}\u{0301}\u{0301}\u{0301}\u{0301}\u{0301}",
        '\u{0301}',
    ),
];

/// A mail of six line breaks.
pub const MAIL: &[u8] = b"Hello,\r\rmy printer\rprints nothing.\r\rAnn\r";
