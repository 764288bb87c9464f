//! A desk, a model over it, and ways to act on the model and to look at it, as a person would.

use std::sync::Arc;
use std::time::Duration;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Size};
use support_kiosk::app::event::{Effect, Event, JobUpdate, VisitContext};
use support_kiosk::app::{Model, update, view};
use support_kiosk::catalog::Catalog;
use support_kiosk::clean::Clean;
use support_kiosk::config::{self, Config};
use support_kiosk::job::JobId;
use support_kiosk::session::{Delivery, Placeholders, VisitRef};
use support_kiosk::terminal::key::{Input, KeyCode, KeyEvent, press};
use support_kiosk::text::EN;
use support_kiosk::theme::{self, Depth, Palette};
use support_kiosk::timestamp::Timestamp;
use support_kiosk::ui::Appearance;
use support_kiosk::ui::glyph_set::{self, GlyphSet};
use unicode_width::UnicodeWidthStr;
use zeroize::Zeroizing;

use super::staff::HASH;

/// A desk with representatives in several scripts.
pub const DESK: &str = r#"
[site]
name = "Example IT Help Desk"
url = "https://support.example.com"
contact = "Call 555-0100, or ask at the desk in B12."
[kiosk]
name = "b12-3"
idle_warning = "90s"
idle_grace = "30s"
[survey.name]
required = true
[survey.external_key]
label = "Ticket number"
[survey.company_code]
default = "B12"
[[issue]]
id = 3
code_name = "password"
name = "Password or sign-in"
description = "Locked accounts, new passwords, two-step codes"
[[issue]]
id = 4
name = "Wi-Fi and network"
description = "No connection, a slow one, remote access"
[[issue]]
id = 5
name = "Something that takes more than one line to say it all on a narrow screen"
[[rep]]
id = 12
name = "Dana Whitfield"
title = "Network"
team = "Campus"
languages = ["en", "es"]
[[rep]]
id = 13
name = "Daniel Okafor"
title = "Laptops and phones"
team = "Library"
languages = ["en"]
[[rep]]
id = 14
name = "李明"
title = "Accounts and sign-in"
team = "Campus"
languages = ["zh", "en"]
[[rep]]
id = 15
name = "Zoë Łukasiewicz-Quist"
title = "Printers and everything that is made of paper"
team = "Library"
languages = ["pl", "nb", "en"]
[[rep]]
id = 16
name = "Rep 10"
[[rep]]
id = 17
name = "Rep 2"
[[rep]]
id = 18
name = "Gone Today"
available = false
"#;

/// The same desk, which in today's dialect asks for a name with every way and for a description
/// with a representative, and sends a ticket that the screen does not ask for.
pub fn desk_with_details() -> String {
    let name = "[survey.name]\nways = [\"survey\", \"rep\", \"key\"]\n";
    let more = "[survey.description]\nways = [\"rep\"]\n[survey.external_key]\nhidden = true\n\
                default = \"{kiosk}/{visit}\"\nways = [\"rep\", \"key\"]\nlabel = \"Ticket\"\n";
    DESK.replace("[kiosk]\n", "dialect = \"start-session\"\n[kiosk]\n")
        .replace("[survey.name]\n", name)
        .replace("[survey.external_key]\nlabel = \"Ticket number\"\n", more)
}

/// The same desk, locked, whose staff have the PIN `password`.
pub fn staffed_desk() -> String {
    DESK.replace(
        "[kiosk]\n",
        &format!("[kiosk]\nlockdown = true\nstaff_pin = \"{HASH}\"\n"),
    )
}

/// A model, and the time as the test has it.
pub struct Kiosk {
    pub model: Model,
    pub worn: Appearance,
    pub now: Timestamp,
}

pub fn config(text: &str) -> Config {
    config::from_text(text, "kiosk.toml".as_ref()).unwrap_or_else(|problems| panic!("{problems}"))
}

/// A visit with the reference K7F204.
pub fn arrival(delivery: Delivery) -> VisitContext {
    let visit = VisitRef::from_random([0x13, 7, 0x0F, 2, 0, 4]);
    let said = |text: &str| Clean::line(text).expect("clean");
    let places = Placeholders {
        host: said("host-1"),
        date: said("2026-11-23"),
        terminal: said("tty1"),
        kiosk: said("b12-3"),
        visit: said("K7F204"),
    };
    VisitContext {
        visit,
        placeholders: places,
        delivery,
    }
}

impl Kiosk {
    pub fn new(desk: &str, columns: u16, rows: u16) -> Self {
        Self::with_look(
            desk,
            columns,
            rows,
            "midnight",
            Depth::True,
            &glyph_set::UNICODE,
        )
    }

    /// A kiosk of a config that no file could say, at 80x24.
    pub fn of(config: Config) -> Self {
        Self::at(Arc::new(Catalog::new(Arc::new(config))))
    }

    /// A kiosk of a desk that many tests share, at 80x24.
    pub fn at(desk: Arc<Catalog>) -> Self {
        Self::build(
            desk,
            Size::new(80, 24),
            "midnight",
            Depth::True,
            &glyph_set::UNICODE,
        )
    }

    pub fn with_look(
        desk: &str,
        columns: u16,
        rows: u16,
        theme: &str,
        depth: Depth,
        signs: &'static GlyphSet,
    ) -> Self {
        let desk = Arc::new(Catalog::new(Arc::new(config(desk))));
        Self::build(desk, Size::new(columns, rows), theme, depth, signs)
    }

    fn build(
        desk: Arc<Catalog>,
        size: Size,
        theme: &str,
        depth: Depth,
        signs: &'static GlyphSet,
    ) -> Self {
        let palette = Palette::new(theme::by_name(theme).expect("a theme"), depth);
        let look = Appearance {
            text: &EN,
            palette,
            glyphs: signs,
        };
        Self {
            model: Model::new(desk, look, size, arrival(Delivery::Run)),
            worn: look,
            now: Timestamp::default(),
        }
    }

    pub fn event(&mut self, event: Event) -> Vec<Effect> {
        update(&mut self.model, event)
    }

    /// Strikes a key a second after the last thing that happened.
    pub fn key(&mut self, key: KeyEvent) -> Vec<Effect> {
        self.wait(1);
        self.event(Event::Input(Input::Key(key)))
    }

    pub fn keys(&mut self, keys: &[KeyEvent]) -> Vec<Effect> {
        keys.iter().flat_map(|key| self.key(*key)).collect()
    }

    pub fn type_text(&mut self, text: &str) {
        for character in text.chars() {
            assert_eq!(self.key(press(KeyCode::Char(character))), []);
        }
    }

    pub fn paste(&mut self, text: &str) -> Vec<Effect> {
        self.event(Event::Input(Input::Paste(Zeroizing::new(text.to_owned()))))
    }

    pub fn wait(&mut self, seconds: u64) -> Vec<Effect> {
        self.now = self.now.after(Duration::from_secs(seconds));
        self.event(Event::Time(self.now))
    }

    pub fn news(&mut self, job: u64, news: JobUpdate) -> Vec<Effect> {
        self.event(Event::Job(JobId(job), news))
    }

    fn drawn(&self) -> Terminal<TestBackend> {
        let Size { width, height } = self.size();
        let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a test backend");
        terminal
            .draw(|frame| view(&self.model, frame))
            .expect("a drawn frame");
        terminal
    }

    /// The screen as it is drawn.
    pub fn buffer(&self) -> Buffer {
        self.drawn().backend().buffer().clone()
    }

    /// The screen as text, and where the cursor stands.
    pub fn look(&self) -> (String, Position) {
        let mut terminal = self.drawn();
        let cursor = terminal.get_cursor_position().expect("a cursor");
        let buffer = terminal.backend().buffer();
        let Size { width, height } = self.size();
        let line = |y| {
            let mut covered = 0;
            let cells = (0..width).map(|x| buffer[(x, y)].symbol());
            let seen = cells.filter(|symbol| {
                let shown = covered == 0;
                covered = if shown {
                    symbol.width().saturating_sub(1)
                } else {
                    covered - 1
                };
                shown
            });
            seen.collect::<String>().trim_end().to_owned()
        };
        ((0..height).map(line).collect::<Vec<_>>().join("\n"), cursor)
    }

    pub fn text(&self) -> String {
        self.look().0
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        assert_eq!(self.event(Event::Resized(Size::new(columns, rows))), []);
    }

    pub fn focus(&self) -> support_kiosk::keymap::KeyContext {
        self.model.focus()
    }

    fn size(&self) -> Size {
        self.model.size()
    }
}
