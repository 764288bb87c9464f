//! What kind of file came, told by its own bytes, never by its name or media type (D5).
//!
//! ```text
//! first bytes ─> kind_of_opening ─> accepted? ─> the whole file ─> kind_of ─> check ─┬─ elf             bounds, machine
//!                                                                                  ├─ pe, macho       headers, machine
//!                                                                                  ├─ script          its interpreter
//!                                                                                  └─ all others      nothing
//! ```
//!
//! The bounds of an ELF file, the kind that runs here, are those of its own parts: each has to end within the file, so a file
//! that was cut is found even where the site sent no length. Files for other systems are only kept; their own system checks
//! them. No file is ever in memory as a whole. A hostile one can make us read much of it, so the check runs on a thread that
//! does not delay a cancel.

mod desktop;
mod elf;
mod machine;
mod macho;
mod pe;

use std::cell::Cell;
use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;

use object::read::ReadCache;

use crate::config::Kind;
use crate::failure::{Failure, Fault};

/// Of every kind but a desktop entry the mark is among so many first bytes.
const MARK: usize = 512;

/// What a disk image of macOS has at the start of its last 512 bytes.
const DMG: (u64, [u8; 4]) = (512, *b"koly");

/// How far the header of a desktop entry is looked for, in bytes: a licence and more fits before it.
const OPENING: usize = 64 * 1024;

/// So long the kernel looks for the end of a script's first line, in bytes.
const FIRST_LINE: usize = 256;

/// Whether these first bytes of a file are enough for [`kind_of_opening`].
pub(crate) fn is_opening(bytes: &[u8]) -> bool {
    bytes.len() >= OPENING || bytes.len() >= MARK && !desktop::may_begin(bytes)
}

/// The kind of file that begins like this. A disk image is not among them: its mark stands at the end ([`kind_of`]).
///
/// A script behind a byte order mark is one too, though the kernel does not run it: no word of a program is ever taken for
/// the site's.
///
/// A fat Mach-O names in its eighth byte how many architectures it holds; a Java class, which shares the first four, has a
/// version of 45 or more there.
pub(crate) fn kind_of_opening(opening: &[u8]) -> Option<Kind> {
    match opening {
        [0x7F, b'E', b'L', b'F', ..] => Some(Kind::Elf),
        [b'M', b'Z', ..] => Some(Kind::Pe),
        [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, ..] => Some(Kind::Msi),
        [b'P', b'K', 3, 4, ..] => Some(Kind::Zip),
        [0xFE, 0xED, 0xFA, 0xCE | 0xCF, ..]
        | [0xCE | 0xCF, 0xFA, 0xED, 0xFE, ..]
        | [0xCA, 0xFE, 0xBA, 0xBE | 0xBF, 0, 0, 0, 1..=40, ..] => Some(Kind::MachO),
        _ if desktop::begins(opening) => Some(Kind::Desktop),
        _ if desktop::unmarked(opening).starts_with(b"#!") => Some(Kind::Script),
        _ => None,
    }
}

/// The kind of a whole file.
pub(crate) fn kind_of(file: &File) -> io::Result<Option<Kind>> {
    looked_at(file, |contents| {
        kind_of_opening(&contents.at_most(0, OPENING)?).or_else(|| {
            let (from_end, mark) = DMG;
            (contents.bytes(contents.size.checked_sub(from_end)?)? == mark).then_some(Kind::Dmg)
        })
    })
}

/// What a file of this kind is, for people. The config has names of its own for the kinds.
pub(crate) fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Elf => "a Linux program",
        Kind::Script => "a script",
        Kind::Desktop => "a Linux desktop entry",
        Kind::Pe => "a Windows program",
        Kind::Msi => "a Windows installer",
        Kind::MachO => "a macOS program",
        Kind::Dmg => "a macOS disk image",
        Kind::Zip => "a zip file",
    }
}

/// What a file of this kind ends in, where the site's own name for it can't be kept.
pub(crate) fn ending(kind: Kind) -> &'static str {
    match kind {
        Kind::Elf | Kind::MachO => "",
        Kind::Script => ".sh",
        Kind::Desktop => ".desktop",
        Kind::Pe => ".exe",
        Kind::Msi => ".msi",
        Kind::Dmg => ".dmg",
        Kind::Zip => ".zip",
    }
}

/// For whom a program is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum For {
    /// This machine will run it.
    ThisMachine,
    /// It is kept for another.
    Any,
}

/// Checks a file of this kind as far as the head of this module says, and that one that is to run here is made for this
/// machine. A disk that can't be read says nothing about the file: that is the outer error.
pub(crate) fn check(file: &File, kind: Kind, machine: For) -> io::Result<Result<(), Failure>> {
    looked_at(file, |contents| match kind {
        Kind::Elf => elf::check(contents, machine),
        Kind::Pe => pe::check(contents, machine),
        Kind::MachO => macho::check(contents, machine),
        Kind::Script => interpreter_of_script(contents).map(drop).ok_or(Fault::BrokenProgram.into()),
        Kind::Desktop | Kind::Dmg | Kind::Msi | Kind::Zip => Ok(()),
    })
}

/// What a file that shall run here needs on this machine by its own word: who reads a script, the loader of a program. None
/// where it names nobody, or can't be read.
pub(crate) fn interpreter(file: &File) -> Option<String> {
    let named = looked_at(file, |contents| match kind_of_opening(&contents.at_most(0, OPENING)?)? {
        Kind::Script | Kind::Desktop => interpreter_of_script(contents),
        Kind::Elf => elf::loader(contents),
        Kind::Pe | Kind::Msi | Kind::MachO | Kind::Dmg | Kind::Zip => None,
    });
    named.ok().flatten().map(|path| shown(&path))
}

/// Whether a script stands behind a byte order mark: the kernel does not see its `#!`.
pub(crate) fn is_marked_script(file: &File) -> bool {
    let is_marked = looked_at(file, |contents| {
        let opening = contents.at_most(0, MARK)?;
        let unmarked = desktop::unmarked(&opening);
        Some(unmarked.len() < opening.len() && unmarked.starts_with(b"#!"))
    });
    is_marked.is_ok_and(|is_marked| is_marked == Some(true))
}

/// Whether the first line of a file ends as on Windows: in a script the carriage return then belongs to each command.
pub(crate) fn has_windows_line_ends(file: &File) -> bool {
    let first_line = looked_at(file, |contents| contents.at_most(0, FIRST_LINE));
    let first_line = first_line.ok().flatten().unwrap_or_default();
    first_line.split(|byte| *byte == b'\n').next().is_some_and(|line| line.len() < first_line.len() && line.ends_with(b"\r"))
}

/// A path in words in which a carriage return can be seen.
fn shown(path: &[u8]) -> String {
    let path = String::from_utf8_lossy(path);
    if path.ends_with('\r') { path.replace('\r', "\\r") + ", with a Windows line end" } else { path.into_owned() }
}

/// What reads a script, to the letter as the kernel looks for it: only blanks and tabs end its path, so that with line ends of
/// Windows a carriage return belongs to it. A script has nothing else by which it could be seen to be cut.
fn interpreter_of_script(contents: &Contents<'_>) -> Option<Vec<u8>> {
    let opening = contents.at_most(0, FIRST_LINE)?;
    let line = desktop::unmarked(&opening).strip_prefix(b"#!")?.split(|b| matches!(b, b'\n' | 0)).next()?;
    let path = line.split(|b| matches!(b, b' ' | b'\t')).find(|word| !word.is_empty())?;
    (!path.trim_ascii().is_empty()).then(|| path.to_owned())
}

/// Looks at a file, and fails where it could not be read, whatever was made of that.
fn looked_at<T>(file: &File, look: impl FnOnce(&Contents<'_>) -> T) -> io::Result<T> {
    let error = Cell::new(None);
    let source = Source { file, error: &error };
    let found = look(&Contents { source, pieces: ReadCache::new(source), size: file.metadata()?.len() });
    error.take().map_or(Ok(found), Err)
}

/// A file, and the error of the last time that it could not be read: readers of formats take that for the end of the file.
#[derive(Clone, Copy)]
struct Source<'f> {
    file: &'f File,
    error: &'f Cell<Option<io::Error>>,
}

impl Source<'_> {
    fn tried<T>(&self, done: io::Result<T>) -> io::Result<T> {
        done.map_err(|error| {
            let kind = error.kind();
            if kind != ErrorKind::Interrupted {
                self.error.set(Some(error));
            }
            kind.into()
        })
    }
}

impl Read for Source<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let done = self.file.read(into);
        self.tried(done)
    }
}

impl Seek for Source<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let done = self.file.seek(to);
        self.tried(done)
    }
}

/// A file as it is looked at: piece by piece.
struct Contents<'f> {
    source: Source<'f>,
    /// For `object`. All that is read through it stays in memory, which is why whoever reads much does not.
    pieces: ReadCache<Source<'f>>,
    size: u64,
}

impl Contents<'_> {
    /// Whether a part of it that begins at `start` ends within it.
    fn holds(&self, start: u64, length: u64) -> bool {
        start.checked_add(length).is_some_and(|end| end <= self.size)
    }

    /// So many bytes.
    fn bytes<const LENGTH: usize>(&self, start: u64) -> Option<[u8; LENGTH]> {
        self.at_most(start, LENGTH)?.try_into().ok()
    }

    /// The bytes from `start` on, up to so many.
    fn at_most(&self, start: u64, length: usize) -> Option<Vec<u8>> {
        let length = self.size.checked_sub(start)?.min(length as u64);
        let mut bytes = vec![0; usize::try_from(length).ok()?];
        self.source.tried(self.source.file.read_exact_at(&mut bytes, start)).ok()?;
        Some(bytes)
    }
}

impl From<object::read::Error> for Failure {
    /// What can't be read where the file says that it stands.
    fn from(_: object::read::Error) -> Self {
        Fault::BrokenProgram.into()
    }
}
