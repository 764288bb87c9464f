//! Mach-O, the program format of macOS: checks the headers and the machine. A fat file contains
//! programs for several machines.

use object::Endianness;
use object::macho::{
    CPU_TYPE_ARM64, CPU_TYPE_X86_64, CpuType, FatArch32, FatArch64, MachHeader32, MachHeader64,
};
use object::read::macho::{FatArch, MachHeader, MachOFatFile};

use super::{FileReader, Target, processor};
use crate::failure::{Failure, Fault};

/// Checks the headers and, for [`Target::ThisMachine`], that one of the programs is built for this
/// machine.
pub(super) fn check(contents: &FileReader<'_>, machine: Target) -> Result<(), Failure> {
    let made_for = match contents.bytes(0) {
        Some([0xCA, 0xFE, 0xBA, 0xBE]) => fat_cpu_types::<FatArch32>(contents)?,
        Some([0xCA, 0xFE, 0xBA, 0xBF]) => fat_cpu_types::<FatArch64>(contents)?,
        Some([0xFE, 0xED, 0xFA, 0xCE] | [0xCE, 0xFA, 0xED, 0xFE]) => {
            thin_cpu_types::<MachHeader32<Endianness>>(contents)?
        }
        Some(_) => thin_cpu_types::<MachHeader64<Endianness>>(contents)?,
        None => return Err(Fault::BrokenProgram.into()),
    };
    let runs_here = machine == Target::Any || made_for.iter().any(|cpu| runs_here(*cpu));
    if runs_here {
        Ok(())
    } else {
        Err(processor::mismatch_failure(&processor::macho_processors(
            &made_for,
        )))
    }
}

fn fat_cpu_types<A: FatArch>(contents: &FileReader<'_>) -> Result<Vec<CpuType>, Failure> {
    let fat = MachOFatFile::<A>::parse(&contents.pieces)?;
    Ok(fat.arches().iter().map(FatArch::cputype).collect())
}

fn thin_cpu_types<H: MachHeader<Endian = Endianness>>(
    contents: &FileReader<'_>,
) -> Result<Vec<CpuType>, Failure> {
    let header = H::parse(&contents.pieces, 0)?;
    Ok(vec![header.cputype(header.endian()?)])
}

/// macOS also runs `x86_64` programs on aarch64.
fn runs_here(cpu: CpuType) -> bool {
    match std::env::consts::ARCH {
        "x86_64" => cpu == CPU_TYPE_X86_64,
        "aarch64" => [CPU_TYPE_ARM64, CPU_TYPE_X86_64].contains(&cpu),
        // The operating system decides.
        _ => true,
    }
}
