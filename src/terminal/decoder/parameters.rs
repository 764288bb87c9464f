//! The numbers between the opener of a control sequence and its last byte: `1;5`, `97:65;2`.

/// As many as any key has: win32-input-mode has six.
const COUNT: usize = 6;
/// As many parts as are looked at: kitty gives a key by three names.
const PARTS: usize = 3;

/// Numbers, each of up to three parts. What is left out is none.
pub(super) struct Parameters {
    numbers: [[Option<u32>; PARTS]; COUNT],
    count: usize,
}

impl Parameters {
    /// None: there is something else among them, as in the private sequences of replies, or there are too many.
    pub(super) fn of(middle: &[u8]) -> Option<Self> {
        let numeric = middle.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b';' | b':'));
        let text = std::str::from_utf8(middle).ok().filter(|_| numeric)?;
        let mut parameters = Self { numbers: [[None; PARTS]; COUNT], count: 0 };
        for number in text.split(';') {
            let place = parameters.numbers.get_mut(parameters.count)?;
            for (slot, part) in place.iter_mut().zip(number.split(':')) {
                *slot = if part.is_empty() { None } else { Some(part.parse().ok()?) };
            }
            parameters.count += 1;
        }
        Some(parameters)
    }

    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// The first part of one of them.
    pub(super) fn number(&self, place: usize) -> Option<u32> {
        self.part(place, 0)
    }

    pub(super) fn part(&self, place: usize, part: usize) -> Option<u32> {
        self.numbers.get(place)?.get(part).copied().flatten()
    }

    /// Whether a key came up again. kitty's protocol tells that beside the modifiers.
    pub(super) fn is_release(&self) -> bool {
        self.part(1, 1) == Some(3)
    }
}
