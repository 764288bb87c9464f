//! The smallest whole file of each kind that a site serves, put together here so that a test can
//! spoil any part of it.

use std::fs;

use support_kiosk::config::FileKind;

use crate::support::order::SCRIPT;

/// A desktop entry that is also a script of POSIX.
const DESKTOP: &str = "[Desktop Entry]\nType=Application\nName=Customer Client\nTerminal=false\n\n[X-Client]\nexit 0\n";

/// What follows the script in a client that unpacks itself: no text in any charset.
pub const PAYLOAD: [u8; 12] = *b"\x1F\x8B\x08\0\0\xFF\xFE\0\n'\"`";

/// Every kind.
pub const KINDS: [FileKind; 8] = [
    FileKind::Elf,
    FileKind::Script,
    FileKind::Desktop,
    FileKind::Pe,
    FileKind::Msi,
    FileKind::MachO,
    FileKind::Dmg,
    FileKind::Zip,
];

/// A whole file of this kind.
pub fn whole(kind: FileKind) -> Vec<u8> {
    match kind {
        FileKind::Elf => this_machines_elf(),
        FileKind::Script => SCRIPT.into(),
        FileKind::Desktop => [DESKTOP.as_bytes(), &PAYLOAD].concat(),
        FileKind::Pe => pe(),
        FileKind::Msi => b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and so on".to_vec(),
        FileKind::MachO => macho(0x0100_0007),
        // Its mark is at its end.
        FileKind::Dmg => [[7; 1024].as_slice(), b"koly", &[0; 508]].concat(),
        FileKind::Zip => b"PK\x03\x04 and so on".to_vec(),
    }
}

/// A whole program of this machine: the tests themselves are too big, the shell is not.
pub fn this_machines_elf() -> Vec<u8> {
    fs::read(fs::canonicalize("/bin/sh").expect("a shell")).expect("the shell")
}

/// The bytes with some of them written over.
pub fn with(mut bytes: Vec<u8>, at: usize, value: &[u8]) -> Vec<u8> {
    bytes[at..at + value.len()].copy_from_slice(value);
    bytes
}

/// So many of the bytes that come first.
pub fn cut(bytes: &[u8], length: usize) -> Vec<u8> {
    bytes[..length].to_vec()
}

/// The headers of a program of Windows for `x86_64`, with one section.
fn pe() -> Vec<u8> {
    let mut file = vec![0; 368];
    let mut put = |at: usize, value: &[u8]| file[at..at + value.len()].copy_from_slice(value);
    put(0, b"MZ");
    put(60, &64_u32.to_le_bytes());
    put(64, b"PE\0\0");
    put(68, &0x8664_u16.to_le_bytes());
    put(70, &1_u16.to_le_bytes());
    put(84, &240_u16.to_le_bytes());
    put(88, &0x20B_u16.to_le_bytes());
    put(88 + 108, &16_u32.to_le_bytes());
    put(328, b".text");
    file
}

/// The header of a program of macOS.
pub fn macho(cpu: u32) -> Vec<u8> {
    [0xFEED_FACF, cpu, 3, 2, 0, 0, 0, 0]
        .into_iter()
        .flat_map(u32::to_le_bytes)
        .collect()
}

/// Programs of macOS in one file, each on a page of its own.
pub fn fat(cpus: &[u32]) -> Vec<u8> {
    let mut head = vec![0xCAFE_BABE, u32::try_from(cpus.len()).expect("a few")];
    for (page, cpu) in (1..).zip(cpus) {
        head.extend([*cpu, 3, page * 4096, 4096, 12]);
    }
    let mut file: Vec<u8> = head.into_iter().flat_map(u32::to_be_bytes).collect();
    file.resize(4096, 0);
    file.extend(cpus.iter().flat_map(|cpu| macho(*cpu)));
    file
}
