//! Parameters of the request with fixed values from the config: the site's own fields, whose
//! meaning the kiosk does not know.

use super::Placeholders;
use crate::clean::Clean;
use crate::ways::Way;

/// A parameter of every request made in certain ways.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixedParameter {
    /// The name: never blank, and not one that the kiosk sends itself or that selects the session.
    pub name: Clean,
    /// The value. Its `{places}` are filled in for each visit.
    pub value: Clean,
    /// The ways that send it, each once.
    pub ways: Vec<Way>,
}

impl FixedParameter {
    /// The maximum number of characters in one value that the site accepts (docs/protocol.md).
    pub(crate) const MAX_CHARACTERS: usize = 1024;
    /// The maximum number of bytes that the site accepts in all values of a request together,
    /// including the external key.
    pub const MAX_BYTES: usize = 10 << 10;

    /// The value in a request by this way; none where nothing is sent, as where all its places are
    /// empty.
    pub(crate) fn value_for(&self, way: Way, placeholders: &Placeholders) -> Option<Clean> {
        let value = self
            .ways
            .contains(&way)
            .then(|| placeholders.fill(&self.value));
        value.filter(|value| !value.is_blank())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_goes_with_its_ways_filled_in_and_never_empty() {
        let clean = |text| Clean::line(text).expect("clean");
        let parameter = |value| FixedParameter {
            name: clean("a"),
            value: clean(value),
            ways: vec![Way::Rep],
        };
        let placeholders = Placeholders {
            kiosk: clean("b12-3"),
            ..Placeholders::default()
        };
        let sent = |value, way| {
            parameter(value)
                .value_for(way, &placeholders)
                .map(Clean::into_string)
        };
        assert_eq!(sent("at {kiosk}", Way::Rep).as_deref(), Some("at b12-3"));
        assert_eq!(sent("at {kiosk}", Way::Survey), None);
        assert_eq!(
            sent("{terminal} {terminal}", Way::Rep),
            None,
            "standard input is no terminal"
        );
    }
}
