//! Hand-off: the link to continue on the customer's own device, or the path of the saved client.

use super::message::{MessageLayout, Paragraph, wrapped};
use super::{CursorPosition, IdlePolicy, Screen, ScreenContext, Transition};
use crate::clean::Clean;
use crate::failure::Fault;
use crate::keymap::{KeyContext, Overflow, ScreenAction};
use crate::session::{Delivery, SessionRequest, Typed};
use crate::site::wire;
use crate::text::Text;
use crate::theme::Role;
use crate::ui::layout;
use crate::ui::text_writer::{Line, TextWriter};
use crate::ui::width::break_columns;

/// Only an address has this role here.
const ADDRESS: Role = Role::Question;

/// How the customer continues.
#[derive(Debug, PartialEq, Eq)]
pub struct HandOff {
    way: HandOffReason,
    /// How many lines of the message are scrolled off the top.
    scrolled: usize,
}

#[derive(Debug, PartialEq, Eq)]
enum HandOffReason {
    /// With the request's own link. Anyone who has the link can use the session.
    Link(Typed),
    /// On the help desk's page, because the request does not fit into a link.
    Page(String),
    /// With the client that was saved here.
    Saved(Clean),
}

impl HandOff {
    /// The link of a request, or the help desk's page if the link would be too long.
    pub(crate) fn of(request: &SessionRequest, context: &ScreenContext) -> Self {
        let site = &context.catalog.config.site;
        Self::by(match wire::link(site, context.placeholders, request) {
            Ok(link) => HandOffReason::Link(Typed::new(Clean::sanitized(&link, usize::MAX))),
            Err(_) => HandOffReason::Page(site.handoff_url.to_string()),
        })
    }

    /// The path of a saved client.
    pub(crate) fn saved(path: Clean) -> Self {
        Self::by(HandOffReason::Saved(path))
    }

    fn by(way: HandOffReason) -> Self {
        Self { way, scrolled: 0 }
    }

    /// The whole message, laid out.
    fn account(&self, context: &ScreenContext) -> MessageLayout {
        let place = layout::body(
            context.size,
            self.question(context.appearance.text),
            self.subtitle(context).as_deref(),
        );
        let contact = context
            .catalog
            .config
            .site
            .contact
            .as_ref()
            .map(|contact| (Role::Dim, contact.to_string()));
        let below: Vec<Paragraph> = contact.into_iter().collect();
        let rows =
            usize::from(place.height).saturating_sub(wrapped(&below, place.width.into()).len());
        MessageLayout::new(
            place,
            |columns| self.message(context, columns, rows),
            &below,
            context.is_spacious(),
        )
    }

    /// The lines in this width, of which `rows` are visible at once.
    fn message(&self, context: &ScreenContext, columns: usize, rows: usize) -> Vec<Line> {
        let text = &context.appearance.text.hand_off;
        let why: Vec<Paragraph> = why(context).into_iter().collect();
        let after = |lines: Vec<Line>| [wrapped(&why, columns), lines].concat();
        match &self.way {
            HandOffReason::Link(link) => {
                let whole = after(addressed(&[text.open], link.reveal(), context, columns));
                if whole.len() > rows {
                    // A link that the screen can't show whole can't be copied.
                    let page = context.catalog.config.site.handoff_url.as_str();
                    return after(addressed(
                        &[text.does_not_fit, text.open_page],
                        page,
                        context,
                        columns,
                    ));
                }
                let once = wrapped(&[(Role::Dim, text.once.to_owned())], columns);
                if whole.len() + once.len() <= rows {
                    [whole, once].concat()
                } else {
                    whole
                }
            }
            HandOffReason::Page(page) => after(addressed(
                &[text.too_long, text.open_page],
                page,
                context,
                columns,
            )),
            HandOffReason::Saved(path) => {
                after(wrapped(&[(Role::Text, text.saved_at(path))], columns))
            }
        }
    }
}

impl Screen for HandOff {
    fn focus(&self, _scene: &ScreenContext) -> KeyContext {
        KeyContext::HandOff
    }

    fn overflow(&self, context: &ScreenContext) -> Overflow {
        self.account(context).extent()
    }

    fn idle_policy(&self) -> IdlePolicy {
        IdlePolicy::Extended
    }

    fn question(&self, text: &'static Text) -> &'static str {
        match self.way {
            HandOffReason::Link(_) | HandOffReason::Page(_) => text.hand_off.question,
            HandOffReason::Saved(_) => text.hand_off.saved,
        }
    }

    fn subtitle(&self, context: &ScreenContext) -> Option<String> {
        Some(context.visit.to_string())
    }

    fn render(&self, context: &ScreenContext, writer: &mut TextWriter) -> Option<CursorPosition> {
        let (account, top) = (self.account(context), writer.position());
        account.draw(self.scrolled, writer);
        Some((top.0, top.1 + account.row_of(self.scrolled, ADDRESS)))
    }

    fn handle(&mut self, action: ScreenAction, context: &ScreenContext) -> Transition {
        match action {
            ScreenAction::Confirm => Transition::StartOver,
            ScreenAction::Back => Transition::Back,
            ScreenAction::Move(movement) => {
                self.scrolled = self.account(context).moved(self.scrolled, movement);
                Transition::Stay
            }
            ScreenAction::Pick(_)
            | ScreenAction::Skip(_)
            | ScreenAction::Edit(_)
            | ScreenAction::Hide
            | ScreenAction::HandOff => Transition::Stay,
        }
    }

    fn pending_link(&self) -> Option<Typed> {
        match &self.way {
            HandOffReason::Link(link) => Some(link.clone()),
            HandOffReason::Page(_) | HandOffReason::Saved(_) => None,
        }
    }
}

/// Why the session can't run here. On a small screen the link needs the room, and the start screen
/// and the review have given the reason already.
fn why(context: &ScreenContext) -> Option<Paragraph> {
    let text = &context.appearance.text.hand_off;
    let words = match context.delivery {
        Delivery::Link(Some(Fault::NoDisplay)) if context.is_spacious() => text.no_display,
        Delivery::Link(Some(_)) if context.is_spacious() => text.cannot_run,
        Delivery::Link(_) | Delivery::Run | Delivery::Save => return None,
    };
    Some((Role::Dim, words.to_owned()))
}

/// Sentences with an address below them. The address begins at the margin and breaks only at the
/// edge of the screen, so that it can be copied whole.
fn addressed(
    sentences: &[&str],
    address: &str,
    context: &ScreenContext,
    columns: usize,
) -> Vec<Line> {
    let blank = || context.is_spacious().then(Line::new);
    let sentences: Vec<Paragraph> = sentences
        .iter()
        .map(|words| (Role::Text, (*words).to_owned()))
        .collect();
    let address = break_columns(address, columns)
        .into_iter()
        .map(|line| vec![(ADDRESS, line)]);
    wrapped(&sentences, columns)
        .into_iter()
        .chain(blank())
        .chain(address)
        .chain(blank())
        .collect()
}
