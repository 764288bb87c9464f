//! Every byte, every pair of bytes, every key that a terminal has and all that it reports, on every
//! screen of a locked kiosk (K1, K7), over the decoder and the model.

use std::collections::HashSet;
use std::mem::discriminant;
use std::sync::Arc;
use std::time::Duration;

use support_kiosk::app::event::{Effect, Event};
use support_kiosk::catalog::Catalog;
use support_kiosk::terminal::decoder::Decoder;
use support_kiosk::terminal::key::{Input, KeyCode, KeyEvent, press};

use crate::events::{anything, happen};
use crate::looks::{SCREENS, Way};
use crate::support::kiosk::{Kiosk, config, staffed_desk};
use crate::support::known_keys;
use crate::support::parallel::for_each;
use crate::support::random::random;

/// A screen of a locked kiosk, to be had again and again.
struct Bench {
    name: &'static str,
    desk: Arc<Catalog>,
    way: Way,
}

impl Bench {
    fn kiosk(&self) -> Kiosk {
        let mut kiosk = Kiosk::at(Arc::clone(&self.desk));
        (self.way)(&mut kiosk);
        kiosk
    }

    /// Lets things happen on this screen, from the start again whenever one of them has led away
    /// from it, and after every twentieth, before its fields are full.
    fn happen<T>(&self, all: impl IntoIterator<Item = T>, mut happen: impl FnMut(&mut Kiosk, T)) {
        let place = |kiosk: &Kiosk| (kiosk.focus(), discriminant(kiosk.model.screen()));
        let mut kiosk = self.kiosk();
        let mut seen = vec![place(&kiosk)];
        for (number, one) in all.into_iter().enumerate() {
            happen(&mut kiosk, one);
            let there = place(&kiosk);
            if !seen.contains(&there) {
                self.draws(&kiosk);
                seen.push(there);
            }
            if there != seen[0] || number % 20 == 19 {
                kiosk = self.kiosk();
            }
        }
        self.draws(&kiosk);
    }

    /// Sees to it that nobody gets out by what happened.
    fn assert_nobody_left(&self, kiosk: &Kiosk, effects: &[Effect]) {
        for effect in effects {
            match effect {
                Effect::Leave(_) => {
                    panic!("{}: somebody got out of {:?}", self.name, kiosk.focus())
                }
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
        assert!(
            shows,
            "{}: nothing is drawn at {size:?} on {:?}",
            self.name,
            kiosk.focus()
        );
    }
}

/// Does something at every screen of a locked kiosk, on as many threads as there are processors.
fn on_every_screen(attack: impl Fn(&Bench) + Sync) {
    let desk = Arc::new(Catalog::new(Arc::new(config(&staffed_desk()))));
    let benches: Vec<Bench> = SCREENS
        .iter()
        .map(|&(name, way)| Bench {
            name,
            desk: Arc::clone(&desk),
            way,
        })
        .collect();
    for_each(&benches, attack);
}

/// What bytes that come at once are, and what becomes of them when nothing follows.
fn decoded(bytes: &[u8]) -> Vec<Input> {
    let (mut decoder, mut inputs) = (Decoder::new(), Vec::new());
    decoder.feed(Duration::ZERO, bytes, &mut inputs);
    decoder.expire(Duration::from_secs(2), &mut inputs);
    inputs
}

#[test]
fn k1_no_byte_pair_of_bytes_or_known_key_leaves_any_screen() {
    let bytes = (0..=u8::MAX).map(|byte| vec![byte]);
    let all = bytes
        .chain(known_keys::every_pair().map(Vec::from))
        .chain(known_keys::keys())
        .chain(known_keys::REPLIES.iter().map(|r| r.to_vec()));
    // Most pairs come to the same keys as others.
    let mut met = HashSet::new();
    let keys = |inputs: &[Input]| -> Vec<KeyEvent> {
        let key = |input: &Input| {
            if let Input::Key(key) = input {
                Some(*key)
            } else {
                None
            }
        };
        inputs.iter().filter_map(key).collect()
    };
    let distinct: Vec<Vec<Input>> = all
        .map(|bytes| decoded(&bytes))
        .filter(|inputs| met.insert(keys(inputs)))
        .collect();
    assert!(distinct.len() > 10_000, "{} are few", distinct.len());
    on_every_screen(|bench| {
        bench.happen(&distinct, |kiosk, inputs| {
            kiosk.wait(1);
            for input in inputs {
                let effects = kiosk.event(Event::Input(input.clone()));
                bench.assert_nobody_left(kiosk, &effects);
            }
        });
    });
}

#[test]
fn k7_no_reply_is_a_key_or_text_whole_or_torn_or_cut_short() {
    for reply in known_keys::REPLIES {
        assert_eq!(decoded(reply), [], "{}", reply.escape_ascii());
        for cut in 1..reply.len() {
            for pause in [Duration::from_millis(60), Duration::from_millis(240)] {
                let (mut decoder, mut inputs) = (Decoder::new(), Vec::new());
                decoder.feed(Duration::ZERO, &reply[..cut], &mut inputs);
                decoder.expire(pause, &mut inputs);
                decoder.feed(pause, &reply[cut..], &mut inputs);
                decoder.expire(Duration::from_secs(3), &mut inputs);
                // An Esc that stands alone for so long is the key; what comes late of it is
                // nothing.
                let lone = reply[cut - 1] == 0x1B && pause > Duration::from_millis(80);
                inputs.retain(|input| !(lone && *input == Input::Key(press(KeyCode::Esc))));
                if lone && !matches!(reply[cut], b'[' | b'O' | b'\\') {
                    continue;
                }
                assert_eq!(
                    inputs,
                    [],
                    "{} torn at {cut} for {pause:?}",
                    reply.escape_ascii()
                );
            }
            assert!(
                decoded(&reply[..cut])
                    .iter()
                    .all(|input| *input == Input::Key(press(KeyCode::Esc))),
                "{} cut at {cut}",
                reply.escape_ascii()
            );
        }
    }
}

/// How many events happen to each of the three dozen states.
const EVENTS: u32 = 30_000;

#[test]
fn k1_a_million_random_events_leave_no_screen() {
    on_every_screen(|bench| {
        let mut random = random(bench.name.bytes().map(u64::from).sum());
        let mut kiosk = bench.kiosk();
        for number in 0..EVENTS {
            if number % 50 == 0 {
                kiosk = bench.kiosk();
            }
            let effects = happen(&mut kiosk, anything(&mut random));
            bench.assert_nobody_left(&kiosk, &effects);
            if number % 997 == 0 {
                bench.draws(&kiosk);
            }
        }
    });
}
