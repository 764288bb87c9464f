//! The terminal: reading keys, writing frames, setting modes and giving them back. No other module
//! reads from it or writes to it.
//!
//! ```text
//!          bytes          Input                       Frame                   bytes
//!  Tty ───────────> Pacer ───────────> model ──> view ───────> TerminalScreen ───────> Tty
//!   │ size, hang-up   │ Decoder                                   │ pending: written when the
//!   │                 │ deadline: a lone Esc, a torn paste,       │ line has room
//!   │                 │ the end of a burst
//!   └── RawScreen: raw mode and the alternate screen, restored on every exit
//! ```
//!
//! [`profile`] decides which sequences the terminal understands, and [`sequences`] builds them.
//! Only `tty`, `raw_screen`, `console` and `no_echo` (which reads a secret without a screen) make
//! system calls. The other parts are pure: they get the time as an argument.

pub mod backend;
pub(crate) mod console;
pub mod decoder;
pub mod key;
pub(crate) mod no_echo;
pub mod pacer;
pub mod profile;
pub mod raw_screen;
pub mod sequences;
pub mod tty;
