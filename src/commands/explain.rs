//! `support-kiosk explain CODE`: what a code on the screen means, and what staff do.

use std::io::Write;

use super::told;
use crate::failure::{Exit, Fault, Remedy};
use crate::text::EN;

/// How wide the names before the sayings are.
const NAMES: usize = 23;

/// Writes what is known of a code to `out`. Gives the exit status: 0, or 2 where there is no such code; what was typed in
/// its place is not repeated, since it may be a session key.
pub(super) fn run(code: &str, out: &mut dyn Write) -> anyhow::Result<u8> {
    let Some(fault) = Fault::of_code(code) else {
        let codes: Vec<&str> = Fault::ALL.iter().map(|fault| fault.code()).collect();
        told(&format!("{} {}", EN.explain.no_such_code, codes.join(" ")));
        return Ok(Exit::Usage as u8);
    };
    let (words, said) = (EN.of_fault(fault), &EN.explain);
    let remedy = match fault.remedy() {
        Remedy::Retry => said.retry,
        Remedy::Change => said.change,
        Remedy::Staff => said.nothing_here,
    };
    writeln!(out, "{}", fault.code())?;
    writeln!(out, "{:NAMES$}{}", said.customer, words.happened)?;
    writeln!(out, "{:NAMES$}{}", "", words.todo)?;
    writeln!(out, "{:NAMES$}{}", said.staff, words.staff)?;
    writeln!(out, "{:NAMES$}{remedy}", said.remedy)?;
    writeln!(out, "{:NAMES$}{}", said.exit, fault.exit() as u8)?;
    Ok(0)
}
