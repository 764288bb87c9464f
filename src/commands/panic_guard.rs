//! An internal error (a panic): only its location is reported, and the exit status is 70.
//!
//! The panic message is not printed, because it may contain what a customer typed, for example in
//! the message of a failed string slice.

use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};

use super::eprint_line;
use crate::failure::Exit;

/// Runs a command. After a panic on this thread the status is 70.
pub(super) fn catch_panic(command: impl FnOnce() -> u8) -> u8 {
    std::panic::set_hook(Box::new(|panic| eprint_line(&panic_location(panic))));
    catch_unwind(AssertUnwindSafe(command)).unwrap_or(Exit::Internal as u8)
}

/// The location, for a bug report.
fn panic_location(panic: &PanicHookInfo<'_>) -> String {
    let place = panic
        .location()
        .map(ToString::to_string)
        .unwrap_or_default();
    format!(
        "support-kiosk {}: internal error at {place}",
        env!("CARGO_PKG_VERSION")
    )
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// One test for both, because the panic hook is global.
    #[test]
    fn t8_d15_a_panic_exits_with_70_and_reports_only_its_location() {
        let said = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&said);
        let before = std::panic::take_hook();
        let typed = "canary";
        assert_eq!(catch_panic(|| panic!("{typed}")), 70);
        assert_eq!(catch_panic(|| 3), 3);

        std::panic::set_hook(Box::new(move |panic| {
            heard
                .lock()
                .expect("not poisoned")
                .push(panic_location(panic));
        }));
        let broken = catch_unwind(|| panic!("{typed}"));
        std::panic::set_hook(before);
        assert!(broken.is_err());
        let said = said.lock().expect("not poisoned");
        let ours: Vec<_> = said
            .iter()
            .filter(|said| said.contains("commands/panic_guard.rs"))
            .collect();
        assert!(ours.len() == 1 && !ours[0].contains("canary"), "{said:?}");
    }
}
