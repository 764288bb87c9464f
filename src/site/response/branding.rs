//! Whether a page that came instead of a client is the site's own, or could come from another
//! server (D4): a network that wants a sign-in intercepts requests and responds with its own page.
//!
//! A page counts as the site's if it contains the name of the software, or the name that the
//! operator gave the site. The host name does not count: a page of the network may repeat the
//! address that was requested. A page without either name is still a refusal; the customer is also
//! advised to check the network.

use super::page_text::{self, PageFormat};
use crate::config::SiteConfig;

/// The product names of the site's software (docs/protocol.md).
const SOFTWARE: [&str; 2] = ["bomgar", "beyondtrust"];

/// Whether this is an HTML page without the site's branding. The raw bytes are searched too,
/// because their charset may be unknown.
pub(super) fn lacks_site_branding(bytes: &[u8], page: &str, site: &SiteConfig) -> bool {
    let host = site.url.host_str().unwrap_or_default();
    let raw = String::from_utf8_lossy(bytes);
    let is_html = [page, &raw]
        .iter()
        .any(|text| page_text::detect_format(text) == PageFormat::Html);
    let texts = [page, &raw, &page_text::extract(page, PageFormat::Html)].map(str::to_lowercase);
    // The host name may contain the product name (beyondtrustcloud.com) or the site's name.
    let without_host = texts.each_ref().map(|text| text.replace(host, ""));
    let desk = site.name.as_str().to_lowercase();
    // The default name is the host.
    let has_a_name = !desk.trim().is_empty() && desk != host;
    let places = if desk.contains(host) {
        &texts
    } else {
        &without_host
    };
    let is_named = has_a_name && places.iter().any(|text| text.contains(&desk));
    is_html
        && !is_named
        && !SOFTWARE
            .iter()
            .any(|name| without_host.iter().any(|text| text.contains(name)))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::{self, Config};

    fn site_name(name: &str) -> Config {
        let text = format!("[site]\nurl = \"https://acme.beyondtrustcloud.com\"\n{name}");
        config::from_text(&text, Path::new("k")).unwrap_or_else(|problems| panic!("{problems}"))
    }

    #[test]
    fn d4_a_page_bears_the_name_of_the_software_or_of_the_desk() {
        let (nameless, named) = (site_name(""), site_name("name = \"Müller & Søn\""));
        for page in [
            "<html><head><title>Remote Support by BeyondTrust</title>",
            " <img alt=\"BOMGAR\">",
            r#"{"error": true}"#,
            "No session",
        ] {
            assert!(
                !lacks_site_branding(page.as_bytes(), page, &nameless.site)
                    && !lacks_site_branding(page.as_bytes(), page, &named.site),
                "{page}"
            );
        }
        for page in ["<h1>MÜLLER &amp; SØN</h1>", "<!-- müller & søn -->"] {
            assert!(
                !lacks_site_branding(page.as_bytes(), page, &named.site)
                    && lacks_site_branding(page.as_bytes(), page, &nameless.site),
                "{page}"
            );
        }
        for page in [
            "<h1>Welcome to our Wi-Fi</h1>",
            "<p>Go on to https://Acme.BeyondTrustCloud.com/?id=12",
            " <",
            "<\u{0}\u{FFFD}",
        ] {
            assert!(
                lacks_site_branding(page.as_bytes(), page, &nameless.site)
                    && lacks_site_branding(page.as_bytes(), page, &named.site),
                "{page}"
            );
        }
        let of_the_host = site_name("name = \"Acme.BeyondTrustCloud.com Support\"");
        for (page, missing) in [
            ("<h1>acme.beyondtrustcloud.com support</h1>", false),
            ("<p>acme.beyondtrustcloud.com", true),
        ] {
            assert_eq!(
                lacks_site_branding(page.as_bytes(), page, &of_the_host.site),
                missing,
                "{page}"
            );
        }
        let in_json = r#"{"errorMessage": "<p>Key gone</p>"}"#;
        assert!(
            !lacks_site_branding(in_json.as_bytes(), in_json, &nameless.site),
            "JSON needs no branding"
        );
        assert!(
            lacks_site_branding(b"<p>\x83\x8D", "", &named.site)
                && !lacks_site_branding(b"<p>Bomgar \x83\x8D", "", &named.site)
        );
    }
}
