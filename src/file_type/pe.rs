//! PE, the programs of Windows: machine, and the bounds of sections and of the signature, which stands at the end.

use object::LittleEndian as LE;
use object::pe::{
    IMAGE_DIRECTORY_ENTRY_SECURITY, IMAGE_FILE_EXECUTABLE_IMAGE, IMAGE_FILE_MACHINE_AMD64, IMAGE_FILE_MACHINE_ARM64,
    IMAGE_FILE_MACHINE_I386, IMAGE_NT_OPTIONAL_HDR64_MAGIC, ImageDosHeader, ImageNtHeaders32, ImageNtHeaders64, Machine,
};
use object::read::pe::{ImageNtHeaders, optional_header_magic};

use super::{Contents, For, machine};
use crate::failure::{Failure, Fault};

/// Looks whether it is a whole program and, where it shall run here, one that a Windows of this machine would run.
pub(super) fn check(contents: &Contents<'_>, machine: For) -> Result<(), Failure> {
    if optional_header_magic(&contents.pieces)? == IMAGE_NT_OPTIONAL_HDR64_MAGIC {
        check_headers::<ImageNtHeaders64>(contents, machine)
    } else {
        check_headers::<ImageNtHeaders32>(contents, machine)
    }
}

fn check_headers<H: ImageNtHeaders>(contents: &Contents<'_>, machine: For) -> Result<(), Failure> {
    let data = &contents.pieces;
    let mut behind = ImageDosHeader::parse(data)?.nt_headers_offset().into();
    let (headers, directories) = H::parse(data, &mut behind)?;
    let made_for = headers.file_header().machine.get(LE);
    if machine == For::ThisMachine && !runs_here(made_for) {
        return Err(machine::is_another(machine::of_pe(made_for)));
    }
    let flags = headers.file_header().characteristics.get(LE);
    let sections = headers.sections(data, behind)?;
    let mut in_file = sections.iter().filter(|section| section.pointer_to_raw_data.get(LE) != 0);
    let sections_whole = in_file
        .all(|section| contents.holds(section.pointer_to_raw_data.get(LE).into(), section.size_of_raw_data.get(LE).into()));
    // The one entry whose address is a place in the file.
    let signature_whole = directories
        .get(IMAGE_DIRECTORY_ENTRY_SECURITY)
        .is_none_or(|signature| contents.holds(signature.virtual_address.get(LE).into(), signature.size.get(LE).into()));
    let a_program = flags.contains(IMAGE_FILE_EXECUTABLE_IMAGE) && !sections.is_empty();
    if a_program && sections_whole && signature_whole { Ok(()) } else { Err(Fault::BrokenProgram.into()) }
}

/// Windows runs the programs of x86 on `x86_64`, and both on aarch64.
fn runs_here(made_for: Machine) -> bool {
    match std::env::consts::ARCH {
        "x86" => made_for == IMAGE_FILE_MACHINE_I386,
        "x86_64" => [IMAGE_FILE_MACHINE_I386, IMAGE_FILE_MACHINE_AMD64].contains(&made_for),
        "aarch64" => [IMAGE_FILE_MACHINE_I386, IMAGE_FILE_MACHINE_AMD64, IMAGE_FILE_MACHINE_ARM64].contains(&made_for),
        // Whatever runs it there judges.
        _ => true,
    }
}
