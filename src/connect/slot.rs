//! One client at a time: every child process of ours belongs to one client (`adopt_orphans`).

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::timeout;

use crate::failure::{Failure, Fault};
use crate::job::{Cancel, Stop};
use crate::sys::causes;

/// How long a session waits for the client of the one before: as long as a customer bears.
const SLOT_TIMEOUT: Duration = Duration::from_secs(10);

/// The place of the running client. Clones are the same place.
#[derive(Clone, Default)]
pub struct ClientSlot(Arc<Mutex<()>>);

impl ClientSlot {
    /// Waits until the client before is gone with all that it forked (K6). A client that waits for a disk or a network may not end
    /// by any signal: then this fails.
    pub(super) fn take(&self, cancel: &Cancel) -> Result<OwnedMutexGuard<()>, Stop> {
        if let Ok(slot) = Arc::clone(&self.0).try_lock_owned() {
            return Ok(slot);
        }
        // Only to wait in: it takes no descriptor and no thread.
        let runtime = Builder::new_current_thread().enable_time().build();
        let runtime = runtime.map_err(|error| Failure::from(Fault::Internal).because(&causes::told(&error)))?;
        let free = async {
            let slot = timeout(SLOT_TIMEOUT, Arc::clone(&self.0).lock_owned()).await;
            slot.map_err(|_| Failure::about(Fault::CannotStart, "the client before has not ended"))
        };
        runtime.block_on(cancel.or(free))
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn k6_a_session_waits_for_the_client_before_and_gives_way_to_a_cancel() {
        let (slot, cancel) = (ClientSlot::default(), Cancel::new());
        let before = slot.take(&cancel).expect("free");
        let (next, wish) = (slot.clone(), cancel.clone());
        let waiting = thread::spawn(move || next.take(&wish).err());
        cancel.cancel();
        assert_eq!(waiting.join().expect("no panic"), Some(Stop::Cancelled));
        let next = slot.clone();
        let waiting = thread::spawn(move || next.take(&Cancel::new()).err());
        drop(before);
        assert_eq!(waiting.join().expect("no panic"), None);
    }
}
