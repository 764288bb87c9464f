//! Reps: whom to talk to. Every letter and digit types into the filter; arrows and pages move in the list.

use zeroize::Zeroizing;

use super::review::Review;
use super::{Cursor, Face, Scene, Screen, Step};
use crate::app::desk::Lists;
use crate::app::keys::{Edit, Focus, Wish};
use crate::clean::{Refused, may_follow};
use crate::session::Rep;
use crate::text::Text;
use crate::theme::Role;
use crate::ui::languages::own_name;
use crate::ui::list::{moved, page};
use crate::ui::pen::Pen;
use crate::ui::skeleton;
use crate::ui::width::{before_last_cluster, before_last_word, last_columns};

/// How much can be typed into the filter, in characters. The room is reserved at once, so that no copy of what was typed
/// stays behind when it grows (trust.md K8).
const FILTER_AT_MOST: usize = 100;

/// The list of representatives and what was typed to find one.
#[derive(Debug, PartialEq, Eq)]
pub struct Reps {
    filter: Zeroizing<String>,
    /// The representatives that match, as places in the desk's list.
    matches: Vec<usize>,
    /// The row under the focus.
    focus: usize,
    /// Whether the last key typed or moved: there the cursor stands.
    typing: bool,
    refused: Option<Refused>,
}

/// A row of the list.
enum Row<'a> {
    /// The general queue.
    Anyone,
    /// One representative.
    Rep(&'a Rep),
}

impl Reps {
    /// The whole list, nothing typed.
    pub fn new(scene: &Scene) -> Self {
        let matches = (0..scene.desk.reps().sorted.len()).collect();
        let filter = Zeroizing::new(String::with_capacity(FILTER_AT_MOST * 4));
        Self { filter, matches, focus: 0, typing: true, refused: None }
    }

    /// "Anyone who is free" heads the whole list; who types looks for somebody.
    fn offers_anyone(&self, scene: &Scene) -> bool {
        scene.desk.config.survey.general_queue && self.filter.trim().is_empty()
    }

    fn row_count(&self, scene: &Scene) -> usize {
        self.matches.len() + usize::from(self.offers_anyone(scene))
    }

    fn row<'a>(&self, position: usize, scene: &Scene<'a>) -> Option<Row<'a>> {
        let ahead = usize::from(self.offers_anyone(scene));
        match position.checked_sub(ahead) {
            None => Some(Row::Anyone),
            Some(position) => scene.desk.reps().sorted.get(*self.matches.get(position)?).map(Row::Rep),
        }
    }

    /// Rows above the list: the filter; what was refused; with room, a blank line in its place, and the headings.
    fn rows_above(&self, scene: &Scene) -> usize {
        if skeleton::is_airy(scene.size) { 3 } else { 1 + usize::from(self.refused.is_some()) }
    }

    fn list_rows(&self, scene: &Scene) -> usize {
        usize::from(skeleton::body(scene.size, self.question(scene.look.text), self.aside(scene).as_deref()).height)
            .saturating_sub(self.rows_above(scene))
    }

    fn push(&mut self, character: char) {
        if !may_follow(&self.filter, character) {
            self.refused = Some(Refused { character });
        } else if self.filter.chars().count() < FILTER_AT_MOST {
            self.filter.push(character);
        }
    }

    fn filter_changed(&mut self, scene: &Scene) {
        self.matches = scene.desk.reps().index.matching(&self.filter);
        self.focus = 0;
        self.typing = true;
    }

    fn edit(&mut self, edit: Edit) {
        let kept = match edit {
            Edit::Type(character) => return self.push(character),
            Edit::EraseLetter => before_last_cluster(&self.filter),
            Edit::EraseWord => before_last_word(&self.filter),
            Edit::EraseAll => 0,
        };
        self.filter.truncate(kept);
    }

    fn go_on(&self, scene: &Scene) -> Step {
        match self.row(self.focus, scene) {
            Some(Row::Anyone) => Step::Go(Box::new(Screen::Review(Review::anyone()))),
            Some(Row::Rep(rep)) => Step::Go(Box::new(Screen::Review(Review::rep(rep)))),
            None => Step::Stay,
        }
    }
}

impl Face for Reps {
    fn focus(&self) -> Focus {
        Focus::Filter
    }

    fn question(&self, text: &'static Text) -> &'static str {
        text.reps.question
    }

    fn aside(&self, scene: &Scene) -> Option<String> {
        let all = scene.desk.reps().sorted.len();
        Some(scene.look.text.reps.shown(u64::try_from(all).unwrap_or(u64::MAX), self.matches.len()))
    }

    fn body(&self, scene: &Scene, pen: &mut Pen) -> Option<Cursor> {
        let caret = self.draw_filter(scene, pen);
        if self.row_count(scene) == 0 {
            draw_nobody(scene.desk.lists, self.filter.is_empty(), pen);
            return Some(caret);
        }
        let item = self.draw_list(scene, pen);
        if self.typing { Some(caret) } else { item }
    }

    fn act(&mut self, wish: Wish, scene: &Scene) -> Step {
        self.refused = None;
        match wish {
            Wish::Move(movement) => {
                self.focus = moved(self.focus, movement, self.row_count(scene), self.list_rows(scene));
                self.typing = false;
            }
            Wish::Edit(edit) => {
                self.edit(edit);
                self.filter_changed(scene);
            }
            Wish::Confirm => return self.go_on(scene),
            Wish::Back => return Step::Back,
            Wish::Pick(_) => {}
        }
        Step::Stay
    }

    fn paste(&mut self, text: &str, scene: &Scene) -> Step {
        self.refused = None;
        for character in text.chars() {
            self.push(if character == '\n' { ' ' } else { character });
        }
        self.filter_changed(scene);
        Step::Stay
    }
}

fn draw_nobody(lists: Lists, nothing_typed: bool, pen: &mut Pen) {
    let text = &pen.look.text.reps;
    let (what, todo) = match lists {
        Lists::Loading => (text.loading, text.loading_more),
        Lists::Ready if nothing_typed => (text.empty, text.empty_more),
        Lists::Ready => (text.no_match, text.no_match_more),
    };
    pen.wrapped(Role::Text, what);
    pen.wrapped(Role::Dim, todo);
}

impl Reps {
    fn draw_filter(&self, scene: &Scene, pen: &mut Pen) -> Cursor {
        let text = &scene.look.text.reps;
        let label = if pen.columns() >= 60 { text.filter } else { text.filter_short };
        let end = pen.put(0, Role::Dim, label);
        let end = pen.put(end + 1, Role::Question, last_columns(&self.filter, pen.columns().saturating_sub(end + 2)));
        let caret = pen.position_at(end);
        pen.skip();
        if let Some(refused) = self.refused {
            pen.put(0, Role::Error, &format!("{} {refused}", scene.look.signs.wrong));
        }
        if self.rows_above(scene) > 1 {
            pen.skip();
        }
        caret
    }

    fn draw_list(&self, scene: &Scene, pen: &mut Pen) -> Option<Cursor> {
        let columns = Columns::for_width(pen.columns());
        if skeleton::is_airy(scene.size) {
            let text = &scene.look.text.reps;
            columns.draw(pen, Role::Dim, [text.name, text.title, text.team, text.languages]);
            pen.skip();
        }
        let mut cursor = None;
        for position in page(self.focus, self.row_count(scene), self.list_rows(scene)) {
            let focused = position == self.focus;
            if focused {
                cursor = Some(pen.position());
                pen.put(0, Role::Accent, scene.look.signs.focus);
            }
            let name = if focused { Role::Focus } else { Role::Text };
            match self.row(position, scene) {
                Some(Row::Anyone) => {
                    let text = &scene.look.text.reps;
                    pen.put(columns.0[0].0, name, text.anyone);
                    if columns.0[2].1 > 0 {
                        pen.put(columns.0[1].0, Role::Dim, text.anyone_more);
                    }
                }
                Some(Row::Rep(rep)) => draw_rep(rep, &columns, name, pen),
                None => {}
            }
            pen.skip();
        }
        cursor
    }
}

fn draw_rep(rep: &Rep, columns: &Columns, name: Role, pen: &mut Pen) {
    let languages: Vec<&str> = rep.languages.iter().map(|tag| own_name(tag.as_str())).collect();
    let or_nothing = |text: &Option<crate::clean::Clean>| text.as_ref().map(|t| t.as_str().to_owned()).unwrap_or_default();
    columns.draw(pen, name, [rep.name.as_str(), &or_nothing(&rep.title), &or_nothing(&rep.team), &languages.join(", ")]);
}

/// Where the columns of the list begin and how wide they are; one that does not fit is 0 wide. They go from the right.
struct Columns([(usize, usize); 4]);

impl Columns {
    fn for_width(width: usize) -> Self {
        const BAR: usize = 2;
        const GAP: usize = 2;
        let room = width.saturating_sub(BAR);
        let shares: [usize; 4] = match room {
            0..=47 => [58, 42, 0, 0],
            48..=64 => [40, 36, 24, 0],
            _ => [31, 28, 14, 27],
        };
        let mut start = BAR;
        Self(shares.map(|share| {
            let place = (start, (room * share / 100).saturating_sub(GAP));
            start += room * share / 100;
            if share == 0 { (start, 0) } else { place }
        }))
    }

    /// The first column in a role of its own, the others dim.
    fn draw(&self, pen: &mut Pen, first: Role, cells: [&str; 4]) {
        for (position, ((start, width), cell)) in self.0.iter().zip(cells).enumerate() {
            pen.put_within(*start, *width, if position == 0 { first } else { Role::Dim }, cell);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_go_from_the_right_and_never_overlap() {
        for width in 36..=100 {
            let columns = Columns::for_width(width).0;
            let mut free_from = 0;
            for (start, wide) in columns.into_iter().filter(|(_, wide)| *wide > 0) {
                assert!(start >= free_from && start + wide <= width, "{columns:?} at {width}");
                free_from = start + wide + 1;
            }
        }
        assert_eq!(Columns::for_width(38).0[2].1, 0);
        assert!(Columns::for_width(74).0[3].1 >= 12);
    }
}
