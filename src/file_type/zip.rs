//! A zip. Its table of contents stands at its end, and behind that a record which says where (APPNOTE.TXT, 4.3.16).

use super::Contents;

/// The record's length without the comment that may follow it.
const RECORD: usize = 22;
/// The longest comment.
const COMMENT: usize = 0xFFFF;

/// Whether it ends in such a record, and the table stands where that says. Larger numbers than fit there are in a further
/// record, which is not looked at.
pub(super) fn check(contents: &Contents<'_>) -> Option<()> {
    let size = contents.size;
    let tail = contents.at_most(size.saturating_sub((RECORD + COMMENT) as u64), RECORD + COMMENT)?;
    let at = (0..=tail.len().checked_sub(RECORD)?).rev().find(|at| is_record(&tail[*at..]))?;
    let record = &tail[at..];
    let number = |at: usize| record.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes);
    let (length, start) = (number(12)?, number(16)?);
    if u32::MAX == length || u32::MAX == start {
        return Some(());
    }
    let table_end = u64::from(start) + u64::from(length);
    let begins = length == 0 || contents.bytes(start.into()) == Some(*b"PK\x01\x02");
    (table_end <= size - (tail.len() - at) as u64 && begins).then_some(())
}

/// Whether a record stands here whose comment ends where the file does.
fn is_record(bytes: &[u8]) -> bool {
    let comment = bytes.get(20..RECORD).and_then(|length| length.try_into().ok()).map(u16::from_le_bytes);
    bytes.starts_with(b"PK\x05\x06") && comment.is_some_and(|length| usize::from(length) + RECORD == bytes.len())
}
