//! support-kiosk: a person without an account starts a remote support session, using only the
//! keyboard.
//!
//! ```text
//! keys, paste, resize ─┐                        ┌─> view(&Model, &mut Frame)            pure
//! deadline reached     ├─> Event ──> update ────┤
//! progress of a job    │            pure        └─> Vec<Effect> ──> event loop, job threads ──> Event
//! config reloaded     ─┘
//! ```
//!
//! A module imports only from layers below its own. `docs/design.md` has the table of layers with the
//! contents of each module, and `tests/fast/layers.rs` checks it.
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
mod stack;
pub mod sum;
mod sys;
pub mod terminal;
pub mod text;
pub mod theme;
pub mod timestamp;
pub mod ui;
pub mod ways;
