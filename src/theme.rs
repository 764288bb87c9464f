//! Colours by meaning: a screen names a [`Role`], the theme says what it looks like on this terminal.

use ratatui::style::{Color, Modifier, Style};

/// What a piece of text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Running text.
    Text,
    /// Secondary text: still at 7:1.
    Dim,
    /// The desk's name.
    Title,
    /// The one sentence that says what a screen is for.
    Question,
    /// The one accent: the focus bar, the progress.
    Accent,
    /// The name under the focus.
    Focus,
    /// A digit or letter that can be pressed.
    Number,
    /// Thin lines.
    Rule,
    /// What is wrong, beside its sign.
    Error,
    /// What is done, beside its sign.
    Done,
    /// Letters that match what was typed.
    Match,
}

/// How many colours the terminal has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// None (`NO_COLOR`): attributes and signs alone.
    None,
    /// Sixteen.
    Sixteen,
    /// The 256-colour palette.
    Palette,
    /// Red, green and blue.
    True,
}

/// One colour, for a terminal with many and for one with sixteen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ink {
    /// Red, green, blue.
    pub rgb: (u8, u8, u8),
    /// One of the sixteen, 0 to 15.
    pub ansi: u8,
}

/// What a role looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paint {
    /// None: the terminal's own colour.
    pub ink: Option<Ink>,
    /// Bold.
    pub bold: bool,
    /// Ink and ground exchanged.
    pub reverse: bool,
    /// Underlined.
    pub underline: bool,
}

/// A theme: a paint for every role, and the ground they stand on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Its name in the config and on the command line.
    pub name: &'static str,
    /// The ground; none: the terminal's own.
    pub ground: Option<Ink>,
    paints: [Paint; 11],
}

include!(concat!(env!("OUT_DIR"), "/themes.rs"));

/// A theme on a terminal: what the pieces of a screen ask for their styles. They are worked out once: to find the nearest
/// of 240 colours for every piece of every frame took half the time of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    styles: [Style; 11],
    ground: Style,
}

impl Palette {
    /// The theme as this terminal can show it.
    pub fn new(theme: &Theme, depth: Depth) -> Self {
        let on = |ink: Option<Ink>| ink.and_then(|ink| ink.on(depth));
        let ground = on(theme.ground).map_or(Style::new(), |colour| Style::new().bg(colour));
        let mut styles = theme.paints.map(|paint| {
            let style = on(paint.ink).map_or(ground, |colour| ground.fg(colour));
            let attributes =
                [(paint.bold, Modifier::BOLD), (paint.reverse, Modifier::REVERSED), (paint.underline, Modifier::UNDERLINED)];
            let set = attributes.into_iter().filter(|(set, _)| *set);
            set.fold(style, |style, (_, attribute)| style.add_modifier(attribute))
        });
        if depth == Depth::None {
            // A match has no sign beside it: without colours, nothing else would set it apart.
            let matched = &mut styles[Role::Match as usize];
            *matched = matched.add_modifier(Modifier::UNDERLINED);
        }
        Self { styles, ground }
    }

    /// The style of a role, its ground included.
    pub fn style(&self, role: Role) -> Style {
        self.styles[role as usize]
    }

    /// The ground alone.
    pub fn ground(&self) -> Style {
        self.ground
    }
}

impl Ink {
    fn on(self, depth: Depth) -> Option<Color> {
        let (r, g, b) = self.rgb;
        match depth {
            Depth::None => None,
            Depth::Sixteen => Some(Color::Indexed(self.ansi)),
            Depth::Palette => Some(Color::Indexed(nearest_of_palette(r, g, b))),
            Depth::True => Some(Color::Rgb(r, g, b)),
        }
    }
}

/// The entry of the 256-colour palette (16 to 255: a cube of 6 and a ramp of 24 greys) that is nearest to a colour.
fn nearest_of_palette(r: u8, g: u8, b: u8) -> u8 {
    let cube = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
    let colour_of = |index: u8| match index {
        232.. => [8 + 10 * (index - 232); 3],
        _ => [cube((index - 16) / 36), cube((index - 16) / 6 % 6), cube((index - 16) % 6)],
    };
    let distance =
        |index: &u8| -> u32 { colour_of(*index).iter().zip([r, g, b]).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum() };
    (16..=255).min_by_key(distance).unwrap_or(15)
}

/// The compiled-in theme of a name.
pub fn named(name: &str) -> Option<&'static Theme> {
    THEMES.iter().find(|theme| theme.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Contrast of two colours after WCAG 2: 1 to 21.
    fn contrast(one: (u8, u8, u8), other: (u8, u8, u8)) -> f64 {
        let linear = |channel: u8| {
            let c = f64::from(channel) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        let luminance = |(r, g, b)| 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
        let (a, b) = (luminance(one), luminance(other));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn a4_text_stands_at_seven_to_one_and_lines_at_three() {
        for theme in THEMES {
            let Some(ground) = theme.ground else { continue };
            for (index, paint) in theme.paints.iter().enumerate() {
                let needed = if index == Role::Rule as usize { 3.0 } else { 7.0 };
                let ink = paint.ink.expect("a theme with a ground has inks").rgb;
                let has = contrast(ink, ground.rgb);
                assert!(has >= needed, "{}: role {index} stands at {has:.1}:1", theme.name);
            }
        }
    }

    #[test]
    fn a_theme_is_found_by_its_name() {
        assert_eq!(named("midnight").map(|theme| theme.name), Some("midnight"));
        assert_eq!(named("nonesuch"), None);
    }

    #[test]
    fn without_colours_only_attributes_are_left() {
        let palette = Palette::new(named("midnight").expect("there"), Depth::None);
        assert_eq!(palette.style(Role::Focus), Style::new().add_modifier(Modifier::BOLD));
    }

    #[test]
    fn a4_matched_letters_are_set_apart_in_every_theme_and_depth() {
        for theme in THEMES {
            for depth in [Depth::None, Depth::Sixteen, Depth::Palette, Depth::True] {
                let palette = Palette::new(theme, depth);
                for role in [Role::Text, Role::Dim, Role::Focus] {
                    let matched = palette.style(role).patch(palette.style(Role::Match));
                    assert_ne!(matched, palette.style(role), "{} with {depth:?}: {role:?}", theme.name);
                }
            }
        }
    }

    #[test]
    fn the_palette_has_pure_colours_and_greys() {
        assert_eq!(nearest_of_palette(255, 0, 0), 196);
        assert_eq!(nearest_of_palette(8, 8, 8), 232);
    }
}
