//! What goes with a request besides whom or what it is for, through `update`: the desk's fixed fields.

use support_kiosk::app::event::Effect;
use support_kiosk::session::Way;
use support_kiosk::terminal::key::Key;

use crate::support::kiosk::{DESK, Kiosk};

#[test]
fn the_review_shows_what_the_desk_adds_to_a_request_by_this_way() {
    let fixed = "[[site.parameter]]\nname = \"a\"\nvalue = \"{kiosk}/{visit}\"\n\
                 [[site.parameter]]\nname = \"b\"\nvalue = \"net\"\nways = [\"rep\"]\n[kiosk]";
    let mut kiosk = Kiosk::new(&DESK.replace("[kiosk]", fixed), 80, 24);
    kiosk.keys(&[Key::Char('1'), Key::Down, Key::Enter]);
    assert!(kiosk.text().contains("set by the help desk: b12-3/K7F204, net\n"), "{}", kiosk.text());
    kiosk.keys(&[Key::Esc, Key::Esc, Key::Char('2')]);
    kiosk.type_text("4710938");
    kiosk.key(Key::Enter);
    assert!(kiosk.text().contains("set by the help desk: b12-3/K7F204\n"), "{}", kiosk.text());
    let link = kiosk.key(Key::Char('o'));
    assert_eq!(link, [Effect::HandedOff(Way::Key)]);
    let shown = kiosk.text().replace("\n   ", "");
    assert!(shown.contains("?access_key=4710938&a=b12-3%2FK7F204"), "{}", kiosk.text());
}
