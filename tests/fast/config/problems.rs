//! What a wrong config is told: every problem, at its place, with what to do.

use proptest::prelude::*;
use support_kiosk::ways::{self, KEY};

use super::{DESK, meant, told};

/// A site, so that only what follows it can be wrong. It takes the first line.
pub(super) const SITE: &str = "site.url = \"https://a\"\n";

/// What follows the site's line, and what is told of it. `{ways}` stands for every way, as a
/// problem lists them.
pub(super) type Case = (&'static str, &'static [&'static str]);

pub(super) fn each_is_told(cases: &[Case]) {
    let words: Vec<_> = ways::ALL
        .iter()
        .map(|way| format!("\"{}\"", way.name()))
        .collect();
    let (last, first) = words.split_last().expect("ways");
    let ways = format!("{} or {last}", first.join(", "));
    for (text, expected) in cases {
        let expected: Vec<String> = expected
            .iter()
            .map(|told| told.replace("{ways}", &ways))
            .collect();
        assert_eq!(told(&format!("{SITE}{text}\n")), expected, "for\n{text}");
    }
}

#[test]
fn an_unknown_key_is_told_with_the_one_that_was_meant() {
    each_is_told(&[
        (
            "[[reps]]\nid = 1",
            &["2:3: unknown key `reps`: did you mean `rep`?"],
        ),
        (
            "[look]\ntheem = \"mono\"",
            &["3:1: unknown key `look.theem`: did you mean `theme`?"],
        ),
        (
            "[survey.name]\nlable = \"x\"",
            &["3:1: unknown key `survey.name.lable`: did you mean `label`?"],
        ),
        (
            "[session_key]\ncolour = 1",
            &[
                "3:1: unknown key `session_key.colour`: allowed here: `min_length`, `max_length`, `characters` or `skip_confirm`",
            ],
        ),
        (
            "network = 5",
            &["2:11: `network` must be a section, written as a table; this is a whole number"],
        ),
    ]);
}

#[test]
fn a_value_of_the_wrong_shape_is_told_what_it_should_be() {
    each_is_told(&[
        (
            "kiosk.name = true",
            &["2:14: `kiosk.name` must be text in quotes; this is true or false"],
        ),
        (
            "kiosk.name = 2026-01-01",
            &["2:14: `kiosk.name` must be text in quotes; this is a date or time without quotes"],
        ),
        (
            "network.retries = \"2\"",
            &["2:19: `network.retries` must be a whole number, without quotes; this is text"],
        ),
        (
            "network.retries = 11",
            &["2:19: `network.retries` must be from 0 to 10"],
        ),
        (
            "network.retries = -1",
            &["2:19: `network.retries` must be from 0 to 9223372036854775807"],
        ),
        (
            "survey.general_queue = \"yes\"",
            &["2:24: `survey.general_queue` must be true or false, without quotes; this is text"],
        ),
        (
            "site.method = \"put\"",
            &["2:15: `site.method` can't be \"put\": it is \"auto\", \"get\" or \"post\""],
        ),
        (
            "download.accept = \"elf\"",
            &["2:19: `download.accept` must be a list; this is text"],
        ),
        (
            "[rep]\nid = 1",
            &["2:1: `rep` must be a list, with [[rep]] before each entry; this is a table"],
        ),
        (
            "download.accept = [\"elf\", \"exe\"]",
            &[
                "2:27: `download.accept` can't be \"exe\": it is \"elf\", \"script\", \"desktop\", \"pe\", \"msi\", \"macho\", \"dmg\" or \"zip\"",
            ],
        ),
        (
            "download.accept = []",
            &["2:19: `download.accept` is empty: name a kind, or remove the line"],
        ),
        (
            "network.stall_timeout = \"20\"",
            &[
                "2:25: `network.stall_timeout` must be a time above 0 and up to 744h, such as \"15s\", \"2m\" or \"1h 30m\"",
            ],
        ),
        (
            "network.total_timeout = \"off\"",
            &[
                "2:25: `network.total_timeout` must be a time above 0 and up to 744h, such as \"15s\", \"2m\" or \"1h 30m\"",
            ],
        ),
        (
            "kiosk.idle_warning = \"0s\"",
            &[
                "2:22: `kiosk.idle_warning` must be \"off\", or a time above 0 and up to 744h, such as \"90s\", \"2m\" or \"1h 30m\"",
            ],
        ),
        (
            "download.max_size = \"200\"",
            &[
                "2:21: `download.max_size` must be a size above 0 in B, KiB, MiB or GiB, such as \"200 MiB\"",
            ],
        ),
    ]);
}

#[test]
fn t6_a_character_that_cannot_be_shown_is_told_at_its_own_place() {
    each_is_told(&[
        (
            "site.contact = \"a\u{200B}b\"",
            &[
                "2:18: `site.contact`: the character U+200B (a zero-width space) can't be used; leave it out",
            ],
        ),
        (
            "kiosk.name = \"a\\u001Bb\"",
            &["2:14: `kiosk.name`: the character U+001B (escape) can't be used; leave it out"],
        ),
        (
            "site.name = \"  \"",
            &["2:13: `site.name` is blank: fill it in, or remove the line"],
        ),
    ]);
}

#[test]
fn mistakes_about_the_site_and_the_network_are_told() {
    each_is_told(&[
        (
            "site.platform = \"winNT-64\"",
            &[
                "2:17: `site.platform` goes only with dialect = \"start-session\": remove it, or set the dialect",
            ],
        ),
        (
            "site.dialect = \"startsession\"\nsite.platform = \"winNT-64\"\nsession_key.skip_confirm = true\n\
             survey.name.ways = [\"key\"]\nissue = [{ name = \"A\", code_name = \"a\" }]",
            &[
                "2:16: `site.dialect` can't be \"startsession\": it is \"connector\" or \"start-session\"",
            ],
        ),
        (
            "site.path = \"x\"",
            &["2:13: `site.path` must begin with one `/`, such as \"/api/start_session\""],
        ),
        (
            "site.path = \"//evil.example/x\"",
            &["2:13: `site.path` must begin with one `/`, such as \"/api/start_session\""],
        ),
        (
            "site.path = \"/a/../b\"",
            &["2:13: `site.path` may not have `.` or `..` as a part"],
        ),
        (
            "site.path = \"/a?b\"",
            &[
                "2:16: `site.path` has a character that is not allowed in a path: no spaces, `?` or `#`, and others as %XX",
            ],
        ),
        (
            "site.user_agent = \"Désk\"",
            &["2:21: `site.user_agent` may have only ASCII letters, digits and symbols"],
        ),
        (
            "site.user_agent = \" \"",
            &["2:19: `site.user_agent` may not be blank"],
        ),
        (
            "network.redirect_hosts = [\"a.example\", \"https://b.example\"]",
            &[
                "2:40: `network.redirect_hosts` takes only names of hosts, such as \"downloads.example.com\": no https://, port or path",
            ],
        ),
    ]);
}

#[test]
fn mistakes_about_what_is_chosen_from_are_told() {
    each_is_told(&[
        (
            "menu.ways = []",
            &["2:13: `menu.ways` is empty: name a way, or remove the line"],
        ),
        (
            "menu.ways = [\"rep\"]",
            &["2:14: `menu.ways` has \"rep\", and there is no [[rep]] that is available"],
        ),
        (
            "[[rep]]\n[[rep]]\nid = 1",
            &[
                "2:1: `rep.id` is missing",
                "2:1: `rep.name` is missing",
                "3:1: `rep.name` is missing",
            ],
        ),
        (
            "[[rep]]\nid = 7\nname = \"A\"\n[[rep]]\nid = 7\nname = \"B\"",
            &["6:6: `rep.id` 7 is used by another representative: give each its own"],
        ),
        (
            "[[rep]]\nid = -1\nname = \"A\"",
            &["3:6: `rep.id` must be from 0 to 9223372036854775807"],
        ),
        (
            "[[issue]]\nname = \"A\"",
            &[
                "2:1: this [[issue]] needs an `id`, or a `code_name` where the dialect is \"start-session\"",
            ],
        ),
        (
            "[[issue]]\nname = \"A\"\ncode_name = \"a\"",
            &[
                "4:13: an issue with only a `code_name` needs dialect = \"start-session\": give this issue its `id` too",
            ],
        ),
        (
            "[[issue]]\nname = \"A\"\nid = 1\ncode_name = \"a b\"",
            &[
                "5:13: `issue.code_name` must be 1 to 64 letters, digits, `_` or `-`, as on the site",
            ],
        ),
        (
            "session_key.min_length = 0",
            &["2:26: `session_key.min_length` must be 1 or more"],
        ),
        (
            "session_key.max_length = 257",
            &["2:26: `session_key.max_length` must be 256 or less"],
        ),
        (
            "session_key.skip_confirm = true",
            &[
                "2:28: `session_key.skip_confirm` goes only with dialect = \"start-session\": remove it, or set the dialect",
            ],
        ),
        ("session_key.skip_confirm = false", &[]),
        (
            "session_key.characters = 7",
            &["2:26: `session_key.characters` must be text in quotes; this is a whole number"],
        ),
        (
            "session_key.min_length = 65",
            &[
                "2:26: no session key fits: `session_key.min_length` is 65 and `session_key.max_length` is 64",
            ],
        ),
    ]);
}

#[test]
fn characters_that_no_key_can_be_told_by_are_named() {
    for (characters, named, column) in [
        ("-A", "U+0041", 28),
        ("7", "U+0037", 27),
        ("_ -", "U+0020", 28),
        ("_\u{A0}-", "U+00A0", 28),
        ("\u{200B}", "U+200B", 27),
        ("\u{301}", "U+0301", 27),
        ("\u{FE0F}", "U+FE0F", 27),
        ("／", "U+FF0F", 27),
        ("–", "U+2013", 27),
        ("№", "U+2116", 27),
    ] {
        let expected = format!(
            "2:{column}: `session_key.characters` takes visible signs in their plain form, such as \"-_\", and {named} is none: letters \
             and digits are kept anyway"
        );
        assert_eq!(
            told(&format!(
                "{SITE}session_key.characters = \"{characters}\"\n"
            )),
            [expected],
            "{characters:?}"
        );
    }
    assert_eq!(
        told(&format!("{SITE}session_key.characters = \"a\\u0007\"\n")).len(),
        1
    );
    for good in ["", "-_./", "€§"] {
        let config = meant(&format!("{SITE}session_key.characters = \"{good}\"\n"));
        assert_eq!(config.code_rules(&KEY).characters, good);
    }
}

#[test]
fn mistakes_about_the_survey_are_told() {
    each_is_told(&[
        (
            "survey.general_queue = false",
            &[
                "2:24: without `survey.general_queue` the survey leads nowhere: add an [[issue]], or set it to true",
            ],
        ),
        (
            "survey.company_code.required = true",
            &[
                "2:32: `survey.company_code` is required and hidden: give it a `default`, or show it with `hidden = false`",
            ],
        ),
        (
            "survey.name.default = \"ø{host} {hots} {\"",
            &[
                "2:32: `survey.name.default`: unknown placeholder `{hots}`: did you mean `{host}`?",
                "2:39: `survey.name.default`: a brace here begins or ends a placeholder: `{host}`, `{date}`, `{terminal}`, `{kiosk}` or `{visit}`",
            ],
        ),
        (
            "survey.name.default = \"a\\nb\"",
            &[
                "2:23: `survey.name.default`: the character U+000A (a line break) can't be used; leave it out",
            ],
        ),
        (
            "survey.name.label = { en = \"\" }",
            &["2:28: `survey.name.label.en` is blank: fill it in, or remove the line"],
        ),
        (
            "survey.name.ways = [\"survey\", \"key\", \"rep\"]",
            &[
                "2:31: `survey.name.ways` can name \"key\" only with dialect = \"start-session\": remove it, or set the dialect",
            ],
        ),
        (
            "site.dialect = \"start-session\"\nsurvey.external_key.ways = [\"rep\", \"key\"]",
            &[],
        ),
        (
            "survey.name.ways = [\"survey\", \"survey\"]\nsurvey.company.ways = []",
            &[
                "2:31: `survey.name.ways` names this way twice",
                "3:23: `survey.company.ways` is empty: name a way, or remove the line",
            ],
        ),
        (
            "survey.name.ways = \"rep\"\nsurvey.company.ways = [\"reps\"]",
            &[
                "2:20: `survey.name.ways` must be a list; this is text",
                "3:24: `survey.company.ways` can't be \"reps\": it is {ways}",
            ],
        ),
        (
            "survey.name.label = { e = \"A\" }",
            &["2:23: `survey.name.label.e` is not a language tag, such as `en` or `pt-BR`"],
        ),
        (
            "survey.name.label = {}",
            &["2:21: `survey.name.label` is empty: write it as text, or as { en = \"..\" }"],
        ),
    ]);
}

#[test]
fn mistakes_about_the_client_are_told() {
    each_is_told(&[
        (
            "launch.command = []",
            &["2:18: `launch.command` is empty: name what runs the client, or remove the line"],
        ),
        (
            "launch.command = [\"sh\", \"{client}\"]",
            &[
                "2:19: `launch.command` must begin with \"{client}\", or with a program's absolute path, such as \"/usr/bin/env\"",
            ],
        ),
        (
            "launch.environment = [\"A\", \"1B\"]",
            &[
                "2:28: `launch.environment` takes only names of variables, such as \"DISPLAY\": letters, digits and `_`",
            ],
        ),
        (
            "launch.environment = [\"DISPLAY\", \"HOME\"]",
            &[
                "2:34: `launch.environment` can't name HOME: set `launch.home` to \"private\" or \"user\"",
            ],
        ),
        (
            "launch.set.TMPDIR = \"/tmp\"",
            &["2:12: `launch.set` can't name TMPDIR: it is always a directory of the visit"],
        ),
        (
            "launch.set = { \"a-b\" = \"\", X = 5 }",
            &[
                "2:16: `launch.set` takes only names of variables, such as \"DISPLAY\": letters, digits and `_`",
                "2:32: `launch.set.X` must be text in quotes; this is a whole number",
            ],
        ),
        (
            "launch.set = []",
            &["2:14: `launch.set` must be a section, written as a table; this is a list"],
        ),
        (
            "launch = { foreground = true, when_left = \"keep\" }",
            &[
                "2:43: `launch.when_left` = \"keep\" can't be had with `launch.foreground`: without the kiosk the client would share the terminal with the shell",
            ],
        ),
        (
            "launch.home = \"shared\"",
            &["2:15: `launch.home` can't be \"shared\": it is \"private\" or \"user\""],
        ),
        (
            "launch.mode = \"start\"",
            &[
                "2:15: `launch.mode` can't be \"start\": it is \"auto\", \"run\", \"save\" or \"link\"",
            ],
        ),
        (
            "launch.when_left = true",
            &["2:20: `launch.when_left` must be text in quotes; this is true or false"],
        ),
        (
            "look.theme = \"pink\"",
            &["2:14: unknown theme \"pink\": use \"midnight\" or \"mono\""],
        ),
    ]);
}

#[test]
fn an_address_that_is_none_says_why_and_is_never_quoted() {
    let cases = [
        (
            "",
            "1:12: `site.url` is blank: write the site's address, as in \"https://support.example.com\"",
        ),
        (
            "http://a",
            "1:12: `site.url` must begin with https:// (http:// is only for a loopback address, such as 127.0.0.1)",
        ),
        (
            "http://localhost.evil.example",
            "1:12: `site.url` must begin with https:// (http:// is only for a loopback address, such as 127.0.0.1)",
        ),
        ("ftp://a", "1:12: `site.url` must begin with https://"),
        (
            "https:a",
            "1:12: `site.url` is not written as an address is (expected //)",
        ),
        (
            "https://canary:canary@a",
            "1:12: `site.url` must not have a user or password",
        ),
        (
            "https://a/?canary",
            "1:23: `site.url` must not have a query: end it before the `?`",
        ),
        (
            "https://a/#canary",
            "1:23: `site.url` must not have a fragment: end it before the `#`",
        ),
        (
            "a",
            "1:12: `site.url` is not an address (relative URL without a base): write it as \"https://support.example.com\"",
        ),
    ];
    for (url, expected) in cases {
        assert_eq!(
            told(&format!("site.url = \"{url}\"\n")),
            [expected],
            "for {url}"
        );
    }
}

#[test]
fn a_page_to_go_on_at_is_as_safe_as_the_site_itself() {
    let cases = [
        (
            "https://canary:canary@b",
            "2:20: `site.handoff_url` must not have a user or password",
        ),
        (
            "http://b",
            "2:20: `site.handoff_url` must begin with https:// (http:// is only for a loopback address, such as 127.0.0.1)",
        ),
        (
            " ",
            "2:20: `site.handoff_url` is blank: write the site's address, as in \"https://support.example.com\"",
        ),
    ];
    for (url, expected) in cases {
        assert_eq!(
            told(&format!("{SITE}site.handoff_url = \"{url}\"\n")),
            [expected],
            "for {url}"
        );
    }
}

#[test]
fn a_site_that_is_missing_is_told_where_it_belongs() {
    assert_eq!(
        told(""),
        ["1:1: `[site]` with its `url` is missing: write the site's address there"]
    );
    assert_eq!(told("\n[site]\n"), ["2:1: `site.url` is missing"]);
}

#[test]
fn all_problems_are_told_at_once_in_the_order_of_the_file() {
    let text = "[look]\ntheme = 5\n\n[site]\nulr = \"https://a\"\n\n[hours]\n\n[session]\nagreement = \"a\"\n";
    let expected = [
        "2:9: `look.theme` must be text in quotes; this is a whole number",
        "4:1: `site.url` is missing",
        "5:1: unknown key `site.ulr`: did you mean `url`?",
        "7:2: `hours` is not supported yet",
        "10:1: `session.agreement` is not supported yet",
    ];
    assert_eq!(told(text), expected);
}

#[test]
fn a_planned_key_is_refused_as_not_supported_yet() {
    for planned in [
        "[hours]\ntimezone = \"Europe/Oslo\"",
        "[notice]\ntext = { en = \"Down\" }",
        "session.agreement = \"Be kind.\"",
        "session.agreement_timeout = \"2m\"",
        "look.languages = [\"es\", \"en\"]",
        "look.plain = true",
    ] {
        let key = planned
            .split([']', '='])
            .next()
            .unwrap_or_default()
            .trim_matches(['[', ' ']);
        let told = told(&format!("{SITE}{planned}\n"));
        assert!(
            matches!(told.as_slice(), [one] if one.ends_with(&format!("`{key}` is not supported yet"))),
            "{told:?}"
        );
    }
}

#[test]
fn the_first_fifty_problems_are_listed_and_the_rest_counted() {
    let rep = |number: usize| format!("[[rep]]\nid = {number}\nnmae = 1\nname = \"A\"\n");
    let with = |reps: usize| told(&format!("{SITE}{}", (0..reps).map(rep).collect::<String>()));
    let fifty = with(50);
    assert_eq!(
        (fifty.len(), fifty[49].as_str()),
        (50, "200:1: unknown key `rep.nmae`: did you mean `name`?")
    );
    let more = with(62);
    assert_eq!(
        (more.len(), &more[..50], more[50].as_str()),
        (51, fifty.as_slice(), "and 12 more")
    );
}

#[test]
fn what_is_no_toml_is_told_with_each_place() {
    let problems = told("[site]\nurl = https://a\n\n[look\ntheme = \"mono\"\n[site]\n");
    let places: Vec<&str> = problems
        .iter()
        .filter_map(|problem| problem.split(" this is not TOML: ").next())
        .collect();
    assert_eq!(places, ["2:7:", "4:6:", "6:2:"], "{problems:?}");
}

#[test]
fn a_long_default_is_measured_without_its_places() {
    let full = format!("survey.name.default = \"{}{{visit}}\"", "ø".repeat(100));
    assert_eq!(told(&format!("{SITE}{full}")), [""; 0]);
    let hidden = format!("{full}\nsurvey.name.hidden = true");
    let can_have = "2:23: `survey.name.default` can have 106 characters with its placeholders filled in, and may have at most 100";
    assert_eq!(
        told(&format!("{SITE}{hidden}")),
        [can_have],
        "nobody at the screen could mend it"
    );
    let over = full.replace("{visit}", "x");
    assert_eq!(
        told(&format!("{SITE}{over}")),
        ["2:23: `survey.name.default` has 101 characters and may have at most 100"]
    );
}

proptest! {
    #[test]
    fn no_text_makes_the_config_panic(text in "(?s).{0,200}") {
        told(&text);
    }

    #[test]
    fn no_slip_in_a_good_config_makes_it_panic(at in 0..DESK.len(), length in 0..40_usize, slip in "(?s).{0,6}") {
        let boundary = |at: usize| (at.min(DESK.len())..=DESK.len()).find(|at| DESK.is_char_boundary(*at)).unwrap_or_default();
        let text = format!("{}{slip}{}", &DESK[..boundary(at)], &DESK[boundary(at + length)..]);
        let lines = text.matches('\n').count() + 1;
        for problem in told(&text).iter().filter(|line| !line.starts_with("and ")) {
            let line = problem.split(':').next().and_then(|line| line.parse::<usize>().ok());
            prop_assert!(line.is_some_and(|line| (1..=lines).contains(&line)), "{problem}");
        }
    }
}

#[test]
fn k10_a_bad_staff_pin_hash_gets_advice_and_is_never_quoted() {
    let to_do = "run `support-kiosk staff-pin` and write what it prints";
    let hash = |cost: &str| {
        format!("$argon2id$v=19${cost}$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
    };
    let cases = [
        (
            "471109".to_owned(),
            "must be the hash of a PIN, never the PIN itself",
        ),
        (
            String::new(),
            "must be the hash of a PIN, never the PIN itself",
        ),
        (
            hash("m=65536,t=2,p=1").replace("argon2id", "argon2i"),
            "is a hash, but not of argon2id in version 19",
        ),
        (
            hash("m=65536,t=2,p=1").replace("v=19", "v=16"),
            "is a hash, but not of argon2id in version 19",
        ),
        (
            hash("m=1048576,t=2,p=1"),
            "takes more than 256 MiB, 10 passes or 4 lanes to check",
        ),
        (
            hash("m=65536,t=11,p=1"),
            "takes more than 256 MiB, 10 passes or 4 lanes to check",
        ),
        (
            hash("m=65536,t=2,p=5"),
            "takes more than 256 MiB, 10 passes or 4 lanes to check",
        ),
    ];
    for (written, why) in cases {
        let text = format!("{SITE}kiosk.staff_pin = \"{written}\"\n");
        assert_eq!(
            told(&text),
            [format!("2:19: `kiosk.staff_pin` {why}: {to_do}")],
            "for {written}"
        );
    }
    each_is_told(&[(
        "kiosk.staff_pin = 471109",
        &["2:19: `kiosk.staff_pin` must be text in quotes; this is a whole number"],
    )]);
}
