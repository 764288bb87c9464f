//! `[[site.parameter]]`: what is wrong with a fixed field of the request, each problem at its
//! place.

use super::problems::{SITE, each_is_told};
use super::told;

#[test]
fn mistakes_about_the_fixed_parameters_are_told() {
    each_is_told(&[
        (
            "[[site.parameter]]\nvalue = \"a\"\n[[site.parameter]]\nname = \"a\"",
            &[
                "2:1: `site.parameter.name` is missing",
                "4:1: `site.parameter.value` is missing",
            ],
        ),
        (
            "[[site.parameter]]\nnmae = \"a\"",
            &[
                "2:1: `site.parameter.name` is missing",
                "2:1: `site.parameter.value` is missing",
                "3:1: unknown key `site.parameter.nmae`: did you mean `name`?",
            ],
        ),
        (
            "[[site.parameter]]\nname = \" \"\nvalue = \" \"",
            &[
                "3:8: `site.parameter.name` is blank: fill it in, or remove the line",
                "4:9: `site.parameter.value` is blank: fill it in, or remove this [[site.parameter]]",
            ],
        ),
        (
            "[[site.parameter]]\nname = \"a\\u0007\"\nvalue = \"b\\nc\"",
            &[
                "3:8: `site.parameter.name`: the character U+0007 (a control character) can't be used; leave it out",
                "4:9: `site.parameter.value`: the character U+000A (a line break) can't be used; leave it out",
            ],
        ),
        (
            "[[site.parameter]]\nname = \"a\"\nvalue = \"{kiosk} {visti}\"\nways = []",
            &[
                "4:18: `site.parameter.value`: unknown placeholder `{visti}`: did you mean `{visit}`?",
                "5:8: `site.parameter.ways` is empty: name a way, or remove the line",
            ],
        ),
        (
            "[[site.parameter]]\nname = \"a\"\nvalue = \"b\"\nways = [\"rep\", \"chat\", \"rep\"]",
            &[
                "5:16: `site.parameter.ways` can't be \"chat\": it is {ways}",
                "5:24: `site.parameter.ways` names this way twice",
            ],
        ),
    ]);
}

#[test]
fn a_fixed_parameter_the_kiosk_sends_itself_is_refused() {
    let own = [
        "id",
        "name",
        "access_key",
        "short_key",
        "issue_menu",
        "customer_name",
        "customer_company",
        "customer_company_code",
        "customer_desc",
        "external_key",
        "customer.name",
        "customer.company",
        "customer.company_code",
        "customer.details",
        "session.custom.external_key",
        "codeName",
        "skipconfirm",
        "platform",
        "locale",
        " ID ",
        "Session.Custom.External_Key",
    ];
    for dialect in ["connector", "start-session"] {
        for name in own {
            let text = format!(
                "{SITE}site.dialect = \"{dialect}\"\n[[site.parameter]]\nname = \"{name}\"\nvalue = \"1\"\n"
            );
            let expected = format!(
                "4:8: `site.parameter.name` can't be \"{}\": the kiosk sends this one itself",
                name.trim()
            );
            assert_eq!(told(&text), [expected], "{dialect}");
        }
    }
}

#[test]
fn a_fixed_parameter_that_selects_the_session_is_refused() {
    for name in [
        "ak",
        "accessKey",
        "access_key_pretty",
        "AK",
        "c2cjs",
        "C2CJS ",
    ] {
        let text = format!("{SITE}[[site.parameter]]\nname = \"{name}\"\nvalue = \"1\"\n");
        let why = "it selects another session, or none that runs here";
        assert_eq!(
            told(&text),
            [format!(
                "3:8: `site.parameter.name` can't be \"{}\": {why}",
                name.trim()
            )]
        );
    }
}

#[test]
fn a_fixed_parameter_has_one_value_with_each_way() {
    let twice = |first: &str, second: &str| {
        told(&format!(
            "{SITE}[[site.parameter]]\nname = \"a\"\nvalue = \"1\"\n{first}\n[[site.parameter]]\nname = \"a\"\nvalue = \"2\"\n{second}\n"
        ))
    };
    let with = |way| {
        vec![format!(
            "7:8: `site.parameter.name` \"a\" is already sent with \"{way}\": name each once"
        )]
    };
    assert_eq!(twice("", ""), with("rep"));
    assert_eq!(twice("ways = [\"key\"]", ""), with("key"));
    assert_eq!(
        twice(
            "ways = [\"key\", \"survey\"]",
            "ways = [\"rep\", \"survey\"]"
        ),
        with("survey")
    );
    assert_eq!(
        twice("ways = [\"key\"]", "ways = [\"rep\", \"survey\"]"),
        [""; 0]
    );
}

#[test]
fn fixed_parameters_have_at_most_1024_characters_each_and_10_kib_in_all() {
    let of = |number: usize, value: &str, ways: &str| {
        format!(
            "[[site.parameter]]\nname = \"session.custom.f{number}\"\nvalue = \"{value}\"\n{ways}\n"
        )
    };
    let one = |value: &str| {
        told(&format!(
            "{SITE}kiosk.name = \"b12-3\"\n{}",
            of(0, value, "")
        ))
    };
    assert_eq!(one(&"ø".repeat(1024)), [""; 0]);
    assert_eq!(
        one(&"ø".repeat(1025)),
        ["5:9: `site.parameter.value` has 1025 characters and may have at most 1024"]
    );
    assert_eq!(
        one(&format!("{}{{kiosk}}{{visit}}{{date}}", "x".repeat(1003))),
        [""; 0]
    );
    let places =
        "can have 1025 characters with its placeholders filled in, and may have at most 1024";
    for filled in [
        format!("{}{{kiosk}}", "x".repeat(1020)),
        format!("{}{{host}}", "x".repeat(961)),
    ] {
        assert_eq!(
            one(&filled),
            [format!("5:9: `site.parameter.value` {places}")],
            "{filled}"
        );
    }

    let all = |count: usize, ways: &str| {
        (0..count)
            .map(|number| of(number, &"x".repeat(1024), ways))
            .collect::<Vec<_>>()
            .concat()
    };
    assert_eq!(told(&format!("{SITE}{}", all(10, ""))), [""; 0]);
    let over = |count: usize, way: &str| {
        format!(
            "44:9: with this `site.parameter.value` up to {count} bytes go with \"{way}\", and the site accepts 10240 (10 KiB) in total"
        )
    };
    let told_of_both = [over(10241, "rep"), over(10241, "survey")];
    let one_more = of(10, "x", "ways = [\"rep\", \"survey\"]");
    assert_eq!(
        told(&format!(
            "{SITE}{}{one_more}{}",
            all(10, ""),
            of(11, "y", "ways = [\"rep\"]")
        )),
        told_of_both
    );
    let by_way = all(10, "ways = [\"rep\"]") + &of(10, "x", "ways = [\"key\"]");
    assert_eq!(
        told(&format!("{SITE}{by_way}")),
        [""; 0],
        "each way has its own total"
    );
}

#[test]
fn a_hidden_external_key_counts_with_the_fixed_parameters_of_its_ways() {
    let text = |rules: &str, ways: &str| {
        let fixed: Vec<String> = (0..10)
            .map(|number| {
                format!(
                    "[[site.parameter]]\nname = \"f{number}\"\nvalue = \"{}\"\n{ways}\n",
                    "x".repeat(1020)
                )
            })
            .collect();
        format!(
            "{SITE}site.dialect = \"start-session\"\nkiosk.name = \"b12-3\"\n{}[survey.external_key]\ndefault = \"{{kiosk}}-{}\"\n{rules}\n",
            fixed.concat(),
            "x".repeat(40),
        )
    };
    let over = |way| {
        format!(
            "42:9: with this `site.parameter.value` up to 10246 bytes go with \"{way}\", and the site accepts 10240 (10 KiB) in total"
        )
    };
    assert_eq!(told(&text("hidden = true", "")), [over("survey")]);
    assert_eq!(
        told(&text("hidden = true\nways = [\"rep\"]", "")),
        [over("rep")]
    );
    assert_eq!(
        told(&text("hidden = true\nways = [\"rep\"]", "ways = [\"key\"]")),
        [""; 0]
    );
    assert_eq!(
        told(&text("hidden = false", "")),
        [""; 0],
        "whoever types it is told"
    );
}
