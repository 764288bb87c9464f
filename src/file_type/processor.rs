//! Names of processors, for the failure of a program that was built for another one.

use object::elf;
use object::macho::{self, CpuType};
use object::pe;

use crate::failure::{Failure, Fault};

const X86: &str = "32-bit x86";
const X86_64: &str = "x86-64";
const ARM: &str = "32-bit ARM";
const ARM_64: &str = "64-bit ARM";
const POWERPC: &str = "PowerPC";
const RISC_V: &str = "RISC-V";
const IBM_Z: &str = "IBM Z";
const LOONGARCH: &str = "LoongArch";
const OTHER: &str = "another processor";

/// The failure of a program that was built for this processor.
pub(super) fn mismatch_failure(made_for: &str) -> Failure {
    Failure::with_subject(
        Fault::WrongArchitecture,
        &describe_mismatch(made_for, host_processor()),
    )
}

fn describe_mismatch(made_for: &str, host: &str) -> String {
    if made_for == host {
        // It differs in width or byte order.
        return format!("made for another kind of {host} than this computer");
    }
    format!("made for {made_for}, this computer is {host}")
}

fn host_processor() -> &'static str {
    match std::env::consts::ARCH {
        "x86" => X86,
        "x86_64" => X86_64,
        "arm" => ARM,
        "aarch64" => ARM_64,
        "powerpc" | "powerpc64" => POWERPC,
        "riscv32" | "riscv64" => RISC_V,
        "s390x" => IBM_Z,
        "loongarch64" => LOONGARCH,
        other => other,
    }
}

/// The processor of an ELF program.
pub(super) fn elf_processor(machine: u16) -> &'static str {
    match elf::Machine(machine) {
        elf::EM_386 => X86,
        elf::EM_X86_64 => X86_64,
        elf::EM_ARM => ARM,
        elf::EM_AARCH64 => ARM_64,
        elf::EM_PPC | elf::EM_PPC64 => POWERPC,
        elf::EM_RISCV => RISC_V,
        elf::EM_S390 => IBM_Z,
        elf::EM_LOONGARCH => LOONGARCH,
        _ => OTHER,
    }
}

/// The processor of a Windows program.
pub(super) fn pe_processor(machine: pe::Machine) -> &'static str {
    match machine {
        pe::IMAGE_FILE_MACHINE_I386 => X86,
        pe::IMAGE_FILE_MACHINE_AMD64 => X86_64,
        pe::IMAGE_FILE_MACHINE_ARM | pe::IMAGE_FILE_MACHINE_ARMNT => ARM,
        pe::IMAGE_FILE_MACHINE_ARM64 => ARM_64,
        pe::IMAGE_FILE_MACHINE_POWERPC => POWERPC,
        _ => OTHER,
    }
}

/// The processors of a macOS program, which may be built for several.
pub(super) fn macho_processors(machines: &[CpuType]) -> String {
    let name = |cpu: &CpuType| match *cpu {
        macho::CPU_TYPE_X86 => X86,
        macho::CPU_TYPE_X86_64 => X86_64,
        macho::CPU_TYPE_ARM => ARM,
        macho::CPU_TYPE_ARM64 => ARM_64,
        macho::CPU_TYPE_POWERPC | macho::CPU_TYPE_POWERPC64 => POWERPC,
        _ => OTHER,
    };
    let mut names: Vec<&str> = machines.iter().map(name).collect();
    names.dedup();
    names.join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d5_a_program_for_another_machine_is_reported_with_familiar_names() {
        assert_eq!(
            describe_mismatch(elf_processor(40), X86_64),
            "made for 32-bit ARM, this computer is x86-64"
        );
        assert_eq!(
            describe_mismatch(elf_processor(62), X86_64),
            "made for another kind of x86-64 than this computer"
        );
        assert_eq!(
            describe_mismatch(elf_processor(8), ARM_64),
            "made for another processor, this computer is 64-bit ARM"
        );
        assert_eq!(pe_processor(pe::IMAGE_FILE_MACHINE_I386), X86);
        let both = [
            macho::CPU_TYPE_POWERPC,
            macho::CPU_TYPE_POWERPC64,
            macho::CPU_TYPE_X86,
        ];
        assert_eq!(macho_processors(&both), "PowerPC and 32-bit x86");
    }
}
