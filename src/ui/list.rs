//! The visible page of a long list. It follows from the focus, so no scroll position is stored.

/// How the focus moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Move {
    /// One up.
    Up,
    /// One down.
    Down,
    /// To the same row of the previous page.
    PageUp,
    /// To the same row of the next page.
    PageDown,
    /// To the first.
    First,
    /// To the last.
    Last,
}

/// The focus after a move in a list of `count` items in pages of `rows`. It stops at both ends.
pub(crate) fn focus_after(focus: usize, movement: Move, count: usize, rows: usize) -> usize {
    let last = count.saturating_sub(1);
    let rows = rows.max(1);
    match movement {
        Move::Up => focus.saturating_sub(1),
        Move::Down => (focus + 1).min(last),
        Move::PageUp if focus < rows => 0,
        Move::PageUp => focus - rows,
        Move::PageDown => (focus + rows).min(last),
        Move::First => 0,
        Move::Last => last,
    }
}

/// The rows of the page with the focus. Lists turn by pages: a step within one redraws two rows
/// instead of all.
pub(crate) fn page(focus: usize, count: usize, rows: usize) -> std::ops::Range<usize> {
    let rows = rows.max(1);
    let start = focus / rows * rows;
    start.min(count)..(start + rows).min(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_focus_stops_at_both_ends_and_an_empty_list_breaks_nothing() {
        for movement in [
            Move::Up,
            Move::Down,
            Move::PageUp,
            Move::PageDown,
            Move::First,
            Move::Last,
        ] {
            assert_eq!(focus_after(0, movement, 0, 5), 0);
            assert_eq!(focus_after(0, movement, 1, 0), 0);
        }
        assert_eq!(focus_after(9, Move::Down, 10, 4), 9);
        assert_eq!(focus_after(0, Move::Up, 10, 4), 0);
        assert_eq!(focus_after(7, Move::PageDown, 10, 4), 9);
        assert_eq!(focus_after(2, Move::PageUp, 10, 4), 0);
        assert_eq!(focus_after(2, Move::Last, 10, 4), 9);
    }

    #[test]
    fn the_page_holds_the_focus() {
        assert_eq!(page(0, 10, 4), 0..4);
        assert_eq!(page(4, 10, 4), 4..8);
        assert_eq!(page(9, 10, 4), 8..10);
        assert_eq!(page(0, 0, 4), 0..0);
    }
}
