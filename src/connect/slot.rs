//! Allows one client at a time, because every child process belongs to the one client
//! (`adopt_orphans`).

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::timeout;

use crate::failure::{Failure, Fault};
use crate::job::{Cancel, SessionError};
use crate::sys::error_chain;

/// How long a session waits for the previous client: as long as a customer puts up with.
const SLOT_TIMEOUT: Duration = Duration::from_secs(10);

/// The slot of the running client. Clones share it.
#[derive(Clone, Default)]
pub struct ClientSlot(Arc<Mutex<()>>);

impl ClientSlot {
    /// Waits until all processes of the previous client are dead (K6). A process that waits for a
    /// disk or a network may survive any signal: this then fails.
    pub(super) fn acquire(&self, cancel: &Cancel) -> Result<OwnedMutexGuard<()>, SessionError> {
        if let Ok(slot) = Arc::clone(&self.0).try_lock_owned() {
            return Ok(slot);
        }
        // A runtime with only a timer: it allocates no descriptor and no thread.
        let runtime = Builder::new_current_thread().enable_time().build();
        let runtime = runtime.map_err(|error| {
            Failure::from(Fault::Internal).because(&error_chain::describe(&error))
        })?;
        let free = async {
            let slot = timeout(SLOT_TIMEOUT, Arc::clone(&self.0).lock_owned()).await;
            slot.map_err(|_| {
                Failure::with_subject(Fault::CannotStart, "the previous client has not exited")
            })
        };
        runtime.block_on(cancel.run_unless_cancelled(free))
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn k6_a_session_waits_for_the_client_before_and_gives_way_to_a_cancel() {
        let (slot, cancel) = (ClientSlot::default(), Cancel::new());
        let before = slot.acquire(&cancel).expect("free");
        let (next, wish) = (slot.clone(), cancel.clone());
        let waiting = thread::spawn(move || next.acquire(&wish).err());
        cancel.cancel();
        assert_eq!(
            waiting.join().expect("no panic"),
            Some(SessionError::Cancelled)
        );
        let next = slot.clone();
        let waiting = thread::spawn(move || next.acquire(&Cancel::new()).err());
        drop(before);
        assert_eq!(waiting.join().expect("no panic"), None);
    }
}
