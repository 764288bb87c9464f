//! The output of `start`, in order, on its own thread: a full pipe or a stopped terminal (XOFF)
//! delays neither the session nor its cancel (D14).
//!
//! ```text
//! session ── Output, Output, ... ──> output thread ─┬─> stdout: results and JSON objects
//!                                                   └─> stderr: messages, bar on a terminal
//! ```

use std::io::{self, IsTerminal, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::sync::oneshot;

use crate::commands::eprint_line;
use crate::failpoints;
use crate::job::Cancel;
use crate::session::Stage;
use crate::text::EN;

/// The interval of the countdown.
const COUNTDOWN_INTERVAL: Duration = Duration::from_secs(1);

/// One item of output.
enum Output {
    /// Progress, for the bar.
    Stage(Stage),
    /// A line for standard output. Errors are ignored: if the reader is gone, the session
    /// continues.
    Json(Vec<u8>),
    /// A line for standard output that must arrive, and the channel for the result of the write.
    Result(Vec<u8>, oneshot::Sender<io::Result<()>>),
    /// A line for standard error, which replaces the bar.
    Plain(String),
    /// Removes the bar and confirms that everything before is written.
    Flush(Sender<()>),
}

/// The handle of the output thread.
pub(super) struct OutputHandle {
    items: Sender<Output>,
}

/// The session was cancelled, or the output thread panicked, before the output was written.
pub(super) struct OutputStalled;

impl OutputHandle {
    /// Starts the thread. It shows a bar if one is wanted and standard error is a terminal. Fails
    /// if no thread can be started.
    pub(super) fn new(with_bar: bool) -> io::Result<Self> {
        let (sayings, said) = channel();
        let bar = (with_bar && io::stderr().is_terminal()).then(bar);
        let output_thread = OutputThread {
            bar,
            waits_until: None,
        };
        thread::Builder::new()
            .name("voice".to_owned())
            .spawn(move || output_thread.run_thread(&said))?;
        Ok(Self { items: sayings })
    }

    pub(super) fn stage(&self, stage: &Stage) {
        self.say(Output::Stage(stage.clone()));
    }

    pub(super) fn json(&self, line: Vec<u8>) {
        self.say(Output::Json(line));
    }

    pub(super) fn plain(&self, line: String) {
        self.say(Output::Plain(line));
    }

    /// Writes a result and waits until it is written or cancelled.
    pub(super) fn result(
        &self,
        line: Vec<u8>,
        cancel: &Cancel,
    ) -> Result<io::Result<()>, OutputStalled> {
        let (tell, told) = oneshot::channel();
        self.say(Output::Result(line, tell));
        cancel.wait_for(told).ok_or(OutputStalled)
    }

    /// Waits until everything is written; at most `most`, if given.
    pub(super) fn finish(&self, most: Option<Duration>) -> Result<(), OutputStalled> {
        let (tell, told) = channel();
        self.say(Output::Flush(tell));
        let said = match most {
            Some(most) => told.recv_timeout(most).ok(),
            None => told.recv().ok(),
        };
        said.ok_or(OutputStalled)
    }

    fn say(&self, item: Output) {
        // The thread ends early only by a panic, and then the caller's own channel is closed too.
        let _ = self.items.send(item);
    }
}

struct OutputThread {
    bar: Option<ProgressBar>,
    /// When the next retry begins, during a wait.
    waits_until: Option<Instant>,
}

impl OutputThread {
    fn run_thread(mut self, items: &Receiver<Output>) {
        loop {
            let next = match self.waits_until {
                Some(_) if self.bar.is_some() => items.recv_timeout(COUNTDOWN_INTERVAL),
                Some(_) | None => items.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match next {
                Ok(item) => self.say(item),
                Err(RecvTimeoutError::Timeout) => self.show_countdown(),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
    }

    fn say(&mut self, item: Output) {
        failpoints::reach("voice");
        match item {
            Output::Stage(stage) => self.show(&stage),
            Output::Json(line) => _ = io::stdout().lock().write_all(&line),
            Output::Result(line, tell) => {
                self.clear();
                let mut output = io::stdout().lock();
                let _ = tell.send(output.write_all(&line).and_then(|()| output.flush()));
            }
            Output::Plain(line) => {
                self.clear();
                eprint_line(&line);
            }
            Output::Flush(tell) => {
                self.clear();
                let _ = tell.send(());
            }
        }
    }

    fn show(&mut self, stage: &Stage) {
        self.waits_until = None;
        match stage {
            Stage::Requesting { .. } => self.message(EN.connecting.reaching),
            Stage::Waiting { wait } => {
                self.waits_until = Some(Instant::now() + *wait);
                self.show_countdown();
            }
            Stage::Downloading { bytes, total } => self.show_progress(*bytes, *total),
            Stage::Checking { .. } => self.message(EN.connecting.checking),
            Stage::Starting => self.message(EN.connecting.starting),
            Stage::Running { .. } => {
                self.clear();
                if self.bar.is_some() {
                    eprint_line(EN.running.question);
                }
            }
        }
    }

    /// Shows a stage without a measurable progress.
    fn message(&self, words: &str) {
        if let Some(bar) = &self.bar {
            bar.set_style(style("{msg}"));
            bar.set_message(words.to_owned());
        }
    }

    fn show_countdown(&self) {
        if let Some(until) = self.waits_until {
            let left = until
                .saturating_duration_since(Instant::now())
                .as_secs_f64()
                .ceil();
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a few seconds, never negative"
            )]
            self.message(&EN.connecting.waiting((left as u64).max(1)));
        }
    }

    /// Shows the progress of the download.
    fn show_progress(&self, bytes: u64, total: Option<u64>) {
        let Some(bar) = &self.bar else { return };
        if bytes == 0 {
            let measure = if total.is_some() {
                "{msg} [{wide_bar}] {bytes} of {total_bytes}"
            } else {
                "{msg} {bytes}"
            };
            bar.set_style(style(measure));
            if let Some(total) = total {
                bar.set_length(total);
            }
            bar.set_message(EN.connecting.downloading);
        }
        bar.set_position(bytes);
    }

    /// Removes the bar, so that the next line starts at the left.
    fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// Redraws only at new stages, not by a timer.
fn bar() -> ProgressBar {
    ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10))
}

/// A progress style with characters that every terminal has. An invalid template falls back to the
/// default.
fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("=> ")
}
