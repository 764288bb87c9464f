//! Work that may take its time, such as a disk's or a name service's, on a thread that nobody has to wait for: it holds up
//! neither a cancel nor, as far as the kernel lets it, the end of the program (D8, D14). tokio has threads for that
//! too, but panics where the system has none left.

use std::io;
use std::thread;

use tokio::runtime::Builder;
use tokio::sync::oneshot;

use super::{Cancel, Stop};
use crate::failpoints;
use crate::failure::Failure;

/// What comes of the work. Whoever stops waiting leaves it to itself. Fails where there is no thread to be had.
pub(crate) async fn done_aside<T: Send + 'static>(name: &str, work: impl FnOnce() -> T + Send + 'static) -> io::Result<T> {
    // Without a word it has panicked, which is told already.
    begun_aside(name, work)?.await.map_err(io::Error::other)
}

/// As [`done_aside`], for whoever has something else to do meanwhile.
pub(crate) fn begun_aside<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<oneshot::Receiver<T>> {
    let (tell, told) = oneshot::channel();
    let point = name.to_owned();
    thread::Builder::new().name(name.to_owned()).spawn(move || {
        failpoints::reach(&point);
        // Nobody may wait any more.
        let _ = tell.send(work());
    })?;
    Ok(told)
}

/// As [`done_aside`], for a thread of ours on which nothing else is to be done meanwhile: waits until it is done, or cancelled.
pub(crate) fn waited_for<T: Send + 'static>(
    cancel: &Cancel,
    name: &str,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
    failed: impl Fn(io::Error) -> Failure,
) -> Result<T, Stop> {
    // Only a place to wait: without a clock and without a network it takes nothing of the system.
    let place = Builder::new_current_thread().build().map_err(&failed)?;
    place.block_on(cancel.or(async { done_aside(name, work).await.flatten().map_err(&failed) }))
}
