//! support-kiosk: a person without an account starts a remote support session, by keyboard alone.
//!
//! ```text
//! keys, paste, resize ─┐                        ┌─> view(&Model, &mut Frame)            pure
//! a deadline reached   ├─> Event ──> update ────┤
//! stages of a job      │            pure        └─> Vec<Effect> ──> shell: a thread per job ──> Event
//! child, signals ──────┘
//! ```
//!
//! The floors, ground first. A room imports only from floors below:
//!
//! | floor | rooms |
//! |---|---|
//! | 6 | `commands`: one file a command; `cli`: the command line as typed |
//! | 5 | `shell`: the loop around the model: terminal, jobs, signals · `demo`: the built-in site |
//! | 4 | `app`: Model, Event, Effect, update · `screens`: one file a screen · `log`: how visits went |
//! | 3 | `connect`: one session, from request to client · `ui`: pieces of a screen · `terminal`: the tty |
//! | 2 | `config`: the file as written, then as meant · `machine`: what this machine knows of itself |
//! | 1 | `clean`, `encoding`, `fold`, `session`, `pin`, `sum`, `failure`, `text`, `theme`: the words and the colours · `erasing`: what is freed · `failpoints`: panics and pauses for tests |
//!
//! In this code *client* always means the downloaded program.

pub mod app;
pub mod clean;
pub mod cli;
pub mod commands;
pub mod config;
pub mod connect;
pub mod demo;
pub mod encoding;
pub mod erasing;
mod failpoints;
pub mod failure;
pub mod fold;
pub mod log;
pub mod machine;
pub mod pin;
pub mod screens;
pub mod session;
pub mod shell;
pub mod sum;
pub mod terminal;
pub mod text;
pub mod theme;
pub mod ui;
