//! Signals that end `start`, told by the exit status (128 and the number).
//!
//! While a session is being connected they cancel it, so that no file and no child is left behind. At any other time there
//! is nothing to undo (a client that runs is its user's, and goes on), and the program ends at once.

use std::io::{self, Read};
use std::os::unix::net::UnixStream;
use std::process;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::{flag, low_level};

use crate::connect::{Cancel, Stop};

/// The watch over the signals, for as long as the program runs.
#[derive(Clone)]
pub(super) struct Interrupt {
    /// The signal that came last, or 0.
    caught: Arc<AtomicUsize>,
    /// What a signal cancels; none: it ends the program.
    job: Arc<Mutex<Option<Cancel>>>,
}

impl Interrupt {
    /// Watches from now on. Where the system has no descriptor or thread left for it, a signal ends the program as it
    /// ends any other.
    pub(super) fn watch() -> Self {
        let watch = Self { caught: Arc::default(), job: Arc::default() };
        let _ = watch.listen();
        watch
    }

    /// Does `job`, during which a signal means to cancel it. One that comes too late for the job to notice counts too.
    pub(super) fn meaning<T>(&self, cancel: &Cancel, job: impl FnOnce() -> Result<T, Stop>) -> Result<T, Stop> {
        self.set(Some(cancel.clone()));
        let done = job();
        self.set(None);
        if cancel.is_cancelled() { Err(Stop::Cancelled) } else { done }
    }

    /// The exit status that tells of the signal that came.
    pub(super) fn exit_status(&self) -> u8 {
        u8::try_from(128 + self.caught.load(Ordering::SeqCst)).unwrap_or(u8::MAX)
    }

    fn listen(&self) -> io::Result<()> {
        let (mut wake, waker) = UnixStream::pair()?;
        let watch = self.clone();
        thread::Builder::new().name("signals".to_owned()).spawn(move || {
            while wake.read(&mut [0; 16]).is_ok_and(|bytes| bytes > 0) {
                watch.act();
            }
        })?;
        for signal in [SIGHUP, SIGINT, SIGTERM] {
            // In this order: when the byte arrives, the number is there.
            flag::register_usize(signal, Arc::clone(&self.caught), usize::try_from(signal).unwrap_or_default())?;
            low_level::pipe::register(signal, waker.try_clone()?)?;
        }
        Ok(())
    }

    fn act(&self) {
        // Held while the program ends, so that no job begins meanwhile.
        let job = self.job.lock().unwrap_or_else(PoisonError::into_inner);
        match job.as_ref() {
            Some(cancel) => cancel.cancel(),
            None => process::exit(i32::from(self.exit_status())),
        }
    }

    fn set(&self, job: Option<Cancel>) {
        *self.job.lock().unwrap_or_else(PoisonError::into_inner) = job;
    }
}
