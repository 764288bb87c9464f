//! A Linux virtual terminal (VT), controlled through its ioctls (`ioctl_console(2)`).
//!
//! Any other terminal refuses the first ioctl and is left unchanged: a pseudo-terminal, a serial
//! line, or a remote terminal that has `TERM=linux` over ssh. The changes affect only this VT:
//!
//! | | while the full screen is shown | afterwards |
//! |---|---|---|
//! | keyboard | sends UTF-8 (`K_UNICODE`) | as before |
//! | output | UTF-8 (`ESC % G`) | 8-bit characters (`ESC % @`) if the keyboard sent those |
//! | VT switch | refused in lockdown (`VT_PROCESS`) | done by the kernel (`VT_AUTO`) |
//!
//! The kernel does not report whether the output was in UTF-8. Afterwards it is set to match the
//! keyboard.
//!
//! If this process dies without restoring the VT, the kernel notices at the next switch and
//! restores the switching itself (`change_console` in `drivers/tty/vt/vt_ioctl.c`).

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

/// The keyboard sends 8-bit characters.
const K_XLATE: usize = 1;
const K_UNICODE: usize = 3;
/// The kernel switches to another VT immediately.
const VT_AUTO: c_char = 0;
/// The kernel asks this process before it switches.
const VT_PROCESS: c_char = 1;

/// How many times the font is read: it may change between the ioctl for its size and the one for
/// its characters.
const FONT_ATTEMPTS: usize = 3;

/// A VT and its keyboard mode at start.
#[derive(Debug)]
pub(crate) struct Console {
    terminal: OwnedFd,
    /// Whether the keyboard sent 8-bit characters. A display server sets it to send neither those
    /// nor UTF-8.
    was_byte_mode: bool,
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
    /// `None` if the terminal is not a VT.
    pub(crate) fn detect(terminal: BorrowedFd<'_>) -> Option<Self> {
        #[expect(unsafe_code, reason = "rustix has no ioctl of a VT")]
        // SAFETY: the kernel writes one int.
        let mode = unsafe { ioctl(terminal, Getter::<KDGKBMODE, c_int>::new()) }.ok()?;
        Some(Self {
            terminal: terminal.try_clone_to_owned().ok()?,
            was_byte_mode: usize::try_from(mode) == Ok(K_XLATE),
        })
    }

    pub(crate) fn is_byte_mode(&self) -> bool {
        self.was_byte_mode
    }

    /// Sets the keyboard to UTF-8. Returns the bytes that do the same for the output.
    pub(super) fn enter(&self) -> String {
        self.set_keyboard(K_UNICODE);
        sequences::ansi(sequences::UTF8_ON)
    }

    /// The bytes that restore the output.
    pub(super) fn farewell(&self) -> String {
        if self.was_byte_mode {
            sequences::ansi(sequences::UTF8_OFF)
        } else {
            String::new()
        }
    }

    /// Restores the keyboard and the VT switching.
    pub(super) fn leave(&self) {
        self.set_keyboard(K_XLATE);
        self.refuse_switches(false);
    }

    fn set_keyboard(&self, mode: usize) {
        // Setting the mode discards pending input.
        if self.was_byte_mode {
            #[expect(unsafe_code, reason = "rustix has no ioctl of a VT")]
            // SAFETY: the argument is a number. If it fails, the VT is not the controlling terminal
            // and stays unchanged.
            let _ = unsafe { ioctl(&self.terminal, IntegerSetter::<KDSKBMODE>::new_usize(mode)) };
        }
    }

    /// Makes the kernel ask this thread before it switches to another VT, with a signal that is
    /// ignored: a switch that is never confirmed does not happen. Or returns the switching to the
    /// kernel.
    pub(super) fn refuse_switches(&self, refused: bool) {
        let signal = c_short::try_from(SIGUSR1).unwrap_or_default();
        let mode = if refused { VT_PROCESS } else { VT_AUTO };
        let mode = VtMode {
            mode,
            waits: 0,
            release_signal: signal,
            acquire_signal: signal,
            unused: 0,
        };
        #[expect(unsafe_code, reason = "rustix has no ioctl of a VT")]
        // SAFETY: the kernel reads a struct vt_mode. If it fails, the VT is not the controlling
        // terminal.
        let _ = unsafe { ioctl(&self.terminal, Setter::<VT_SETMODE, VtMode>::new(mode)) };
    }

    /// The characters that the font can draw. `None` if this process may not read it.
    pub(super) fn font(&self) -> Option<Font> {
        let mut pairs = Vec::new();
        for _ in 0..FONT_ATTEMPTS {
            let room = c_ushort::try_from(pairs.len()).ok()?;
            let mut map = UnicodeMap {
                count: room,
                pairs: pairs.as_mut_ptr(),
            };
            #[expect(unsafe_code, reason = "rustix has no ioctl of a VT")]
            // SAFETY: the kernel writes the count, and at most `room` pairs into a buffer for that
            // many.
            let told = unsafe {
                ioctl(
                    &self.terminal,
                    Updater::<GIO_UNIMAP, UnicodeMap>::new(&mut map),
                )
            };
            let count = usize::from(map.count);
            match told {
                Ok(()) => {
                    return Some(
                        pairs
                            .iter()
                            .take(count)
                            .map(|pair: &UnicodePair| pair.character)
                            .collect(),
                    );
                }
                // The font has more characters than the buffer has room for.
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
        assert!(Console::detect(reader.as_fd()).is_none());
    }
}
