//! Every byte, every pair of bytes, every key that a terminal has and all that it reports, on every screen of a locked
//! kiosk (K1, K7): first over the decoder and the model, then in the whole program.

mod known;

use std::collections::HashSet;
use std::fs;
use std::mem::discriminant;
use std::sync::Arc;
use std::time::Duration;

use ratatui::layout::Size;
use support_kiosk::app::event::{Effect, Event, News};
use support_kiosk::catalog::Desk;
use support_kiosk::clean::Clean;
use support_kiosk::demo::Pace;
use support_kiosk::failure::{Failure, Fault};
use support_kiosk::job::JobId;
use support_kiosk::pin::Verdict;
use support_kiosk::session::{Delivery, Ending, Stage};
use support_kiosk::terminal::decoder::Decoder;
use support_kiosk::terminal::key::{Input, KeyCode, KeyEvent, alt, ctrl, press};
use zeroize::Zeroizing;

use crate::looks::{SCREENS, Way};
use crate::support::chance::Chance;
use crate::support::kiosk::{Kiosk, config, staffed_desk};
use crate::support::pty::Pty;
use crate::support::site::closed_port;
use crate::support::stage;

/// A screen of a locked kiosk, to be had again and again.
struct Bench {
    name: &'static str,
    desk: Arc<Desk>,
    way: Way,
}

impl Bench {
    fn kiosk(&self) -> Kiosk {
        let mut kiosk = Kiosk::at(Arc::clone(&self.desk));
        (self.way)(&mut kiosk);
        kiosk
    }

    /// Lets things happen on this screen, from the start again whenever one of them has led away from it.
    fn happen<T>(&self, all: impl IntoIterator<Item = T>, mut happen: impl FnMut(&mut Kiosk, T)) {
        let place = |kiosk: &Kiosk| (kiosk.focus(), discriminant(kiosk.model.screen()));
        let mut kiosk = self.kiosk();
        let mut seen = vec![place(&kiosk)];
        for one in all {
            happen(&mut kiosk, one);
            let there = place(&kiosk);
            if !seen.contains(&there) {
                self.draws(&kiosk);
                seen.push(there);
            }
            if there != seen[0] {
                kiosk = self.kiosk();
            }
        }
        self.draws(&kiosk);
    }

    /// Lets an event happen, and sees to it that nobody gets out by it.
    fn event(&self, kiosk: &mut Kiosk, event: Event) {
        for effect in kiosk.event(event) {
            match effect {
                Effect::Leave(_) => panic!("{}: somebody got out of {:?}", self.name, kiosk.focus()),
                Effect::Connect { .. }
                | Effect::Cancel(_)
                | Effect::End(_)
                | Effect::Forget
                | Effect::HandedOff(_)
                | Effect::CheckPin(..)
                | Effect::Reload
                | Effect::Repaint
                | Effect::Bell
                | Effect::Wipe => {}
            }
        }
    }

    fn draws(&self, kiosk: &Kiosk) {
        let size = kiosk.model.size();
        let text = kiosk.text();
        let shows = !text.trim().is_empty() || size.width == 0 || size.height == 0;
        assert!(shows, "{}: nothing is drawn at {size:?} on {:?}", self.name, kiosk.focus());
    }
}

/// Does something at every screen of a locked kiosk, on as many threads as there are processors.
fn on_every_screen(attack: impl Fn(&Bench) + Sync) {
    let desk = Arc::new(Desk::new(Arc::new(config(&staffed_desk()))));
    let benches: Vec<Bench> = SCREENS.iter().map(|&(name, way)| Bench { name, desk: Arc::clone(&desk), way }).collect();
    crate::support::in_parallel(&benches, attack);
}

/// What bytes that come at once are, and what becomes of them when nothing follows.
fn decoded(bytes: &[u8]) -> Vec<Input> {
    let (mut decoder, mut inputs) = (Decoder::new(), Vec::new());
    decoder.feed(Duration::ZERO, bytes, &mut inputs);
    decoder.expire(Duration::from_secs(2), &mut inputs);
    inputs
}

fn every_pair() -> impl Iterator<Item = [u8; 2]> {
    (0..=u8::MAX).flat_map(|first| (0..=u8::MAX).map(move |second| [first, second]))
}

#[test]
fn k1_no_byte_no_pair_of_bytes_and_no_known_key_gets_a_person_out_of_any_screen() {
    let bytes = (0..=u8::MAX).map(|byte| vec![byte]);
    let all = bytes.chain(every_pair().map(Vec::from)).chain(known::keys()).chain(known::REPLIES.iter().map(|r| r.to_vec()));
    // Most pairs come to the same keys as others.
    let mut met = HashSet::new();
    let keys = |inputs: &[Input]| -> Vec<KeyEvent> {
        let key = |input: &Input| if let Input::Key(key) = input { Some(*key) } else { None };
        inputs.iter().filter_map(key).collect()
    };
    let distinct: Vec<Vec<Input>> = all.map(|bytes| decoded(&bytes)).filter(|inputs| met.insert(keys(inputs))).collect();
    assert!(distinct.len() > 10_000, "{} are few", distinct.len());
    on_every_screen(|bench| {
        bench.happen(&distinct, |kiosk, inputs| {
            kiosk.wait(1);
            for input in inputs {
                bench.event(kiosk, Event::Input(input.clone()));
            }
        });
    });
}

#[test]
fn k7_no_reply_is_a_key_or_text_whole_or_torn_or_cut_short() {
    for reply in known::REPLIES {
        assert_eq!(decoded(reply), [], "{}", reply.escape_ascii());
        for cut in 1..reply.len() {
            for pause in [Duration::from_millis(60), Duration::from_millis(240)] {
                let (mut decoder, mut inputs) = (Decoder::new(), Vec::new());
                decoder.feed(Duration::ZERO, &reply[..cut], &mut inputs);
                decoder.expire(pause, &mut inputs);
                decoder.feed(pause, &reply[cut..], &mut inputs);
                decoder.expire(Duration::from_secs(3), &mut inputs);
                // An Esc that stands alone for so long is the key; what comes late of it is nothing.
                let lone = reply[cut - 1] == 0x1B && pause > Duration::from_millis(80);
                inputs.retain(|input| !(lone && *input == Input::Key(press(KeyCode::Esc))));
                if lone && !matches!(reply[cut], b'[' | b'O' | b'\\') {
                    continue;
                }
                assert_eq!(inputs, [], "{} torn at {cut} for {pause:?}", reply.escape_ascii());
            }
            assert!(
                decoded(&reply[..cut]).iter().all(|input| *input == Input::Key(press(KeyCode::Esc))),
                "{} cut at {cut}",
                reply.escape_ascii()
            );
        }
    }
}

/// How many events happen to each of the three dozen states.
const EVENTS: u32 = 100_000;

/// Something, of all that can happen to a model but the right PIN.
fn anything(chance: &mut Chance) -> Event {
    const KEYS: [KeyEvent; 20] = [
        press(KeyCode::Enter),
        press(KeyCode::Esc),
        press(KeyCode::Tab),
        press(KeyCode::BackTab),
        press(KeyCode::Backspace),
        press(KeyCode::Delete),
        press(KeyCode::Insert),
        press(KeyCode::Up),
        press(KeyCode::Down),
        press(KeyCode::Left),
        press(KeyCode::Right),
        press(KeyCode::Home),
        press(KeyCode::End),
        press(KeyCode::PageUp),
        press(KeyCode::PageDown),
        alt(KeyCode::Enter),
        ctrl('c'),
        ctrl('q'),
        ctrl('w'),
        ctrl('u'),
    ];
    const CHARACTERS: [char; 12] = ['q', 'o', '1', '9', '?', ' ', 'é', '李', '\u{301}', '\u{200D}', '\u{202E}', '\u{1F469}'];
    let seconds = |chance: &mut Chance| Duration::from_secs(chance.below(200).into());
    match chance.below(32) {
        0..10 => Event::Input(Input::Key(*chance.of(&KEYS))),
        10..12 => Event::Input(Input::Burst { key: *chance.of(&KEYS), last: chance.below(2) == 0 }),
        12..16 => Event::Input(Input::Key(press(KeyCode::Char(*chance.of(&CHARACTERS))))),
        16..18 => Event::Input(Input::Key(press(KeyCode::F(1 + chance.byte() % 12)))),
        18..20 => Event::Input(Input::Key(press(KeyCode::Char(char::from(b' ' + chance.byte() % 95))))),
        20 => {
            let text = (0..chance.below(300)).map(|_| *chance.of(&CHARACTERS)).collect();
            Event::Input(Input::Paste(Zeroizing::new(text)))
        }
        21..23 => Event::Resized(Size::new(chance.below(130), chance.below(55))),
        23 => Event::Delivery(*chance.of(&[Delivery::Run, Delivery::Link(Some(Fault::NoDisplay)), Delivery::Link(None)])),
        24 => {
            let verdict = match chance.below(3) {
                0 => Verdict::OutOfOrder,
                1 => Verdict::TooSoon { wait: seconds(chance) },
                _ => Verdict::Wrong { wait: seconds(chance) },
            };
            Event::Pin(JobId(1 + u64::from(chance.below(3))), verdict)
        }
        _ => Event::Job(JobId(1 + u64::from(chance.below(3))), news(chance)),
    }
}

fn news(chance: &mut Chance) -> News {
    let seconds = |chance: &mut Chance| Duration::from_secs(chance.below(200).into());
    let clock = Clean::line("14:32").expect("clean");
    match chance.below(7) {
        0 => News::Running,
        1 => News::Failed { failure: Failure::from(*chance.of(Fault::ALL)), clock },
        2 => News::Saved { path: clock },
        3 => News::Ended(Ending { status: Some(0), signal: None, after: seconds(chance) }),
        4 => News::Stage(Stage::Waiting { wait: seconds(chance) }),
        _ => News::Stage(Stage::Downloading { bytes: chance.number(), total: Some(1_000_000) }),
    }
}

#[test]
fn k1_a_hundred_thousand_events_by_chance_on_every_screen_let_nobody_out() {
    on_every_screen(|bench| {
        let mut chance = Chance::new(bench.name.bytes().map(u64::from).sum());
        let mut kiosk = bench.kiosk();
        for number in 0..EVENTS {
            if number % 50 == 0 {
                kiosk = bench.kiosk();
            }
            if chance.below(4) == 0 {
                kiosk.wait(u64::from(chance.below(40)));
            }
            let event = anything(&mut chance);
            bench.event(&mut kiosk, event);
            if number % 997 == 0 {
                bench.draws(&kiosk);
            }
        }
    });
}

/// Ends whatever was begun (a paste, a sequence, a string, a character) and goes back to the start.
fn start_over(pty: &mut Pty) {
    for key in [b"\x1b[201~", &b"\x1b[21~"[..]] {
        pty.send(key);
    }
}

/// A locked kiosk whose site cannot be reached, in a real terminal.
fn locked(folder: &stage::Stage) -> Pty {
    let nowhere = format!("127.0.0.1:{}", closed_port());
    folder.write_config(&nowhere, "[network]\nretries = 0\n[kiosk]\nlockdown = true\n");
    folder.kiosk()
}

/// Whether it answers still: from the start to the key and back, twice, so that no old screen is taken for an answer.
fn answers(pty: &mut Pty, after: &str) {
    for _ in 0..2 {
        start_over(pty);
        pty.send(b"2");
        pty.wait_for("Type your session key");
        start_over(pty);
        pty.wait_for("How would you like to get help?");
    }
    let pid = pty.child.id();
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).expect("it lives");
    let fields: Vec<&str> = stat.rsplit_once(") ").expect("its name in brackets").1.split(' ').collect();
    // State, parent, group, session, terminal, the terminal's group.
    let (state, group, foreground) = (fields[0], fields[2], fields[5]);
    assert!(matches!(state, "R" | "S" | "D"), "it is in state {state} after {after}");
    let pid = pid.to_string();
    assert_eq!((group, foreground), (pid.as_str(), pid.as_str()), "its group and its terminal's after {after}");
}

#[test]
fn k1_whatever_is_typed_a_locked_kiosk_goes_on_in_its_own_group() {
    let folder = stage::Stage::new(Pace::AT_ONCE);
    let mut pty = locked(&folder);
    let mut chance = Chance::new(1);
    let mut strokes: Vec<Vec<u8>> = every_pair().map(Vec::from).collect();
    for place in (1..strokes.len()).rev() {
        let other = usize::try_from(chance.number() % (place as u64 + 1)).expect("small");
        strokes.swap(place, other);
    }
    strokes.extend(known::keys());
    strokes.extend(known::REPLIES.iter().map(|reply| reply.to_vec()));
    // The keys that end, stop, dump, freeze or hang up other programs.
    strokes.extend(b"\x03\x04\x11\x13\x1a\x1c\x0f\x16\x19\x1d\x1e\x1f".iter().map(|byte| vec![*byte; 40]));
    // The start, the people, the key, the issues, the help.
    let screens: [&[u8]; 5] = [b"", b"1", b"2", b"3", b"\x1bOP"];
    for (number, batch) in strokes.chunks(512).enumerate() {
        start_over(&mut pty);
        pty.send(screens[number % screens.len()]);
        let typed = batch.concat();
        pty.pour(&typed);
        if number % 16 == 0 || number % 16 == 7 {
            answers(&mut pty, &format!("batch {number}: {}", typed.escape_ascii()));
        }
    }
    answers(&mut pty, "all of it");
}

#[test]
fn k1_ctrl_s_freezes_nothing() {
    let folder = stage::Stage::new(Pace::AT_ONCE);
    let mut pty = locked(&folder);
    for stop in [&b"\x13"[..], b"\x13\x13\x13", b"\x1b[200~\x13", b"\x1b]0;\x13", b"\x1b[\x13"] {
        pty.send(stop);
        answers(&mut pty, &stop.escape_ascii().to_string());
    }
}
