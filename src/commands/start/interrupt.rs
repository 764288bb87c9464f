//! Signals and panics during `start`. After a signal the exit status is 128 plus its number, after
//! a panic in any thread it is 70. (A panic must end the program, because another thread may wait
//! forever for the one that panicked: T8.)
//!
//! While a session runs they stop it, as the kiosk's exit does: no file and no process is left, and
//! a client that runs already is stopped or left running, as `launch.when_left` says. At any other
//! time the program exits at once.
//!
//! ```text
//! signal ─┐
//!         ├─> wake pipe ──> watcher thread ──┬─ during a session ──> stops it; exits if this takes
//! panic ──┘                                  │                       too long
//!                                            └─ otherwise ─────────> exits
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

/// Watches for signals and panics while the program runs.
#[derive(Clone, Default)]
pub(super) struct Interrupt {
    /// The last signal, or 0.
    caught: Arc<AtomicI32>,
    has_panicked: Arc<AtomicBool>,
    /// The session to stop.
    session: Arc<Mutex<Option<Arc<SessionControl>>>>,
    /// Set while a client has the terminal.
    lease: Arc<Mutex<Option<Arc<TerminalLease>>>>,
}

impl Interrupt {
    /// Starts to watch. If no descriptor or thread is left for it, signals have their default
    /// action, and a panic ends only its thread.
    pub(super) fn watch() -> Self {
        let watch = Self::default();
        let _ = watch.listen();
        watch
    }

    /// Runs a session that is stopped by a signal or by a panic of another thread.
    pub(super) fn cancel_on_signal<T>(
        &self,
        session: &Arc<SessionControl>,
        run: impl FnOnce() -> T,
    ) -> T {
        self.set_session(Some(Arc::clone(session)));
        let done = run();
        self.set_session(None);
        done
    }

    /// Lends the terminal, if it is ours. It is always taken back, at the latest before the program
    /// exits.
    pub(super) fn lend_terminal(&self) -> Option<Arc<TerminalLease>> {
        let lease = TerminalLease::if_foreground().map(Arc::new);
        self.lease
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone_from(&lease);
        lease
    }

    /// Takes the terminal back if it is lent.
    pub(super) fn take_terminal_back(&self) {
        if let Some(lease) = self
            .lease
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
        {
            lease.take_back();
        }
    }

    /// The exit status, if there was a signal or a panic.
    pub(super) fn exit_status(&self) -> Option<u8> {
        if self.has_panicked.load(Ordering::SeqCst) {
            return Some(Exit::Internal as u8);
        }
        let caught = Some(self.caught.load(Ordering::SeqCst)).filter(|caught| *caught != 0)?;
        Some(u8::try_from(128 + caught).unwrap_or(u8::MAX))
    }

    fn listen(&self) -> io::Result<()> {
        // With SIGXFSZ handled, a write beyond the file size limit fails like any other.
        flag::register(SIGXFSZ, Arc::default())?;
        let waker = Arc::new(Waker::new()?);
        let signals = SignalPipe::listen(SIGNALS, &waker)?;
        let (watcher, woken) = (self.clone(), Arc::clone(&waker));
        thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || {
                // No other thread would report a panic of this one.
                if catch_unwind(AssertUnwindSafe(|| watcher.run(&signals, &woken))).is_err() {
                    process::exit(i32::from(Exit::Internal as u8));
                }
            })?;
        self.wake_on_panic(waker);
        Ok(())
    }

    /// Makes a panic wake the watcher after its message is printed. A panic on the main thread ends
    /// the program anyway; that it wakes the watcher too does no harm.
    fn wake_on_panic(&self, waker: Arc<Waker>) {
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

    /// How long to wait for the session, which was stopped at this time.
    fn time_left(&self, stopped_at: Instant) -> Duration {
        let limit = self
            .session()
            .as_ref()
            .map_or(Duration::MAX, |session| session.exit_timeout());
        limit.saturating_sub(stopped_at.elapsed())
    }

    fn stop_session(&self) {
        // The lock is held while the program exits, so that no session begins.
        let session = self.session();
        match session.as_ref() {
            Some(session) => session.exit(),
            None => process::exit(i32::from(self.exit_status().unwrap_or_default())),
        }
    }

    /// Exits although the session is still running.
    fn exit(&self) -> ! {
        self.take_terminal_back();
        if let Some(session) = self.session().as_ref() {
            session.log_left_running();
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
