//! Runs blocking work, such as a disk's or a name service's, on its own thread. Nothing has to join
//! that thread, so it delays neither a cancel nor, unless the kernel itself blocks, the exit (D8,
//! D14). `spawn_blocking` of tokio panics if the system has no thread left; this returns an error.

use std::io;
use std::thread;

use tokio::runtime::Builder;
use tokio::sync::oneshot;

use super::{Cancel, SessionError};
use crate::failpoints;
use crate::failure::Failure;

/// The result of the work. If the caller stops waiting, the thread continues on its own. Fails if
/// no thread can be started.
pub(crate) async fn run_blocking<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<T> {
    // The sender is dropped without a result only by a panic, which has been reported already.
    spawn_blocking(name, work)?.await.map_err(io::Error::other)
}

/// Like [`run_blocking`], without waiting.
pub(crate) fn spawn_blocking<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<oneshot::Receiver<T>> {
    let (tell, receiver) = oneshot::channel();
    let point = name.to_owned();
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(move || {
            failpoints::reach(&point);
            // The receiver may be gone.
            let _ = tell.send(work());
        })?;
    Ok(receiver)
}

/// Like [`run_blocking`], but blocks the calling thread until the work is done or cancelled.
pub(crate) fn wait_blocking<T: Send + 'static>(
    cancel: &Cancel,
    name: &str,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
    failed: impl Fn(io::Error) -> Failure,
) -> Result<T, SessionError> {
    // A runtime without timers and I/O allocates no system resources.
    let place = Builder::new_current_thread().build().map_err(&failed)?;
    place.block_on(
        cancel.run_unless_cancelled(async {
            run_blocking(name, work).await.flatten().map_err(&failed)
        }),
    )
}
