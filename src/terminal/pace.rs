//! Tells a key that a person pressed from one that came in a burst (T15).
//!
//! Where bracketed paste is missing (GNU screen 4, the mouse of the Linux console, a serial line) pasted text arrives as
//! keys, one directly after the other. So does what a barcode scanner reads. People are slower, so a key within 30 ms of
//! other input is not a decision. Whether something follows is known only later: a key for which that matters waits for
//! these 30 ms.

use std::collections::VecDeque;
use std::time::Duration;

use super::decoder::Decoder;
use super::key::{Input, KeyEvent};

#[cfg(test)]
mod tests;

/// People do not press two keys within this time. A held key repeats every 33 ms.
const BURST: Duration = Duration::from_millis(30);

/// Decodes what a terminal sends, and knows which of it came in a burst.
pub struct Pacer {
    decoder: Decoder,
    /// When the last bytes came, or when they had been handled.
    last: Duration,
    /// Whether they are still being handled.
    busy: bool,
    /// Whether nothing has come since for [`BURST`].
    quiet: bool,
    /// Whether something came directly before the sequence or character that is being decoded.
    began_close: bool,
    waiting: VecDeque<Waiting>,
}

/// Input whose pace may not be known yet.
struct Waiting {
    input: Input,
    /// Something came directly before it.
    close: bool,
    /// Something came directly after it.
    followed: bool,
}

impl Pacer {
    /// Nothing has arrived yet.
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

    /// Takes in bytes that arrived at `now` (any clock that never goes back).
    pub fn feed(&mut self, now: Duration, bytes: &[u8]) {
        for &byte in bytes {
            let close = self.busy || !self.quiet && now <= self.last + BURST;
            self.byte(now, byte, close);
            (self.last, self.busy, self.quiet) = (now, true, false);
        }
    }

    /// All of that had been handled at `now`. Bytes that came in the meantime may have come at once.
    pub fn ready(&mut self, now: Duration) {
        if std::mem::take(&mut self.busy) {
            self.last = now;
        }
    }

    fn byte(&mut self, now: Duration, byte: u8, close: bool) {
        let waiting = self.waiting.back_mut().filter(|_| !self.decoder.is_other_half(now, byte));
        if let Some(waiting) = waiting {
            waiting.followed = true;
        }
        if !self.decoder.carries_on(now, byte) {
            self.began_close = close;
        }
        let mut came = Vec::new();
        self.decoder.feed(now, &[byte], &mut came);
        // A control in the middle of a sequence acts by itself, and the sequence goes on.
        let of_first = if self.decoder.has_begun() { close } else { self.began_close };
        self.take(came, of_first, close);
    }

    /// Nothing more was there at `now`.
    pub fn expire(&mut self, now: Duration) {
        self.quiet |= !self.busy && now >= self.last + BURST;
        let mut came = Vec::new();
        self.decoder.expire(now, &mut came);
        self.take(came, self.began_close, false);
    }

    /// Takes what one byte completed: the first of it may have begun earlier, the rest began with that byte.
    fn take(&mut self, came: Vec<Input>, first: bool, rest: bool) {
        for (input, close) in came.into_iter().zip(std::iter::once(first).chain(std::iter::repeat(rest))) {
            self.waiting.push_back(Waiting { input, close, followed: false });
        }
    }

    /// When [`Pacer::expire`] wants to be called, if nothing arrives before.
    pub fn deadline(&self) -> Option<Duration> {
        let quiet = (!self.quiet).then(|| self.last + BURST);
        [quiet, self.decoder.deadline()].into_iter().flatten().min()
    }

    /// The next input. A key for which its pace `matters` waits until that is known.
    pub fn next(&mut self, matters: impl FnOnce(KeyEvent) -> bool) -> Option<Input> {
        let next = self.waiting.front()?;
        let known = next.followed || self.quiet;
        if matches!(next.input, Input::Key(key) if !known && matters(key)) {
            return None;
        }
        let Waiting { input, close, followed } = self.waiting.pop_front()?;
        Some(match input {
            Input::Key(key) if close || followed => Input::Burst { key, last: !followed },
            Input::Key(_) | Input::Burst { .. } | Input::Paste(_) => input,
        })
    }
}

impl Default for Pacer {
    fn default() -> Self {
        Self::new()
    }
}
