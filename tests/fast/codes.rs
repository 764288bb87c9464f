//! Every way that takes a code, by the table in `ways`: a further way is tested here without a line
//! of its own.

use support_kiosk::app::event::{Effect, JobUpdate};
use support_kiosk::clean::Clean;
use support_kiosk::config::Dialect;
use support_kiosk::failure::Failure;
use support_kiosk::terminal::key::{KeyCode, press};
use support_kiosk::text::EN;
use support_kiosk::ways::{self, SecretCode, Way};

use crate::support::kiosk::{DESK, Kiosk, config as desk_config};

#[test]
fn each_code_is_asked_for_reviewed_sent_and_can_be_corrected() {
    for way in ways::codes() {
        let mut kiosk = Kiosk::new(&format!("menu.ways = [\"{}\"]\n{DESK}", way.name), 80, 24);
        let text = (way.text)(&EN);
        let press_and_see = |kiosk: &mut Kiosk, key: KeyCode, expected: &str| {
            let effects = kiosk.key(press(key));
            assert!(
                kiosk.text().contains(expected),
                "{way:?}: {expected:?} is missing: {}",
                kiosk.text()
            );
            effects
        };
        assert!(
            kiosk.text().contains(text.start),
            "{way:?}: {}",
            kiosk.text()
        );
        press_and_see(&mut kiosk, KeyCode::Char('1'), text.question);
        press_and_see(&mut kiosk, KeyCode::Enter, text.missing);
        kiosk.type_text(way.demo_code);
        press_and_see(&mut kiosk, KeyCode::Enter, text.goes_to);
        let effects = kiosk.key(press(KeyCode::Enter));
        let Some(Effect::Connect { request, .. }) = effects.last() else {
            panic!("{way:?}: nothing is sent: {effects:?}")
        };
        assert_eq!(
            (request.way(), request.code().map(SecretCode::reveal)),
            (Way::Code(way), Some(way.demo_code))
        );
        assert!(
            !format!("{effects:?}").contains(way.demo_code),
            "a code is a secret: {effects:?}"
        );
        let failure = Failure::from(way.refused);
        kiosk.news(
            1,
            JobUpdate::Failed {
                failure,
                clock: Clean::line("14:32").expect("clean"),
            },
        );
        press_and_see(&mut kiosk, KeyCode::Enter, text.question);
    }
}

#[test]
fn each_code_has_its_section_of_the_config() {
    for way in ways::codes() {
        let config = desk_config(&format!(
            "{DESK}\n[{}]\nmin_length = 5\nmax_length = 9\ncharacters = \"-\"\n",
            way.section
        ));
        let rules = config.code_rules(way);
        assert_eq!(
            (rules.min, rules.max, rules.characters.as_str()),
            (5, 9, "-"),
            "{way:?}"
        );
        assert!(
            config.ways.contains(&Way::Code(way)),
            "its section offers {way:?}"
        );
        for dialect in [Dialect::Connector, Dialect::StartSession] {
            assert!(
                Dialect::has_parameter(dialect.code(way)),
                "the config can't set the parameter of {way:?}"
            );
        }
    }
}
