//! A disk image of macOS. What it is stands at its end: a trailer of 512 bytes, all numbers big-endian, with where the disk
//! and its table of contents stand (the layout: QEMU's block/dmg.c, "koly").

use super::Contents;

const TRAILER: usize = 512;

/// The trailer, if the file ends in one.
pub(super) fn trailer(contents: &Contents<'_>) -> Option<[u8; TRAILER]> {
    let trailer: [u8; TRAILER] = contents.bytes(contents.size.checked_sub(TRAILER as u64)?)?;
    trailer.starts_with(b"koly").then_some(trailer)
}

/// Whether the parts stand before the trailer. A file that was cut has none; one that was put together wrongly may.
pub(super) fn check(contents: &Contents<'_>) -> Option<()> {
    let trailer = trailer(contents)?;
    let number = |at: usize| trailer.get(at..at + 8)?.try_into().ok().map(u64::from_be_bytes);
    let before_trailer = contents.size - TRAILER as u64;
    // The disk itself, and the property list that says how it is packed.
    [24, 216]
        .into_iter()
        .all(|at| {
            let end = number(at).zip(number(at + 8)).and_then(|(start, length)| start.checked_add(length));
            end.is_some_and(|end| end <= before_trailer)
        })
        .then_some(())
}
