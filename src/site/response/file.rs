//! Names a body that the site sends as a file but that is no program.

use super::page_text::{self, PageFormat};

/// The kind of file, for people, if its first characters show it. Launchers are served to other
/// platforms than this machine's.
pub(super) fn name(text: &str) -> Option<&'static str> {
    match page_text::detect_format(text) {
        PageFormat::Html if text.contains("<jnlp") => Some("a JNLP launcher for Java"),
        PageFormat::Html if text.contains("urn:schemas-microsoft-com:asm") => {
            Some("a ClickOnce launcher for Windows")
        }
        PageFormat::Html => Some("an HTML or XML file"),
        PageFormat::Json if text.trim_start().starts_with('{') => Some("a JSON file"),
        PageFormat::Json | PageFormat::Plain => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Fault;
    use crate::text::EN;

    #[test]
    fn d5_a_file_for_another_platform_is_named_and_staff_read_what_selects_it() {
        let click_once = "<?xml version=\"1.0\"?><asmv1:assembly xmlns:asmv1=\"urn:schemas-microsoft-com:asm.v1\">";
        for (text, told) in [
            (
                "<?xml version=\"1.0\"?>\n<jnlp spec=\"1.0+\">",
                Some("a JNLP launcher for Java"),
            ),
            (click_once, Some("a ClickOnce launcher for Windows")),
            ("\n <html><h1>Closed</h1>", Some("an HTML or XML file")),
            ("{\"error\": true}", Some("a JSON file")),
            ("[InternetShortcut]", None),
            ("words", None),
            ("", None),
        ] {
            assert_eq!(name(text), told, "{text}");
        }
        let staff = EN.of_fault(Fault::WrongKind).staff;
        assert!(
            staff.contains("site.platform") && staff.contains("site.user_agent"),
            "{staff}"
        );
    }
}
