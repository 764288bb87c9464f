//! The smallest whole file of each kind that a site serves, put together here so that a test can spoil any part of it.

use std::fs;

use support_kiosk::config::Kind;

use crate::support::order::SCRIPT;

/// A desktop entry that is also a script of POSIX.
const DESKTOP: &str = "[Desktop Entry]\nType=Application\nName=Customer Client\nTerminal=false\n\n[X-Client]\nexit 0\n";

/// What follows the script in a client that unpacks itself: no text in any charset.
pub const PAYLOAD: [u8; 12] = *b"\x1F\x8B\x08\0\0\xFF\xFE\0\n'\"`";

/// Every kind.
pub const KINDS: [Kind; 8] = [Kind::Elf, Kind::Script, Kind::Desktop, Kind::Pe, Kind::Msi, Kind::MachO, Kind::Dmg, Kind::Zip];

/// A whole file of this kind.
pub fn whole(kind: Kind) -> Vec<u8> {
    match kind {
        Kind::Elf => this_machines_elf(),
        Kind::Script => SCRIPT.into(),
        Kind::Desktop => [DESKTOP.as_bytes(), &PAYLOAD].concat(),
        Kind::Pe => pe(),
        Kind::Msi => msi(),
        Kind::MachO => macho(0x0100_0007),
        Kind::Dmg => dmg(),
        Kind::Zip => zip(b"a comment"),
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

/// A program of Windows for `x86_64`: a section from 512 to 1024 and a signature to 1088, which is its end.
fn pe() -> Vec<u8> {
    let mut file = vec![0; 1088];
    let mut put = |at: usize, value: &[u8]| file[at..at + value.len()].copy_from_slice(value);
    put(0, b"MZ");
    put(60, &64_u32.to_le_bytes());
    put(64, b"PE\0\0");
    put(68, &0x8664_u16.to_le_bytes());
    put(70, &1_u16.to_le_bytes());
    put(84, &240_u16.to_le_bytes());
    put(86, &0x22_u16.to_le_bytes());
    put(88, &0x20B_u16.to_le_bytes());
    put(88 + 108, &16_u32.to_le_bytes());
    // The fifth of the directories, with a place in the file and a length.
    put(88 + 112 + 32, &1024_u32.to_le_bytes());
    put(88 + 112 + 36, &64_u32.to_le_bytes());
    put(328, b".text");
    put(328 + 16, &512_u32.to_le_bytes());
    put(328 + 20, &512_u32.to_le_bytes());
    file
}

/// A program of macOS for this machine, with one segment from its first byte to its last.
pub fn macho(cpu: u32) -> Vec<u8> {
    let mut file = vec![0; 4096];
    let numbers = [0xFEED_FACF, cpu, 3, 2, 1, 72, 0, 0, 0x19, 72];
    let head: Vec<u8> = numbers.into_iter().flat_map(u32::to_le_bytes).collect();
    file[..head.len()].copy_from_slice(&head);
    with(file, 32 + 48, &4096_u64.to_le_bytes())
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

/// A compound file of four sectors: header, table, and two that are in use.
fn msi() -> Vec<u8> {
    let mut file = vec![0; 512];
    file[..8].copy_from_slice(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
    file = with(file, 24, &[0x3E, 0, 3, 0, 0xFE, 0xFF, 9, 0, 6, 0]);
    file = with(file, 44, &1_u32.to_le_bytes());
    file = with(file, 68, &0xFFFF_FFFE_u32.to_le_bytes());
    file = with(file, 80, &[0xFF; 432]);
    let table = [0xFFFF_FFFD, 0xFFFF_FFFE, 0xFFFF_FFFE_u32].into_iter().chain(std::iter::repeat_n(u32::MAX, 125));
    file.extend(table.flat_map(u32::to_le_bytes));
    file.resize(2048, 7);
    file
}

/// A disk image: a disk of 2,000 bytes, its table of contents of 100, and the trailer.
fn dmg() -> Vec<u8> {
    let mut file = vec![7; 2100];
    file[0] = 0x78;
    let mut trailer = vec![0; 512];
    trailer[..12].copy_from_slice(b"koly\0\0\0\x04\0\0\x02\0");
    trailer = with(trailer, 32, &2000_u64.to_be_bytes());
    trailer = with(trailer, 216, &2000_u64.to_be_bytes());
    trailer = with(trailer, 224, &100_u64.to_be_bytes());
    [file, trailer].concat()
}

/// A zip with one empty file.
pub fn zip(comment: &[u8]) -> Vec<u8> {
    let mut file = [b"PK\x03\x04".as_slice(), &[0; 22], &[1, 0, 0, 0], b"a"].concat();
    let table = u32::try_from(file.len()).expect("small").to_le_bytes();
    file.extend([b"PK\x01\x02".as_slice(), &[0; 24], &[1, 0], &[0; 16], b"a"].concat());
    let length = [u8::try_from(comment.len()).expect("short"), 0];
    file.extend([b"PK\x05\x06".as_slice(), &[0, 0, 0, 0, 1, 0, 1, 0], &47_u32.to_le_bytes(), &table, &length, comment].concat());
    file
}
