//! What terminals send: the keys of those that there are, and all that they report or answer.

/// Keys in the forms of the Linux console, xterm (all of its modifiers), the VT220, rxvt, and of
/// the protocols that a terminal speaks only when it is asked to, which we never do (kitty's `CSI
/// u`, xterm's modifyOtherKeys, VT52).
pub fn keys() -> Vec<Vec<u8>> {
    let mut all: Vec<String> = Vec::new();
    let mut add = |form: String| all.push(format!("\x1b{form}"));
    for letter in ('A'..='Z').chain('a'..='z') {
        add(format!("[{letter}"));
        add(format!("O{letter}"));
        add(format!("[[{letter}"));
        add(letter.to_string());
        for modifier in 2..=16 {
            add(format!("[1;{modifier}{letter}"));
            add(format!("[{modifier}{letter}"));
            add(format!("O{modifier}{letter}"));
        }
    }
    for number in 0..=40 {
        for last in ['~', '^', '$', '@'] {
            add(format!("[{number}{last}"));
            add(format!("\x1b[{number}{last}"));
        }
        for modifier in 2..=16 {
            add(format!("[{number};{modifier}~"));
        }
    }
    for code in (0..=127).chain(57344..=57454) {
        for modifier in ["", ";1:1", ";5", ";5:3", ";2:2;65"] {
            add(format!("[{code}{modifier}u"));
        }
        add(format!("[27;5;{code}~"));
    }
    for sign in "!\"#$%&'()*+,-./0123456789:;<=>?@\\^_`{|}~".chars() {
        add(format!("O{sign}"));
        add(format!("?{sign}"));
    }
    all.into_iter().map(String::into_bytes).collect()
}

/// What a terminal answers or reports, unasked or forged: none of it is a key or text (K7). Each
/// begins with an Esc of its own.
pub const REPLIES: &[&[u8]] = &[
    // Device attributes, of all three kinds.
    b"\x1b[?62;1;2;6;7;8;9;15;22c",
    b"\x1b[?1;2c",
    b"\x1b[>41;354;0c",
    b"\x1bP!|00000000\x1b\\",
    // States: all well, the cursor (also where it reads like F3 with modifiers), the printer, the
    // keyboard, the locator.
    b"\x1b[0n",
    b"\x1b[3n",
    b"\x1b[1;1R",
    b"\x1b[24;80R",
    b"\x1b[1;5R",
    b"\x1b[?24;80;1R",
    b"\x1b[?13n",
    b"\x1b[?27;1;0;0n",
    b"\x1b[?997;1n",
    b"\x1b[1;1;1;128;1x",
    // Modes, settings and checksums.
    b"\x1b[?2026;2$y",
    b"\x1b[20;2$y",
    b"\x1bP1$r0m\x1b\\",
    b"\x1bP0$r\x1b\\",
    b"\x1bP1!~0000\x1b\\",
    // Capabilities and versions.
    b"\x1bP1+r544E=787465726D2D323536636F6C6F72\x1b\\",
    b"\x1bP0+r\x1b\\",
    b"\x1bP>|XTerm(390)\x1b\\",
    b"\x1b[?1u",
    b"\x1b[>4;2m",
    b"\x1b_Gi=31;OK\x1b\\",
    // Windows: size, place, state, titles.
    b"\x1b[8;24;80t",
    b"\x1b[4;384;640t",
    b"\x1b[3;0;0t",
    b"\x1b[1t",
    b"\x1b]lq\x1b\\",
    b"\x1b]Lq\x07",
    // Colours, palette, clipboard, links, notifications.
    b"\x1b]10;rgb:ffff/ffff/ffff\x1b\\",
    b"\x1b]11;rgb:0000/0000/0000\x07",
    b"\x1b]4;1;rgb:cdcd/0000/0000\x1b\\",
    b"\x1b]52;c;cQ0DDQ==\x07",
    b"\x1b]52;c;q\r\x1b\\",
    b"\x1b]8;;https://example.com\x1b\\",
    b"\x1b]99;i=1:p=alive;\x1b\\",
    // The mouse in every encoding, and the focus.
    b"\x1b[M !!",
    b"\x1b[Mqqq",
    b"\x1b[M\xe1\xff\xff",
    b"\x1b[<0;40;12M",
    b"\x1b[<35;40;12m",
    b"\x1b[32;40;12M",
    b"\x1b[t!!",
    b"\x1b[T!!!!qq",
    b"\x1b[I",
    b"\x1b[O",
    b"\x1b[?1004;1$y",
    // Strings of other kinds, with what would be keys in them.
    b"\x1bXq\r\x0bq\x1b\\",
    b"\x1b^q\r1\x1b\\",
    b"\x1b_q\x11\x1b\\",
    b"\x1bPq\n12\x1b\\",
    // The end of a paste that was never begun.
    b"\x1b[201~",
];

/// Every pair of bytes.
pub fn every_pair() -> impl Iterator<Item = [u8; 2]> {
    (0..=u8::MAX).flat_map(|first| (0..=u8::MAX).map(move |second| [first, second]))
}
