//! What the README promises.

use std::path::Path;

use support_kiosk::config::from_text;
use support_kiosk::failure::Fault;

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
