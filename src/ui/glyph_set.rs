//! The few glyphs that are not letters, each with a substitute that every VT can draw (T9, T10).

/// The glyphs for one kind of terminal.
#[derive(Debug)]
pub struct GlyphSet {
    /// Before the focused item.
    pub(crate) focus: &'static str,
    /// A thin line.
    pub(crate) rule: &'static str,
    /// The completed part of a bar.
    pub(crate) bar_done: &'static str,
    /// The rest of a bar.
    pub(crate) bar_rest: &'static str,
    /// Before a completed step.
    pub(crate) done: &'static str,
    /// Before an error.
    pub(crate) wrong: &'static str,
    /// Where text was truncated.
    pub(crate) ellipsis: &'static str,
    /// Between two short texts on a line.
    pub(crate) dot: &'static str,
    /// The arrow keys up and down.
    pub(crate) up_down: &'static str,
    /// The arrow keys left and right.
    pub(crate) left_right: &'static str,
    /// In place of a hidden character.
    pub(crate) hidden: &'static str,
    /// There is more above.
    pub(crate) more_above: &'static str,
    /// There is more below.
    pub(crate) more_below: &'static str,
}

/// Unicode lines and bars.
pub static UNICODE: GlyphSet = GlyphSet {
    focus: "▌",
    rule: "─",
    bar_done: "━",
    bar_rest: "─",
    done: "✓",
    wrong: "!",
    ellipsis: "…",
    dot: "·",
    up_down: "↑↓",
    left_right: "←→",
    hidden: "•",
    more_above: "↑",
    more_below: "↓",
};

/// Only ASCII.
pub static ASCII: GlyphSet = GlyphSet {
    focus: ">",
    rule: "-",
    bar_done: "=",
    bar_rest: "-",
    done: "*",
    wrong: "!",
    ellipsis: "~",
    dot: "-",
    up_down: "Up/Down",
    left_right: "Left/Right",
    hidden: "*",
    more_above: "^",
    more_below: "v",
};
