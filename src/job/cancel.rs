//! Cancels a job from another thread.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use tokio::runtime::Builder;
use tokio::sync::{oneshot, watch};

use super::SessionError;
use crate::failure::{Failure, Fault};

/// A cancellation token. Clones share its state. A cancel cannot be undone.
#[derive(Clone, Debug)]
pub struct Cancel(Arc<watch::Sender<bool>>);

impl Default for Cancel {
    fn default() -> Self {
        Self::new()
    }
}

impl Cancel {
    /// A token that is not cancelled.
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }

    /// Cancels the session. Its files are gone within 200 ms (D8), unless its client runs already.
    pub fn cancel(&self) {
        self.0.send_replace(true);
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits for an answer of another thread. None if the job was cancelled or no answer will come.
    pub(crate) fn wait_for<T>(&self, answer: oneshot::Receiver<T>) -> Option<T> {
        // A runtime without timers and I/O allocates no descriptor and no thread.
        let runtime = Builder::new_current_thread().build().ok()?;
        runtime
            .block_on(self.run_unless_cancelled(async {
                answer.await.map_err(|_| Failure::from(Fault::Internal))
            }))
            .ok()
    }

    /// Runs `work` until it ends or the job is cancelled. A failure after a cancel counts as the
    /// cancel, because it may be a consequence.
    pub(crate) async fn run_unless_cancelled<T>(
        &self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, SessionError> {
        let mut updates = self.0.subscribe();
        let mut cancelled = pin!(updates.wait_for(|cancelled| *cancelled));
        let mut work = pin!(work);
        poll_fn(|context| {
            if cancelled.as_mut().poll(context).is_ready() {
                return Poll::Ready(Err(SessionError::Cancelled));
            }
            let failed = |failure| {
                if self.is_cancelled() {
                    SessionError::Cancelled
                } else {
                    SessionError::Failed(failure)
                }
            };
            work.as_mut().poll(context).map_err(failed)
        })
        .await
    }
}
