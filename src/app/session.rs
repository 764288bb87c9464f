//! The session as the model sees it: the request, its progress, and its end on this machine or on
//! another.

use super::Model;
use super::event::{Effect, News};
use super::over::Over;
use super::trail::Trail;
use crate::job::JobId;
use crate::screens::Screen;
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
        self.trail.go(Screen::Connecting(Connecting::new(request.clone())));
        vec![Effect::Connect { job, request }]
    }

    /// Shows the link to continue on another device.
    pub(super) fn hand_off(&mut self, request: &SessionRequest) -> Vec<Effect> {
        let screen = HandOff::of(request, &self.scene());
        self.trail.go(Screen::HandOff(screen));
        vec![Effect::HandedOff(request.way())]
    }

    /// Handles progress of a job. Any job but the current one is ignored.
    pub(super) fn news(&mut self, job: JobId, news: News) -> Vec<Effect> {
        if self.job != Some(job) {
            return Vec::new();
        }
        match news {
            News::Stage(stage) => {
                if let Screen::Connecting(connecting) = self.trail.shown_mut() {
                    connecting.reached(&stage, self.now);
                }
                Vec::new()
            }
            // What was typed is no longer needed, and bystanders must not see it during the
            // session.
            News::Running => {
                let config = &self.desk.config;
                let most = config.session.max_time.filter(|_| config.kiosk.lockdown);
                self.leave_only(Trail::to(Screen::Running(Running::until(most.map(|time| self.now.after(time))))));
                vec![Effect::Wipe]
            }
            News::Saved { path } => {
                self.replace(Screen::HandOff(HandOff::saved(path)));
                Vec::new()
            }
            News::Failed { failure, clock } => {
                let asked = if let Screen::Connecting(screen) = self.screen() { Some(screen.request()) } else { None };
                self.replace(Screen::Failed(Failed::new(failure, clock, asked)));
                Vec::new()
            }
            News::Ended(_) => {
                self.job = None;
                self.leave_only(Trail::to(Screen::Ended(Ended::new(self.now))));
                vec![Effect::Forget]
            }
        }
    }

    /// Ends the job and replaces the screen that showed its progress.
    fn replace(&mut self, screen: Screen) {
        self.job = None;
        self.trail.replace(screen);
        self.over = Over::Nothing;
        self.idle.touch(self.now);
    }
}
