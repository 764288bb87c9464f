//! What README.md and docs/ promise.

use std::path::Path;

use support_kiosk::config::from_text;
use support_kiosk::failure::Fault;
use support_kiosk::text::EN;

const README: &str = include_str!("../../README.md");
const CONFIGURATION: &str = include_str!("../../docs/configuration.md");
const COMMANDS: &str = include_str!("../../docs/commands.md");
const CODES: &str = include_str!("../../docs/codes.md");

#[test]
fn the_readmes_small_config_and_the_full_one_of_docs_are_good() {
    for (page, text) in [
        ("README.md", README),
        ("docs/configuration.md", CONFIGURATION),
    ] {
        let blocks: Vec<&str> = text
            .split("```toml\n")
            .skip(1)
            .filter_map(|rest| rest.split("```").next())
            .collect();
        assert_eq!(blocks.len(), 1, "{page} has one config");
        for block in blocks {
            if let Err(problems) = from_text(block, Path::new(page)) {
                panic!("{problems}\nin {page}:\n{block}");
            }
        }
    }
}

#[test]
fn every_exit_status_of_a_failure_is_in_docs_commands() {
    for fault in Fault::ALL {
        let status = fault.exit() as u8;
        assert!(
            COMMANDS.contains(&format!("\n| {status} |")),
            "{status}, of {}",
            fault.code()
        );
    }
}

/// The table of docs/codes.md, from the catalogue.
fn codes() -> String {
    let rows = Fault::ALL.iter().map(|fault| {
        let words = EN.of_fault(*fault);
        format!(
            "| {} | {} | {} | {} |\n",
            fault.code(),
            words.happened,
            words.staff,
            fault.exit() as u8
        )
    });
    "| code | the customer reads | for staff | status |\n|---|---|---|---|\n".to_owned()
        + &rows.collect::<Vec<_>>().concat()
}

#[test]
fn d15_the_table_of_codes_in_docs_is_that_of_the_catalogue() {
    assert!(
        CODES.contains(&codes()),
        "the table has to be\n\n{}",
        codes()
    );
}

#[test]
fn the_readme_is_short_and_its_links_lead_somewhere() {
    assert!(
        README.lines().count() <= 180,
        "the reference belongs into docs/"
    );
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pages = [
        ("README.md", README),
        ("docs/configuration.md", CONFIGURATION),
        ("docs/commands.md", COMMANDS),
        ("docs/codes.md", CODES),
        ("docs/client.md", include_str!("../../docs/client.md")),
        (
            "docs/kiosk-setup.md",
            include_str!("../../docs/kiosk-setup.md"),
        ),
        ("docs/logging.md", include_str!("../../docs/logging.md")),
    ];
    for (page, text) in pages {
        let folder = root.join(page).parent().expect("a folder").to_owned();
        let targets = text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next());
        for target in targets.filter(|target| !target.starts_with("https:")) {
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            let file = if file.is_empty() {
                root.join(page)
            } else {
                folder.join(file)
            };
            let linked = std::fs::read_to_string(&file)
                .unwrap_or_else(|error| panic!("{page}: {target}: {error}"));
            assert!(
                heading.is_empty() || anchors(&linked).any(|anchor| anchor == heading),
                "{page}: {target}"
            );
        }
    }
}

/// The anchors of a page's headings, as GitHub makes them.
fn anchors(page: &str) -> impl Iterator<Item = String> {
    let headings = page
        .lines()
        .filter_map(|line| line.strip_prefix('#'))
        .map(|line| line.trim_start_matches('#').trim());
    headings.map(|heading| {
        let kept = heading.to_lowercase().replace(' ', "-");
        kept.chars()
            .filter(|character| character.is_alphanumeric() || "-_".contains(*character))
            .collect()
    })
}
