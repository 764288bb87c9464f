//! What the tests stand on.

pub mod chance;
pub mod kiosk;
pub mod needs;
pub mod order;
pub mod pty;
pub mod remains;
pub mod samples;
pub mod served;
pub mod site;
pub mod stage;
pub mod strace;
pub mod strangers;

/// Does something with each, on as many threads as there are processors.
pub fn in_parallel<T: Sync>(all: &[T], work: impl Fn(&T) + Sync) {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(one) = all.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
                    work(one);
                }
            });
        }
    });
}
