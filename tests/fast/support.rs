//! What the tests stand on.

#[path = "../support/folder.rs"]
pub mod folder;
#[path = "../support/hostile.rs"]
pub mod hostile;
#[path = "../support/kiosk.rs"]
pub mod kiosk;
#[path = "../support/known_keys.rs"]
pub mod known_keys;
#[path = "../support/parallel.rs"]
pub mod parallel;
#[path = "../support/random.rs"]
pub mod random;
#[path = "../support/staff.rs"]
pub mod staff;
#[path = "../support/strangers.rs"]
pub mod strangers;
