//! Hand-off: the link by which the session goes on at the customer's own device, or where the client was saved.

use super::{Cursor, Face, Patience, Scene, Step};
use crate::app::keys::{Focus, Wish};
use crate::clean::Clean;
use crate::connect::{Delivery, wire};
use crate::failure::Fault;
use crate::session::{SessionRequest, Typed};
use crate::text::Text;
use crate::theme::Role;
use crate::ui::pen::Pen;
use crate::ui::width::{break_columns, wrap};

/// How the session goes on elsewhere.
#[derive(Debug, PartialEq, Eq)]
pub struct HandOff(Way);

#[derive(Debug, PartialEq, Eq)]
enum Way {
    /// By the request's own link: whoever has it has the session.
    Link(Typed),
    /// By the help desk's page, since the request does not fit into a link.
    Page(String),
    /// By the client, which was saved here.
    Saved(Clean),
}

impl HandOff {
    /// For a request: its link, or where it is too long for one, the help desk's own page.
    pub fn of(request: &SessionRequest, scene: &Scene) -> Self {
        let site = &scene.desk.config.site;
        Self(match wire::link(site, request) {
            Ok(link) => Way::Link(Typed::new(Clean::washed(&link, usize::MAX))),
            Err(_) => Way::Page(site.handoff_url.to_string()),
        })
    }

    /// For a client that lies here.
    pub fn saved(path: Clean) -> Self {
        Self(Way::Saved(path))
    }
}

impl Face for HandOff {
    fn focus(&self, _scene: &Scene) -> Focus {
        Focus::HandOff
    }

    fn patience(&self) -> Patience {
        Patience::FiveMinutes
    }

    fn question(&self, text: &'static Text) -> &'static str {
        match self.0 {
            Way::Link(_) | Way::Page(_) => text.hand_off.question,
            Way::Saved(_) => text.hand_off.saved,
        }
    }

    fn aside(&self, scene: &Scene) -> Option<String> {
        Some(scene.visit.to_string())
    }

    fn body(&self, scene: &Scene, pen: &mut Pen) -> Option<Cursor> {
        let text = &scene.look.text.hand_off;
        let contact = scene.desk.config.site.contact.as_ref();
        let contact = contact.map(|contact| wrap(contact.as_str(), pen.columns())).unwrap_or_default();
        pen.keep_free(contact.len());
        match scene.delivery {
            // On a small screen the link needs the room; the start screen and the review have said why.
            Delivery::Link(Some(Fault::NoDisplay)) if scene.airy() => pen.wrapped(Role::Dim, text.no_display),
            Delivery::Link(Some(_)) if scene.airy() => pen.wrapped(Role::Dim, text.cannot_run),
            Delivery::Link(_) | Delivery::Run | Delivery::Save => {}
        }
        let cursor = match &self.0 {
            Way::Link(link) if !fits(text.open, link.reveal(), scene, pen) => {
                // Nobody can copy what the screen can't show whole.
                pen.wrapped(Role::Text, text.does_not_fit);
                pen.wrapped(Role::Text, text.open_page);
                address(scene.desk.config.site.handoff_url.as_str(), scene, pen)
            }
            Way::Link(link) => {
                pen.wrapped(Role::Text, text.open);
                let cursor = address(link.reveal(), scene, pen);
                if wrap(text.once, pen.columns()).len() <= pen.rows_left() {
                    pen.wrapped(Role::Dim, text.once);
                }
                cursor
            }
            Way::Page(page) => {
                pen.wrapped(Role::Text, text.too_long);
                pen.wrapped(Role::Text, text.open_page);
                address(page, scene, pen)
            }
            Way::Saved(path) => {
                let cursor = pen.position();
                pen.wrapped(Role::Text, &text.saved_at(path));
                cursor
            }
        };
        pen.keep_free(0);
        if scene.airy() {
            pen.skip();
        }
        for line in contact {
            pen.line(&[(Role::Dim, &line)]);
        }
        Some(cursor)
    }

    fn act(&mut self, wish: Wish, _scene: &Scene) -> Step {
        match wish {
            Wish::Confirm => Step::StartOver,
            Wish::Back => Step::Back,
            Wish::Pick(_) | Wish::Move(_) | Wish::Skip(_) | Wish::Edit(_) | Wish::Hide | Wish::HandOff => Step::Stay,
        }
    }

    fn pending_link(&self) -> Option<Typed> {
        match &self.0 {
            Way::Link(link) => Some(link.clone()),
            Way::Page(_) | Way::Saved(_) => None,
        }
    }
}

/// Whether a sentence and the address below it can be shown whole.
fn fits(sentence: &str, address: &str, scene: &Scene, pen: &Pen) -> bool {
    let blanks = if scene.airy() { 2 } else { 0 };
    wrap(sentence, pen.columns()).len() + break_columns(address, pen.columns()).len() + blanks <= pen.rows_left()
}

/// An address by itself, from the very margin and broken only where the screen ends, so that it can be copied whole.
fn address(address: &str, scene: &Scene, pen: &mut Pen) -> Cursor {
    if scene.airy() {
        pen.skip();
    }
    let cursor = pen.position();
    for line in break_columns(address, pen.columns()) {
        pen.line(&[(Role::Question, &line)]);
    }
    if scene.airy() {
        pen.skip();
    }
    cursor
}
