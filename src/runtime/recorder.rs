//! Writes the kiosk's own events to the log, in order. A background thread writes them and exits
//! when the queue is empty: the event loop never waits for a disk, and an idle kiosk has no extra
//! thread.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::event_sender::spawn;
use super::{ExitReason, Runtime};
use crate::app::event::{Event, JobUpdate};
use crate::config::Config;
use crate::failpoints;
use crate::log::kiosk::{ForgottenBy, StopReason};
use crate::log::{self, LogDestination};
use crate::sum::Sha256Sum;

/// The queue fills up only if the log blocks. Further events are then dropped.
const QUEUE_LENGTH: usize = 64;
/// How long the exit waits for the queue to be written.
const FLUSH_TIMEOUT: Duration = Duration::from_millis(200);

/// The destination of an event, and the function that logs it.
type LogEntry = (LogDestination, Box<dyn FnOnce() + Send>);

#[derive(Default)]
pub(super) struct Recorder(Arc<LogQueue>);

#[derive(Default)]
struct LogQueue {
    state: Mutex<RecorderState>,
    has_written: Condvar,
}

#[derive(Default)]
struct RecorderState {
    waiting: VecDeque<LogEntry>,
    /// Whether a writer thread is running.
    is_writing: bool,
}

impl Recorder {
    /// Queues an event for the log of this config.
    pub(super) fn record(&self, config: &Config, event: impl FnOnce() + Send + 'static) {
        if !config.log.is_kept() {
            return;
        }
        let mut state = self.0.state();
        if state.waiting.len() < QUEUE_LENGTH {
            state.waiting.push_back((config.into(), Box::new(event)));
        }
        self.start_writer(&mut state);
    }

    /// If no thread can be started, the queue waits for the next event or the end.
    fn start_writer(&self, state: &mut RecorderState) {
        if !state.is_writing && !state.waiting.is_empty() {
            let queue = Arc::clone(&self.0);
            state.is_writing = spawn("log", move || queue.write_out()).is_ok();
        }
    }

    /// Waits up to [`FLUSH_TIMEOUT`] for the queue to be written.
    pub(super) fn finish(&self) {
        let mut state = self.0.state();
        self.start_writer(&mut state);
        // After the timeout the remaining events are lost.
        let _ = self
            .0
            .has_written
            .wait_timeout_while(state, FLUSH_TIMEOUT, |state| state.is_writing);
    }
}

impl LogQueue {
    fn state(&self) -> MutexGuard<'_, RecorderState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_out(&self) {
        while let Some((to, event)) = self.next() {
            failpoints::reach("record");
            log::write(&to, event);
        }
    }

    fn next(&self) -> Option<LogEntry> {
        let mut state = self.state();
        let next = state.waiting.pop_front();
        if next.is_none() {
            state.is_writing = false;
            self.has_written.notify_all();
        }
        next
    }
}

impl Runtime {
    /// Logs once that the kiosk runs with its config. `rows` counts those of the lists, if they are
    /// loaded.
    pub(super) fn announce(&mut self, rows: Option<usize>) {
        let config = self.model.catalog().config.sum;
        if self.announce_start(Some(config), rows) {
            self.record(move || log::kiosk::config_loaded(config));
        }
    }

    /// Logs once that the kiosk runs; without a config it is out of service. Returns whether this
    /// was the first call.
    pub(super) fn announce_start(
        &mut self,
        config: Option<Sha256Sum>,
        rows: Option<usize>,
    ) -> bool {
        if self.is_announced {
            return false;
        }
        self.is_announced = true;
        self.record(move || log::kiosk::started(config, rows));
        true
    }

    /// Logs an event to the log of the current config.
    pub(super) fn record(&self, event: impl FnOnce() + Send + 'static) {
        self.recorder.record(&self.model.catalog().config, event);
    }

    /// Logs what the exit means for the customer and for staff. The caller logs the stop itself
    /// last.
    pub(super) fn record_end(&mut self, end: &ExitReason) {
        self.announce(None);
        if let Some(visit) = self.model.visit_under_way() {
            let by = forgotten_on_exit(end);
            self.record(move || log::kiosk::forgotten(visit, by));
        }
        if matches!(end, ExitReason::StaffLeft) {
            self.record(log::kiosk::staff_exit);
        }
    }
}

/// What ends a visit if this event does.
pub(super) fn forgotten_by(event: &Event) -> ForgottenBy {
    match event {
        Event::Input(_) => ForgottenBy::Key,
        Event::Time(_) => ForgottenBy::Idle,
        Event::Job(
            _,
            JobUpdate::Stage(_)
            | JobUpdate::Stable
            | JobUpdate::Failed { .. }
            | JobUpdate::Saved { .. }
            | JobUpdate::Ended(_),
        )
        | Event::Resized(_)
        | Event::VisitContext(_)
        | Event::Delivery(_)
        | Event::CatalogLoaded(..)
        | Event::OutOfService { .. }
        | Event::Pin(..) => ForgottenBy::End,
    }
}

/// What ended the visit if the program exits during one.
fn forgotten_on_exit(end: &ExitReason) -> ForgottenBy {
    match end {
        ExitReason::Left => ForgottenBy::Key,
        ExitReason::StaffLeft
        | ExitReason::HungUp
        | ExitReason::Signalled(_)
        | ExitReason::Broken => ForgottenBy::End,
    }
}

/// The reason for the stop, for the log.
pub(super) fn stop_reason(end: &ExitReason) -> StopReason {
    match end {
        ExitReason::Left => StopReason::Left,
        ExitReason::StaffLeft => StopReason::Staff,
        ExitReason::HungUp => StopReason::HangUp,
        ExitReason::Signalled(signal) => StopReason::Signal(*signal),
        ExitReason::Broken => StopReason::Fault,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::config;

    #[test]
    fn events_are_written_in_their_order_and_the_end_waits_for_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("kiosk.log");
        let text = format!("site.url = \"https://a\"\n[log]\nto = \"file\"\nfile = {file:?}\n");
        let config = config::from_text(&text, Path::new("kiosk.toml")).expect("a good config");
        let recorder = Recorder::default();
        for rows in 0..30 {
            recorder.record(&config, move || log::kiosk::started(None, Some(rows)));
        }
        recorder.finish();
        let written = fs::read_to_string(file).expect("a log");
        let rows: Vec<u64> = written
            .lines()
            .map(|line| {
                serde_json::from_str::<serde_json::Value>(line).expect("JSON")["rows"]
                    .as_u64()
                    .expect("a number")
            })
            .collect();
        assert!(rows.is_sorted() && rows.len() == 30, "{rows:?}");
        assert!(!recorder.0.state().is_writing, "a thread is left");
    }
}
