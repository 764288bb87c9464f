//! What holds whatever happens: any events in any order, at any size.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use support_kiosk::app::deadline;
use support_kiosk::app::event::{Event, JobUpdate};
use support_kiosk::screens::AnyScreen;
use support_kiosk::session::{ClientExit, Delivery};
use support_kiosk::terminal::key::{KeyCode, press};
use support_kiosk::timestamp::Timestamp;

use crate::events::{Happening, anything, happen};
use crate::support::kiosk::{DESK, Kiosk};
use crate::support::random::random;

fn some_happenings() -> impl Strategy<Value = Vec<Happening>> {
    prop::collection::vec(
        any::<u64>().prop_map(|seed| anything(&mut random(seed))),
        0..40,
    )
}

/// Other events in every run; where one fails, its output says how to have them again.
#[expect(
    clippy::print_stdout,
    reason = "what a test prints is shown where it fails, and only there"
)]
fn by_chance() -> ProptestConfig {
    let mut config = ProptestConfig {
        cases: 60,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    if config.rng_seed == RngSeed::Random {
        let seed = RandomState::new().hash_one("properties");
        println!("to be had again with PROPTEST_RNG_SEED={seed}");
        config.rng_seed = RngSeed::Fixed(seed);
    }
    config
}

proptest! {
    #![proptest_config(by_chance())]

    #[test]
    fn t7_no_events_in_any_order_at_any_size_break_the_model_or_its_picture(events in some_happenings()) {
        let mut kiosk = Kiosk::new(DESK, 80, 24);
        for event in events {
            happen(&mut kiosk, event);
            kiosk.look();
        }
    }

    #[test]
    fn k8_whatever_was_done_silence_ends_at_a_start_screen_with_nothing_in_it(events in some_happenings()) {
        let mut kiosk = Kiosk::new(DESK, 80, 24);
        for event in events {
            happen(&mut kiosk, event);
        }
        // What goes on is not disturbed: it comes to its end by itself.
        for job in 1..200 {
            kiosk.news(job, JobUpdate::Stable);
            kiosk.news(job, JobUpdate::Ended(ClientExit { status: Some(0), signal: None, after: Duration::from_secs(1) }));
        }
        kiosk.resize(80, 24);
        kiosk.event(Event::Delivery(Delivery::Run));
        for _ in 0..1000 {
            let Some(Timestamp(due)) = deadline(&kiosk.model) else { break };
            let wait = due.saturating_sub(kiosk.now.0).as_secs() + 1;
            kiosk.wait(wait);
        }
        prop_assert_eq!(deadline(&kiosk.model), None);
        prop_assert!(matches!(kiosk.model.screen(), AnyScreen::Start(_)));
        kiosk.key(press(KeyCode::Home));
        let fresh = Kiosk::new(DESK, 80, 24);
        prop_assert_eq!(kiosk.text(), fresh.text());
    }

    #[test]
    fn a_deadline_is_never_so_near_that_the_program_spins(events in some_happenings()) {
        let mut kiosk = Kiosk::new(DESK, 80, 24);
        for event in events {
            happen(&mut kiosk, event);
            // Once the time has been told, what is due has been done.
            kiosk.wait(0);
            if let Some(due) = deadline(&kiosk.model) {
                prop_assert!(due > kiosk.now, "due at {due:?}, now {:?}, on {:?}", kiosk.now, kiosk.model.screen());
            }
        }
    }
}
