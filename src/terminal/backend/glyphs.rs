//! Which characters a terminal can draw, and the replacements for the others: the letter without
//! its marks, an ASCII character of the same meaning, or `?`. Only the display changes, not what is
//! stored and sent (T10).

use unicode_normalization::UnicodeNormalization;
use unicode_width::UnicodeWidthChar;

use super::super::profile::{Charset, Family, TerminalProfile};
use crate::fold::fold;

/// The characters that a terminal can draw.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Glyphs {
    Everything,
    Ascii,
    /// The characters in the font of a Linux console.
    Font(Font),
    /// A remote Linux console, whose font is not known. It may cover any script, but it has at most
    /// 512 glyphs: no wide characters and no combined ones.
    UnknownFont,
}

/// The characters of a console font. None is above U+FFFF.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Font(Vec<u16>);

impl FromIterator<u16> for Font {
    fn from_iter<I: IntoIterator<Item = u16>>(characters: I) -> Self {
        let mut characters: Vec<u16> = characters.into_iter().collect();
        characters.sort_unstable();
        Self(characters)
    }
}

impl Font {
    fn has(&self, character: char) -> bool {
        u16::try_from(u32::from(character))
            .is_ok_and(|character| self.0.binary_search(&character).is_ok())
    }
}

impl Glyphs {
    /// `font` is the font of a Linux virtual terminal.
    pub(super) fn of(kind: TerminalProfile, font: Option<Font>) -> Self {
        match (kind.charset, kind.family) {
            (Charset::Other, _) => Self::Ascii,
            (Charset::Utf8, Family::Linux) => font.map_or(Self::UnknownFont, Self::Font),
            (
                Charset::Utf8,
                Family::Dumb | Family::Vt | Family::Xterm | Family::Screen | Family::Unknown,
            ) => Self::Everything,
        }
    }

    /// The replacement for the character in a cell. `None`: it can be drawn.
    pub(super) fn in_place_of(&self, symbol: &str) -> Option<char> {
        if *self == Self::Everything || symbol.is_ascii() {
            return None;
        }
        let mut composed = symbol.nfc();
        match (composed.next(), composed.next()) {
            (Some(character), None) if self.have(character) => {
                (symbol.chars().count() > 1).then_some(character)
            }
            _ => Some(in_ascii(symbol).unwrap_or('?')),
        }
    }

    fn have(&self, character: char) -> bool {
        match self {
            Self::Everything => true,
            Self::Ascii => character.is_ascii(),
            Self::Font(font) => character.width() == Some(1) && font.has(character),
            Self::UnknownFont => character.width() == Some(1) && u32::from(character) <= 0xFFFF,
        }
    }
}

/// Replaces one character by one; the rest would not fit into the cell.
fn in_ascii(symbol: &str) -> Option<char> {
    let first = symbol.chars().next()?;
    if !first.is_alphabetic() {
        return ascii_symbol(first);
    }
    let letter = fold(symbol)
        .chars()
        .next()
        .filter(char::is_ascii_alphabetic)?;
    Some(if first.is_uppercase() {
        letter.to_ascii_uppercase()
    } else {
        letter
    })
}

fn ascii_symbol(sign: char) -> Option<char> {
    Some(match sign {
        '\u{A0}' | '\u{2009}' | '\u{202F}' => ' ',
        '‘' | '’' | '‚' | '‛' | '′' | '´' => '\'',
        '“' | '”' | '„' | '‟' | '″' => '"',
        '‐'..='―' | '−' => '-',
        '«' | '‹' => '<',
        '»' | '›' => '>',
        '…' | '·' => '.',
        '•' => '*',
        '×' => 'x',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::Depth;

    /// Latin-1 and some of the other Latin letters in Debian's Lat15 fonts.
    fn latin() -> Glyphs {
        Glyphs::Font(
            (0x20..0x100)
                .chain(['Œ', 'œ', 'Š', 'š', 'Ž', 'ž', 'Ÿ', '€', '─', '▶'].map(|c| c as u16))
                .collect(),
        )
    }

    fn drawn(glyphs: &Glyphs, text: &str) -> String {
        use unicode_segmentation::UnicodeSegmentation as _;
        text.graphemes(true)
            .map(|cell| {
                glyphs
                    .in_place_of(cell)
                    .map_or(cell.to_owned(), String::from)
            })
            .collect()
    }

    #[test]
    fn t10_what_can_not_be_drawn_is_folded_or_a_question_mark() {
        for (text, ascii, latin_font, some_font) in [
            (
                "Åse Bjørnstad",
                "Ase Bjornstad",
                "Åse Bjørnstad",
                "Åse Bjørnstad",
            ),
            (
                "Łukasz Wiśniewski",
                "Lukasz Wisniewski",
                "Lukasz Wisniewski",
                "Łukasz Wiśniewski",
            ),
            (
                "Þóra Æsudóttir",
                "Tora Asudottir",
                "Þóra Æsudóttir",
                "Þóra Æsudóttir",
            ),
            ("Ðorđe Đurić", "Dorde Duric", "Ðorde Duric", "Ðorđe Đurić"),
            ("İpek Yıldız", "Ipek Yildiz", "Ipek Yildiz", "İpek Yıldız"),
            ("Zoe\u{308} Weiß", "Zoe Weis", "Zoë Weiß", "Zoë Weiß"),
            (
                "Nguyễn Thị Hương",
                "Nguyen Thi Huong",
                "Nguyen Thi Huong",
                "Nguyễn Thị Hương",
            ),
            ("Иван", "????", "????", "Иван"),
            ("李明 김", "?? ?", "?? ?", "?? ?"),
            ("q\u{307}", "q", "q", "q"),
            (
                "“It’s” – no…",
                "\"It's\" - no.",
                "\"It's\" - no.",
                "“It’s” – no…",
            ),
            ("½ ① € Ⓐ 😀", "? ? ? A ?", "½ ? € A ?", "½ ① € Ⓐ ?"),
        ] {
            assert_eq!(drawn(&Glyphs::Ascii, text), ascii);
            assert_eq!(drawn(&latin(), text), latin_font);
            assert_eq!(drawn(&Glyphs::UnknownFont, text), some_font);
            assert_eq!(drawn(&Glyphs::Everything, text), text);
        }
    }

    #[test]
    fn t9_only_a_console_is_asked_for_its_font() {
        let font = || Some([0x41].into_iter().collect());
        for (family, charset, with_font, without) in [
            (
                Family::Xterm,
                Charset::Utf8,
                Glyphs::Everything,
                Glyphs::Everything,
            ),
            (Family::Xterm, Charset::Other, Glyphs::Ascii, Glyphs::Ascii),
            (Family::Linux, Charset::Other, Glyphs::Ascii, Glyphs::Ascii),
            (
                Family::Linux,
                Charset::Utf8,
                Glyphs::Font(Font(vec![0x41])),
                Glyphs::UnknownFont,
            ),
        ] {
            let kind = TerminalProfile {
                family,
                depth: Depth::Sixteen,
                charset,
            };
            assert_eq!(Glyphs::of(kind, font()), with_font, "{kind:?}");
            assert_eq!(Glyphs::of(kind, None), without, "{kind:?}");
        }
    }
}
