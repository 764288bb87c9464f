//! Review: the recipient, everything that will be sent, and which computer will be visible. Enter
//! sends it.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};
use ratatui::text::Line;
use ratatui::widgets::Widget;

use super::{Screen, ScreenContext, Transition};
use crate::clean::Clean;
use crate::keymap::{KeyContext, ScreenAction};
use crate::session::{CustomerDetails, Delivery, Rep, SessionRequest, Survey, SurveyField};
use crate::text::Text;
use crate::theme::Role;
use crate::ui::layout::{self, labelled};
use crate::ui::scroll_text::ScrollText;
use crate::ui::text_writer::TextWriter;
use crate::ui::width::columns;
use crate::ways::{CodeWay, SecretCode};

/// A request that the customer checks before it is sent.
#[derive(Debug, PartialEq, Eq)]
pub struct Review {
    request: SessionRequest,
    subject: ReviewSubject,
    /// The labels of the request's details, in the same order.
    labels: Vec<String>,
    /// How many lines of what will be sent are scrolled off the top.
    scroll_offset: usize,
}

/// Whether bystanders can read the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Masking {
    /// As its characters.
    Visible,
    /// As a glyph for each character.
    Hidden,
}

/// The recipient, unless the request itself contains it.
#[derive(Debug, PartialEq, Eq)]
enum ReviewSubject {
    Anyone,
    Rep(Box<Rep>),
    Code(&'static CodeWay, Masking),
    Survey { chosen: Option<Clean> },
}

impl Review {
    fn new(
        request: SessionRequest,
        subject: ReviewSubject,
        label: impl Fn(SurveyField) -> String,
    ) -> Self {
        let labels = request
            .details()
            .iter()
            .map(|(field, _)| label(field))
            .collect();
        Self {
            request,
            subject,
            labels,
            scroll_offset: 0,
        }
    }

    /// The review of a session with a representative, with the labels of the details.
    pub(crate) fn rep(
        rep: &Rep,
        details: CustomerDetails,
        label: impl Fn(SurveyField) -> String,
    ) -> Self {
        Self::new(
            SessionRequest::rep(rep, details),
            ReviewSubject::Rep(Box::new(rep.clone())),
            label,
        )
    }

    /// The review of a session with anyone who is free.
    pub(crate) fn anyone() -> Self {
        Self {
            request: SessionRequest::anyone(),
            subject: ReviewSubject::Anyone,
            labels: Vec::new(),
            scroll_offset: 0,
        }
    }

    /// The review of a session with a code, with the labels of the details. The code stays hidden
    /// if it was.
    pub(crate) fn code(
        code: SecretCode,
        masking: Masking,
        details: CustomerDetails,
        label: impl Fn(SurveyField) -> String,
    ) -> Self {
        let subject = ReviewSubject::Code(code.way(), masking);
        Self::new(SessionRequest::Code { code, details }, subject, label)
    }

    /// The review of a survey, with the choice in the words of the menu, and the labels of the
    /// form.
    pub(crate) fn survey(
        survey: Survey,
        chosen: Option<Clean>,
        label: impl Fn(SurveyField) -> String,
    ) -> Self {
        Self::new(
            SessionRequest::Survey(survey),
            ReviewSubject::Survey { chosen },
            label,
        )
    }

    fn recipient(&self, text: &Text) -> String {
        match &self.subject {
            ReviewSubject::Anyone | ReviewSubject::Survey { chosen: None } => {
                text.review.help_desk.to_owned()
            }
            ReviewSubject::Rep(rep) => {
                let known = [Some(&rep.name), rep.title.as_ref(), rep.team.as_ref()];
                known
                    .into_iter()
                    .flatten()
                    .map(Clean::as_str)
                    .collect::<Vec<_>>()
                    .join(", ")
            }
            ReviewSubject::Code(way, _) => (way.text)(text).goes_to.to_owned(),
            ReviewSubject::Survey {
                chosen: Some(chosen),
            } => text.review.team_for(chosen),
        }
    }

    /// Everything that will be sent, one line each: the choice, the details, and the parameters in
    /// the config.
    fn sent(&self, context: &ScreenContext) -> String {
        let text = &context.appearance.text.review;
        let chosen = match (&self.request, &self.subject) {
            (SessionRequest::Code { code, .. }, ReviewSubject::Code(way, masking)) => {
                Some((way.text)(context.appearance.text).sent(masked_code(code, *masking, context)))
            }
            (SessionRequest::Rep { .. }, _) if self.labels.is_empty() => {
                Some(text.rep_sent.to_owned())
            }
            (SessionRequest::Rep { .. }, _) => Some(text.chosen_sent.to_owned()),
            (SessionRequest::Code { .. } | SessionRequest::Survey(_), _)
                if self.labels.is_empty() =>
            {
                Some(text.nothing_sent.to_owned())
            }
            (SessionRequest::Code { .. } | SessionRequest::Survey(_), _) => None,
        };
        let details = self.request.details().iter().zip(&self.labels);
        let details = details.map(|((_, typed), label)| text.answer_sent(label, typed.reveal()));
        let fixed = context.catalog.config.site.parameters.iter();
        let fixed: Vec<Clean> = fixed
            .filter_map(|fixed| fixed.value_for(self.request.way(), context.placeholders))
            .collect();
        let parameters = (!fixed.is_empty()).then(|| {
            let values: Vec<&str> = fixed.iter().map(Clean::as_str).collect();
            text.fixed_sent(values.join(", "))
        });
        chosen
            .into_iter()
            .chain(details)
            .chain(parameters)
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// The part that scrolls: the recipient and everything that will be sent.
    fn subject_lines(&self, context: &ScreenContext, width: usize) -> Vec<Line<'static>> {
        let appearance = context.appearance;
        let text = &appearance.text.review;
        let label_columns = columns(text.goes_to).max(columns(text.we_send));
        let labelled =
            |label, value: &str| labelled(appearance, width, label_columns, label, value);
        let recipient = labelled(text.goes_to, &self.recipient(appearance.text));
        let sent = labelled(text.we_send, &self.sent(context));
        [recipient, sent].concat()
    }

    /// The part that stays visible: which computer the representative will see.
    fn consequence(context: &ScreenContext) -> String {
        let (text, kiosk) = (
            &context.appearance.text.review,
            &context.catalog.config.kiosk.name,
        );
        match context.delivery {
            Delivery::Run => text.this_computer(kiosk),
            Delivery::Save => text.saved_here(kiosk),
            Delivery::Link(_) => text.other_device.to_owned(),
        }
    }

    /// The part that scrolls, with this many rows below it.
    fn scroll_text<'a>(&self, context: &ScreenContext<'a>, pinned_rows: usize) -> ScrollText<'a> {
        let area = self.body_area(context);
        let pinned_rows = u16::try_from(pinned_rows).unwrap_or(u16::MAX);
        let size = Size::new(area.width, area.height.saturating_sub(pinned_rows));
        let lines = |width| self.subject_lines(context, width);
        ScrollText::new(context.appearance, size, lines).scrolled(self.scroll_offset)
    }

    fn body_area(&self, context: &ScreenContext) -> Rect {
        layout::body(context.size, self.question(context.appearance.text), None)
    }
}

impl Screen for Review {
    fn focus(&self, context: &ScreenContext) -> KeyContext {
        match context.delivery {
            Delivery::Run | Delivery::Save => KeyContext::Review,
            Delivery::Link(_) => KeyContext::ReviewOfLink,
        }
    }

    fn question(&self, text: &'static Text) -> &'static str {
        text.review.question
    }

    fn render(&self, context: &ScreenContext, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let (consequence, actions) = pinned(context, area.width.into());
        let text = self.scroll_text(context, consequence.len() + actions.len());
        text.render(area, buf);
        let below = text.area_below(area);
        let mut writer = TextWriter::new(buf, context.appearance, below);
        for line in &consequence {
            writer.line(line);
        }
        let first_action = writer.position();
        for line in &actions {
            writer.line(line);
        }
        let has_actions = !actions.is_empty();
        Some(if has_actions {
            first_action
        } else {
            area.as_position()
        })
    }

    fn handle(&mut self, action: ScreenAction, context: &ScreenContext) -> Transition {
        match (action, context.delivery) {
            (ScreenAction::Confirm, Delivery::Run | Delivery::Save) => {
                return Transition::Connect(self.request.clone());
            }
            (ScreenAction::Confirm, Delivery::Link(_)) | (ScreenAction::HandOff, _) => {
                return Transition::HandOff(self.request.clone());
            }
            (ScreenAction::Back, _) => return Transition::Back,
            (ScreenAction::Move(movement), _) => {
                let (consequence, actions) = pinned(context, self.body_area(context).width.into());
                self.scroll_offset = self
                    .scroll_text(context, consequence.len() + actions.len())
                    .offset_after(movement);
            }
            (
                ScreenAction::Pick(_)
                | ScreenAction::Skip(_)
                | ScreenAction::Edit(_)
                | ScreenAction::Hide,
                _,
            ) => {}
        }
        Transition::Stay
    }
}

/// The part below, which always stays visible: which computer is shown, and what the customer
/// can do, with blank lines if there is room.
fn pinned(context: &ScreenContext, width: usize) -> (Vec<Line<'static>>, Vec<Line<'static>>) {
    let blank = || context.is_spacious().then(Line::default);
    let consequence = Review::consequence(context);
    let consequence = context.appearance.wrap(Role::Text, &consequence, width);
    let consequence = blank().into_iter().chain(consequence).chain(blank());
    (consequence.collect(), actions(context))
}

/// What the customer can do, each with its key. On a small screen only the footer shows this.
fn actions(context: &ScreenContext) -> Vec<Line<'static>> {
    let appearance = context.appearance;
    let (text, keys) = (&appearance.text.review, &appearance.text.keys);
    let enter = match context.delivery {
        Delivery::Run => text.start_here,
        Delivery::Save => text.save_here,
        Delivery::Link(_) => text.link_here,
    };
    if !context.is_spacious() {
        return Vec::new();
    }
    let item = |bar: &str, key: &'static str, role, label: &'static str| {
        let pad = " ".repeat(columns(keys.enter).saturating_sub(columns(key)) + 2);
        Line::from_iter([
            appearance.span(Role::Accent, format!("{bar} ")),
            appearance.span(Role::Number, key),
            appearance.span(Role::Text, pad),
            appearance.span(role, label),
        ])
    };
    let here = item(appearance.glyphs.focus, keys.enter, Role::Focus, enter);
    let elsewhere = match context.delivery {
        Delivery::Run | Delivery::Save => {
            Some(item(" ", keys.letter_o, Role::Text, text.start_elsewhere))
        }
        Delivery::Link(_) => None,
    };
    [here].into_iter().chain(elsewhere).collect()
}

/// The code in groups, or a glyph for each character.
fn masked_code(code: &SecretCode, masking: Masking, context: &ScreenContext) -> String {
    let characters: Vec<char> = code.reveal().chars().collect();
    match masking {
        Masking::Hidden => context.appearance.glyphs.hidden.repeat(characters.len()),
        Masking::Visible => characters
            .chunks(3)
            .map(|group| group.iter().collect::<String>())
            .collect::<Vec<_>>()
            .join(" "),
    }
}
