//! The call by which a forked process becomes the client, made by ourselves: the standard library goes through `execvp`, and
//! the C library has that hand whatever the kernel takes for no program to `/bin/sh`, as the shell script that it then is. So
//! a file that passed for a program could run as something that nobody looked at (T1, D12).

use std::ffi::{CString, NulError, OsStr, OsString};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::ptr;

use nix::libc::{self, c_char};

use super::environment::Variables;

/// A program, its arguments and its variables, laid out before the fork, after which nothing may be allocated.
pub(super) struct Exec {
    arguments: Words,
    variables: Words,
}

impl Exec {
    /// The first of the words is the program, by its absolute path. Fails where a word has a zero byte in it.
    pub(super) fn new(words: &[OsString], variables: &Variables) -> Result<Self, NulError> {
        let joined = variables.iter().map(|(name, value)| [name.as_bytes(), value.as_bytes()].join(&b'='));
        Ok(Self {
            arguments: Words::new(words.iter().map(|word| OsStr::as_bytes(word).to_vec()))?,
            variables: Words::new(joined)?,
        })
    }

    /// Becomes the program. Returns where that can't be, and why: `ENOEXEC` too.
    pub(super) fn now(&self) -> io::Error {
        #[expect(unsafe_code, reason = "the call itself, of which no library has a form that allocates nothing")]
        // SAFETY: both are lists of texts that end in a zero byte each, closed by a null pointer; they live and stay as they
        // are for as long as `self` does. Without a program the first pointer is null, which the kernel answers with EFAULT.
        unsafe {
            libc::execve(self.arguments.pointers[0], self.arguments.pointers.as_ptr(), self.variables.pointers.as_ptr());
        }
        io::Error::last_os_error()
    }
}

/// Texts as C has them.
struct Words {
    /// Into `_texts`, and a null behind them.
    pointers: Vec<*const c_char>,
    _texts: Vec<CString>,
}

impl Words {
    fn new(texts: impl Iterator<Item = Vec<u8>>) -> Result<Self, NulError> {
        let texts = texts.map(CString::new).collect::<Result<Vec<_>, _>>()?;
        let pointers = texts.iter().map(|text| text.as_ptr()).chain([ptr::null()]).collect();
        Ok(Self { pointers, _texts: texts })
    }
}

#[expect(unsafe_code, reason = "pointers into what the same value owns")]
// SAFETY: what the pointers lead to belongs to the value, does not move with it, and is never written.
unsafe impl Send for Words {}
#[expect(unsafe_code, reason = "pointers into what the same value owns")]
// SAFETY: as above; nothing is ever written through them.
unsafe impl Sync for Words {}
