//! A list in TOML: `[[rep]]` or `[[issue]]`, as in the config.

use toml::Spanned;
use toml::de::DeValue;

use super::{Entry, Take};
use crate::config::check::parsed;
use crate::config::problem::Findings;
use crate::config::shape::{Name, unknown_key, wrong_shape};

/// Hands every entry of the text on.
pub(super) fn entries<E: Entry>(text: &str, findings: &mut Findings<'_>, take: Take<'_, E>) {
    let Some(root) = parsed(text, findings) else { return };
    for (key, value) in root.get_ref() {
        if key.get_ref() != E::ONE {
            unknown_key(key, &Name::FILE, &[E::ONE], findings);
        } else if let Some(list) = value.get_ref().as_array() {
            list.iter().for_each(|entry| one::<E>(entry, findings, take));
        } else {
            wrong_shape(value, &Name::FILE.key(E::ONE), "a list", findings);
        }
    }
}

/// Hands one entry on, if it is one.
pub(super) fn one<E: Entry>(entry: &Spanned<DeValue<'_>>, findings: &mut Findings<'_>, take: Take<'_, E>) {
    if let Some(read) = E::read(entry, &Name::FILE.key(E::ONE), findings) {
        take(Spanned::new(entry.span(), read), findings);
    }
}
