//! Connecting: shows the stages as they pass. Esc cancels.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use super::{IdlePolicy, Screen, ScreenContext, Transition};
use crate::keymap::{KeyContext, ScreenAction};
use crate::session::{SessionRequest, Stage};
use crate::text::Text;
use crate::theme::Role;
use crate::timestamp::Timestamp;
use crate::ui::Appearance;
use crate::ui::text_writer::TextWriter;

/// How long a download must have run before the remaining time is shown.
const SPEED_NEEDS: Duration = Duration::from_secs(1);

/// A session that is being started.
#[derive(Debug, PartialEq, Eq)]
pub struct Connecting {
    request: SessionRequest,
    phase: Phase,
}

/// The current stage. It implies that the earlier ones are done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Reaching,
    Waiting { until: Timestamp },
    Downloading(Transfer),
    Checking(Transfer),
    Starting(Transfer),
}

/// The download so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Transfer {
    since: Timestamp,
    latest: Timestamp,
    bytes: u64,
    total: Option<u64>,
}

/// The four lines of the screen.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum StageLine {
    Reach,
    Download,
    Check,
    Start,
}

impl Connecting {
    /// A session that is being requested.
    pub(crate) fn new(request: SessionRequest) -> Self {
        Self {
            request,
            phase: Phase::Reaching,
        }
    }

    /// The request, to repeat it.
    pub(crate) fn request(&self) -> SessionRequest {
        self.request.clone()
    }

    /// Updates the screen for a stage of the job.
    pub(crate) fn set_stage(&mut self, stage: &Stage, now: Timestamp) {
        self.phase = match stage {
            Stage::Requesting { .. } => Phase::Reaching,
            Stage::Waiting { wait } => Phase::Waiting {
                until: now.after(*wait),
            },
            Stage::Downloading { bytes, total } => {
                let since = self.transfer().map_or(now, |transfer| transfer.since);
                Phase::Downloading(Transfer {
                    since,
                    latest: now,
                    bytes: *bytes,
                    total: *total,
                })
            }
            Stage::Checking { .. } => Phase::Checking(self.transfer_or_new(now)),
            Stage::Starting | Stage::Running { .. } => Phase::Starting(self.transfer_or_new(now)),
        };
    }

    fn transfer(&self) -> Option<Transfer> {
        match self.phase {
            Phase::Reaching | Phase::Waiting { .. } => None,
            Phase::Downloading(transfer)
            | Phase::Checking(transfer)
            | Phase::Starting(transfer) => Some(transfer),
        }
    }

    fn transfer_or_new(&self, now: Timestamp) -> Transfer {
        self.transfer().unwrap_or(Transfer {
            since: now,
            latest: now,
            bytes: 0,
            total: None,
        })
    }

    fn current(&self) -> StageLine {
        match self.phase {
            Phase::Reaching | Phase::Waiting { .. } => StageLine::Reach,
            Phase::Downloading(_) => StageLine::Download,
            Phase::Checking(_) => StageLine::Check,
            Phase::Starting(_) => StageLine::Start,
        }
    }
}

impl Screen for Connecting {
    fn focus(&self, _context: &ScreenContext) -> KeyContext {
        KeyContext::Waiting
    }

    fn idle_policy(&self) -> IdlePolicy {
        IdlePolicy::Never
    }

    fn question(&self, text: &'static Text) -> &'static str {
        text.connecting.question
    }

    fn subtitle(&self, context: &ScreenContext) -> Option<String> {
        Some(context.visit.to_string())
    }

    fn render(&self, context: &ScreenContext, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let mut writer = TextWriter::new(buf, context.appearance, area);
        let mut cursor = None;
        for line in [
            StageLine::Reach,
            StageLine::Download,
            StageLine::Check,
            StageLine::Start,
        ] {
            if line == self.current() {
                cursor = Some(writer.position());
            }
            writer.line(&self.stage_line(line, context.appearance));
            if line == StageLine::Reach
                && let Phase::Waiting { until } = self.phase
            {
                let seconds = until.since(context.now).as_secs_f64().ceil();
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "whole seconds of a short wait"
                )]
                let waiting = context.appearance.text.connecting.waiting(seconds as u64);
                writer.line(&detail_line(waiting, context.appearance));
            }
            if line == StageLine::Download {
                self.draw_transfer(context.appearance, &mut writer);
            }
            if context.is_spacious() && line != StageLine::Start {
                writer.skip();
            }
        }
        cursor
    }

    fn handle(&mut self, action: ScreenAction, _context: &ScreenContext) -> Transition {
        match action {
            ScreenAction::Back => Transition::Back,
            ScreenAction::Confirm
            | ScreenAction::Pick(_)
            | ScreenAction::Move(_)
            | ScreenAction::Skip(_)
            | ScreenAction::Edit(_)
            | ScreenAction::Hide
            | ScreenAction::HandOff => Transition::Stay,
        }
    }

    fn deadline(&self, now: Timestamp) -> Option<Timestamp> {
        match self.phase {
            Phase::Waiting { until } if until > now => {
                Some(now.after(Duration::from_secs(1)).min(until))
            }
            Phase::Waiting { .. }
            | Phase::Reaching
            | Phase::Downloading(_)
            | Phase::Checking(_)
            | Phase::Starting(_) => None,
        }
    }
}

/// The indent of what belongs to a line.
const INDENT: &str = "   ";

impl Connecting {
    fn stage_line(&self, line: StageLine, appearance: &Appearance) -> Line<'static> {
        let (current, glyphs) = (self.current(), appearance.glyphs);
        let (glyph, role) = match line.cmp(&current) {
            std::cmp::Ordering::Less => (appearance.span(Role::Done, glyphs.done), Role::Text),
            std::cmp::Ordering::Equal => (appearance.span(Role::Accent, glyphs.focus), Role::Focus),
            std::cmp::Ordering::Greater => (appearance.span(Role::Text, " "), Role::Dim),
        };
        let text = stage_text(line, line < current, appearance.text);
        Line::from_iter([
            glyph,
            appearance.span(Role::Text, "  "),
            appearance.span(role, text),
        ])
    }

    /// The bar with the percentage, and below it the amount and the remaining time.
    fn draw_transfer(&self, appearance: &Appearance, writer: &mut TextWriter) {
        let Some(transfer) = self.transfer() else {
            return;
        };
        let text = &appearance.text.connecting;
        let percent = transfer
            .total
            .filter(|total| *total > 0)
            .map(|total| transfer.bytes.min(total) * 100 / total);
        if let Some(percent) = percent {
            writer.line(&progress_line(percent, writer.columns(), appearance));
        }
        let megabytes = |bytes: u64| format!("{}.{}", bytes / 1_000_000, bytes / 100_000 % 10);
        let amount = match transfer.total {
            Some(total) => text.bytes_of(megabytes(transfer.bytes), megabytes(total)),
            None => text.bytes(megabytes(transfer.bytes)),
        };
        let left = if self.current() == StageLine::Download {
            transfer.seconds_left()
        } else {
            None
        };
        let amount = left.map_or(amount.clone(), |seconds| {
            format!("{amount}, {}", text.left(seconds))
        });
        writer.line(&detail_line(amount, appearance));
    }
}

/// A text that belongs to the line above.
fn detail_line(text: String, appearance: &Appearance) -> Line<'static> {
    Line::from_iter([
        appearance.span(Role::Text, INDENT),
        appearance.span(Role::Dim, text),
    ])
}

/// A bar and the percentage.
fn progress_line(percent: u64, columns: usize, appearance: &Appearance) -> Line<'static> {
    let glyphs = appearance.glyphs;
    let width = columns.saturating_sub(INDENT.len() + 8).min(60);
    let done = usize::try_from(percent).unwrap_or(100) * width / 100;
    let label = appearance.text.connecting.percent(percent);
    let pad = 2 + usize::from(percent < 10) + usize::from(percent < 100);
    Line::from_iter([
        Span::raw(INDENT),
        appearance.span(Role::Accent, glyphs.bar_done.repeat(done)),
        appearance.span(Role::Rule, glyphs.bar_rest.repeat(width - done)),
        Span::raw(" ".repeat(pad)),
        appearance.span(Role::Text, label),
    ])
}

fn stage_text(line: StageLine, done: bool, text: &'static Text) -> &'static str {
    let text = &text.connecting;
    match (line, done) {
        (StageLine::Reach, false) => text.reaching,
        (StageLine::Reach, true) => text.reached,
        (StageLine::Download, false) => text.downloading,
        (StageLine::Download, true) => text.downloaded,
        (StageLine::Check, false) => text.checking,
        (StageLine::Check, true) => text.checked,
        (StageLine::Start, _) => text.starting,
    }
}

impl Transfer {
    /// From the mean speed so far; `None` until that means anything.
    fn seconds_left(&self) -> Option<u64> {
        let spent = self.latest.since(self.since);
        let rest = u128::from(self.total?.saturating_sub(self.bytes));
        if spent < SPEED_NEEDS || self.bytes == 0 {
            return None;
        }
        u64::try_from((rest * spent.as_millis()).div_ceil(u128::from(self.bytes) * 1000)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: u64) -> Timestamp {
        Timestamp(Duration::from_millis(milliseconds))
    }

    #[test]
    fn the_time_left_follows_the_mean_speed() {
        let transfer = |bytes, latest| Transfer {
            since: at(0),
            latest,
            bytes,
            total: Some(12_000),
        };
        assert_eq!(transfer(500, at(900)).seconds_left(), None);
        assert_eq!(transfer(3_000, at(2_000)).seconds_left(), Some(6));
        assert_eq!(transfer(12_000, at(8_000)).seconds_left(), Some(0));
        assert_eq!(
            Transfer {
                total: None,
                ..transfer(3_000, at(2_000))
            }
            .seconds_left(),
            None
        );
    }

    #[test]
    fn later_stages_keep_the_bytes_of_the_download() {
        let mut screen = Connecting::new(SessionRequest::anyone());
        screen.set_stage(
            &Stage::Waiting {
                wait: Duration::from_secs(3),
            },
            at(0),
        );
        assert_eq!(screen.deadline(at(0)), Some(at(1_000)));
        screen.set_stage(
            &Stage::Downloading {
                bytes: 0,
                total: Some(10),
            },
            at(5_000),
        );
        screen.set_stage(
            &Stage::Downloading {
                bytes: 10,
                total: Some(10),
            },
            at(6_000),
        );
        screen.set_stage(&Stage::Checking { sum: None }, at(6_100));
        let whole = Transfer {
            since: at(5_000),
            latest: at(6_000),
            bytes: 10,
            total: Some(10),
        };
        assert_eq!(screen.phase, Phase::Checking(whole));
        assert_eq!(screen.deadline(at(6_100)), None);
    }
}
