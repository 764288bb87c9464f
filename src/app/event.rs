//! The model's input and output: plain values that tests can compare.

use std::sync::Arc;

use ratatui::layout::Size;

use crate::catalog::Catalog;
use crate::clean::Clean;
use crate::failure::Failure;
use crate::job::JobId;
use crate::pin::{Pin, PinVerdict};
use crate::session::{ClientExit, Delivery, Placeholders, SessionRequest, Stage, Typed, VisitRef};
use crate::terminal::key::Input;
use crate::timestamp::Timestamp;
use crate::ui::Appearance;
use crate::ways::Way;

/// An input of the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The current time. Sent before each batch of events and when a deadline has passed.
    Time(Timestamp),
    /// A key or a paste.
    Input(Input),
    /// The terminal's size changed.
    Resized(Size),
    /// The values of a new visit.
    VisitContext(VisitContext),
    /// How a session started here is delivered: the result of a new probe.
    Delivery(Delivery),
    /// The config or its lists were read again. They apply from the next visit on, or immediately
    /// if the visit is waiting for its lists.
    CatalogLoaded(Arc<Catalog>, Appearance),
    /// A locked kiosk has no usable config.
    OutOfService {
        failure: Failure,
        /// The time of day, for staff: `14:32`.
        clock: Clean,
    },
    /// The verdict on an attempt at the staff PIN.
    Pin(JobId, PinVerdict),
    /// Progress of a job.
    Job(JobId, JobUpdate),
}

/// What is known about a visit before anything is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitContext {
    /// The visit's reference.
    pub visit: VisitRef,
    /// The values for the placeholders in the config's texts.
    pub placeholders: Placeholders,
    /// How a session started here is delivered, if known already. [`Event::Delivery`] updates it.
    pub delivery: Delivery,
}

/// Progress of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobUpdate {
    /// The session reached a stage.
    Stage(Stage),
    /// The client has run for a while without failing, so what was typed is no longer needed.
    Stable,
    /// The session failed.
    Failed {
        failure: Failure,
        /// The time of day, for staff: `14:32`.
        clock: Clean,
    },
    /// The client was saved, for the customer to start.
    Saved { path: Clean },
    /// The client has exited.
    Ended(ClientExit),
}

/// Work to do outside the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Request a session from the site, download the client and start it.
    Connect {
        /// The job that reports progress.
        job: JobId,
        request: SessionRequest,
    },
    /// Stop a job and remove everything it created.
    Cancel(JobId),
    /// Stop the client of a job. The job reports when it has exited.
    End(JobId),
    /// The customer is gone: forget everything held outside the model and begin another visit.
    Forget,
    /// Overwrite what the terminal and our copies of its screen still hold of what was typed.
    Wipe,
    /// The customer continues on another device with a link. For the log.
    HandedOff(Way),
    /// Check an attempt at the staff PIN. [`Event::Pin`] brings the verdict under the same id.
    CheckPin(JobId, Pin),
    /// Read the config again, without which the kiosk is out of service.
    Reload,
    /// Redraw the whole screen.
    Repaint,
    /// Ring the terminal's bell.
    Bell,
    /// Exit with status 0 and print the link that the customer was shown, if any.
    Leave(Option<Typed>),
}
