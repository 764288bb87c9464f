//! Colours by meaning: a screen uses a [`Role`], and the theme defines its style for this terminal.

use ratatui::style::{Color, Modifier, Style};

/// The purpose of a piece of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Text,
    /// Secondary text, still with a contrast of 7:1.
    Dim,
    /// The help desk's name.
    Title,
    /// The sentence that says what the screen is for.
    Question,
    /// The only accent: the focus bar, the progress.
    Accent,
    /// The focused name.
    Focus,
    /// A digit or letter that can be pressed.
    Number,
    Rule,
    /// An error, next to its symbol.
    Error,
    /// A completed step, next to its symbol.
    Done,
    /// Letters that match the search text.
    Match,
}

/// How many colours the terminal has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// None (`NO_COLOR`): only attributes and symbols.
    None,
    Sixteen,
    /// The 256-colour palette.
    Palette,
    /// 24-bit colours.
    True,
}

/// A colour, for terminals with many colours and with sixteen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ThemeColor {
    pub(crate) rgb: (u8, u8, u8),
    /// One of the sixteen, 0 to 15.
    pub(crate) ansi: u8,
}

/// The appearance of a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RoleStyle {
    /// `None`: the terminal's default colour.
    pub(crate) foreground: Option<ThemeColor>,
    pub(crate) bold: bool,
    /// Foreground and background swapped.
    pub(crate) reverse: bool,
    pub(crate) underline: bool,
}

/// A theme: the appearance of every role, and the background.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    /// The name in the config and on the command line.
    pub name: &'static str,
    /// `None`: the terminal's default background.
    pub(crate) background: Option<ThemeColor>,
    styles: [RoleStyle; 11],
}

include!(concat!(env!("OUT_DIR"), "/themes.rs"));

/// A theme as styles for one terminal. They are computed once: finding the nearest of 240 colours
/// for every piece of every frame took half of the time per key press.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    styles: [Style; 11],
    background: Style,
}

impl Palette {
    /// Converts the theme to what this terminal can show.
    pub fn new(theme: &Theme, depth: Depth) -> Self {
        let on = |foreground: Option<ThemeColor>| {
            foreground.and_then(|foreground| foreground.to_color(depth))
        };
        let ground = on(theme.background).map_or(Style::new(), |colour| Style::new().bg(colour));
        let mut styles = theme.styles.map(|paint| {
            let style = on(paint.foreground).map_or(ground, |colour| ground.fg(colour));
            let attributes = [
                (paint.bold, Modifier::BOLD),
                (paint.reverse, Modifier::REVERSED),
                (paint.underline, Modifier::UNDERLINED),
            ];
            let set = attributes.into_iter().filter(|(set, _)| *set);
            set.fold(style, |style, (_, attribute)| style.add_modifier(attribute))
        });
        if depth == Depth::None {
            // A match has no symbol next to it: without colours it would look like other text.
            let matched = &mut styles[Role::Match as usize];
            *matched = matched.add_modifier(Modifier::UNDERLINED);
        }
        Self {
            styles,
            background: ground,
        }
    }

    /// The style of a role, including the background.
    pub(crate) fn style(&self, role: Role) -> Style {
        self.styles[role as usize]
    }

    /// A style with only the background.
    pub(crate) fn background(&self) -> Style {
        self.background
    }
}

impl ThemeColor {
    fn to_color(self, depth: Depth) -> Option<Color> {
        let (r, g, b) = self.rgb;
        match depth {
            Depth::None => None,
            Depth::Sixteen => Some(Color::Indexed(self.ansi)),
            Depth::Palette => Some(Color::Indexed(nearest_palette_index(r, g, b))),
            Depth::True => Some(Color::Rgb(r, g, b)),
        }
    }
}

/// The nearest entry of the 256-colour palette: 16 to 255, a 6x6x6 cube and a ramp of 24 greys.
fn nearest_palette_index(r: u8, g: u8, b: u8) -> u8 {
    let cube = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
    let colour_of = |index: u8| match index {
        232.. => [8 + 10 * (index - 232); 3],
        _ => [
            cube((index - 16) / 36),
            cube((index - 16) / 6 % 6),
            cube((index - 16) % 6),
        ],
    };
    let distance = |index: &u8| -> u32 {
        colour_of(*index)
            .iter()
            .zip([r, g, b])
            .map(|(a, b)| u32::from(a.abs_diff(b)).pow(2))
            .sum()
    };
    (16..=255).min_by_key(distance).unwrap_or(15)
}

pub fn by_name(name: &str) -> Option<&'static Theme> {
    THEMES.iter().find(|theme| theme.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The contrast of two colours as defined by WCAG 2: 1 to 21.
    fn contrast(one: (u8, u8, u8), other: (u8, u8, u8)) -> f64 {
        let linear = |channel: u8| {
            let c = f64::from(channel) / 255.0;
            if c <= 0.04045 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        };
        let luminance = |(r, g, b)| 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
        let (a, b) = (luminance(one), luminance(other));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn a4_text_has_a_contrast_of_seven_to_one_and_lines_of_three() {
        for theme in THEMES {
            let Some(ground) = theme.background else {
                continue;
            };
            for (index, paint) in theme.styles.iter().enumerate() {
                let needed = if index == Role::Rule as usize {
                    3.0
                } else {
                    7.0
                };
                let foreground = paint
                    .foreground
                    .expect("a theme with a background has foregrounds")
                    .rgb;
                let has = contrast(foreground, ground.rgb);
                assert!(
                    has >= needed,
                    "{}: role {index} has a contrast of {has:.1}:1",
                    theme.name
                );
            }
        }
    }

    #[test]
    fn a_theme_is_found_by_its_name() {
        assert_eq!(
            by_name("midnight").map(|theme| theme.name),
            Some("midnight")
        );
        assert_eq!(by_name("nonesuch"), None);
    }

    #[test]
    fn without_colours_only_attributes_are_left() {
        let palette = Palette::new(by_name("midnight").expect("there"), Depth::None);
        assert_eq!(
            palette.style(Role::Focus),
            Style::new().add_modifier(Modifier::BOLD)
        );
    }

    #[test]
    fn a4_matched_letters_are_set_apart_in_every_theme_and_depth() {
        for theme in THEMES {
            for depth in [Depth::None, Depth::Sixteen, Depth::Palette, Depth::True] {
                let palette = Palette::new(theme, depth);
                for role in [Role::Text, Role::Dim, Role::Focus] {
                    let matched = palette.style(role).patch(palette.style(Role::Match));
                    assert_ne!(
                        matched,
                        palette.style(role),
                        "{} with {depth:?}: {role:?}",
                        theme.name
                    );
                }
            }
        }
    }

    #[test]
    fn the_palette_has_pure_colours_and_greys() {
        assert_eq!(nearest_palette_index(255, 0, 0), 196);
        assert_eq!(nearest_palette_index(8, 8, 8), 232);
    }
}
