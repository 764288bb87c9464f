//! Key: the session key, large and in groups as it is typed, and a word against those who call people up for it.

use super::details::{Details, DetailsOf};
use super::picker::said;
use super::review::Shown;
use super::{Cursor, Face, Scene, Step};
use crate::app::keys::{Focus, Wish};
use crate::session::{KeyLength, KeyProblem, SessionKey};
use crate::text::Text;
use crate::theme::Role;
use crate::ui::Look;
use crate::ui::field::{Edit, Field, Lines, Trouble};
use crate::ui::list::Move;
use crate::ui::pen::Pen;

/// Characters that stand together.
const GROUP: usize = 3;
/// Between two characters of a group one blank, between two groups so many.
const GAP: usize = 3;
/// Where the key begins.
const INDENT: usize = 2;

/// What was typed of a key, and whether it may be seen.
#[derive(Debug, PartialEq, Eq)]
pub struct Key {
    typed: Field,
    shown: Shown,
    stop: Stop,
    trouble: Option<KeyTrouble>,
}

/// Where keys go on this screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    Entry,
    HideButton,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KeyTrouble {
    Typing(Trouble),
    Whole(KeyProblem),
}

impl Key {
    /// Nothing typed yet.
    pub fn new(scene: &Scene) -> Self {
        let typed = Field::new(scene.desk.config.session_key.max, Lines::One);
        Self { typed, shown: Shown::Plainly, stop: Stop::Entry, trouble: None }
    }

    fn go_on(&mut self, scene: &Scene) -> Step {
        match SessionKey::read(self.typed.text(), scene.desk.config.session_key) {
            Ok(key) => Step::Go(Box::new(Details::or_review(DetailsOf::Key(key, self.shown), scene))),
            Err(problem) => {
                self.trouble = Some(KeyTrouble::Whole(problem));
                Step::Stay
            }
        }
    }

    fn edit(&mut self, edit: Edit) {
        // Spaces and hyphens don't matter: people type them as they read them.
        let read_over = matches!(edit, Edit::Type(character) if SessionKey::drops(character));
        self.trouble = if read_over { None } else { self.typed.edit(edit).err().map(KeyTrouble::Typing) };
    }

    fn turn(&mut self) {
        self.shown = match self.shown {
            Shown::Plainly => Shown::Hidden,
            Shown::Hidden => Shown::Plainly,
        };
    }
}

impl Face for Key {
    fn focus(&self, _scene: &Scene) -> Focus {
        match self.stop {
            Stop::Entry => Focus::Key,
            Stop::HideButton => Focus::Button,
        }
    }

    fn question(&self, text: &'static Text) -> &'static str {
        text.key.question
    }

    fn body(&self, scene: &Scene, pen: &mut Pen) -> Option<Cursor> {
        let text = &scene.look.text.key;
        let caret = self.draw_key(scene, pen);
        if let Some(trouble) = self.trouble {
            pen.wrapped(Role::Error, &words(trouble, scene.look));
        }
        if scene.airy() {
            pen.skip();
        }
        pen.wrapped(Role::Dim, text.separators);
        let on_button = self.stop == Stop::HideButton;
        let button = pen.position();
        let label = if self.shown == Shown::Plainly { text.hide } else { text.show };
        pen.item(on_button, &[(if on_button { Role::Focus } else { Role::Text }, label)]);
        if scene.airy() {
            pen.skip();
        }
        pen.wrapped(Role::Question, text.warning);
        Some(if on_button { button } else { caret })
    }

    fn act(&mut self, wish: Wish, scene: &Scene) -> Step {
        match (wish, self.stop) {
            (Wish::Confirm, Stop::Entry) => return self.go_on(scene),
            (Wish::Confirm, Stop::HideButton) | (Wish::Hide, _) => self.turn(),
            (Wish::Back, _) => return Step::Back,
            (Wish::Edit(edit), _) => self.edit(edit),
            (Wish::Skip(_) | Wish::Move(Move::Down), Stop::Entry) => self.stop = Stop::HideButton,
            (Wish::Skip(_) | Wish::Move(Move::Up), Stop::HideButton) => self.stop = Stop::Entry,
            (Wish::Move(_) | Wish::Pick(_) | Wish::HandOff, _) => {}
        }
        Step::Stay
    }

    fn paste(&mut self, text: &str, _scene: &Scene) {
        let any_length = KeyLength { min: 1, max: usize::MAX };
        self.trouble = match SessionKey::read(text, any_length) {
            Ok(key) => self.typed.paste(key.reveal()).err().map(KeyTrouble::Typing),
            Err(problem) => Some(KeyTrouble::Whole(problem)),
        };
        self.stop = Stop::Entry;
    }
}

impl Key {
    /// The key in large groups, over as many lines as it takes; answers where the caret stands.
    fn draw_key(&self, scene: &Scene, pen: &mut Pen) -> Cursor {
        if scene.airy() {
            pen.skip();
        }
        let bar = if self.stop == Stop::Entry { scene.look.signs.focus } else { " " };
        let group_columns = GROUP * 2 - 1 + GAP;
        let per_line = (pen.columns().saturating_sub(INDENT) / group_columns).max(1) * GROUP;
        let text = self.typed.text();
        let caret_at = self.typed.before_caret().chars().count();
        let characters: Vec<char> = text.chars().collect();
        let mut caret = pen.position_at(INDENT);
        for line in 0..=characters.len() / per_line {
            pen.put(0, Role::Accent, bar);
            let column = |place: usize| INDENT + place / GROUP * group_columns + place % GROUP * 2;
            for (place, character) in characters.iter().skip(line * per_line).take(per_line).enumerate() {
                let shown = match self.shown {
                    Shown::Plainly => character.to_string(),
                    Shown::Hidden => scene.look.signs.hidden.to_owned(),
                };
                pen.put(column(place), Role::Question, &shown);
            }
            if caret_at / per_line == line {
                caret = pen.position_at(column(caret_at % per_line));
            }
            pen.skip();
        }
        caret
    }
}

/// What is wrong with the key, in words. Says nothing of the key itself.
fn words(trouble: KeyTrouble, look: &Look) -> String {
    let text = &look.text.key;
    let words = match trouble {
        KeyTrouble::Typing(Trouble::Character(refused)) | KeyTrouble::Whole(KeyProblem::Character(refused)) => {
            return said(Trouble::Character(refused), look);
        }
        KeyTrouble::Typing(full @ Trouble::Full(_)) => return said(full, look),
        KeyTrouble::Whole(KeyProblem::Empty) => text.no_key.to_owned(),
        KeyTrouble::Whole(KeyProblem::TooShort { count, min }) => text.too_short(min, count),
        KeyTrouble::Whole(KeyProblem::TooLong { max, .. }) => text.too_long(max),
    };
    format!("{} {words}", look.signs.wrong)
}
