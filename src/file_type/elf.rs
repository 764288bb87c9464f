//! ELF, the program format of Linux and other Unixes: checks the class, the machine, and the bounds
//! of the segments and sections.

use object::Endianness;
use object::elf::{ET_DYN, ET_EXEC, FileHeader32, FileHeader64, PN_XNUM, PT_INTERP, SHT_NOBITS};
use object::read::elf::{FileHeader, ProgramHeader, SectionHeader};

use super::{FileReader, Target, processor};
use crate::failure::{Failure, Fault};

/// `PATH_MAX` of Linux, in bytes.
const MAX_PATH: usize = 4096;

/// Checks that the program is complete and, for [`Target::ThisMachine`], built for this machine.
///
/// A 32-bit program is refused on a 64-bit machine even if the kernel could run it: its libraries
/// may be missing.
pub(super) fn check(contents: &FileReader<'_>, machine: Target) -> Result<(), Failure> {
    let [class] = contents
        .bytes(4)
        .ok_or(Failure::from(Fault::BrokenProgram))?;
    let is_wrong = |width| machine == Target::ThisMachine && width != usize::BITS;
    let is_another = || {
        processor::mismatch_failure(processor::elf_processor(
            target_machine(contents).unwrap_or_default(),
        ))
    };
    match class {
        1 if is_wrong(32) => Err(is_another()),
        2 if is_wrong(64) => Err(is_another()),
        1 => check_headers::<FileHeader32<Endianness>>(contents, machine),
        2 => check_headers::<FileHeader64<Endianness>>(contents, machine),
        _ => Err(Fault::BrokenProgram.into()),
    }
}

/// `e_machine`, which is at the same offset in both classes, in the byte order of the file.
fn target_machine(contents: &FileReader<'_>) -> Option<u16> {
    let machine = contents.bytes(18)?;
    Some(if contents.bytes(5)? == [2] {
        u16::from_be_bytes(machine)
    } else {
        u16::from_le_bytes(machine)
    })
}

fn check_headers<H: FileHeader<Endian = Endianness>>(
    contents: &FileReader<'_>,
    machine: Target,
) -> Result<(), Failure> {
    let data = &contents.pieces;
    let header = H::parse(data)?;
    let endian = header.endian()?;
    if machine == Target::ThisMachine {
        runs_here(header.e_machine(endian).0, endian)?;
    }
    let a_program = [ET_EXEC, ET_DYN].contains(&header.e_type(endian));
    // More than 65,279 sections or 65,534 segments are counted in another field. No client has that
    // many, the kernel does not run so many segments, and reading them could exhaust the memory.
    let counts_sections = header.e_shnum(endian) != 0 || header.e_shoff(endian).into() == 0;
    let countable = counts_sections && header.e_phnum(endian) != PN_XNUM;
    if !a_program || !countable {
        return Err(Fault::BrokenProgram.into());
    }
    let segments = header.program_headers(endian, data)?;
    let sections = header.section_headers(endian, data)?;
    let segments_whole = segments
        .iter()
        .all(|s| contents.contains_range(s.p_offset(endian).into(), s.p_filesz(endian).into()));
    let sections_whole = sections.iter().all(|s| {
        s.sh_type(endian) == SHT_NOBITS
            || contents.contains_range(s.sh_offset(endian).into(), s.sh_size(endian).into())
    });
    if segments.is_empty() || !segments_whole || !sections_whole {
        return Err(Fault::BrokenProgram.into());
    }
    Ok(())
}

/// The path of the loader (`PT_INTERP`), if the program names one.
pub(super) fn loader(contents: &FileReader<'_>) -> Option<Vec<u8>> {
    match contents.bytes(4)? {
        [1] => loader_in::<FileHeader32<Endianness>>(contents),
        _ => loader_in::<FileHeader64<Endianness>>(contents),
    }
}

fn loader_in<H: FileHeader<Endian = Endianness>>(contents: &FileReader<'_>) -> Option<Vec<u8>> {
    let header = H::parse(&contents.pieces).ok()?;
    let endian = header.endian().ok()?;
    let segments = header.program_headers(endian, &contents.pieces).ok()?;
    let named = segments
        .iter()
        .find(|segment| segment.p_type(endian) == PT_INTERP)?;
    let path = contents.read_up_to(named.p_offset(endian).into(), MAX_PATH)?;
    let length = named.p_filesz(endian).into().min(path.len() as u64);
    path.get(..usize::try_from(length).ok()?)?
        .split(|byte| *byte == 0)
        .next()
        .map(<[u8]>::to_owned)
}

fn runs_here(machine: u16, endian: Endianness) -> Result<(), Failure> {
    let host = match std::env::consts::ARCH {
        "x86_64" => object::elf::EM_X86_64,
        "x86" => object::elf::EM_386,
        "aarch64" => object::elf::EM_AARCH64,
        "arm" => object::elf::EM_ARM,
        "riscv32" | "riscv64" => object::elf::EM_RISCV,
        "powerpc64" => object::elf::EM_PPC64,
        "s390x" => object::elf::EM_S390,
        "loongarch64" => object::elf::EM_LOONGARCH,
        // This architecture has not been tested: the kernel decides.
        _ => return Ok(()),
    };
    let same_order = (endian == Endianness::Little) == cfg!(target_endian = "little");
    if machine == host.0 && same_order {
        return Ok(());
    }
    Err(processor::mismatch_failure(processor::elf_processor(
        machine,
    )))
}
