//! The numbers between the opener of a control sequence and its last byte: `1;5`, `97:65;2`.

/// The most that a key has: win32-input-mode has six.
const COUNT: usize = 6;
/// How many parts of a number are kept: kitty reports up to three codes per key.
const PARTS: usize = 3;

/// Numbers of up to three parts. An omitted number is `None`.
pub(super) struct Parameters {
    numbers: [[Option<u32>; PARTS]; COUNT],
    count: usize,
}

impl Parameters {
    /// `None` if there are other characters, as in the private sequences of replies, or too many
    /// numbers.
    pub(super) fn parse(middle: &[u8]) -> Option<Self> {
        let numeric = middle
            .iter()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b';' | b':'));
        let text = std::str::from_utf8(middle).ok().filter(|_| numeric)?;
        let mut parameters = Self {
            numbers: [[None; PARTS]; COUNT],
            count: 0,
        };
        for number in text.split(';') {
            let place = parameters.numbers.get_mut(parameters.count)?;
            for (slot, part) in place.iter_mut().zip(number.split(':')) {
                *slot = if part.is_empty() {
                    None
                } else {
                    Some(part.parse().ok()?)
                };
            }
            parameters.count += 1;
        }
        Some(parameters)
    }

    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// The first part of a number.
    pub(super) fn number(&self, place: usize) -> Option<u32> {
        self.part(place, 0)
    }

    pub(super) fn part(&self, place: usize, part: usize) -> Option<u32> {
        self.numbers.get(place)?.get(part).copied().flatten()
    }

    /// Whether this is a key release. kitty's protocol reports it next to the modifiers.
    pub(super) fn is_release(&self) -> bool {
        self.part(1, 1) == Some(3)
    }
}
