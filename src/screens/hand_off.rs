//! Hand-off: the link to continue on the customer's own device, or the path of the saved client.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::message::{MessageLayout, contact, wrapped};
use super::{IdlePolicy, Screen, ScreenContext, Transition};
use crate::clean::Clean;
use crate::failure::Fault;
use crate::keymap::{KeyContext, Overflow, ScreenAction};
use crate::session::{Delivery, SessionRequest, Typed};
use crate::site::wire;
use crate::text::Text;
use crate::theme::Role;
use crate::ui::layout;
use crate::ui::width::break_columns;

/// Only an address has this role here.
const ADDRESS: Role = Role::Question;

/// How the customer continues, and the scroll position.
#[derive(Debug, PartialEq, Eq)]
pub struct HandOff {
    content: HandOffContent,
    /// How many lines of the message are scrolled off the top.
    scroll_offset: usize,
}

#[derive(Debug, PartialEq, Eq)]
enum HandOffContent {
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
        Self::new(match wire::link(site, context.placeholders, request) {
            Ok(link) => HandOffContent::Link(Typed::new(Clean::sanitized(&link, usize::MAX))),
            Err(_) => HandOffContent::Page(site.handoff_url.to_string()),
        })
    }

    /// The path of a saved client.
    pub(crate) fn saved(path: Clean) -> Self {
        Self::new(HandOffContent::Saved(path))
    }

    fn new(content: HandOffContent) -> Self {
        Self {
            content,
            scroll_offset: 0,
        }
    }

    /// The whole message, laid out.
    fn message_layout<'a>(&self, context: &ScreenContext<'a>) -> MessageLayout<'a> {
        let area = layout::body(
            context.size,
            self.question(context.appearance.text),
            self.subtitle(context).as_deref(),
        );
        let pinned: Vec<Span> = contact(context, Role::Dim).into_iter().collect();
        let pinned_rows = wrapped(&pinned, area.width.into()).len();
        let rows = usize::from(area.height).saturating_sub(pinned_rows);
        MessageLayout::new(
            context.appearance,
            area.as_size(),
            |columns| self.message(context, columns, rows),
            &pinned,
            context.is_spacious(),
        )
        .scrolled(self.scroll_offset)
    }

    /// The lines in this width, of which `rows` are visible at once.
    fn message(&self, context: &ScreenContext, columns: usize, rows: usize) -> Vec<Line<'static>> {
        let appearance = context.appearance;
        let text = &appearance.text.hand_off;
        let reason: Vec<Span> = reason(context).into_iter().collect();
        let after_reason = |lines: Vec<Line<'static>>| [wrapped(&reason, columns), lines].concat();
        let with_address = |sentences: &[&'static str], address: &str| {
            after_reason(with_address(sentences, address, context, columns))
        };
        match &self.content {
            HandOffContent::Link(link) => {
                let mut lines = with_address(&[text.open], link.reveal());
                if lines.len() > rows {
                    // A link that the screen can't show whole can't be copied.
                    let page = context.catalog.config.site.handoff_url.as_str();
                    return with_address(&[text.does_not_fit, text.open_page], page);
                }
                let once = appearance.wrap(Role::Dim, text.once, columns);
                if lines.len() + once.len() <= rows {
                    lines.extend(once);
                }
                lines
            }
            HandOffContent::Page(page) => with_address(&[text.too_long, text.open_page], page),
            HandOffContent::Saved(path) => {
                after_reason(appearance.wrap(Role::Text, &text.saved_at(path), columns))
            }
        }
    }
}

impl Screen for HandOff {
    fn focus(&self, _context: &ScreenContext) -> KeyContext {
        KeyContext::HandOff
    }

    fn overflow(&self, context: &ScreenContext) -> Overflow {
        self.message_layout(context).overflow()
    }

    fn idle_policy(&self) -> IdlePolicy {
        IdlePolicy::Extended
    }

    fn question(&self, text: &'static Text) -> &'static str {
        match self.content {
            HandOffContent::Link(_) | HandOffContent::Page(_) => text.hand_off.question,
            HandOffContent::Saved(_) => text.hand_off.saved,
        }
    }

    fn subtitle(&self, context: &ScreenContext) -> Option<String> {
        Some(context.visit.to_string())
    }

    fn render(&self, context: &ScreenContext, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let message = self.message_layout(context);
        message.render(area, buf);
        let row = message.text.row_of(context.appearance.style(ADDRESS));
        Some(Position::new(area.x, area.y + row))
    }

    fn handle(&mut self, action: ScreenAction, context: &ScreenContext) -> Transition {
        match action {
            ScreenAction::Confirm => Transition::StartOver,
            ScreenAction::Back => Transition::Back,
            ScreenAction::Move(movement) => {
                self.scroll_offset = self.message_layout(context).text.offset_after(movement);
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
        match &self.content {
            HandOffContent::Link(link) => Some(link.clone()),
            HandOffContent::Page(_) | HandOffContent::Saved(_) => None,
        }
    }
}

/// Why the session can't run here. On a small screen the link needs the room, and the start screen
/// and the review have given the reason already.
fn reason(context: &ScreenContext) -> Option<Span<'static>> {
    let text = &context.appearance.text.hand_off;
    let reason = match context.delivery {
        Delivery::Link(Some(Fault::NoDisplay)) if context.is_spacious() => text.no_display,
        Delivery::Link(Some(_)) if context.is_spacious() => text.cannot_run,
        Delivery::Link(_) | Delivery::Run | Delivery::Save => return None,
    };
    Some(context.appearance.span(Role::Dim, reason))
}

/// Sentences with an address below them. The address begins at the margin and breaks only at the
/// edge of the screen, so that it can be copied whole.
fn with_address(
    sentences: &[&'static str],
    address: &str,
    context: &ScreenContext,
    columns: usize,
) -> Vec<Line<'static>> {
    let appearance = context.appearance;
    let blank = || context.is_spacious().then(Line::default);
    let address = break_columns(address, columns)
        .into_iter()
        .map(|line| Line::from(appearance.span(ADDRESS, line)));
    sentences
        .iter()
        .flat_map(|sentence| appearance.wrap(Role::Text, sentence, columns))
        .chain(blank())
        .chain(address)
        .chain(blank())
        .collect()
}
