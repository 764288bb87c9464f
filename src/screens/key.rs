//! Key: the session key, large and in groups as it is typed, and a word against those who call people up for it.

use super::details::{Details, DetailsOf};
use super::picker::said;
use super::review::Shown;
use super::{Cursor, Face, Scene, Step};
use tui_input::InputRequest;

use crate::keymap::{Focus, Wish};
use crate::session::{KeyInput, KeyProblem, SessionKey};
use crate::terminal::decoder::PASTE_BYTES;
use crate::text::Text;
use crate::theme::Role;
use crate::ui::Look;
use crate::ui::field::Trouble;
use crate::ui::list::Move;
use crate::ui::pen::Pen;
use crate::ui::width::last_columns;
use entry::Entry;

mod entry;

/// Characters that stand together.
const GROUP: usize = 3;
/// Between two characters of a group one blank, between two groups so many.
const GAP: usize = 3;
/// Where the key begins.
const INDENT: usize = 2;
/// Bytes of a paste that was certainly not cut by the decoder, which keeps no half of a character. A cut link may have a cut key.
const PASTE_AT_MOST: usize = PASTE_BYTES - 4;

/// What was typed of a key, and whether it may be seen.
#[derive(Debug, PartialEq, Eq)]
pub struct Key {
    entry: Entry,
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
    /// More than any link has: it may have lost its end.
    Cut,
}

impl Default for Key {
    /// Nothing typed yet.
    fn default() -> Self {
        Self { entry: Entry::new(), shown: Shown::Plainly, stop: Stop::Entry, trouble: None }
    }
}

impl Key {
    fn go_on(&mut self, scene: &Scene) -> Step {
        if self.entry.is_cut() {
            self.trouble = Some(KeyTrouble::Cut);
            return Step::Stay;
        }
        match SessionKey::read(self.entry.text(), &scene.desk.config.session_key) {
            Ok(key) => {
                // A link that was typed has given its key.
                self.entry.replace(key.reveal());
                Step::Go(Box::new(Details::or_review(DetailsOf::Key(key, self.shown), scene)))
            }
            Err(problem) => {
                self.trouble = Some(KeyTrouble::Whole(problem));
                Step::Stay
            }
        }
    }

    fn edit(&mut self, request: InputRequest, scene: &Scene) {
        self.trouble = self.entry.edit(request, &scene.desk.config.session_key).err().map(KeyTrouble::Typing);
    }

    /// Takes pasted text in, as a whole or not at all.
    fn take(&mut self, text: &str, scene: &Scene) -> Result<(), KeyTrouble> {
        let rules = &scene.desk.config.session_key;
        if text.len() > PASTE_AT_MOST {
            return Err(KeyTrouble::Cut);
        }
        match KeyInput::read(text, rules) {
            KeyInput::Address => Err(KeyTrouble::Whole(KeyProblem::Address)),
            KeyInput::Characters(key) if key.is_empty() => Err(KeyTrouble::Whole(KeyProblem::Empty)),
            KeyInput::Characters(key) => self.entry.insert(&key, rules).map_err(KeyTrouble::Whole),
            KeyInput::InLink(key) => self.entry.take_from_link(&key, rules).map_err(KeyTrouble::Whole),
        }
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
        let caret = self.draw_entry(scene, pen);
        if let Some(trouble) = self.trouble {
            pen.wrapped(Role::Error, &words(trouble, scene.look));
        }
        if scene.airy() {
            pen.skip();
        }
        // Where there is little room, what to do about a link goes before a hint on typing.
        if scene.airy() || !self.trouble.is_some_and(KeyTrouble::is_of_link) {
            pen.wrapped(Role::Dim, if scene.desk.config.session_key.keeps('-') { text.spaces } else { text.separators });
        }
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
            (Wish::Edit(edit), _) => self.edit(edit, scene),
            (Wish::Skip(_) | Wish::Move(Move::Down), Stop::Entry) => self.stop = Stop::HideButton,
            (Wish::Skip(_) | Wish::Move(Move::Up), Stop::HideButton) => self.stop = Stop::Entry,
            (Wish::Move(_) | Wish::Pick(_) | Wish::HandOff, _) => {}
        }
        Step::Stay
    }

    fn paste(&mut self, text: &str, scene: &Scene) {
        self.trouble = self.take(text, scene).err();
        self.stop = Stop::Entry;
    }
}

impl Key {
    /// What was typed, as a key or as a link; answers where the caret stands.
    fn draw_entry(&self, scene: &Scene, pen: &mut Pen) -> Cursor {
        if scene.airy() {
            pen.skip();
        }
        let bar = if self.stop == Stop::Entry { scene.look.signs.focus } else { " " };
        match KeyInput::read(self.entry.text(), &scene.desk.config.session_key) {
            KeyInput::Characters(key) => self.draw_key(&key, bar, scene, pen),
            KeyInput::InLink(_) | KeyInput::Address => self.draw_link(bar, scene, pen),
        }
    }

    /// The key in large groups, over as many lines as it takes.
    fn draw_key(&self, key: &str, bar: &str, scene: &Scene, pen: &mut Pen) -> Cursor {
        let group_columns = GROUP * 2 - 1 + GAP;
        let per_line = (pen.columns().saturating_sub(INDENT) / group_columns).max(1) * GROUP;
        let characters: Vec<char> = key.chars().collect();
        let before_caret = scene.desk.config.session_key.characters_of(self.entry.around_caret().0);
        let caret_at = before_caret.chars().count().min(characters.len());
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

    /// A link in one line, as much of it as there is room for around the caret.
    fn draw_link(&self, bar: &str, scene: &Scene, pen: &mut Pen) -> Cursor {
        let shown = |text: &str| match self.shown {
            Shown::Plainly => text.to_owned(),
            Shown::Hidden => scene.look.signs.hidden.repeat(text.chars().count()),
        };
        let (before, after) = self.entry.around_caret();
        let (before, after) = (shown(before), shown(after));
        pen.put(0, Role::Accent, bar);
        let room = pen.columns().saturating_sub(INDENT + 1);
        let end = pen.put(INDENT, Role::Question, last_columns(&before, room));
        let caret = pen.position_at(end);
        pen.put(end, Role::Question, &after);
        pen.skip();
        caret
    }
}

impl KeyTrouble {
    /// Whether it is about a link rather than about the characters of a key.
    fn is_of_link(self) -> bool {
        match self {
            Self::Cut | Self::Whole(KeyProblem::Address) => true,
            Self::Typing(_) | Self::Whole(KeyProblem::Empty | KeyProblem::TooShort { .. } | KeyProblem::TooLong { .. }) => false,
        }
    }
}

/// What is wrong with the key, in words. Says nothing of the key itself.
fn words(trouble: KeyTrouble, look: &Look) -> String {
    let text = &look.text.key;
    let words = match trouble {
        KeyTrouble::Typing(trouble) => return said(trouble, look),
        KeyTrouble::Whole(KeyProblem::Empty) => text.no_key.to_owned(),
        KeyTrouble::Whole(KeyProblem::TooShort { count, min }) => text.too_short(min, count),
        KeyTrouble::Whole(KeyProblem::TooLong { max, .. }) => text.too_long(max),
        KeyTrouble::Whole(KeyProblem::Address) => text.no_key_in_link.to_owned(),
        KeyTrouble::Cut => text.too_much.to_owned(),
    };
    format!("{} {words}", look.signs.wrong)
}
