//! A package of Windows Installer: a compound file, which is a small file system of sectors ([MS-CFB]).
//!
//! ```text
//! header ─┬─ 109 places of ─┐
//!         └─ chain of ──────┴─> sectors of the table ──> an entry a sector: free, or in use
//! ```
//!
//! It is whole if the last sector that is in use is there.

use super::Contents;

/// Where the header holds places of the table, and how many.
const IN_HEADER: (u64, u32) = (76, 109);
/// An entry of a sector that is not in use.
const FREE: u32 = 0xFFFF_FFFF;

/// Whether the last sector that is in use is there.
pub(super) fn check(contents: &Contents<'_>) -> Option<()> {
    let file = Sectors::of(contents)?;
    let table = file.table()?;
    let last = (0..table.len()).rev().find_map(|part| file.last_in_use(&table, part))?;
    file.is_there(last).then_some(())
}

struct Sectors<'c, 'f> {
    contents: &'c Contents<'f>,
    /// Of a sector, in bytes.
    size: usize,
}

impl<'c, 'f> Sectors<'c, 'f> {
    fn of(contents: &'c Contents<'f>) -> Option<Self> {
        let size = match u16::from_le_bytes(contents.bytes(30)?) {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        Some(Self { contents, size })
    }

    /// Where a sector begins; the header takes the room of one.
    fn start(&self, sector: u64) -> u64 {
        (sector + 1) * self.size as u64
    }

    /// The last sector may be short.
    fn is_there(&self, sector: u64) -> bool {
        self.contents.holds(self.start(sector), 1)
    }

    /// The numbers that a sector of the table, or of the chain of its places, holds.
    fn numbers(&self, sector: u32) -> Option<Vec<u32>> {
        let bytes = self.contents.at_most(self.start(sector.into()), self.size)?;
        let (numbers, _) = bytes.as_chunks::<4>();
        (bytes.len() == self.size).then(|| numbers.iter().copied().map(u32::from_le_bytes).collect())
    }

    /// The sectors of the table, in order.
    fn table(&self) -> Option<Vec<u32>> {
        let header = |at: u64| self.contents.bytes(at).map(u32::from_le_bytes);
        let count = header(44)?;
        // One for each sector would be too many already.
        if u64::from(count) > self.contents.size / self.size as u64 {
            return None;
        }
        let (at, many) = IN_HEADER;
        let mut places: Vec<u32> = (0..many.min(count)).map(|place| header(at + u64::from(place) * 4)).collect::<Option<_>>()?;
        let (count, mut further) = (usize::try_from(count).ok()?, header(68)?);
        while places.len() < count {
            // A sector of the chain ends in the number of the next.
            let numbers = self.numbers(further)?;
            let (next, here) = numbers.split_last()?;
            places.extend(here.iter().take(count - places.len()));
            further = *next;
        }
        places.iter().all(|place| self.is_there((*place).into())).then_some(places)
    }

    /// The last sector in use of those for which this part of the table stands.
    fn last_in_use(&self, table: &[u32], part: usize) -> Option<u64> {
        let used = self.numbers(table[part])?.iter().rposition(|entry| *entry != FREE)?;
        Some((part * (self.size / 4) + used) as u64)
    }
}
