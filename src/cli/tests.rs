use super::*;
use crate::host::FORCED_COMMAND;
use crate::session::SurveyField;

fn parsed(line: &str) -> Result<Command, clap::Error> {
    parse_command(line.split(' ').map(OsString::from).collect())
}

#[test]
fn k3_where_sshd_forces_the_kiosk_upon_another_command_it_is_refused() {
    let environment = |value: &str| vec![("SSH_ORIGINAL_COMMAND".into(), value.into())];
    let parsed =
        |line: &str, value| parse(line.split(' ').map(OsString::from), &environment(value));
    for line in [
        "support-kiosk",
        "-support-kiosk",
        "support-kiosk --lockdown",
        "support-kiosk run",
        "support-kiosk demo",
    ] {
        for value in [
            "",
            "sh",
            "/usr/lib/openssh/sftp-server",
            "scp -t .",
            "\u{1b}[2J",
            FORCED_COMMAND,
        ] {
            assert!(
                matches!(parsed(line, value), Err(CliError::ShellRefused)),
                "{line}: {value:?}"
            );
        }
    }
    assert!(matches!(
        parsed("support-kiosk start rep 12", "sh"),
        Ok(Command::Start(_))
    ));
}

#[test]
fn the_command_line_is_sound() {
    CliArgs::command().debug_assert();
}

#[test]
fn without_a_command_the_kiosk_runs() {
    let Ok(Command::Run(run)) = parsed("support-kiosk --theme mono --config a.toml") else {
        panic!("not run")
    };
    assert_eq!(
        (run.theme.as_deref(), run.config),
        (Some("mono"), Some("a.toml".into()))
    );
}

#[test]
fn options_of_start_stand_before_or_after_the_way() {
    for line in [
        "support-kiosk start --json --config a.toml rep 12",
        "support-kiosk start rep 12 --config a.toml --json",
    ] {
        let Ok(Command::Start(start)) = parsed(line) else {
            panic!("not start")
        };
        assert!(
            start.delivery.json && start.config == Some("a.toml".into()),
            "{line}"
        );
    }
}

#[test]
fn wrong_use_exits_with_status_2() {
    for line in [
        "support-kiosk nonesuch",
        "support-kiosk --theme nonesuch",
        "support-kiosk start",
        "support-kiosk start rep",
        "support-kiosk start key",
        "support-kiosk start rep 12 --json --print-link",
        "support-kiosk start rep 12 --save . --print-link",
        "support-kiosk start rep 12 --save . --no-wait",
        "support-kiosk start rep 12 --save . --output a",
        "support-kiosk start rep 12 --output a --print-link",
        "support-kiosk start rep 12 --output a --no-wait",
        "support-kiosk start rep 12 --output=",
        "support-kiosk start survey --name - --description -",
        "support-kiosk start rep 12 --name - --external-key -",
        "support-kiosk start key - --name -",
        "support-kiosk start survey --nonesuch a",
        "support-kiosk demo --listen 127.0.0.1:1",
        "support-kiosk demo --site-only --listen 0.0.0.0:1",
        "support-kiosk demo --site-only --listen 192.0.2.1:1",
        "support-kiosk check a b",
    ] {
        let Err(error) = parsed(line) else {
            panic!("{line} passes")
        };
        assert_eq!(error.exit_code(), 2, "{line}: {error}");
    }
}

#[test]
fn json_refuses_a_folder_that_is_not_utf8() {
    use std::os::unix::ffi::OsStringExt;
    let folder = OsString::from_vec(b"/tmp/\xFF".to_vec());
    let line = |last: &str| {
        ["support-kiosk", "start", "rep", "12", "--save"]
            .map(OsString::from)
            .into_iter()
            .chain([folder.clone(), last.into()])
            .collect::<Vec<_>>()
    };
    assert!(parse_command(line("--json")).is_err_and(|error| error.exit_code() == 2));
    assert!(
        parse_command(line("--config=a.toml")).is_ok(),
        "plain output accepts it"
    );
}

#[test]
fn contradictory_options_are_reported_with_the_usage_of_start() {
    let Err(error) = parsed("support-kiosk start rep 12 --json --print-link") else {
        panic!("passes")
    };
    assert!(
        error.to_string().contains("Usage: support-kiosk start"),
        "{error}"
    );
}

#[test]
fn d15_a_word_too_many_is_not_repeated_and_a_mistyped_option_is() {
    for line in [
        "start survey --name Zo canary",
        "start key 4710938 canary",
        "start key -canary",
        "start survey --nam=canary",
        "start canary",
        "canary",
        "key=canary",
        "start key=canary",
        "start keycanary",
    ] {
        let Err(error) = parsed(&format!("support-kiosk {line}")) else {
            panic!("{line} passes")
        };
        assert!(!error.to_string().contains("canary"), "{line}: {error}");
    }
    for (line, told) in [
        ("start survey --nonesuch=a", "--nonesuch"),
        ("start surve", "'survey'"),
        ("chek", "'check'"),
    ] {
        let Err(error) = parsed(&format!("support-kiosk {line}")) else {
            panic!("{line} passes")
        };
        assert!(error.to_string().contains(told), "{line}: {error}");
    }
}

#[test]
fn help_names_the_good_codes_of_the_demo() {
    let Err(help) = parsed("support-kiosk demo --help") else {
        panic!("no help")
    };
    assert_eq!(help.exit_code(), 0);
    assert!(
        ways::codes().all(|way| help.to_string().contains(way.demo_code)),
        "{help}"
    );
}

#[test]
fn a_value_may_begin_with_a_hyphen() {
    let Ok(Command::Start(start)) = parsed("support-kiosk start survey --description -5 --name -")
    else {
        panic!("refused")
    };
    let StartWay::Survey { details, .. } = start.way else {
        panic!("no survey")
    };
    assert_eq!(
        details
            .value(SurveyField::Description)
            .map(|value| value.as_str()),
        Some("-5")
    );
}
