//! What a process still has in it of what was typed: its readable memory, and what `/proc` tells of
//! it.

use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;

/// Long enough that nothing has it by chance; short enough that half of a text is found too.
const WINDOW: usize = 12;

/// Texts that were typed, to be looked for whole or in part, as UTF-8 and with four bytes a
/// character.
pub struct Canaries(Vec<Vec<u8>>);

impl Canaries {
    pub fn new(texts: &[&str]) -> Self {
        let parts = texts.iter().flat_map(|text| {
            let characters: Vec<char> = text.chars().collect();
            let bytes = text
                .as_bytes()
                .chunks_exact(WINDOW)
                .map(<[u8]>::to_vec)
                .collect::<Vec<_>>();
            let wide = characters.chunks_exact(WINDOW / 2).map(|part| {
                part.iter()
                    .flat_map(|c| u32::from(*c).to_le_bytes())
                    .collect()
            });
            bytes.into_iter().chain(wide.collect::<Vec<Vec<u8>>>())
        });
        Self(parts.collect())
    }

    /// Where one of them stands in these bytes.
    pub fn found_in(&self, bytes: &[u8]) -> Vec<usize> {
        self.0
            .iter()
            .flat_map(|part| memchr::memmem::find_iter(bytes, part))
            .collect()
    }

    /// Every place in a process's readable memory that has a part of one, with what stands around
    /// it.
    pub fn in_memory_of(&self, pid: u32) -> Vec<String> {
        let maps = fs::read_to_string(format!("/proc/{pid}/maps")).expect("its maps");
        let memory =
            File::open(format!("/proc/{pid}/mem")).expect("its memory: ours, or we are root");
        let mut places = Vec::new();
        for line in maps.lines().filter(|line| !line.contains("[v")) {
            let (range, rest) = line.split_once(' ').expect("a range");
            let (from, to) = range.split_once('-').expect("from-to");
            let number = |text: &str| u64::from_str_radix(text, 16).expect("hexadecimal");
            let (from, to) = (number(from), number(to));
            if !rest.starts_with('r') {
                continue;
            }
            let mut bytes = vec![0; usize::try_from(to - from).expect("it fits")];
            if memory.read_exact_at(&mut bytes, from).is_err() {
                continue;
            }
            for at in self.found_in(&bytes) {
                let around = &bytes[at.saturating_sub(48)..bytes.len().min(at + 64)];
                places.push(format!("{line} at {at:#x}: {}", around.escape_ascii()));
            }
        }
        places
    }

    /// Whether `/proc` tells one of them of a process.
    pub fn in_proc_of(&self, pid: u32) -> Vec<&'static str> {
        let told = |name: &&str| {
            !self
                .found_in(&fs::read(format!("/proc/{pid}/{name}")).unwrap_or_default())
                .is_empty()
        };
        ["cmdline", "environ", "comm", "status", "stat"]
            .into_iter()
            .filter(told)
            .collect()
    }

    /// The files below a folder that have one of them, in their names or in what is in them.
    pub fn in_files_below(&self, folder: &std::path::Path) -> Vec<std::path::PathBuf> {
        let mut found = Vec::new();
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let named = !self
                .found_in(entry.file_name().as_encoded_bytes())
                .is_empty();
            if named
                || path.is_file()
                    && !self
                        .found_in(&fs::read(&path).unwrap_or_default())
                        .is_empty()
            {
                found.push(path.clone());
            }
            if path.is_dir() && !path.is_symlink() {
                found.extend(self.in_files_below(&path));
            }
        }
        found
    }
}
