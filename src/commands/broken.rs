//! A fault of the program itself, a panic: told by where it is and nothing else, and the exit status says whose it was.
//!
//! What a panic says of itself may have in it what a customer typed: the text that was cut at a wrong place, for one.

use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};

use super::told;
use crate::failure::Exit;

/// Does a command. After a panic on this thread the status is 70.
pub(super) fn unless_broken(command: impl FnOnce() -> u8) -> u8 {
    std::panic::set_hook(Box::new(|panic| told(&place_of(panic))));
    catch_unwind(AssertUnwindSafe(command)).unwrap_or(Exit::Ours as u8)
}

/// For the report that somebody may write.
fn place_of(panic: &PanicHookInfo<'_>) -> String {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    format!("support-kiosk {}: internal error at {place}", env!("CARGO_PKG_VERSION"))
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// One test for both, since the hook is the whole program's.
    #[test]
    fn t8_d15_a_panic_ends_with_70_and_is_told_by_its_place_alone() {
        let said = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&said);
        let before = std::panic::take_hook();
        let typed = "canary";
        assert_eq!(unless_broken(|| panic!("{typed}")), 70);
        assert_eq!(unless_broken(|| 3), 3);

        std::panic::set_hook(Box::new(move |panic| heard.lock().expect("nobody panics with it").push(place_of(panic))));
        let broken = catch_unwind(|| panic!("{typed}"));
        std::panic::set_hook(before);
        assert!(broken.is_err());
        let said = said.lock().expect("nobody panics with it");
        let ours: Vec<_> = said.iter().filter(|said| said.contains("commands/broken.rs")).collect();
        assert!(ours.len() == 1 && !ours[0].contains("canary"), "{said:?}");
    }
}
