//! Effects: the work that an update of the model asks for.

use std::sync::Arc;

use super::event_sender::{self, Message};
use super::exit_reason::ExitReason;
use super::{Runtime, visit_context};
use crate::app::event::{Effect, Event, JobUpdate};
use crate::failpoints;
use crate::failure::Fault;
use crate::host;
use crate::job::JobId;
use crate::log;
use crate::pin::{Pin, PinVerdict, attempts};
use crate::stack;

impl Runtime {
    /// Runs on a background thread, because the check is slow by design and reads the disk.
    fn try_pin(&mut self, id: JobId, pin: Pin) -> Option<ExitReason> {
        let hash = self.model.catalog().config.kiosk.staff_pin.clone()?;
        let line = self.sender.clone();
        let ask = move || {
            failpoints::reach("staff");
            let verdict = attempts::verify(
                &hash,
                &pin,
                &host::state_directory(),
                attempts::AttemptTime::read(),
            );
            line.send(Message::Event(Event::Pin(id, verdict)));
        };
        match event_sender::spawn("staff", ask) {
            Ok(_) => None,
            Err(_) => self.receive_verdict(id, PinVerdict::Unavailable),
        }
    }

    pub(super) fn receive_verdict(&mut self, id: JobId, verdict: PinVerdict) -> Option<ExitReason> {
        self.record(move || log::kiosk::pin_attempt(verdict));
        // A PIN verdict ends the program only when it lets staff leave.
        self.handle_event(Event::Pin(id, verdict)).map(|end| {
            if matches!(end, ExitReason::Left) {
                ExitReason::StaffLeft
            } else {
                end
            }
        })
    }

    pub(super) fn perform(&mut self, effect: Effect) -> Option<ExitReason> {
        match effect {
            Effect::Connect { job, request } => {
                self.announce(None);
                let catalog = Arc::clone(self.model.catalog());
                if self
                    .jobs
                    .connect(job, catalog, self.model.visit_context(), request)
                    .is_err()
                {
                    let failed = JobUpdate::Failed {
                        failure: Fault::Internal.into(),
                        clock: host::time_of_day(),
                    };
                    return self.handle_event(Event::Job(job, failed));
                }
            }
            Effect::Forget => {
                self.wipe();
                let visit_context =
                    visit_context(&self.model.catalog().config, self.model.delivery());
                self.handle_event(Event::VisitContext(visit_context));
                // Checked again at the first key, which may come hours later.
                self.is_config_checked = false;
                self.check_for_changes();
                return self.terminal.enter_if_changed().err();
            }
            Effect::HandedOff(way) => {
                let visit = self.model.visit();
                self.record(move || log::VisitLog::new(visit, way).handed_off());
            }
            Effect::CheckPin(id, pin) => return self.try_pin(id, pin),
            Effect::Reload => self.loader.reload(),
            Effect::Repaint => self.terminal.reset(),
            Effect::Bell => self.terminal.bell(),
            Effect::Leave(link) => {
                self.link = link;
                return Some(ExitReason::Left);
            }
            Effect::Cancel(job) => self.jobs.cancel(job),
            Effect::End(job) => self.jobs.end(job),
            Effect::Wipe => self.wipe(),
        }
        None
    }

    /// Overwrites a customer's data: on the screen and in its buffers, and on the unused stack,
    /// where registers may have been saved.
    fn wipe(&mut self) {
        self.terminal.wipe();
        stack::wipe();
    }
}
