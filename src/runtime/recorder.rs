//! The kiosk's own events on their way to the log, in their order. They are written on a thread that ends when nothing is left
//! to write: the loop waits for no disk, and at rest there is no thread.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::line::thread;
use super::{End, Shell};
use crate::app::event::{Event, News};
use crate::config::Config;
use crate::failpoints;
use crate::log::kiosk::{ForgottenBy, StopReason};
use crate::log::{self, Destination};
use crate::sum::Sum;

/// More than a kiosk has to write at once, unless its log takes nothing: then the next are lost.
const WAITING_AT_MOST: usize = 64;
/// How long the end of the program waits for the last of them.
const LAST_RECORDS: Duration = Duration::from_millis(200);

/// What is to be written, and where to.
type Entry = (Destination, Box<dyn FnOnce() + Send>);

/// Takes events for the log.
#[derive(Default)]
pub(super) struct Recorder(Arc<Queue>);

#[derive(Default)]
struct Queue {
    state: Mutex<State>,
    has_written: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Entry>,
    /// Whether a thread writes.
    is_writing: bool,
}

impl Recorder {
    /// Writes an event to the log of this config, soon.
    pub(super) fn record(&self, config: &Config, event: impl FnOnce() + Send + 'static) {
        if !config.log.is_kept() {
            return;
        }
        let mut state = self.0.state();
        if state.waiting.len() < WAITING_AT_MOST {
            state.waiting.push_back((config.into(), Box::new(event)));
        }
        if !state.is_writing {
            let queue = Arc::clone(&self.0);
            // Without a thread to be had they wait for the next event.
            state.is_writing = thread("log", move || queue.write_out()).is_ok();
        }
    }

    /// Waits a little for what is still to be written.
    pub(super) fn finish(&self) {
        // A log that takes longer loses it.
        let _ = self.0.has_written.wait_timeout_while(self.0.state(), LAST_RECORDS, |state| state.is_writing);
    }
}

impl Queue {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_out(&self) {
        while let Some((to, event)) = self.next() {
            failpoints::reach("record");
            log::write(&to, event);
        }
    }

    fn next(&self) -> Option<Entry> {
        let mut state = self.state();
        let next = state.waiting.pop_front();
        if next.is_none() {
            state.is_writing = false;
            self.has_written.notify_all();
        }
        next
    }
}

impl Shell {
    /// Records, once, that the kiosk runs with its config; `rows` are those of the lists, if they have been read.
    pub(super) fn announce(&mut self, rows: Option<usize>) {
        let config = self.model.desk().config.sum;
        if self.announce_start(Some(config), rows) {
            self.record(move || log::kiosk::config_loaded(config));
        }
    }

    /// Records, once, that the kiosk runs; without a config it is out of service. Whether this was the first time.
    pub(super) fn announce_start(&mut self, config: Option<Sum>, rows: Option<usize>) -> bool {
        if self.is_announced {
            return false;
        }
        self.is_announced = true;
        self.record(move || log::kiosk::started(config, rows));
        true
    }

    /// Records an event in the log of the config in force.
    pub(super) fn record(&self, event: impl FnOnce() + Send + 'static) {
        self.recorder.record(&self.model.desk().config, event);
    }

    /// Records how it ends for the customer and for staff. That the kiosk stops is told last.
    pub(super) fn record_end(&mut self, end: &End) {
        self.announce(None);
        if let Some(visit) = self.model.visit_under_way() {
            let by = forgotten_at(end);
            self.record(move || log::kiosk::forgotten(visit, by));
        }
        if matches!(end, End::StaffLeft) {
            self.record(log::kiosk::staff_exit);
        }
    }
}

/// By what an event of the model forgets a customer, if it does.
pub(super) fn forgotten_by(event: &Event) -> ForgottenBy {
    match event {
        Event::Input(_) => ForgottenBy::Key,
        Event::Time(_) => ForgottenBy::Idle,
        Event::Job(_, News::Stage(_) | News::Running | News::Failed { .. } | News::Saved { .. } | News::Ended(_))
        | Event::Resized(_)
        | Event::Arrival(_)
        | Event::Delivery(_)
        | Event::Desk(..)
        | Event::OutOfService { .. }
        | Event::Pin(..) => ForgottenBy::End,
    }
}

/// By what the end of the program forgets a customer whose visit is under way.
fn forgotten_at(end: &End) -> ForgottenBy {
    match end {
        End::Left => ForgottenBy::Key,
        End::StaffLeft | End::HungUp | End::Signalled(_) | End::Broken => ForgottenBy::End,
    }
}

/// Why the kiosk stops, for the log.
pub(super) fn reason(end: &End) -> StopReason {
    match end {
        End::Left => StopReason::Left,
        End::StaffLeft => StopReason::Staff,
        End::HungUp => StopReason::HangUp,
        End::Signalled(signal) => StopReason::Signal(*signal),
        End::Broken => StopReason::Fault,
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
            .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON")["rows"].as_u64().expect("a number"))
            .collect();
        assert!(rows.is_sorted() && rows.len() == 30, "{rows:?}");
        assert!(!recorder.0.state().is_writing, "a thread is left");
    }
}
