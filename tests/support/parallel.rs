//! Several things at a time.

use std::sync::Mutex;

/// As many threads as there are processors.
pub fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// Does something with each, so many at a time, in their order. Gives all that came of it.
pub fn in_parallel<T: Sync, R: Send>(
    all: &[T],
    at_once: usize,
    work: impl Fn(&T) -> Option<R> + Sync,
) -> Vec<R> {
    let (next, results) = (Mutex::new(all.iter()), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                while let Some(one) = { next.lock().expect("the rest").next() } {
                    let result = work(one);
                    results.lock().expect("the results").extend(result);
                }
            });
        }
    });
    results.into_inner().expect("the results")
}

/// Does something with each, on all processors.
pub fn for_each<T: Sync>(all: &[T], work: impl Fn(&T) + Sync) {
    in_parallel(all, processors(), |one| {
        work(one);
        None::<()>
    });
}
