//! Mach-O, the programs of macOS, also several in one ("fat"): machine, and the bounds of each and of its segments.

use object::Endianness;
use object::macho::{CPU_TYPE_ARM64, CPU_TYPE_X86_64, CpuType, FatArch32, FatArch64, MH_EXECUTE, MachHeader32, MachHeader64};
use object::read::macho::{FatArch, MachHeader, MachOFatFile, Segment};

use super::{Contents, For, machine};
use crate::failure::{Failure, Fault};

/// What comes before the segments is some kilobytes; a file that says more would have us read it all.
const COMMANDS_AT_MOST: u32 = 1 << 20;

/// Looks whether it is a whole program and, where it shall run here, one for this machine, or has one.
pub(super) fn check(contents: &Contents<'_>, machine: For) -> Result<(), Failure> {
    let made_for = match contents.bytes(0) {
        Some([0xCA, 0xFE, 0xBA, 0xBE]) => check_fat::<FatArch32>(contents)?,
        Some([0xCA, 0xFE, 0xBA, 0xBF]) => check_fat::<FatArch64>(contents)?,
        Some(_) => vec![check_thin(contents, 0, contents.size)?],
        None => return Err(Fault::BrokenProgram.into()),
    };
    if machine == For::ThisMachine && !made_for.iter().any(|cpu| runs_here(*cpu)) {
        return Err(machine::is_another(&machine::of_macho(&made_for)));
    }
    Ok(())
}

/// Gives the machines for which it has a program.
fn check_fat<A: FatArch>(contents: &Contents<'_>) -> Result<Vec<CpuType>, Failure> {
    let fat = MachOFatFile::<A>::parse(&contents.pieces)?;
    fat.arches()
        .iter()
        .map(|arch| {
            let (start, length) = arch.file_range();
            check_thin(contents, start, length)
        })
        .collect()
}

/// Looks at the one program that stands there, and gives its machine.
fn check_thin(contents: &Contents<'_>, start: u64, length: u64) -> Result<CpuType, Failure> {
    if !contents.holds(start, length) {
        return Err(Fault::BrokenProgram.into());
    }
    match contents.bytes(start) {
        Some([0xFE, 0xED, 0xFA, 0xCE] | [0xCE, 0xFA, 0xED, 0xFE]) => {
            check_segments::<MachHeader32<Endianness>>(contents, start, length)
        }
        _ => check_segments::<MachHeader64<Endianness>>(contents, start, length),
    }
}

fn check_segments<H>(contents: &Contents<'_>, start: u64, length: u64) -> Result<CpuType, Failure>
where
    H: MachHeader<Endian = Endianness>,
{
    let header = H::parse(&contents.pieces, start)?;
    let endian = header.endian()?;
    if header.filetype(endian) != MH_EXECUTE || header.sizeofcmds(endian) > COMMANDS_AT_MOST {
        return Err(Fault::BrokenProgram.into());
    }
    let mut commands = header.load_commands(endian, &contents.pieces, start)?;
    let mut segments = 0;
    while let Some(command) = commands.next()? {
        let Some((segment, _)) = H::Segment::from_command(command)? else { continue };
        let (from, many) = segment.file_range(endian);
        if from.checked_add(many).is_none_or(|end| end > length) {
            return Err(Fault::BrokenProgram.into());
        }
        segments += 1;
    }
    if segments == 0 { Err(Fault::BrokenProgram.into()) } else { Ok(header.cputype(endian)) }
}

/// macOS runs the programs of `x86_64` on aarch64.
fn runs_here(cpu: CpuType) -> bool {
    match std::env::consts::ARCH {
        "x86_64" => cpu == CPU_TYPE_X86_64,
        "aarch64" => [CPU_TYPE_ARM64, CPU_TYPE_X86_64].contains(&cpu),
        // Whatever runs it there judges.
        _ => true,
    }
}
