//! The terminal as it really is. Nothing else in the program talks to it.
//!
//! ```text
//!          bytes                  Input                               Frame             bytes
//!  Tty ──────────────> Pacer ──────────────> the model ──> view ────────> TerminalScreen ────────> Tty
//!   │ size, hang-up      │ Decoder                                                 │ pending: written as the line takes it
//!   │                    │ deadline: a lone Esc, a torn paste, the end of a burst
//!   └── Modes: raw and full screen, given back on every way out
//! ```
//!
//! [`kind`] says what may be sent to it and [`sequences`] what is sent. Of the parts only `tty`, `modes` and `console` touch
//! the system, and `silent`, for a secret that is asked for without a screen; the others are pure, time included.

pub mod backend;
pub mod console;
pub mod decoder;
pub mod key;
pub mod kind;
pub mod modes;
pub mod pace;
pub mod sequences;
pub mod silent;
pub mod tty;
