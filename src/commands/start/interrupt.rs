//! What ends `start` before its time: a signal, told by the exit status (128 and the number), and a panic in any thread, told by
//! 70. (A thread that panics may owe another a word, which would wait for it for ever: T8.)
//!
//! While a session is being connected they cancel it, so that no file and no child is left behind. At any other time there
//! is nothing to undo but to take back the terminal (a client that runs is its user's, and goes on), and the program ends at
//! once, but for a word to the log.
//!
//! ```text
//! a signal ──> its number ─┐
//!                          ├─ a byte ──> the watch, on its thread ──┬─ a session is being connected ──> cancels it
//! a panic ───> 70 ─────────┘                                        └─ otherwise ──> ends the program
//! ```

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;

use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXFSZ};
use signal_hook::{flag, low_level};

use super::loan::Loan;
use crate::failure::Exit;
use crate::job::{Cancel, Stop};

/// The watch over signals and panics, for as long as the program runs.
#[derive(Clone, Default)]
pub(super) struct Interrupt {
    /// The signal that came last, or 0.
    caught: Arc<AtomicUsize>,
    /// Whether a thread has panicked.
    broken: Arc<AtomicBool>,
    /// What either cancels; none: it ends the program.
    job: Arc<Mutex<Option<Cancel>>>,
    /// What is given back before it does.
    loan: Arc<Mutex<Option<Loan>>>,
    last_word: Arc<OnceLock<LastWord>>,
}

/// What is still to be done before a signal ends the program.
type LastWord = Box<dyn Fn() + Send + Sync>;

impl Interrupt {
    /// Watches from now on. Where the system has no descriptor or thread left for it, a signal ends the program as it
    /// ends any other, and a panic the thread that it is in.
    pub(super) fn watch() -> Self {
        let watch = Self::default();
        let _ = watch.listen();
        watch
    }

    /// Does `job`, during which a signal or another thread's panic means to cancel it. One that comes too late for the job to
    /// notice counts too.
    pub(super) fn meaning<T>(&self, cancel: &Cancel, job: impl FnOnce() -> Result<T, Stop>) -> Result<T, Stop> {
        self.set(Some(cancel.clone()));
        let done = job();
        self.set(None);
        // What a thread's panic broke off may have failed before the watch heard of it.
        if cancel.is_cancelled() || self.is_broken() { Err(Stop::Cancelled) } else { done }
    }

    /// Keeps a loan until what this gives is dropped, or a signal ends the program: given back it is in any case.
    pub(super) fn lend(&self, loan: Option<Loan>) -> Lent<'_> {
        self.set_loan(loan);
        Lent(self)
    }

    /// Has a signal that ends the program do this first, in little time. The first that is wanted counts.
    pub(super) fn before_the_end(&self, last_word: impl Fn() + Send + Sync + 'static) {
        self.last_word.get_or_init(|| Box::new(last_word));
    }

    /// The exit status that tells of the signal or the panic that came.
    pub(super) fn exit_status(&self) -> u8 {
        if self.is_broken() {
            return Exit::Ours as u8;
        }
        u8::try_from(128 + self.caught.load(Ordering::SeqCst)).unwrap_or(u8::MAX)
    }

    fn is_broken(&self) -> bool {
        self.broken.load(Ordering::SeqCst)
    }

    fn listen(&self) -> io::Result<()> {
        // A file that may not grow is told as any other that can't be written.
        flag::register(SIGXFSZ, Arc::default())?;
        let (mut wake, waker) = UnixStream::pair()?;
        let watch = self.clone();
        thread::Builder::new().name("signals".to_owned()).spawn(move || {
            while wake.read(&mut [0; 16]).is_ok_and(|bytes| bytes > 0) {
                // Nobody else would hear of it.
                if catch_unwind(AssertUnwindSafe(|| watch.act())).is_err() {
                    process::exit(i32::from(Exit::Ours as u8));
                }
            }
        })?;
        self.hear_of_panics(waker.try_clone()?);
        for signal in [SIGHUP, SIGINT, SIGQUIT, SIGTERM] {
            // In this order: when the byte arrives, the number is there.
            flag::register_usize(signal, Arc::clone(&self.caught), usize::try_from(signal).unwrap_or_default())?;
            low_level::pipe::register(signal, waker.try_clone()?)?;
        }
        Ok(())
    }

    /// Has a panic tell the watch, once it has told whoever reads. (One on the program's own thread ends that all by itself, and
    /// loses nothing by being heard of as well.)
    fn hear_of_panics(&self, waker: UnixStream) {
        let (broken, told) = (Arc::clone(&self.broken), std::panic::take_hook());
        std::panic::set_hook(Box::new(move |panic| {
            told(panic);
            broken.store(true, Ordering::SeqCst);
            // The watch reads for as long as there is a program.
            let _ = (&waker).write(&[0]);
        }));
    }

    fn act(&self) {
        // Held while the program ends, so that no job begins meanwhile.
        let job = self.job.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(cancel) = job.as_ref() {
            return cancel.cancel();
        }
        self.set_loan(None);
        if let Some(last_word) = self.last_word.get() {
            last_word();
        }
        process::exit(i32::from(self.exit_status()));
    }

    fn set_loan(&self, loan: Option<Loan>) {
        *self.loan.lock().unwrap_or_else(PoisonError::into_inner) = loan;
    }

    fn set(&self, job: Option<Cancel>) {
        *self.job.lock().unwrap_or_else(PoisonError::into_inner) = job;
    }
}

/// What was lent. Dropped, it is given back.
#[must_use = "dropped, it is given back"]
pub(super) struct Lent<'i>(&'i Interrupt);

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        self.0.set_loan(None);
    }
}
