//! The table: the keys of each context, those in the footer first.

use super::KeyContext;
use super::binding::{
    ANY_KEY, BACKSPACE, BREAK, Binding, CARET, CARET_ENDS, CLOSE_HELP, DELETE, ENDS, ENTER,
    ERASE_ALL, ERASE_WORD, ESC, HAND_OFF, HELP, HELP_HERE, HIDE, LEAVE, LETTER_LEAVES, PAGES,
    REPAINT, SCROLL_HELP, START_OVER, STEPS, TABS,
};
use crate::failure::Remedy;

static MENU: &[Binding] = &[
    STEPS.in_footer(),
    ENTER.describe(|t| t.choose).in_footer(),
    HELP_HERE.in_footer(),
    LEAVE.in_footer(),
    TABS,
    ENDS,
    LETTER_LEAVES,
    START_OVER,
    REPAINT,
];

static FILTER: &[Binding] = &[
    STEPS.in_footer(),
    ENTER.describe(|t| t.choose).in_footer(),
    ESC.in_footer(),
    PAGES.in_footer(),
    TABS,
    ENDS,
    BACKSPACE,
    ERASE_WORD,
    ERASE_ALL,
    HELP,
    START_OVER,
    LEAVE,
    REPAINT,
];

static LINE: &[Binding] = &[
    ENTER.in_footer(),
    ESC.in_footer(),
    TABS.in_footer(),
    HELP.in_footer(),
    STEPS,
    CARET,
    CARET_ENDS,
    BACKSPACE,
    DELETE,
    ERASE_WORD,
    ERASE_ALL,
    START_OVER,
    LEAVE,
    REPAINT,
];

static LINES: &[Binding] = &[
    ENTER.in_footer(),
    ESC.in_footer(),
    TABS.in_footer(),
    BREAK.in_footer(),
    STEPS,
    CARET,
    CARET_ENDS,
    BACKSPACE,
    DELETE,
    ERASE_WORD,
    ERASE_ALL,
    HELP,
    START_OVER,
    LEAVE,
    REPAINT,
];

static BUTTON: &[Binding] = &[
    ENTER.in_footer(),
    ESC.in_footer(),
    TABS.in_footer(),
    HELP_HERE.in_footer(),
    STEPS,
    START_OVER,
    LEAVE,
    REPAINT,
];

static CODE: &[Binding] = &[
    ENTER.in_footer(),
    ESC.in_footer(),
    HIDE.in_footer(),
    HELP.in_footer(),
    TABS,
    STEPS,
    CARET,
    CARET_ENDS,
    BACKSPACE,
    DELETE,
    ERASE_WORD,
    ERASE_ALL,
    START_OVER,
    LEAVE,
    REPAINT,
];

static REVIEW: &[Binding] = &[
    ENTER.describe(|t| t.start).in_footer(),
    HAND_OFF.in_footer(),
    ESC.in_footer(),
    START_OVER.in_footer(),
    STEPS.describe(|t| t.read_on),
    PAGES.describe(|t| t.read_on),
    ENDS,
    HELP_HERE,
    LEAVE,
    REPAINT,
];

static REVIEW_OF_LINK: &[Binding] = &[
    ENTER.describe(|t| t.show_link).in_footer(),
    ESC.in_footer(),
    START_OVER.in_footer(),
    HELP_HERE.in_footer(),
    STEPS.describe(|t| t.read_on),
    PAGES.describe(|t| t.read_on),
    ENDS,
    LEAVE,
    REPAINT,
];

/// A text that may be longer than the screen.
const SCROLLABLE: [Binding; 8] = [
    STEPS.scroll_only().in_footer(),
    ESC.in_footer(),
    START_OVER.in_footer(),
    HELP_HERE.in_footer(),
    PAGES.scroll_only(),
    ENDS.scroll_only(),
    LEAVE,
    REPAINT,
];

/// The same with a binding for Enter.
const fn scrollable_with(enter: Binding) -> [Binding; 9] {
    let [steps, esc, start_over, help, pages, ends, leave, repaint] = SCROLLABLE;
    [
        enter.in_footer(),
        steps,
        esc,
        start_over,
        help,
        pages,
        ends,
        leave,
        repaint,
    ]
}

static HANDED_OFF: &[Binding] = &scrollable_with(ENTER.describe(|t| t.finish));

static WAITING: &[Binding] = &[
    ESC.describe(|t| t.cancel).in_footer(),
    START_OVER.in_footer(),
    HELP_HERE.in_footer(),
    LEAVE,
    REPAINT,
];

static RUNNING: &[Binding] = &[
    ENTER.describe(|t| t.end_session).in_footer(),
    LEAVE.in_footer(),
    HELP_HERE.in_footer(),
    REPAINT,
];

static END_SESSION: &[Binding] = &[
    ENTER.describe(|t| t.end_session).in_footer(),
    ESC.describe(|t| t.keep_session).in_footer(),
    REPAINT,
];

static ENDED: &[Binding] = &[REPAINT, ANY_KEY.describe(|t| t.finish).in_footer()];

static OUT_OF_SERVICE: &[Binding] = &[
    STEPS.scroll_only().in_footer(),
    PAGES.scroll_only(),
    ENDS.scroll_only(),
    REPAINT,
];

static FAILED_RETRY: &[Binding] = &scrollable_with(ENTER.describe(|t| t.retry));

static FAILED_CHANGE: &[Binding] = &scrollable_with(ENTER.describe(|t| t.change));

static FAILED_STAFF: &[Binding] = &SCROLLABLE;

static HELPING: &[Binding] = &[
    CLOSE_HELP.in_footer(),
    SCROLL_HELP.in_footer(),
    START_OVER,
    LEAVE,
    REPAINT,
];

static PIN: &[Binding] = &[
    ENTER.in_footer(),
    ESC.in_footer(),
    BACKSPACE,
    ERASE_ALL,
    REPAINT,
];

static STILL_THERE: &[Binding] = &[REPAINT, ANY_KEY.in_footer()];

static TOO_SMALL: &[Binding] = &[START_OVER, LEAVE, REPAINT];

/// The bindings of a context.
pub(super) fn bindings(focus: KeyContext) -> &'static [Binding] {
    match focus {
        KeyContext::Menu => MENU,
        KeyContext::Filter => FILTER,
        KeyContext::Line => LINE,
        KeyContext::Lines => LINES,
        KeyContext::Button => BUTTON,
        KeyContext::Code => CODE,
        KeyContext::Review => REVIEW,
        KeyContext::ReviewOfLink => REVIEW_OF_LINK,
        KeyContext::HandOff => HANDED_OFF,
        KeyContext::Waiting => WAITING,
        KeyContext::Running => RUNNING,
        KeyContext::EndSession => END_SESSION,
        KeyContext::Ended => ENDED,
        KeyContext::OutOfService => OUT_OF_SERVICE,
        KeyContext::Failed(Remedy::Retry) => FAILED_RETRY,
        KeyContext::Failed(Remedy::Change) => FAILED_CHANGE,
        KeyContext::Failed(Remedy::Staff) => FAILED_STAFF,
        KeyContext::Help => HELPING,
        KeyContext::Pin => PIN,
        KeyContext::StillThere => STILL_THERE,
        KeyContext::TooSmall => TOO_SMALL,
    }
}
