//! What kind of file came, told by its own bytes, never by its name or media type (trust.md D5).

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use object::elf::{ET_DYN, ET_EXEC, FileHeader32, FileHeader64, SHT_NOBITS};
use object::read::ReadCache;
use object::read::elf::{FileHeader, ProgramHeader, SectionHeader};
use object::{Endianness, ReadRef};

use crate::config::Kind;
use crate::failure::{Failure, Fault};

/// How many bytes of a file are enough for [`kind_of_opening`].
pub(super) const OPENING: usize = 512;

/// The trailer of a macOS disk image, in bytes; it begins with `koly`.
const DMG_TRAILER: i64 = 512;

/// The kind of file that begins like this. A disk image is not among them: its mark stands at the end ([`kind_of`]).
///
/// A fat Mach-O names in its eighth byte how many architectures it holds; a Java class, which shares the first four, has a
/// version of 45 or more there.
pub(super) fn kind_of_opening(opening: &[u8]) -> Option<Kind> {
    match opening {
        [0x7F, b'E', b'L', b'F', ..] => Some(Kind::Elf),
        [b'#', b'!', ..] => Some(Kind::Script),
        [b'M', b'Z', ..] => Some(Kind::Pe),
        [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, ..] => Some(Kind::Msi),
        [b'P', b'K', 3, 4, ..] => Some(Kind::Zip),
        [0xFE, 0xED, 0xFA, 0xCE | 0xCF, ..]
        | [0xCE | 0xCF, 0xFA, 0xED, 0xFE, ..]
        | [0xCA, 0xFE, 0xBA, 0xBE | 0xBF, 0, 0, 0, 1..=40, ..] => Some(Kind::MachO),
        _ => None,
    }
}

/// The kind of a whole file.
pub(super) fn kind_of(mut file: &File) -> std::io::Result<Option<Kind>> {
    let mut opening = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.by_ref().take(OPENING as u64).read_to_end(&mut opening)?;
    Ok(match kind_of_opening(&opening) {
        Some(kind) => Some(kind),
        None => ends_as_dmg(file)?.then_some(Kind::Dmg),
    })
}

fn ends_as_dmg(mut file: &File) -> std::io::Result<bool> {
    if file.metadata()?.len() < DMG_TRAILER.unsigned_abs() {
        return Ok(false);
    }
    let mut mark = [0; 4];
    file.seek(SeekFrom::End(-DMG_TRAILER))?;
    file.read_exact(&mut mark)?;
    Ok(mark == *b"koly")
}

/// The name of a kind in the config, for staff.
pub(super) fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Elf => "elf",
        Kind::Script => "script",
        Kind::Pe => "pe",
        Kind::Msi => "msi",
        Kind::MachO => "macho",
        Kind::Dmg => "dmg",
        Kind::Zip => "zip",
    }
}

/// What a file of this kind ends in, where the site's own name for it can't be kept.
pub(super) fn ending(kind: Kind) -> &'static str {
    match kind {
        Kind::Elf | Kind::MachO => "",
        Kind::Script => ".sh",
        Kind::Pe => ".exe",
        Kind::Msi => ".msi",
        Kind::Dmg => ".dmg",
        Kind::Zip => ".zip",
    }
}

/// For whom an ELF file is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum For {
    /// This machine will run it.
    ThisMachine,
    /// It is kept for another.
    Any,
}

/// Looks whether an ELF file is whole and, where it shall run here, made for this machine.
///
/// A 32-bit program is refused on a 64-bit machine, also where the kernel might run it: whether its libraries are there
/// can't be known.
pub(super) fn check_elf(file: &File, machine: For) -> Result<(), Failure> {
    let broken = || Failure::from(Fault::BrokenProgram);
    let size = file.metadata().map_err(|_| broken())?.len();
    let data = ReadCache::new(file);
    let class = data.read_bytes_at(4, 1).map_err(|()| broken())?[0];
    if machine == For::ThisMachine && class != if cfg!(target_pointer_width = "64") { 2 } else { 1 } {
        return Err(Failure::about(Fault::WrongArchitecture, if class == 1 { "32-bit" } else { "64-bit" }));
    }
    match class {
        1 => check_headers::<FileHeader32<Endianness>, _>(&data, size, machine),
        2 => check_headers::<FileHeader64<Endianness>, _>(&data, size, machine),
        _ => Err(broken()),
    }
}

fn check_headers<'data, H, R>(data: R, size: u64, machine: For) -> Result<(), Failure>
where
    H: FileHeader<Endian = Endianness>,
    R: ReadRef<'data>,
{
    let broken = |_| Failure::from(Fault::BrokenProgram);
    let header = H::parse(data).map_err(broken)?;
    let endian = header.endian().map_err(broken)?;
    if machine == For::ThisMachine {
        runs_here(header.e_machine(endian).0, endian)?;
    }
    let whole = |start: u64, length: u64| start.checked_add(length).is_some_and(|end| end <= size);
    let a_program = [ET_EXEC, ET_DYN].contains(&header.e_type(endian));
    // More than 65,279 sections are counted in another place; no client has them, and reading them could take any memory.
    let countable = header.e_shnum(endian) != 0 || header.e_shoff(endian).into() == 0;
    if !a_program || !countable {
        return Err(Fault::BrokenProgram.into());
    }
    let segments = header.program_headers(endian, data).map_err(broken)?;
    let sections = header.section_headers(endian, data).map_err(broken)?;
    let segments_whole = segments.iter().all(|s| whole(s.p_offset(endian).into(), s.p_filesz(endian).into()));
    let sections_whole =
        sections.iter().all(|s| s.sh_type(endian) == SHT_NOBITS || whole(s.sh_offset(endian).into(), s.sh_size(endian).into()));
    if segments.is_empty() || !segments_whole || !sections_whole {
        return Err(Fault::BrokenProgram.into());
    }
    Ok(())
}

fn runs_here(machine: u16, endian: Endianness) -> Result<(), Failure> {
    let ours = match std::env::consts::ARCH {
        "x86_64" => object::elf::EM_X86_64,
        "x86" => object::elf::EM_386,
        "aarch64" => object::elf::EM_AARCH64,
        "arm" => object::elf::EM_ARM,
        "riscv32" | "riscv64" => object::elf::EM_RISCV,
        "powerpc64" => object::elf::EM_PPC64,
        "s390x" => object::elf::EM_S390,
        "loongarch64" => object::elf::EM_LOONGARCH,
        // A machine that this program has not been tried on: its kernel judges.
        _ => return Ok(()),
    };
    let same_order = (endian == Endianness::Little) == cfg!(target_endian = "little");
    if machine == ours.0 && same_order {
        return Ok(());
    }
    Err(Failure::about(Fault::WrongArchitecture, &format!("ELF machine {machine}, this one is {}", ours.0)))
}
