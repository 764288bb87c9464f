//! PE, the program format of Windows: checks the headers and the machine.

use object::LittleEndian as LE;
use object::pe::{
    IMAGE_FILE_MACHINE_AMD64, IMAGE_FILE_MACHINE_ARM64, IMAGE_FILE_MACHINE_I386,
    IMAGE_NT_OPTIONAL_HDR64_MAGIC, ImageDosHeader, ImageNtHeaders32, ImageNtHeaders64, Machine,
};
use object::read::pe::{ImageNtHeaders, optional_header_magic};

use super::{FileReader, Target, processor};
use crate::failure::Failure;

/// Checks the headers and, for [`Target::ThisMachine`], that Windows on this machine would run the
/// program.
pub(super) fn check(contents: &FileReader<'_>, machine: Target) -> Result<(), Failure> {
    let made_for = if optional_header_magic(&contents.pieces)? == IMAGE_NT_OPTIONAL_HDR64_MAGIC {
        target_machine::<ImageNtHeaders64>(contents)?
    } else {
        target_machine::<ImageNtHeaders32>(contents)?
    };
    if machine == Target::Any || runs_here(made_for) {
        Ok(())
    } else {
        Err(processor::mismatch_failure(processor::pe_processor(
            made_for,
        )))
    }
}

fn target_machine<H: ImageNtHeaders>(contents: &FileReader<'_>) -> Result<Machine, Failure> {
    let data = &contents.pieces;
    let mut offset = ImageDosHeader::parse(data)?.nt_headers_offset().into();
    let (headers, _) = H::parse(data, &mut offset)?;
    headers.sections(data, offset)?;
    Ok(headers.file_header().machine.get(LE))
}

/// Windows runs x86 programs on `x86_64`, and both on aarch64.
fn runs_here(made_for: Machine) -> bool {
    match std::env::consts::ARCH {
        "x86" => made_for == IMAGE_FILE_MACHINE_I386,
        "x86_64" => [IMAGE_FILE_MACHINE_I386, IMAGE_FILE_MACHINE_AMD64].contains(&made_for),
        "aarch64" => [
            IMAGE_FILE_MACHINE_I386,
            IMAGE_FILE_MACHINE_AMD64,
            IMAGE_FILE_MACHINE_ARM64,
        ]
        .contains(&made_for),
        // The operating system decides.
        _ => true,
    }
}
