//! A Linux virtual terminal (VT), by its own ioctls (`ioctl_console(2)`).
//!
//! Any other terminal refuses the first of them and is left alone: a pseudo-terminal, a serial line, and also a terminal
//! whose `TERM` says `linux` at the far end of an ssh. What is changed holds for this one VT:
//!
//! | | while the full screen is shown | afterwards |
//! |---|---|---|
//! | keyboard | sends UTF-8 (`K_UNICODE`) | as it was |
//! | output | UTF-8 (`ESC % G`) | 8 bits a character (`ESC % @`) if that is what the keyboard sent |
//! | another VT | refused in lockdown (`VT_PROCESS`) | the kernel switches by itself (`VT_AUTO`) |
//!
//! The kernel does not tell whether the output was in UTF-8. It follows the keyboard afterwards, so that both agree.
//!
//! If this process dies without giving the VT back, the kernel notices at the next switch and does it by itself
//! (`change_console` in `drivers/tty/vt/vt_ioctl.c`).

use std::ffi::{c_char, c_int, c_short, c_ushort};
use std::os::fd::{BorrowedFd, OwnedFd};

use rustix::io::Errno;
use rustix::ioctl::{Getter, IntegerSetter, Opcode, Setter, Updater, ioctl};
use signal_hook::consts::SIGUSR1;

use super::backend::Font;
use super::sequences;

const KDGKBMODE: Opcode = 0x4B44;
const KDSKBMODE: Opcode = 0x4B45;
const GIO_UNIMAP: Opcode = 0x4B66;
const VT_SETMODE: Opcode = 0x5602;

/// The keyboard sends characters of 8 bits.
const K_XLATE: usize = 1;
/// The keyboard sends UTF-8.
const K_UNICODE: usize = 3;
/// The kernel switches to another VT at once.
const VT_AUTO: c_char = 0;
/// The kernel asks before it switches.
const VT_PROCESS: c_char = 1;

/// How many times the font is asked for: it may change between the question for its size and that for its characters.
const TRIES: usize = 3;

/// A VT, as it was found.
#[derive(Debug)]
pub struct Console {
    terminal: OwnedFd,
    /// Whether the keyboard sent characters of 8 bits. A display server's sends neither those nor UTF-8.
    sent_bytes: bool,
}

#[repr(C)]
struct VtMode {
    mode: c_char,
    waits: c_char,
    release_signal: c_short,
    acquire_signal: c_short,
    unused: c_short,
}

#[repr(C)]
#[derive(Clone, Copy, Default)]
struct UnicodePair {
    character: c_ushort,
    _glyph: c_ushort,
}

#[repr(C)]
struct UnicodeMap {
    count: c_ushort,
    pairs: *mut UnicodePair,
}

impl Console {
    /// None if the terminal is not a VT.
    pub fn found(terminal: BorrowedFd<'_>) -> Option<Self> {
        #[expect(unsafe_code, reason = "rustix has no ioctl of a VT")]
        // SAFETY: the kernel writes one int.
        let mode = unsafe { ioctl(terminal, Getter::<KDGKBMODE, c_int>::new()) }.ok()?;
        Some(Self { terminal: terminal.try_clone_to_owned().ok()?, sent_bytes: usize::try_from(mode) == Ok(K_XLATE) })
    }

    /// Whether the keyboard sent characters of 8 bits.
    pub fn sent_bytes(&self) -> bool {
        self.sent_bytes
    }

    /// Sets the keyboard to UTF-8. Gives the bytes that do the same to the output.
    pub(super) fn enter(&self) -> String {
        self.set_keyboard(K_UNICODE);
        sequences::ansi(sequences::UTF8_ON)
    }

    /// The bytes that give the output back.
    pub(super) fn farewell(&self) -> String {
        if self.sent_bytes { sequences::ansi(sequences::UTF8_OFF) } else { String::new() }
    }

    /// Gives the keyboard and the switching back.
    pub(super) fn leave(&self) {
        self.set_keyboard(K_XLATE);
        self.refuse_switches(false);
    }

    fn set_keyboard(&self, mode: usize) {
        // Setting it drops what was typed.
        if self.sent_bytes {
            #[expect(unsafe_code, reason = "rustix has no ioctl of a VT")]
            // SAFETY: the argument is a number. If it fails, the VT is not the controlling terminal, and stays as it is.
            let _ = unsafe { ioctl(&self.terminal, IntegerSetter::<KDSKBMODE>::new_usize(mode)) };
        }
    }

    /// Has the kernel ask this thread before it switches to another VT, by a signal that is ignored: a switch that nobody
    /// allows does not take place. Or gives the switching back to the kernel.
    pub(super) fn refuse_switches(&self, refused: bool) {
        let signal = c_short::try_from(SIGUSR1).unwrap_or_default();
        let mode = if refused { VT_PROCESS } else { VT_AUTO };
        let mode = VtMode { mode, waits: 0, release_signal: signal, acquire_signal: signal, unused: 0 };
        #[expect(unsafe_code, reason = "rustix has no ioctl of a VT")]
        // SAFETY: the kernel reads a struct vt_mode. If it fails, the VT is not the controlling terminal.
        let _ = unsafe { ioctl(&self.terminal, Setter::<VT_SETMODE, VtMode>::new(mode)) };
    }

    /// The characters that the font can draw. None if this process may not ask.
    pub(super) fn font(&self) -> Option<Font> {
        let mut pairs = Vec::new();
        for _ in 0..TRIES {
            let room = c_ushort::try_from(pairs.len()).ok()?;
            let mut map = UnicodeMap { count: room, pairs: pairs.as_mut_ptr() };
            #[expect(unsafe_code, reason = "rustix has no ioctl of a VT")]
            // SAFETY: the kernel writes the count, and no more than `room` pairs to where there is room for as many.
            let told = unsafe { ioctl(&self.terminal, Updater::<GIO_UNIMAP, UnicodeMap>::new(&mut map)) };
            let count = usize::from(map.count);
            match told {
                Ok(()) => return Some(pairs.iter().take(count).map(|pair: &UnicodePair| pair.character).collect()),
                // There are more than there was room for.
                Err(Errno::NOMEM) => pairs.resize(count, UnicodePair::default()),
                Err(_) => return None,
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsFd;

    use super::*;

    #[test]
    fn what_is_no_virtual_terminal_is_left_alone() {
        let (reader, _writer) = std::io::pipe().expect("a pipe");
        assert!(Console::found(reader.as_fd()).is_none());
    }
}
