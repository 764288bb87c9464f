//! Signals and panics during `start`. A signal is reported by the exit status (128 and its number), a panic in any thread by 70.
//! (Another thread may wait forever for one that panicked: T8.)
//!
//! While a session runs they stop it, as the kiosk's exit does: no file and no process is left behind, and a client that runs
//! already is ended or left running, as `launch.when_left` says. At any other time the program exits at once.
//!
//! ```text
//! a signal ─┐
//!           ├─ a byte ──> the watcher, on its thread ──┬─ a session runs ──> stops it; exits if that takes too long
//! a panic ──┘                                          └─ otherwise ───────> exits
//! ```

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXFSZ};
use signal_hook::flag;

use crate::connect::SessionControl;
use crate::failure::Exit;
use crate::sys::lease::TerminalLease;
use crate::sys::signal_pipe::SignalPipe;
use crate::sys::waker::Waker;

/// The signals that end `start`.
const SIGNALS: [i32; 4] = [SIGHUP, SIGINT, SIGQUIT, SIGTERM];

/// Watches for signals and panics, for as long as the program runs.
#[derive(Clone, Default)]
pub(super) struct Interrupt {
    /// The signal that came last, or 0.
    caught: Arc<AtomicI32>,
    /// Whether a thread has panicked.
    has_panicked: Arc<AtomicBool>,
    /// The session that either stops.
    session: Arc<Mutex<Option<Arc<SessionControl>>>>,
    /// The terminal, while a client has it.
    lease: Arc<Mutex<Option<Arc<TerminalLease>>>>,
}

impl Interrupt {
    /// Watches from now on. If the system has no descriptor or thread left for it, a signal ends the program as it ends any
    /// other, and a panic only its thread.
    pub(super) fn watch() -> Self {
        let watch = Self::default();
        let _ = watch.listen();
        watch
    }

    /// Runs a session that a signal or a panic in another thread stops.
    pub(super) fn during<T>(&self, session: &Arc<SessionControl>, run: impl FnOnce() -> T) -> T {
        self.set_session(Some(Arc::clone(session)));
        let done = run();
        self.set_session(None);
        done
    }

    /// Lends the terminal, if it is ours to lend. It is taken back in any case, before the program exits at the latest.
    pub(super) fn lend_terminal(&self) -> Option<Arc<TerminalLease>> {
        let lease = TerminalLease::if_ours().map(Arc::new);
        self.lease.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&lease);
        lease
    }

    /// Takes back a terminal that is lent.
    pub(super) fn take_terminal_back(&self) {
        if let Some(lease) = self.lease.lock().unwrap_or_else(PoisonError::into_inner).take() {
            lease.take_back();
        }
    }

    /// The exit status, if a signal or a panic came.
    pub(super) fn exit_status(&self) -> Option<u8> {
        if self.has_panicked.load(Ordering::SeqCst) {
            return Some(Exit::Ours as u8);
        }
        let caught = Some(self.caught.load(Ordering::SeqCst)).filter(|caught| *caught != 0)?;
        Some(u8::try_from(128 + caught).unwrap_or(u8::MAX))
    }

    fn listen(&self) -> io::Result<()> {
        // A file that may not grow is reported as any other that can't be written.
        flag::register(SIGXFSZ, Arc::default())?;
        let waker = Arc::new(Waker::new()?);
        let signals = SignalPipe::listen(SIGNALS, &waker)?;
        let (watcher, woken) = (self.clone(), Arc::clone(&waker));
        thread::Builder::new().name("signals".to_owned()).spawn(move || {
            // No other thread would report a panic of this one.
            if catch_unwind(AssertUnwindSafe(|| watcher.run(&signals, &woken))).is_err() {
                process::exit(i32::from(Exit::Ours as u8));
            }
        })?;
        self.hear_of_panics(waker);
        Ok(())
    }

    /// Makes a panic wake the watcher once it has been printed. (One on the main thread ends the program by itself; that the
    /// watcher hears of it too does no harm.)
    fn hear_of_panics(&self, waker: Arc<Waker>) {
        let (has_panicked, print) = (Arc::clone(&self.has_panicked), std::panic::take_hook());
        std::panic::set_hook(Box::new(move |panic| {
            print(panic);
            has_panicked.store(true, Ordering::SeqCst);
            waker.wake();
        }));
    }

    fn run(&self, signals: &SignalPipe<4>, waker: &Waker) {
        let mut stopped_at = None;
        loop {
            if !waker.wait(stopped_at.map(|at| self.time_left(at))) {
                self.exit();
            }
            waker.drain();
            if let Some(signal) = signals.take().next() {
                self.caught.store(signal, Ordering::SeqCst);
            }
            if self.exit_status().is_some() {
                self.stop_session();
                stopped_at.get_or_insert_with(Instant::now);
            }
        }
    }

    /// How long the session that was stopped then is still waited for.
    fn time_left(&self, stopped_at: Instant) -> Duration {
        let limit = self.session().as_ref().map_or(Duration::MAX, |session| session.exit_timeout());
        limit.saturating_sub(stopped_at.elapsed())
    }

    fn stop_session(&self) {
        // Held while the program exits, so that no session begins meanwhile.
        let session = self.session();
        match session.as_ref() {
            Some(session) => session.exit(),
            None => process::exit(i32::from(self.exit_status().unwrap_or_default())),
        }
    }

    /// Exits although the session has not ended.
    fn exit(&self) -> ! {
        self.take_terminal_back();
        if let Some(session) = self.session().as_ref() {
            session.record_left();
        }
        process::exit(i32::from(self.exit_status().unwrap_or_default()))
    }

    fn session(&self) -> MutexGuard<'_, Option<Arc<SessionControl>>> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_session(&self, session: Option<Arc<SessionControl>>) {
        *self.session() = session;
    }
}
