//! A parser of all that the program writes: what it finds is known from `terminal/sequences.rs`, or
//! a stranger.

use std::collections::HashSet;

use support_kiosk::terminal::sequences::{self as known, UnknownSequences};

/// Everything in these bytes that a terminal would obey and that the program has no word for, with
/// what stands around it. A sequence that the end has cut short is none.
pub fn strangers(bytes: &[u8]) -> Vec<String> {
    let fixed = fixed();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let (length, is_known) = match rest {
            [0x1B, ..] => match sequence(rest) {
                Some(sequence) => (
                    sequence.len(),
                    fixed.contains(sequence) || is_made(sequence),
                ),
                None => (rest.len(), true),
            },
            // With zeros a test fills the line.
            [b'\n' | b'\r' | 0x08 | 0x07 | 0x00, ..] => (1, true),
            // The first set of characters, which is made ASCII right behind that.
            [0x0F, behind @ ..] => (1, b"\x1b(B".starts_with(&behind[..behind.len().min(3)])),
            [0x01..=0x1F | 0x7F, ..] => (1, false),
            // The second set of controls, in UTF-8.
            [0xC2, 0x80..=0x9F, ..] => (2, false),
            _ => (1, true),
        };
        if !is_known {
            let around = &bytes[at.saturating_sub(20)..bytes.len().min(at + length + 20)];
            found.push(format!(
                "{} in {}",
                rest[..length].escape_ascii(),
                around.escape_ascii()
            ));
        }
        at += length;
    }
    found
}

/// The commands without numbers: those of the way in and out, and those that a frame may have.
fn fixed() -> HashSet<Vec<u8>> {
    let frame = "\x1b[K\x1b[2J\x1b[3J\x1b[H\x1b[?25h\x1b[?25l\x1b[?2026h\x1b[?2026l".to_owned();
    let ways = [UnknownSequences::Skipped, UnknownSequences::Printed]
        .map(|unknown| known::enter(unknown) + &known::reset(unknown));
    let mut all = HashSet::new();
    for text in ways
        .into_iter()
        .chain([frame, known::leave(), known::forget_client()])
    {
        let mut rest = text.as_bytes();
        while let Some(escape) = memchr::memchr(0x1B, rest) {
            let Some(sequence) = sequence(&rest[escape..]) else {
                break;
            };
            all.insert(sequence.to_vec());
            rest = &rest[escape + sequence.len()..];
        }
    }
    all
}

/// The sequence that begins here, with all of a string that a terminal would take in. None: it is
/// not whole. One that is torn by the next is what the terminal sees of both: nothing, and the
/// next.
fn sequence(bytes: &[u8]) -> Option<&[u8]> {
    let end = match bytes.get(1)? {
        b'[' => {
            let end = 2 + bytes[2..]
                .iter()
                .position(|byte| (0x40..=0x7E).contains(byte) || *byte == 0x1B)?;
            if bytes[end] == 0x1B { end - 1 } else { end }
        }
        b']' | b'P' | b'_' | b'^' | b'X' => {
            2 + bytes[2..]
                .iter()
                .position(|byte| matches!(byte, 0x07 | b'\\'))?
        }
        b' '..=b'/' => 2.min(bytes.len() - 1),
        _ => 1,
    };
    bytes.get(..=end)
}

/// Moves and attributes, which are made with numbers.
fn is_made(sequence: &[u8]) -> bool {
    let digits_alone = |bytes: &[u8]| {
        bytes
            .iter()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b';' | b'?'))
    };
    if sequence.strip_prefix(b"\x1b[").is_some_and(digits_alone) {
        return true;
    }
    let Some((last, middle)) = sequence.strip_prefix(b"\x1b[").and_then(<[u8]>::split_last) else {
        return false;
    };
    let numbers = std::str::from_utf8(middle).unwrap_or("?");
    let count = numbers.split(';').count();
    let digits = numbers.is_empty()
        || numbers
            .split(';')
            .all(|number| !number.is_empty() && number.parse::<u16>().is_ok());
    digits
        && match last {
            b'A'..=b'D' => count == 1,
            b'H' => count <= 2,
            b'm' => true,
            _ => false,
        }
}
