//! Recognizes the kind of a file from its own bytes, never from its name or media type (D5), and
//! checks that the file is complete.
//!
//! ```text
//! first bytes ─> kind_of_opening ─> accepted? ─> whole file ─> kind_of ─> check
//!
//! check: elf         bounds of its parts, machine
//!        pe, macho   headers, machine
//!        script      its interpreter
//!        others      nothing
//! ```
//!
//! The check of an ELF file, the kind that runs here, is that each of its parts ends within the
//! file. It finds a truncated file even if the site sent no length. Files for other systems are
//! only saved; their own system checks them. A file is never in memory as a whole. A hostile file
//! can make us read much of it, so the check runs on a background thread that does not delay a
//! cancel.

mod desktop;
mod elf;
mod macho;
mod pe;
mod processor;

use std::cell::Cell;
use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;

use object::read::ReadCache;

use crate::config::FileKind;
use crate::failure::{Failure, Fault};

/// The magic number of every kind except a desktop entry is in this many first bytes.
const MAGIC_LENGTH: usize = 512;

/// The magic number of a macOS disk image, at the start of its last 512 bytes.
const DMG: (u64, [u8; 4]) = (512, *b"koly");

/// How far the header of a desktop entry is searched for, in bytes. There is room for a licence
/// text before it.
const DESKTOP_SEARCH_LENGTH: usize = 64 * 1024;

/// How much of a script the kernel reads for the `#!` line, in bytes.
const FIRST_LINE: usize = 256;

/// Whether these first bytes of a file are enough for [`detect_from_first_bytes`].
pub(crate) fn is_enough_to_detect(bytes: &[u8]) -> bool {
    bytes.len() >= DESKTOP_SEARCH_LENGTH
        || bytes.len() >= MAGIC_LENGTH && !desktop::may_be_desktop_entry(bytes)
}

/// The kind of a file with these first bytes. A disk image is not recognized here: its magic number
/// is at the end ([`detect`]).
///
/// A script after a byte order mark counts as a script, although the kernel does not run it: the
/// text of a program must never be shown as a message of the site.
///
/// The eighth byte of a fat Mach-O is the number of its architectures. A Java class has the same
/// first four bytes; its eighth byte is a version of at least 45.
pub(crate) fn detect_from_first_bytes(first_bytes: &[u8]) -> Option<FileKind> {
    match first_bytes {
        [0x7F, b'E', b'L', b'F', ..] => Some(FileKind::Elf),
        [b'M', b'Z', ..] => Some(FileKind::Pe),
        [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, ..] => Some(FileKind::Msi),
        [b'P', b'K', 3, 4, ..] => Some(FileKind::Zip),
        [0xFE, 0xED, 0xFA, 0xCE | 0xCF, ..]
        | [0xCE | 0xCF, 0xFA, 0xED, 0xFE, ..]
        | [0xCA, 0xFE, 0xBA, 0xBE | 0xBF, 0, 0, 0, 1..=40, ..] => Some(FileKind::MachO),
        _ if desktop::is_desktop_entry(first_bytes) => Some(FileKind::Desktop),
        _ if desktop::without_bom(first_bytes).starts_with(b"#!") => Some(FileKind::Script),
        _ => None,
    }
}

pub(crate) fn detect(file: &File) -> io::Result<Option<FileKind>> {
    with_reader(file, |contents| {
        detect_from_first_bytes(&contents.read_up_to(0, DESKTOP_SEARCH_LENGTH)?).or_else(|| {
            let (from_end, mark) = DMG;
            (contents.bytes(contents.size.checked_sub(from_end)?)? == mark).then_some(FileKind::Dmg)
        })
    })
}

/// The kind in words, for people. The config has its own names for the kinds.
pub(crate) fn name(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Elf => "a Linux program",
        FileKind::Script => "a script",
        FileKind::Desktop => "a Linux desktop entry",
        FileKind::Pe => "a Windows program",
        FileKind::Msi => "a Windows installer",
        FileKind::MachO => "a macOS program",
        FileKind::Dmg => "a macOS disk image",
        FileKind::Zip => "a zip file",
    }
}

/// The extension for a file of this kind, if the site's own name for it cannot be used.
pub(crate) fn extension(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Elf | FileKind::MachO => "",
        FileKind::Script => ".sh",
        FileKind::Desktop => ".desktop",
        FileKind::Pe => ".exe",
        FileKind::Msi => ".msi",
        FileKind::Dmg => ".dmg",
        FileKind::Zip => ".zip",
    }
}

/// Where a program is meant to run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    ThisMachine,
    /// It is only saved.
    Any,
}

/// Checks a file as the module documentation describes, and for [`Target::ThisMachine`] also its
/// architecture. The outer error is one of reading the disk, which says nothing about the file.
pub(crate) fn check(
    file: &File,
    kind: FileKind,
    machine: Target,
) -> io::Result<Result<(), Failure>> {
    with_reader(file, |contents| match kind {
        FileKind::Elf => elf::check(contents, machine),
        FileKind::Pe => pe::check(contents, machine),
        FileKind::MachO => macho::check(contents, machine),
        FileKind::Script => script_interpreter(contents)
            .map(drop)
            .ok_or(Fault::BrokenProgram.into()),
        FileKind::Desktop | FileKind::Dmg | FileKind::Msi | FileKind::Zip => Ok(()),
    })
}

/// The interpreter that a file to be run names: that of a script, or the loader of a program. None
/// if it names none or cannot be read.
pub(crate) fn interpreter(file: &File) -> Option<String> {
    let named = with_reader(file, |contents| {
        match detect_from_first_bytes(&contents.read_up_to(0, DESKTOP_SEARCH_LENGTH)?)? {
            FileKind::Script | FileKind::Desktop => script_interpreter(contents),
            FileKind::Elf => elf::loader(contents),
            FileKind::Pe | FileKind::Msi | FileKind::MachO | FileKind::Dmg | FileKind::Zip => None,
        }
    });
    named.ok().flatten().map(|path| display_path(&path))
}

/// Whether a script begins with a byte order mark, so that the kernel does not see its `#!`.
pub(crate) fn is_script_with_bom(file: &File) -> bool {
    let is_marked = with_reader(file, |contents| {
        let first_bytes = contents.read_up_to(0, MAGIC_LENGTH)?;
        let unmarked = desktop::without_bom(&first_bytes);
        Some(unmarked.len() < first_bytes.len() && unmarked.starts_with(b"#!"))
    });
    is_marked.is_ok_and(|is_marked| is_marked == Some(true))
}

/// Whether the first line has a Windows line end. In a script the carriage return becomes part of
/// each command.
pub(crate) fn has_windows_line_ends(file: &File) -> bool {
    let first_line = with_reader(file, |contents| contents.read_up_to(0, FIRST_LINE));
    let first_line = first_line.ok().flatten().unwrap_or_default();
    first_line
        .split(|byte| *byte == b'\n')
        .next()
        .is_some_and(|line| line.len() < first_line.len() && line.ends_with(b"\r"))
}

/// A path for people, with a carriage return made visible.
fn display_path(path: &[u8]) -> String {
    let path = String::from_utf8_lossy(path);
    if path.ends_with('\r') {
        path.replace('\r', "\\r") + ", with a Windows line end"
    } else {
        path.into_owned()
    }
}

/// The interpreter of a script, exactly as the kernel reads it: only a blank or a tab ends the
/// path, so a carriage return belongs to it. A missing interpreter is the only sign that a script
/// was truncated.
fn script_interpreter(contents: &FileReader<'_>) -> Option<Vec<u8>> {
    let first_bytes = contents.read_up_to(0, FIRST_LINE)?;
    let line = desktop::without_bom(&first_bytes)
        .strip_prefix(b"#!")?
        .split(|b| matches!(b, b'\n' | 0))
        .next()?;
    let path = line
        .split(|b| matches!(b, b' ' | b'\t'))
        .find(|word| !word.is_empty())?;
    (!path.trim_ascii().is_empty()).then(|| path.to_owned())
}

/// Calls `read` with the file. Fails if reading failed, whatever `read` returned.
fn with_reader<T>(file: &File, read: impl FnOnce(&FileReader<'_>) -> T) -> io::Result<T> {
    let error = Cell::new(None);
    let source = ReadSource {
        file,
        error: &error,
    };
    let found = read(&FileReader {
        source,
        pieces: ReadCache::new(source),
        size: file.metadata()?.len(),
    });
    error.take().map_or(Ok(found), Err)
}

/// A file that remembers its last read error. The parsers treat an error like the end of the file.
#[derive(Clone, Copy)]
struct ReadSource<'f> {
    file: &'f File,
    error: &'f Cell<Option<io::Error>>,
}

impl ReadSource<'_> {
    fn remember_error<T>(&self, done: io::Result<T>) -> io::Result<T> {
        done.map_err(|error| {
            let kind = error.kind();
            if kind != ErrorKind::Interrupted {
                self.error.set(Some(error));
            }
            kind.into()
        })
    }
}

impl Read for ReadSource<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let done = self.file.read(into);
        self.remember_error(done)
    }
}

impl Seek for ReadSource<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let done = self.file.seek(to);
        self.remember_error(done)
    }
}

/// Random access to a file.
struct FileReader<'f> {
    source: ReadSource<'f>,
    /// For the parsers of `object`. It keeps all that it has read in memory, so large parts of a
    /// file are read with [`FileReader::read_up_to`].
    pieces: ReadCache<ReadSource<'f>>,
    size: u64,
}

impl FileReader<'_> {
    /// Whether the part with this start and length ends within the file.
    fn contains_range(&self, start: u64, length: u64) -> bool {
        start
            .checked_add(length)
            .is_some_and(|end| end <= self.size)
    }

    /// Exactly `LENGTH` bytes from `start`; none if the file ends before.
    fn bytes<const LENGTH: usize>(&self, start: u64) -> Option<[u8; LENGTH]> {
        self.read_up_to(start, LENGTH)?.try_into().ok()
    }

    /// Up to `length` bytes from `start`.
    fn read_up_to(&self, start: u64, length: usize) -> Option<Vec<u8>> {
        let length = self.size.checked_sub(start)?.min(length as u64);
        let mut bytes = vec![0; usize::try_from(length).ok()?];
        self.source
            .remember_error(self.source.file.read_exact_at(&mut bytes, start))
            .ok()?;
        Some(bytes)
    }
}

impl From<object::read::Error> for Failure {
    /// A part that the file's own headers announce cannot be parsed.
    fn from(_: object::read::Error) -> Self {
        Fault::BrokenProgram.into()
    }
}
