//! Failed: what happened, what to do, whom to call, and one line for staff.

use super::{Cursor, Face, Scene, Step};
use crate::app::keys::{Focus, Wish};
use crate::clean::Clean;
use crate::failure::{Failure, Fault, Remedy};
use crate::session::SessionRequest;
use crate::text::Text;
use crate::theme::Role;
use crate::ui::pen::Pen;
use crate::ui::skeleton;
use crate::ui::width::{columns, first_columns, wrap};

/// Room for the sign before what happened.
const INDENT: usize = 2;

/// A session that came to no client.
#[derive(Debug, PartialEq, Eq)]
pub struct Failed {
    failure: Failure,
    clock: Clean,
    request: Option<SessionRequest>,
}

impl Failed {
    /// The failure, the time of day at which it happened, and what had been asked for.
    pub fn new(failure: Failure, clock: Clean, request: Option<SessionRequest>) -> Self {
        Self { failure, clock, request }
    }

    fn remedy(&self) -> Remedy {
        self.failure.fault.remedy()
    }

    /// What happened, what to do, and what the site says or what it is about, wrapped.
    fn account(&self, scene: &Scene, columns: usize) -> Vec<(Role, String)> {
        let (words, said) = (scene.look.text.of_fault(self.failure.fault), &scene.look.text.failed);
        let about = match (&self.failure.site_words, &self.failure.detail) {
            (Some(site), _) => Some(said.site_says(site)),
            (None, detail) => detail.as_ref().map(|detail| said.about(detail)),
        };
        let sentences = [(Role::Question, words.happened.to_owned()), (Role::Text, words.todo.to_owned())];
        let all = sentences.into_iter().chain(about.map(|about| (Role::Dim, about)));
        all.flat_map(|(role, text)| wrap(&text, columns).into_iter().map(move |line| (role, line))).collect()
    }

    /// The desk's contact and the line for staff, wrapped: they have their room at every size.
    fn whom_to_call(&self, scene: &Scene, columns: usize) -> Vec<(Role, String)> {
        let contact = scene.desk.config.site.contact.as_ref().map(|contact| (Role::Text, contact.to_string()));
        let lines = contact.into_iter().chain([(Role::Dim, staff_line(scene, self.failure.fault, &self.clock))]);
        lines.flat_map(|(role, text)| wrap(&text, columns).into_iter().map(move |line| (role, line))).collect()
    }
}

/// `For staff: S2 · b12-3 · 14:32 · K7F204`
pub(super) fn staff_line(scene: &Scene, fault: Fault, clock: &Clean) -> String {
    let kiosk = scene.desk.config.kiosk.name.to_string();
    let parts = [fault.code().to_owned(), kiosk, clock.to_string(), scene.visit.to_string()];
    scene.look.text.common.for_staff(parts.join(&format!(" {} ", scene.look.signs.dot)))
}

/// As many of the lines as there is room for; where others are cut off, the last of them says so.
fn shown(mut lines: Vec<(Role, String)>, pen: &Pen, cut: &str) -> Vec<(Role, String)> {
    if lines.len() > pen.rows_left() {
        lines.truncate(pen.rows_left());
        if let Some((_, last)) = lines.last_mut() {
            let room = pen.columns().saturating_sub(INDENT + 1 + columns(cut));
            *last = format!("{} {cut}", first_columns(last, room));
        }
    }
    lines
}

impl Face for Failed {
    fn focus(&self, _scene: &Scene) -> Focus {
        Focus::Failed(self.remedy())
    }

    fn question(&self, text: &'static Text) -> &'static str {
        text.failed.question
    }

    fn body(&self, scene: &Scene, pen: &mut Pen) -> Option<Cursor> {
        let airy = skeleton::is_airy(scene.size);
        let cursor = pen.position();
        let below = self.whom_to_call(scene, pen.columns());
        pen.keep_free(below.len());
        pen.put(0, Role::Error, scene.look.signs.wrong);
        for (role, line) in shown(self.account(scene, pen.columns().saturating_sub(INDENT)), pen, scene.look.signs.cut) {
            pen.put(INDENT, role, &line);
            pen.skip();
        }
        pen.keep_free(0);
        if airy {
            pen.skip();
        }
        for (role, line) in below {
            pen.line(&[(role, &line)]);
        }
        Some(cursor)
    }

    fn act(&mut self, wish: Wish, _scene: &Scene) -> Step {
        match (wish, self.remedy(), &self.request) {
            (Wish::Confirm, Remedy::Retry, Some(request)) => Step::Retry(request.clone()),
            (Wish::Confirm, Remedy::Change, _) => Step::Change,
            (Wish::Back, _, _) => Step::Back,
            (
                Wish::Confirm | Wish::Pick(_) | Wish::Move(_) | Wish::Skip(_) | Wish::Edit(_) | Wish::Hide | Wish::HandOff,
                _,
                _,
            ) => Step::Stay,
        }
    }
}
