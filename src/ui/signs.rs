//! The few signs that are no letters, each with a stand-in that every VT can draw (T9, T10).

/// The decoration of one kind of terminal.
#[derive(Debug)]
pub struct Signs {
    /// Before the item under the focus.
    pub focus: &'static str,
    /// A thin line.
    pub rule: &'static str,
    /// The part of a bar that is done.
    pub bar_done: &'static str,
    /// The part of a bar that is to come.
    pub bar_rest: &'static str,
    /// Before what is done.
    pub done: &'static str,
    /// Before what is wrong.
    pub wrong: &'static str,
    /// Where text was cut.
    pub cut: &'static str,
    /// Between two short things on a line.
    pub dot: &'static str,
    /// The arrow keys up and down.
    pub up_down: &'static str,
    /// The arrow keys left and right.
    pub left_right: &'static str,
    /// In place of a character that is hidden.
    pub hidden: &'static str,
    /// More stands above.
    pub more_above: &'static str,
    /// More stands below.
    pub more_below: &'static str,
}

/// Lines and bars of Unicode.
pub static UNICODE: Signs = Signs {
    focus: "▌",
    rule: "─",
    bar_done: "━",
    bar_rest: "─",
    done: "✓",
    wrong: "!",
    cut: "…",
    dot: "·",
    up_down: "↑↓",
    left_right: "←→",
    hidden: "•",
    more_above: "↑",
    more_below: "↓",
};

/// ASCII alone.
pub static ASCII: Signs = Signs {
    focus: ">",
    rule: "-",
    bar_done: "=",
    bar_rest: "-",
    done: "*",
    wrong: "!",
    cut: "~",
    dot: "-",
    up_down: "Up/Down",
    left_right: "Left/Right",
    hidden: "*",
    more_above: "^",
    more_below: "v",
};
