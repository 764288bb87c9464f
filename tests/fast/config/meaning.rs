//! What a good config means.

use std::path::Path;
use std::time::Duration;

use support_kiosk::config::{
    ClientHome, Dialect, FileKind, GlyphChoice, LaunchCommand, Method, Mode, RepListShown,
    SurveyMenu, WhenLeft,
};
use support_kiosk::session::{Id, IssueRef, SurveyField};
use support_kiosk::ways::{self, CodeRules, KEY, Way};

use super::{DESK, meant};

#[test]
fn the_smallest_config_names_the_site_and_every_default_is_filled_in() {
    let config = meant("[site]\nurl = \"https://support.example.com\"\n");

    assert_eq!(config.site.url.as_str(), "https://support.example.com/");
    assert_eq!(config.site.handoff_url, config.site.url);
    assert_eq!(config.site.name.as_str(), "support.example.com");
    assert_eq!(
        (config.site.dialect, config.site.method),
        (Dialect::Connector, Method::Auto)
    );
    assert_eq!(config.site.path, "/download_customer_connector.ns");
    let network = &config.network;
    let seconds = [
        network.connect_timeout,
        network.stall_timeout,
        network.total_timeout,
    ]
    .map(|time| time.as_secs());
    assert_eq!((seconds, network.retries), ([15, 20, 900], 2));
    assert_eq!(
        (
            config.ways.as_slice(),
            config.reps.len(),
            config.issues.len()
        ),
        ([Way::Code(&KEY)].as_slice(), 0, 0)
    );
    assert_eq!(
        config.code_rules(&KEY),
        &CodeRules {
            min: 1,
            max: 64,
            characters: String::new()
        }
    );
    assert_eq!(config.site.skip_confirm, [&KEY]);
    assert_eq!(
        (config.survey.menu, config.survey.general_queue),
        (SurveyMenu::Issues, true)
    );
    let hidden = SurveyField::ALL.map(|field| config.survey.form.rules(field).hidden);
    assert_eq!(
        hidden,
        [false, false, true, false, false],
        "the company code alone is hidden"
    );
    assert_eq!(
        (config.download.max_size, config.download.folder),
        (200 << 20, None)
    );
    assert_eq!(config.launch.command, LaunchCommand::ByKind);
    assert_eq!(
        config.launch.environment,
        [
            "DISPLAY",
            "WAYLAND_DISPLAY",
            "XAUTHORITY",
            "XDG_RUNTIME_DIR"
        ]
    );
    assert!(config.launch.needs_display);
    assert_eq!(
        (config.launch.home, config.launch.set),
        (ClientHome::User, Vec::new())
    );
    assert_eq!(
        (
            config.launch.mode,
            config.launch.when_left,
            config.launch.foreground
        ),
        (Mode::Auto, WhenLeft::Keep, false)
    );
    assert!(!config.kiosk.name.is_blank());
    assert_eq!(
        (config.kiosk.idle_warning, config.kiosk.idle_grace),
        (None, Duration::from_secs(30))
    );
    assert_eq!(config.kiosk.staff_pin, None);
    assert_eq!(
        (config.look.theme.name, config.look.glyphs),
        ("midnight", GlyphChoice::Auto)
    );
}

#[cfg(target_os = "linux")]
#[test]
fn by_default_the_site_sees_what_a_browser_on_this_machine_says() {
    let machine = if cfg!(target_arch = "aarch64") {
        "aarch64"
    } else {
        "x86_64"
    };
    let user_agent = format!(
        "Mozilla/5.0 (X11; Linux {machine}) support-kiosk/{}",
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(
        meant("site.url = \"https://a\"").site.user_agent,
        user_agent
    );
}

#[cfg(target_os = "linux")]
#[test]
fn by_default_a_client_is_what_this_system_runs() {
    assert_eq!(
        meant("site.url = \"https://a\"").download.accept,
        [FileKind::Elf, FileKind::Script, FileKind::Desktop]
    );
}

#[test]
fn the_site_of_a_whole_desk_means_what_it_says() {
    let config = meant(DESK);

    let site = &config.site;
    assert_eq!(
        site.url.as_str(),
        "https://support.example.com/help/",
        "a path prefix is kept"
    );
    assert_eq!(
        (site.dialect, site.method, site.path.as_str()),
        (Dialect::StartSession, Method::Post, "/api/start")
    );
    assert_eq!(
        (site.name.as_str(), site.user_agent.as_str()),
        ("Example IT Help Desk", "Desk/1 (b12)")
    );
    assert_eq!(site.platform.as_ref().map(AsRef::as_ref), Some("winNT-64"));
    assert_eq!(
        site.contact.as_ref().map(AsRef::as_ref),
        Some("Call 555-0100, or ask at the desk in B12.")
    );

    assert_eq!(
        site.handoff_url.as_str(),
        "https://help.example.com/phone?from=b12"
    );

    let parameters: Vec<_> = site
        .parameters
        .iter()
        .map(|fixed| {
            (
                fixed.name.as_str(),
                fixed.value.as_str(),
                fixed.ways.as_slice(),
            )
        })
        .collect();
    let (everywhere, some) = (ways::ALL, &[Way::Survey, Way::Rep][..]);
    assert_eq!(
        parameters,
        [
            ("session.custom.kiosk", "{kiosk}/{visit}", everywhere),
            ("session.skills", "net", some)
        ]
    );

    let network = &config.network;
    assert_eq!(
        network.ca_file.as_deref(),
        Some(Path::new("conf/private-ca.pem")),
        "relative to the config"
    );
    assert_eq!(network.redirect_hosts, ["downloads.example.com", "[::1]"]);
    let seconds = [
        network.connect_timeout,
        network.stall_timeout,
        network.total_timeout,
    ]
    .map(|time| time.as_secs());
    assert_eq!((seconds, network.retries), ([5, 60, 5400], 0));

    assert_eq!(
        (config.download.folder.as_deref(), config.download.max_size),
        (Some(Path::new("/srv/clients")), 1 << 30)
    );
    let kinds = [
        FileKind::Elf,
        FileKind::Script,
        FileKind::Desktop,
        FileKind::Pe,
        FileKind::Msi,
        FileKind::MachO,
        FileKind::Dmg,
        FileKind::Zip,
    ];
    assert_eq!(config.download.accept, kinds);
    let command = ["/usr/bin/env", "A=1", "{client}"]
        .map(str::to_owned)
        .to_vec();
    assert_eq!(config.launch.command, LaunchCommand::Fixed(command));
    assert_eq!(
        (
            config.launch.mode,
            config.launch.when_left,
            config.launch.foreground
        ),
        (Mode::Run, WhenLeft::End, true)
    );
    assert_eq!(
        (config.launch.environment, config.launch.needs_display),
        (vec!["DISPLAY".to_owned(), "_X1".to_owned()], false)
    );
    let set = [("BOMGAR_DEBUG", "1"), ("LANG", "nb_NO.UTF-8")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(
        (config.launch.home, config.launch.set),
        (ClientHome::Private, set.to_vec())
    );
    assert_eq!(config.kiosk.name.as_str(), "b12-3");
    assert_eq!(
        (config.kiosk.idle_warning, config.kiosk.idle_grace.as_secs()),
        (Some(Duration::from_secs(1)), 20)
    );
    let staff_pin = config.kiosk.staff_pin.map(|hash| hash.to_string());
    assert!(
        staff_pin.is_some_and(|hash| DESK.contains(&hash)),
        "the hash as it is written"
    );
    assert_eq!(
        (config.look.theme.name, config.look.glyphs),
        ("mono", GlyphChoice::Ascii)
    );
}

#[test]
fn the_choices_of_a_whole_desk_mean_what_they_say() {
    let config = meant(DESK);

    assert_eq!(config.ways, [Way::Rep]);
    assert_eq!(config.rep_list, RepListShown::Search);
    let lists: Vec<&Path> = config
        .lists
        .iter()
        .map(|list| list.path.as_path())
        .collect();
    assert_eq!(
        lists,
        [Path::new("conf/reps.csv"), Path::new("/srv/issues.json")]
    );
    let [dana, li] = config.reps.as_slice() else {
        panic!("{:?}", config.reps)
    };
    assert_eq!(
        (Some(dana.id), dana.name.as_str(), dana.available),
        (Id::new(9_223_372_036_854_775_807), "Dana Whitfield", true)
    );
    assert_eq!(
        (
            dana.title.as_ref().map(AsRef::as_ref),
            dana.team.as_ref().map(AsRef::as_ref)
        ),
        (Some("Network"), Some("Campus"))
    );
    assert_eq!(
        dana.languages
            .iter()
            .map(AsRef::as_ref)
            .collect::<Vec<&str>>(),
        ["en", "es"]
    );
    assert_eq!(
        (Some(li.id), li.name.as_str(), li.available, &li.title),
        (Id::new(0), "李明", false, &None)
    );

    let [password, printer] = config.issues.as_slice() else {
        panic!("{:?}", config.issues)
    };
    assert!(
        matches!(&password.reference, IssueRef::Both(id, code) if id.get() == 3 && code.as_str() == "password")
    );
    assert_eq!(
        password.description.as_ref().map(AsRef::as_ref),
        Some("Locked accounts, new passwords, two-step codes")
    );
    assert!(matches!(&printer.reference, IssueRef::CodeName(code) if code.as_str() == "printer"));

    assert_eq!(
        config.code_rules(&KEY),
        &CodeRules {
            min: 7,
            max: 9,
            characters: "_/".to_owned()
        }
    );
    assert!(config.site.skip_confirm.is_empty());
    assert_eq!(
        (config.survey.menu, config.survey.general_queue),
        (SurveyMenu::Reps, false)
    );
    let rules = |field| config.survey.form.rules(field);
    let labels =
        SurveyField::ALL.map(|field| rules(field).label.as_ref().map_or("", AsRef::as_ref));
    assert_eq!(
        labels,
        ["Your name", "Company", "", "", "Sak"],
        "English, else the first of the file"
    );
    assert_eq!(
        SurveyField::ALL.map(|field| rules(field).required),
        [true, false, false, false, false]
    );
    assert_eq!(
        SurveyField::ALL.map(|field| rules(field).hidden),
        [false, true, false, false, false]
    );
    let survey = &[Way::Survey][..];
    let ways = [survey, survey, survey, survey, &[Way::Code(&KEY), Way::Rep]];
    assert_eq!(
        SurveyField::ALL.map(|field| rules(field).ways.as_slice()),
        ways
    );
    assert_eq!(
        SurveyField::ALL.map(|field| rules(field).default.as_str()),
        ["", "Example {kiosk}", "", "Where:\nWhat:", ""]
    );
}

#[test]
fn the_ways_are_those_that_have_what_they_need() {
    let rep = "[[rep]]\nid = 1\nname = \"A\"\n";
    let absent = "[[rep]]\nid = 1\nname = \"A\"\navailable = false\n";
    let cases = [
        ("", vec![Way::Code(&KEY)]),
        (rep, vec![Way::Rep, Way::Code(&KEY)]),
        (absent, vec![Way::Code(&KEY)]),
        (
            "[[issue]]\nid = 1\nname = \"A\"\n",
            vec![Way::Code(&KEY), Way::Survey],
        ),
        (
            "[survey.name]\nrequired = true\n",
            vec![Way::Code(&KEY), Way::Survey],
        ),
    ];
    for (text, ways) in cases {
        assert_eq!(
            meant(&format!("site.url = \"https://a\"\n{text}")).ways,
            ways,
            "for {text}"
        );
    }
}

#[test]
fn plain_http_is_for_this_machine_alone() {
    for url in [
        "http://127.0.0.1:8080",
        "http://127.9.9.9/desk/",
        "http://[::1]:1/",
        "http://localhost:99",
    ] {
        let config = meant(&format!("site.url = \"{url}\""));
        assert_eq!(
            config.site.url.as_str().trim_end_matches('/'),
            url.trim_end_matches('/')
        );
    }
}

#[test]
fn a_config_of_windows_with_its_line_ends_and_mark_is_read() {
    let text = format!("\u{FEFF}{}", DESK.replace('\n', "\r\n"));
    let config = meant(&text);
    assert_eq!(
        config
            .survey
            .form
            .rules(SurveyField::Description)
            .default
            .as_str(),
        "Where:\nWhat:"
    );
}
