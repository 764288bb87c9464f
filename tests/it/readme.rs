//! What the README promises.

use std::path::Path;

use support_kiosk::config::from_text;
use support_kiosk::failure::Fault;
use support_kiosk::text::EN;

const README: &str = include_str!("../../README.md");

#[test]
fn the_readmes_configs_are_good() {
    let blocks: Vec<&str> = README.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(blocks.len(), 2, "a small config and a fuller one");
    for block in blocks {
        if let Err(problems) = from_text(block, Path::new("README.md")) {
            panic!("{problems}\nin:\n{block}");
        }
    }
}

#[test]
fn every_exit_status_of_a_failure_stands_in_the_readme() {
    for fault in Fault::ALL {
        let status = fault.exit() as u8;
        assert!(README.contains(&format!("\n| {status} |")), "{status}, of {}", fault.code());
    }
}

/// The table of the codes, as it stands in the README.
fn codes() -> String {
    let rows = Fault::ALL.iter().map(|fault| {
        let words = EN.of_fault(*fault);
        format!("| {} | {} | {} | {} |\n", fault.code(), words.happened, words.staff, fault.exit() as u8)
    });
    "| code | the customer reads | for staff | status |\n|---|---|---|---|\n".to_owned() + &rows.collect::<Vec<_>>().concat()
}

#[test]
fn d15_the_readmes_table_of_codes_is_that_of_the_catalogue() {
    assert!(README.contains(&codes()), "the table has to be\n\n{}", codes());
}
