//! support-kiosk: a person without an account starts a remote support session, using only the
//! keyboard.
//!
//! ```text
//! keys, paste, resize ─┐                        ┌─> view(&Model, &mut Frame)            pure
//! deadline reached     ├─> Event ──> update ────┤
//! progress of a job    │            pure        └─> Vec<Effect> ──> event loop, job threads ──> Event
//! child exit, signals ─┘
//! ```
//!
//! A module imports only from layers below its own (docs/design.md; `tests/fast/layers.rs` checks
//! this).
//!
//! | layer | modules | contents |
//! |---|---|---|
//! | 13 | `commands` | one file per command |
//! | 12 | `cli`, `runtime` | the command line; the event loop |
//! | 11 | `app` | model, events, effects |
//! | 10 | `screens`, `connect`, `doctor` | one file per screen; one session from request to exit; checks of a machine |
//! | 9 | `client` | the downloaded program |
//! | 8 | `site` | requests and answers |
//! | 7 | `keymap`, `catalog`, `file_type`, `log`, `demo` | keys; what can be chosen; kinds of files; logs; the built-in site |
//! | 6 | `config` | the file as written, then validated |
//! | 5 | `host`, `pin` | this machine; the staff's PIN |
//! | 4 | `session`, `ui`, `terminal` | what is asked for; widgets; tty, decoder, output |
//! | 3 | `ways` | the ways to start a session, as data |
//! | 2 | `text`, `job` | words; what jobs share |
//! | 1 | `failure` | the catalogue of failures |
//! | 0 | `arena`, `clean`, `env`, `failpoints`, `fold`, `heap`, `html`, `sum`, `sys`, `theme`, `timestamp` | ground |
//!
//! In this code *client* always means the downloaded program.

pub mod app;
mod arena;
pub mod catalog;
pub mod clean;
pub mod cli;
pub mod client;
pub mod commands;
pub mod config;
pub mod connect;
pub mod demo;
mod doctor;
pub mod env;
mod failpoints;
pub mod failure;
mod file_type;
pub mod fold;
pub mod heap;
pub mod host;
mod html;
pub mod job;
pub mod keymap;
pub mod log;
pub mod pin;
pub mod runtime;
pub mod screens;
pub mod session;
pub mod site;
pub mod sum;
mod sys;
pub mod terminal;
pub mod text;
pub mod theme;
pub mod timestamp;
pub mod ui;
pub mod ways;
