//! support-kiosk: a person without an account starts a remote support session, using only the keyboard.
//!
//! ```text
//! keys, paste, resize ─┐                        ┌─> view(&Model, &mut Frame)            pure
//! deadline reached     ├─> Event ──> update ────┤
//! progress of a job    │            pure        └─> Vec<Effect> ──> event loop: one thread per job ──> Event
//! child exit, signals ─┘
//! ```
//!
//! A module imports only from layers below its own. docs/design.md walks a key and a session through them.
//!
//! | layer | modules |
//! |---|---|
//! | 6 | `commands`: one file per command; `cli`: the command line |
//! | 5 | `runtime`: the event loop with terminal, jobs, signals, reload; `demo`: the built-in site |
//! | 4 | `app`: model, events, effects, keys; `screens`: one file per screen; `log` |
//! | 3 | `connect`: one session from request to exit; `ui`: widgets; `terminal`: tty, decoder, output |
//! | 2 | `config`: the file as written, then validated; `host`: host name, clock, directories |
//! | 1 | `clean`, `encoding`, `fold`, `session`, `pin`, `sum`, `failure`, `text`, `theme`, `erasing`, `failpoints` |
//!
//! In this code *client* always means the downloaded program.

pub mod app;
pub mod catalog;
pub mod clean;
pub mod cli;
pub mod client;
pub mod commands;
pub mod config;
pub mod connect;
pub mod demo;
mod doctor;
pub mod encoding;
pub mod env;
pub mod erasing;
mod failpoints;
pub mod failure;
mod file_type;
pub mod fold;
pub mod host;
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
