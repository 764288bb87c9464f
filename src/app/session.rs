//! The session as the model sees it: the request, its progress, and its end on this machine or on
//! another.

use super::Model;
use super::event::{Effect, JobUpdate};
use super::nav_stack::NavStack;
use super::overlay::Overlay;
use crate::job::JobId;
use crate::screens::AnyScreen;
use crate::screens::connecting::Connecting;
use crate::screens::ended::Ended;
use crate::screens::failed::Failed;
use crate::screens::hand_off::HandOff;
use crate::screens::running::Running;
use crate::session::SessionRequest;

impl Model {
    /// Requests a session and shows its progress.
    pub(super) fn connect(&mut self, request: SessionRequest) -> Vec<Effect> {
        self.jobs += 1;
        let job = JobId(self.jobs);
        self.job = Some(job);
        self.nav
            .push(AnyScreen::Connecting(Connecting::new(request.clone())));
        vec![Effect::Connect { job, request }]
    }

    /// Shows the link to continue on another device.
    pub(super) fn hand_off(&mut self, request: &SessionRequest) -> Vec<Effect> {
        let screen = HandOff::of(request, &self.context());
        self.nav.push(AnyScreen::HandOff(screen));
        vec![Effect::HandedOff(request.way())]
    }

    /// Handles progress of a job. Any job but the current one is ignored.
    pub(super) fn update_job(&mut self, job: JobId, update_of_job: JobUpdate) -> Vec<Effect> {
        if self.job != Some(job) {
            return Vec::new();
        }
        match update_of_job {
            JobUpdate::Stage(stage) => {
                if let AnyScreen::Connecting(connecting) = self.nav.current_mut() {
                    connecting.set_stage(&stage, self.now);
                }
                Vec::new()
            }
            // What was typed is no longer needed, and bystanders must not see it during the
            // session.
            JobUpdate::Stable => {
                let config = &self.catalog.config;
                let most = config.session.max_time.filter(|_| config.kiosk.lockdown);
                self.reset_to(NavStack::with_screen(AnyScreen::Running(Running::until(
                    most.map(|time| self.now.after(time)),
                ))));
                vec![Effect::Wipe]
            }
            JobUpdate::Saved { path } => {
                self.replace(AnyScreen::HandOff(HandOff::saved(path)));
                Vec::new()
            }
            JobUpdate::Failed { failure, clock } => {
                let asked = if let AnyScreen::Connecting(screen) = self.screen() {
                    Some(screen.request())
                } else {
                    None
                };
                self.replace(AnyScreen::Failed(Failed::new(failure, clock, asked)));
                Vec::new()
            }
            JobUpdate::Ended(_) => {
                self.job = None;
                self.reset_to(NavStack::with_screen(AnyScreen::Ended(Ended::new(
                    self.now,
                ))));
                vec![Effect::Forget]
            }
        }
    }

    /// Ends the job and replaces the screen that showed its progress.
    fn replace(&mut self, screen: AnyScreen) {
        self.job = None;
        self.nav.replace(screen);
        self.overlay = Overlay::None;
        self.idle.touch(self.now);
    }
}
