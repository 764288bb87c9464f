//! Calls `execve` directly. The standard library uses `execvp`, and the C library's `execvp` runs
//! any file of an unknown format as a script of `/bin/sh`. A file that passed the checks as a
//! program could then run as an unchecked script (T1, D12).

use std::ffi::{CString, NulError, OsStr, OsString};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::ptr;

use nix::libc::{self, c_char};

use super::environment::Variables;

/// A program, its arguments and its environment. They are allocated before the fork, because the
/// child must not allocate.
pub(super) struct Exec {
    arguments: CStrings,
    variables: CStrings,
}

impl Exec {
    /// The first word is the absolute path of the program. Fails if a word contains a NUL byte.
    pub(super) fn new(words: &[OsString], variables: &Variables) -> Result<Self, NulError> {
        let joined = variables
            .iter()
            .map(|(name, value)| [name.as_bytes(), value.as_bytes()].join(&b'='));
        Ok(Self {
            arguments: CStrings::new(words.iter().map(|word| OsStr::as_bytes(word).to_vec()))?,
            variables: CStrings::new(joined)?,
        })
    }

    /// Replaces this process with the program. Returns only on failure, such as `ENOEXEC`.
    pub(super) fn exec(&self) -> io::Error {
        #[expect(
            unsafe_code,
            reason = "no library offers this call without an allocation"
        )]
        // SAFETY: both are arrays of NUL-terminated strings with a null pointer at the end. They
        // live unchanged as long as `self`. Without a program the first pointer is null, and the
        // kernel returns EFAULT.
        unsafe {
            libc::execve(
                self.arguments.pointers[0],
                self.arguments.pointers.as_ptr(),
                self.variables.pointers.as_ptr(),
            );
        }
        io::Error::last_os_error()
    }
}

/// An array of C strings.
struct CStrings {
    /// Pointers into `_texts`, and a null pointer at the end.
    pointers: Vec<*const c_char>,
    _texts: Vec<CString>,
}

impl CStrings {
    fn new(texts: impl Iterator<Item = Vec<u8>>) -> Result<Self, NulError> {
        let texts = texts.map(CString::new).collect::<Result<Vec<_>, _>>()?;
        let pointers = texts
            .iter()
            .map(|text| text.as_ptr())
            .chain([ptr::null()])
            .collect();
        Ok(Self {
            pointers,
            _texts: texts,
        })
    }
}

#[expect(unsafe_code, reason = "pointers into memory that the value owns")]
// SAFETY: the pointers lead to heap memory that this value owns. It does not move with the value
// and is never written.
unsafe impl Send for CStrings {}
#[expect(unsafe_code, reason = "pointers into memory that the value owns")]
// SAFETY: as above; nothing is ever written through the pointers.
unsafe impl Sync for CStrings {}
