//! Makes the client's file name safe. The client may read its session from its own name, so as much
//! of the name as possible is kept (D10).

/// The longest name that is kept, in bytes.
const MAX_BYTES: usize = 200;

/// The file name to use: the first safe one, or one made safe. None if nothing of them can be kept.
/// The preferred name comes first.
pub(super) fn choose(names: &[String]) -> Option<String> {
    let as_it_is = names.iter().find(|name| is_safe(name)).cloned();
    as_it_is.or_else(|| names.iter().find_map(|name| make_safe(name)))
}

fn is_safe(name: &str) -> bool {
    (1..=MAX_BYTES).contains(&name.len())
        && !name.starts_with(is_unsafe_first)
        && !name.contains(is_unsafe)
}

/// A name must not contain a path separator or a character that is not printable ASCII.
fn is_unsafe(character: char) -> bool {
    !matches!(character, ' '..='~') || matches!(character, '/' | '\\')
}

/// A name must not look like a hidden file or an option, or begin with a blank.
fn is_unsafe_first(character: char) -> bool {
    matches!(character, '.' | '-' | ' ')
}

/// None for a name that means a directory, and for an empty one.
fn make_safe(name: &str) -> Option<String> {
    if matches!(name, "" | "." | "..") {
        return None;
    }
    let safe = name.char_indices().map(|(at, c)| {
        if is_unsafe(c) || at == 0 && is_unsafe_first(c) {
            '_'
        } else {
            c
        }
    });
    Some(shorten(safe.collect()))
}

/// Shortens an ASCII name before its extension.
fn shorten(name: String) -> String {
    if name.len() <= MAX_BYTES {
        return name;
    }
    let extension = name
        .rfind('.')
        .map(|at| &name[at..])
        .filter(|extension| extension.len() < MAX_BYTES)
        .unwrap_or_default();
    format!("{}{extension}", &name[..MAX_BYTES - extension.len()])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kept_as(names: &[&str]) -> Option<String> {
        choose(
            &names
                .iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>(),
        )
    }

    #[test]
    fn d10_a_safe_name_is_kept_to_the_letter() {
        let longest = "x".repeat(200);
        let names = [
            "bomgar-scc-w0eec30.exe",
            "bomgar-scc-abc (1).exe",
            "sra-scc-w0eec30dz.bin",
            "a",
            "0",
            "~",
            "C:x",
            "x..y",
            "x-rf",
            "x ",
            "x.",
            "a b",
            "$(id); `id` | *?<>&\"'#%",
            &longest,
        ];
        for name in names {
            assert_eq!(kept_as(&[name]).as_deref(), Some(name));
        }
    }

    #[test]
    fn d10_what_is_unsafe_in_a_name_gives_way_and_the_rest_is_kept() {
        for (name, safe) in [
            ("../x", "_._x"),
            ("..\\x", "_._x"),
            ("/etc/passwd", "_etc_passwd"),
            ("C:\\scc.exe", "C:_scc.exe"),
            ("a\0b.exe", "a_b.exe"),
            ("a\r\nb", "a__b"),
            ("...", "_.."),
            (".owner", "_owner"),
            ("-rf", "_rf"),
            (" scc.exe", "_scc.exe"),
            ("scc-\u{F8}\u{1F600}.exe", "scc-__.exe"),
            ("\u{202E}exe.scc", "_exe.scc"),
            ("a\u{7F}\u{FFFD}", "a__"),
        ] {
            assert_eq!(kept_as(&[name]).as_deref(), Some(safe), "{name:?}");
        }
    }

    #[test]
    fn d10_a_long_name_is_shortened_before_its_extension() {
        let long = |stem: usize, rest: &str| format!("{}{rest}", "x".repeat(stem));
        for (name, safe) in [
            (long(201, ""), long(200, "")),
            (long(197, ".bin"), long(196, ".bin")),
            (long(4096, ".desktop"), long(192, ".desktop")),
            (
                format!("a.{}", "b".repeat(197)),
                format!("a.{}", "b".repeat(197)),
            ),
            (
                format!("ab.{}", "c".repeat(198)),
                format!("a.{}", "c".repeat(198)),
            ),
            (
                format!("a.{}", "b".repeat(4096)),
                format!("a.{}", "b".repeat(198)),
            ),
            ("/".repeat(4096), "_".repeat(200)),
            ("\u{F8}".repeat(201), "_".repeat(200)),
        ] {
            assert_eq!(kept_as(&[&name]), Some(safe), "{name}");
        }
    }

    #[test]
    fn d10_a_name_without_changes_is_preferred_and_a_directory_is_none() {
        assert_eq!(kept_as(&["\u{F8}.exe", "o.exe"]).as_deref(), Some("o.exe"));
        assert_eq!(kept_as(&["..", "../x"]).as_deref(), Some("_._x"));
        assert_eq!(kept_as(&["a/b", "c/d"]).as_deref(), Some("a_b"));
        for none in [&["", ".", ".."][..], &[]] {
            assert_eq!(kept_as(none), None, "{none:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn d10_any_served_name_gives_one_that_is_safe_and_a_safe_one_is_unchanged(
            name in prop_oneof![".*", "[ -~]{1,220}", "[./\\\\ -]{1,4}[a-z.]{0,300}"],
        ) {
            let Some(kept) = kept_as(&[&name]) else {
                prop_assert!(matches!(name.as_str(), "" | "." | ".."), "{name:?}");
                return Ok(());
            };
            let is_safe = |name: &str| {
                (1..=200).contains(&name.len())
                    && name.bytes().all(|byte| (0x20..0x7F).contains(&byte))
                    && !name.contains(['/', '\\'])
                    && !name.starts_with(['.', '-', ' '])
            };
            prop_assert!(is_safe(&kept), "{kept:?}");
            if is_safe(&name) {
                prop_assert_eq!(kept, name);
            }
        }
    }
}
