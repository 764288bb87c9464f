//! A site's words, less what they repeat of the request (D15): pages say which key they do not know, and show whole
//! addresses. What was typed stands in no message, and so neither in what a script prints nor on a screen that others see.
//!
//! ```text
//! "No session for 471-0938 at https://…/start?short_key=4710938"  ──>  "No session for … at https://…/start?…"
//! ```

use unicode_normalization::UnicodeNormalization;

use crate::clean::Clean;
use crate::session::{Field, SessionRequest};

/// What stands in place of what is left out.
const LEFT_OUT: &str = "…";
/// No more is ever shown; what was repeated is looked for this far.
const LOOKED_AT: usize = 2048;
/// So many letters and digits are more than the words of two people have in common by chance.
const BY_CHANCE: usize = 12;
/// Fewer letters and digits stand within other words.
const WITHIN_WORDS: usize = 4;

/// Letters that have no mark to be taken from them, and what people and machines write for them.
const ALIKE: [(char, &str); 11] = [
    ('ß', "ss"),
    ('æ', "ae"),
    ('œ', "oe"),
    ('ø', "o"),
    ('ł', "l"),
    ('đ', "d"),
    ('ð', "d"),
    ('þ', "th"),
    ('ħ', "h"),
    ('ı', "i"),
    ('ς', "σ"),
];

/// How words end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ends {
    /// As whoever wrote them meant it.
    Whole,
    /// Anywhere, also within what was typed.
    Cut,
}

/// The words without what was typed, and without what only a URL or a form has: queries and percent-encoded text.
pub(super) fn without(words: &str, ends: Ends, request: &SessionRequest) -> String {
    // What nobody would see must not push what follows it over the edge, nor stand within what was typed.
    let seen = Clean::washed(words, LOOKED_AT);
    let ends = if seen.count() < LOOKED_AT { ends } else { Ends::Cut };
    let plain: Vec<String> = seen.as_str().split_whitespace().map(without_query).collect();
    let mut words = Words::of(&plain.join(" "), ends);
    match request {
        SessionRequest::Rep { .. } | SessionRequest::Survey(_) => {}
        SessionRequest::Key { key, .. } => words.leave_out(key.reveal()),
    }
    for (field, typed) in request.details().iter() {
        words.leave_out(typed.reveal());
        for part in parts(field, typed.reveal()) {
            words.leave_out(part);
        }
    }
    words.left()
}

/// What of an answer is somebody's also by itself. A description is made of everybody's words; so is much of what stands in
/// other fields, but not in a name.
fn parts(field: Field, typed: &str) -> impl Iterator<Item = &str> {
    let shortest = match field {
        Field::Name => 2,
        Field::Description => usize::MAX,
        Field::Company | Field::CompanyCode | Field::ExternalKey => WITHIN_WORDS,
    };
    typed.split_whitespace().filter(move |part| part.chars().count() >= shortest)
}

/// A word, cut where a query begins.
fn without_query(word: &str) -> String {
    let (before, query) = word.split_once('?').map_or((word, None), |(before, query)| (before, Some(query)));
    let asks = query.is_some_and(|query| !query.is_empty() && before.contains('/'));
    if is_encoded(before) || before.contains('=') {
        LEFT_OUT.to_owned()
    } else if asks || query.is_some_and(|query| query.contains('=') || is_encoded(query)) {
        format!("{before}?{LEFT_OUT}")
    } else {
        word.to_owned()
    }
}

/// Whether a byte is written as `%41` in it.
fn is_encoded(text: &str) -> bool {
    text.as_bytes().windows(3).any(|three| three[0] == b'%' && three[1..].iter().all(u8::is_ascii_hexdigit))
}

/// Words of which some are not to be shown.
struct Words {
    characters: Vec<char>,
    ends: Ends,
    /// Which of them.
    repeated: Vec<bool>,
    /// Their letters and digits alone, without marks and case, and to which character each belongs.
    folded: Vec<char>,
    places: Vec<usize>,
}

impl Words {
    fn of(text: &str, ends: Ends) -> Self {
        let characters: Vec<char> = text.nfc().collect();
        let (mut folded, mut places) = (Vec::new(), Vec::new());
        for (at, character) in characters.iter().enumerate() {
            fold(*character, &mut folded);
            places.resize(folded.len(), at);
        }
        Self { repeated: vec![false; characters.len()], characters, ends, folded, places }
    }

    /// Leaves out what repeats this value, also where somebody did not know its letters.
    fn leave_out(&mut self, value: &str) {
        self.leave_out_signs(value);
        self.leave_out_letters(value);
        if !value.is_ascii() {
            self.leave_out_letters(&value.bytes().map(char::from).collect::<String>());
            self.leave_out_letters(&value.chars().filter(char::is_ascii).collect::<String>());
        }
    }

    /// The value as it stands, for one that has no letters.
    fn leave_out_signs(&mut self, value: &str) {
        let value: Vec<char> = value.trim().nfc().collect();
        if value.len() < 2 || value.iter().all(|c| c.is_alphanumeric()) {
            return;
        }
        for at in 0..(self.characters.len() + 1).saturating_sub(value.len()) {
            if self.characters[at..].starts_with(&value) {
                self.repeated[at..at + value.len()].fill(true);
            }
        }
    }

    /// All of the value, a long run out of it, or its beginning where the words break off. Only letters and digits count: a
    /// key is shown in groups, a description wrapped and cut, a name in capitals.
    fn leave_out_letters(&mut self, value: &str) {
        let mut wanted = Vec::new();
        value.chars().for_each(|character| fold(character, &mut wanted));
        let run = wanted.len().min(BY_CHANCE);
        if run == 0 {
            return;
        }
        for at in 0..(self.folded.len() + 1).saturating_sub(run) {
            let found = &self.folded[at..at + run];
            if wanted.windows(run).any(|part| part == found) && (run >= WITHIN_WORDS || self.is_a_word(at, run)) {
                self.mark(at, run);
            }
        }
        let beginning = (WITHIN_WORDS..run).rev().find(|count| self.folded.ends_with(&wanted[..*count]));
        if let Some(count) = beginning.filter(|_| self.ends == Ends::Cut) {
            let first = self.places[self.folded.len() - count];
            self.repeated[first..].fill(true);
        }
    }

    /// Whether so many letters are a word of their own.
    fn is_a_word(&self, at: usize, count: usize) -> bool {
        let is_letter = |at: usize| self.characters.get(at).is_some_and(|c| c.is_alphanumeric());
        let (first, last) = (self.places[at], self.places[at + count - 1]);
        !first.checked_sub(1).is_some_and(is_letter) && !is_letter(last + 1)
    }

    fn mark(&mut self, at: usize, count: usize) {
        self.repeated[self.places[at]..=self.places[at + count - 1]].fill(true);
    }

    fn left(&self) -> String {
        let mut text = String::with_capacity(self.characters.len());
        for (at, character) in self.characters.iter().enumerate() {
            if !self.repeated[at] {
                text.push(*character);
            } else if at == 0 || !self.repeated[at - 1] {
                text.push_str(LEFT_OUT);
            }
        }
        text
    }
}

/// Adds the letters and digits of a character, without marks and in lower case.
fn fold(character: char, into: &mut Vec<char>) {
    for plain in character.to_lowercase().nfkd().filter(|c| c.is_alphanumeric()) {
        match ALIKE.iter().find(|(letter, _)| *letter == plain) {
            Some((_, alike)) => into.extend(alike.chars()),
            None => into.push(plain),
        }
    }
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;
    use crate::clean::Clean;
    use crate::session::{Answers, CustomerDetails, FixedParameter, Id, KeyRules, Places, SessionKey, Survey, SurveyForm, Way};

    fn without(words: &str, request: &SessionRequest) -> String {
        super::without(words, Ends::Whole, request)
    }

    fn key(key: &str) -> SessionRequest {
        let rules = KeyRules { characters: "!@#$%^*".to_owned(), ..KeyRules::default() };
        let key = SessionKey::read(key, &rules).expect("a key");
        SessionRequest::Key { key, details: CustomerDetails::default() }
    }

    fn details(way: Way, name: &str, description: &str) -> CustomerDetails {
        let mut form = SurveyForm::default();
        for field in Field::ALL {
            form.rules_mut(field).ways = vec![way];
        }
        let mut answers = Answers::default();
        for (field, typed) in [(Field::Name, name), (Field::Description, description)] {
            answers.set(field, Zeroizing::new(typed.to_owned()));
        }
        form.for_visit(way, &Places::default(), FixedParameter::BYTES_AT_MOST).fill(&answers).expect("good")
    }

    fn survey(name: &str, description: &str) -> SessionRequest {
        SessionRequest::Survey(Survey { details: details(Way::Survey, name, description), ..Survey::default() })
    }

    #[test]
    fn d15_a_key_is_left_out_however_it_is_written() {
        let cases = [
            ("Key QZXWVKJ is unknown.", "Key … is unknown."),
            ("qzxwvkj", "…"),
            ("The key qzx-wv kj, and again QZXWVKJ.", "The key …, and again …."),
            ("bomgar-scc-QZXWVKJ.exe", "bomgar-scc-….exe"),
            ("see /start?short_key=QZXWVKJ&x=1, please", "see /start?… please"),
            ("access_key=QZXWVKJ", "…"),
            ("Is it short_key=sekrit123? No.", "Is it … No."),
            ("https://a/b?token", "https://a/b?…"),
            ("Was it used? Ask (why?) for 100% help / more", "Was it used? Ask (why?) for 100% help / more"),
            ("QZXWV", "QZXWV"),
        ];
        for (said, left) in cases {
            assert_eq!(without(said, &key("QZXWVKJ")), left);
        }
    }

    #[test]
    fn d15_what_was_typed_is_left_out_whole_or_in_part() {
        let typed = survey("Zoë", "The Wi-Fi in room 12 drops\nevery few minutes, and my laptop asks again.");
        let cases = [
            ("Sorry, ZOË! Zoëlla is not you.", "Sorry, …! Zoëlla is not you."),
            ("We have: the wi-fi in room 12 drops every few...", "We have: …..."),
            ("Zo%C3%AB is not known.", "… is not known."),
            ("The room is closed.", "The room is closed."),
            ("Zoe\u{308} or ZOE", "… or …"),
        ];
        for (said, left) in cases {
            assert_eq!(without(said, &typed), left);
        }
        assert_eq!(without("Dear Ms Schönfelder,", &survey("Anna Schönfelder", "My name is Dear")), "Dear Ms …,");
        assert_eq!(without("Dear Ms Li, life goes on", &survey("Anna Li", "")), "Dear Ms …, life goes on");
        assert_eq!(without("An der STRASSE, strasse!", &survey("Straße", "")), "An der …, …!");
        let id = Id::new(12).expect("an id");
        let rep = |details| SessionRequest::Rep { id, name: Clean::line("Dana").expect("clean"), details };
        assert_eq!(without("Dana  is\naway at 12.", &rep(CustomerDetails::default())), "Dana is away at 12.");
        let typed = details(Way::Rep, "Anna Li", "");
        assert_eq!(without("Dana is away, Anna Li.", &rep(typed)), "Dana is away, ….");
        let read = SessionKey::read("QZXWVKJ", &KeyRules::default()).expect("a key");
        let by_key = SessionRequest::Key { key: read, details: details(Way::Key, "Anna Li", "") };
        assert_eq!(without("No QZXWVKJ, Anna Li.", &by_key), "No …, ….");
    }

    #[test]
    fn d15_what_was_typed_is_left_out_in_any_letters() {
        for (name, said) in [
            ("Γιώργος", "ΓΙΏΡΓΟΣ"),
            ("Yıldız", "YILDIZ"),
            ("İnci Yılmaz", "inci yilmaz"),
            ("Schönfelder", "SchÃ¶nfelder"),
            ("Schönfelder", "Sch?nfelder"),
            ("Schönfelder", "Sch\u{FFFD}nfelder"),
            ("Søren", "Soren"),
            ("Wałęsa", "WALESA"),
            ("🦊🦊", "🦊🦊"),
            ("#$%!", "#$%!"),
        ] {
            assert_eq!(without(&format!("Bomgar: {said} unknown"), &survey(name, "")), "Bomgar: … unknown", "{name}");
        }
        assert_eq!(without("key !@#$%^* no", &key("!@#$%^*")), "key … no");
        assert_eq!(without("key abc!@#$%^ no", &key("abc!@#$%^")), "key … no");
    }

    #[test]
    fn d15_what_was_typed_is_left_out_where_the_words_break_off() {
        let typed = key("1234567");
        assert_eq!(super::without("Bomgar key 123456", Ends::Cut, &typed), "Bomgar key …");
        assert_eq!(super::without("Bomgar key 12", Ends::Cut, &typed), "Bomgar key 12");
        assert_eq!(without("Bomgar key 123456", &typed), "Bomgar key 123456");
        let unseen = format!("Bomgar{} 1234567 no", "\u{200B}".repeat(LOOKED_AT - 13));
        assert_eq!(without(&unseen, &typed), "Bomgar … no");
        let far = without(&format!("{} 1234567", "x ".repeat(LOOKED_AT / 2 - 3)), &typed);
        assert!(far.ends_with("x …"), "it ends with {:?}", far.get(far.len() - 20..));
    }
}
