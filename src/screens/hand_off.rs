//! Hand-off: the link to continue on the customer's own device, or the path of the saved client.

use super::account::{Account, Saying, wrapped};
use super::{Cursor, Face, Patience, Scene, Step};
use crate::clean::Clean;
use crate::failure::Fault;
use crate::keymap::{Extent, Focus, Wish};
use crate::session::{Delivery, SessionRequest, Typed};
use crate::site::wire;
use crate::text::Text;
use crate::theme::Role;
use crate::ui::pen::{Line, Pen};
use crate::ui::skeleton;
use crate::ui::width::break_columns;

/// Only an address has this role here.
const ADDRESS: Role = Role::Question;

/// How the customer continues.
#[derive(Debug, PartialEq, Eq)]
pub struct HandOff {
    way: Way,
    /// How many lines of the message are scrolled off the top.
    scrolled: usize,
}

#[derive(Debug, PartialEq, Eq)]
enum Way {
    /// With the request's own link. Anyone who has the link can use the session.
    Link(Typed),
    /// On the help desk's page, because the request does not fit into a link.
    Page(String),
    /// With the client that was saved here.
    Saved(Clean),
}

impl HandOff {
    /// The link of a request, or the help desk's page if the link would be too long.
    pub fn of(request: &SessionRequest, scene: &Scene) -> Self {
        let site = &scene.desk.config.site;
        Self::by(match wire::link(site, scene.places, request) {
            Ok(link) => Way::Link(Typed::new(Clean::washed(&link, usize::MAX))),
            Err(_) => Way::Page(site.handoff_url.to_string()),
        })
    }

    /// The path of a saved client.
    pub fn saved(path: Clean) -> Self {
        Self::by(Way::Saved(path))
    }

    fn by(way: Way) -> Self {
        Self { way, scrolled: 0 }
    }

    /// The whole message, laid out.
    fn account(&self, scene: &Scene) -> Account {
        let place = skeleton::body(scene.size, self.question(scene.look.text), self.aside(scene).as_deref());
        let contact = scene.desk.config.site.contact.as_ref().map(|contact| (Role::Dim, contact.to_string()));
        let below: Vec<Saying> = contact.into_iter().collect();
        let rows = usize::from(place.height).saturating_sub(wrapped(&below, place.width.into()).len());
        Account::new(place, |columns| self.told(scene, columns, rows), &below, scene.airy())
    }

    /// The lines in this width, of which `rows` are visible at once.
    fn told(&self, scene: &Scene, columns: usize, rows: usize) -> Vec<Line> {
        let text = &scene.look.text.hand_off;
        let why: Vec<Saying> = why(scene).into_iter().collect();
        let after = |lines: Vec<Line>| [wrapped(&why, columns), lines].concat();
        match &self.way {
            Way::Link(link) => {
                let whole = after(addressed(&[text.open], link.reveal(), scene, columns));
                if whole.len() > rows {
                    // A link that the screen can't show whole can't be copied.
                    let page = scene.desk.config.site.handoff_url.as_str();
                    return after(addressed(&[text.does_not_fit, text.open_page], page, scene, columns));
                }
                let once = wrapped(&[(Role::Dim, text.once.to_owned())], columns);
                if whole.len() + once.len() <= rows { [whole, once].concat() } else { whole }
            }
            Way::Page(page) => after(addressed(&[text.too_long, text.open_page], page, scene, columns)),
            Way::Saved(path) => after(wrapped(&[(Role::Text, text.saved_at(path))], columns)),
        }
    }
}

impl Face for HandOff {
    fn focus(&self, _scene: &Scene) -> Focus {
        Focus::HandOff
    }

    fn extent(&self, scene: &Scene) -> Extent {
        self.account(scene).extent()
    }

    fn patience(&self) -> Patience {
        Patience::FiveMinutes
    }

    fn question(&self, text: &'static Text) -> &'static str {
        match self.way {
            Way::Link(_) | Way::Page(_) => text.hand_off.question,
            Way::Saved(_) => text.hand_off.saved,
        }
    }

    fn aside(&self, scene: &Scene) -> Option<String> {
        Some(scene.visit.to_string())
    }

    fn body(&self, scene: &Scene, pen: &mut Pen) -> Option<Cursor> {
        let (account, top) = (self.account(scene), pen.position());
        account.draw(self.scrolled, pen);
        Some((top.0, top.1 + account.row_of(self.scrolled, ADDRESS)))
    }

    fn act(&mut self, wish: Wish, scene: &Scene) -> Step {
        match wish {
            Wish::Confirm => Step::StartOver,
            Wish::Back => Step::Back,
            Wish::Move(movement) => {
                self.scrolled = self.account(scene).moved(self.scrolled, movement);
                Step::Stay
            }
            Wish::Pick(_) | Wish::Skip(_) | Wish::Edit(_) | Wish::Hide | Wish::HandOff => Step::Stay,
        }
    }

    fn pending_link(&self) -> Option<Typed> {
        match &self.way {
            Way::Link(link) => Some(link.clone()),
            Way::Page(_) | Way::Saved(_) => None,
        }
    }
}

/// Why the session can't run here. On a small screen the link needs the room, and the start screen
/// and the review have given the reason already.
fn why(scene: &Scene) -> Option<Saying> {
    let text = &scene.look.text.hand_off;
    let words = match scene.delivery {
        Delivery::Link(Some(Fault::NoDisplay)) if scene.airy() => text.no_display,
        Delivery::Link(Some(_)) if scene.airy() => text.cannot_run,
        Delivery::Link(_) | Delivery::Run | Delivery::Save => return None,
    };
    Some((Role::Dim, words.to_owned()))
}

/// Sentences with an address below them. The address begins at the margin and breaks only at the
/// edge of the screen, so that it can be copied whole.
fn addressed(sentences: &[&str], address: &str, scene: &Scene, columns: usize) -> Vec<Line> {
    let blank = || scene.airy().then(Line::new);
    let sentences: Vec<Saying> = sentences.iter().map(|words| (Role::Text, (*words).to_owned())).collect();
    let address = break_columns(address, columns).into_iter().map(|line| vec![(ADDRESS, line)]);
    wrapped(&sentences, columns).into_iter().chain(blank()).chain(address).chain(blank()).collect()
}
