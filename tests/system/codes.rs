//! The refusals of every way that takes a code, by the table in `ways`.

use support_kiosk::session::CustomerDetails;
use support_kiosk::ways;

use crate::support::order::{Desk, by_code_with};
use crate::support::site::{Site, answer, ok};

#[test]
fn d15_each_refused_code_has_its_failure_without_the_code_itself() {
    for way in ways::codes() {
        let request = by_code_with(way.name, way.demo_code, CustomerDetails::default());
        let page = format!(
            "<h1>BeyondTrust: there is no session for {}</h1>",
            way.demo_code
        );
        let without_sign = page.replace("BeyondTrust", "Welcome");
        for (response, fault) in [
            (ok(&page), way.refused),
            (ok(&without_sign), way.refused_unbranded),
            (answer("404 Not Found", "", page.clone()), way.refused),
        ] {
            let site = Site::answering(response);
            let failure = Desk::at(&site.url()).fails(&request, fault, way.name);
            let words = failure
                .site_words
                .map(|words| words.to_string())
                .unwrap_or_default();
            assert!(!words.contains(way.demo_code), "{way:?}: {words}");
        }
    }
}
