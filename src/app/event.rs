//! What comes in and what goes out: plain values that can be compared, so that a test reads like a story.

use std::sync::Arc;

use ratatui::layout::Size;

use crate::catalog::Desk;
use crate::clean::Clean;
use crate::failure::Failure;
use crate::job::JobId;
use crate::pin::{Pin, Verdict};
use crate::session::{Delivery, Ending, Places, SessionRequest, Stage, Typed, Visit};
use crate::terminal::key::Input;
use crate::timestamp::Moment;
use crate::ui::Look;
use crate::ways::Way;

/// What happens to the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// What the time is: before each batch of events, and when a deadline has come.
    Time(Moment),
    /// A key or a paste.
    Input(Input),
    /// The terminal has another size.
    Resized(Size),
    /// What is new for the visit that begins.
    Arrival(Arrival),
    /// What becomes of a session that is started here, found out anew.
    Delivery(Delivery),
    /// The config or its lists have been read again: theirs from the next visit on, or at once where they were awaited.
    Desk(Arc<Desk>, Look),
    /// A locked kiosk has no usable config.
    OutOfService {
        /// Why.
        failure: Failure,
        /// The time of day, for staff: `14:32`.
        clock: Clean,
    },
    /// What became of a try at the staff's PIN.
    Pin(JobId, Verdict),
    /// News of a job.
    Job(JobId, News),
}

/// What is known of a visit before anything is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Its reference.
    pub visit: Visit,
    /// What stands in the places of the survey's defaults.
    pub places: Places,
    /// What becomes of a session that is started here, as far as is known: [`Event::Delivery`] says it anew.
    pub delivery: Delivery,
}

/// How a job gets on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// It has come to a stage on its way to a running client.
    Stage(Stage),
    /// The client runs.
    Running,
    /// It failed.
    Failed {
        /// How.
        failure: Failure,
        /// The time of day, for staff: `14:32`.
        clock: Clean,
    },
    /// The client was saved, for the customer to start.
    Saved {
        /// Where it is.
        path: Clean,
    },
    /// The client has ended.
    Ended(Ending),
}

/// What is to be done outside the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Ask the site for a session, download the client and start it.
    Connect {
        /// The job that reports on it.
        job: JobId,
        /// What to ask for.
        request: SessionRequest,
    },
    /// Stop a job and remove all that it made.
    Cancel(JobId),
    /// End the client of a job; the job tells when it is done.
    End(JobId),
    /// The customer is gone: forget what the outside still holds, and begin another visit.
    Forget,
    /// Overwrite what the terminal and its copies still hold of what was typed.
    Wipe,
    /// The customer goes on elsewhere, by a link: for the log.
    HandedOff(Way),
    /// Look at a try at the staff's PIN. The verdict comes under the same id.
    CheckPin(JobId, Pin),
    /// Read the config again: the kiosk is out of service without it.
    Reload,
    /// Draw everything anew.
    Repaint,
    /// Ring the terminal's bell.
    Bell,
    /// End the program with status 0, and tell the link that the customer was shown, if any.
    Leave(Option<Typed>),
}
