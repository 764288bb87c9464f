//! Distinguishes a key pressed by a person from one in a burst (T15).
//!
//! Without bracketed paste (GNU screen 4, the mouse of the Linux console, a serial line) pasted
//! text arrives as keys in quick succession. So does the output of a barcode scanner. People are
//! slower, so a key within 30 ms of other input does not count as a decision. A key that could be a
//! decision waits 30 ms to see whether more follows.

use std::collections::VecDeque;
use std::time::Duration;

use super::decoder::Decoder;
use super::key::{Input, KeyEvent};

#[cfg(test)]
mod tests;

/// People do not press two keys within this time. A key that is held repeats every 33 ms.
const BURST: Duration = Duration::from_millis(30);

/// Decodes terminal input and marks what came in a burst.
pub struct Pacer {
    decoder: Decoder,
    /// When the last bytes arrived, or when their handling ended.
    last: Duration,
    /// Whether the last bytes are still being handled.
    busy: bool,
    /// Whether nothing has arrived for [`BURST`].
    quiet: bool,
    /// Whether the sequence or character being decoded began directly after other input.
    began_close: bool,
    waiting: VecDeque<PendingKey>,
}

/// Input whose timing may not be known yet.
struct PendingKey {
    input: Input,
    /// Directly after other input.
    close: bool,
    /// Directly before other input.
    followed: bool,
}

impl Pacer {
    pub fn new() -> Self {
        Self {
            decoder: Decoder::new(),
            last: Duration::ZERO,
            busy: false,
            quiet: true,
            began_close: false,
            waiting: VecDeque::new(),
        }
    }

    /// Takes bytes that arrived at `now` (any monotonic clock).
    pub fn feed(&mut self, now: Duration, bytes: &[u8]) {
        for &byte in bytes {
            let close = self.busy || !self.quiet && now <= self.last + BURST;
            self.byte(now, byte, close);
            (self.last, self.busy, self.quiet) = (now, true, false);
        }
    }

    /// Records that the last bytes were handled at `now`. Bytes that arrive by then may have been
    /// sent directly after them.
    pub fn ready(&mut self, now: Duration) {
        if std::mem::take(&mut self.busy) {
            self.last = now;
        }
    }

    fn byte(&mut self, now: Duration, byte: u8, close: bool) {
        let waiting = self
            .waiting
            .back_mut()
            .filter(|_| !self.decoder.is_other_half(now, byte));
        if let Some(waiting) = waiting {
            waiting.followed = true;
        }
        if !self.decoder.carries_on(now, byte) {
            self.began_close = close;
        }
        let mut came = Vec::new();
        self.decoder.feed(now, &[byte], &mut came);
        // A control character inside a sequence acts on its own, and the sequence continues.
        let of_first = if self.decoder.has_begun() {
            close
        } else {
            self.began_close
        };
        self.take(came, of_first, close);
    }

    /// Records that no bytes were available at `now`.
    pub fn expire(&mut self, now: Duration) {
        self.quiet |= !self.busy && now >= self.last + BURST;
        let mut came = Vec::new();
        self.decoder.expire(now, &mut came);
        self.take(came, self.began_close, false);
    }

    /// Queues what one byte completed. The first input may have begun earlier; the others began
    /// with that byte.
    fn take(&mut self, came: Vec<Input>, first: bool, rest: bool) {
        for (input, close) in came
            .into_iter()
            .zip(std::iter::once(first).chain(std::iter::repeat(rest)))
        {
            self.waiting.push_back(PendingKey {
                input,
                close,
                followed: false,
            });
        }
    }

    /// When [`Pacer::expire`] must be called if nothing arrives before.
    pub fn deadline(&self) -> Option<Duration> {
        let quiet = (!self.quiet).then(|| self.last + BURST);
        [quiet, self.decoder.deadline()].into_iter().flatten().min()
    }

    /// The next input. A key whose timing `depends_on_pace` is held until the timing is known.
    pub fn next(&mut self, depends_on_pace: impl FnOnce(KeyEvent) -> bool) -> Option<Input> {
        let next = self.waiting.front()?;
        let known = next.followed || self.quiet;
        if matches!(next.input, Input::Key(key) if !known && depends_on_pace(key)) {
            return None;
        }
        let PendingKey {
            input,
            close,
            followed,
        } = self.waiting.pop_front()?;
        Some(match input {
            Input::Key(key) if close || followed => Input::Burst {
                key,
                last: !followed,
            },
            Input::Key(_) | Input::Burst { .. } | Input::Paste(_) => input,
        })
    }
}

impl Default for Pacer {
    fn default() -> Self {
        Self::new()
    }
}
