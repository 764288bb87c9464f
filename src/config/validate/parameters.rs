//! `[[site.parameter]]`: fixed fields of the request.

use toml::Spanned;

use super::template::check_places;
use super::ways::unique_ways;
use crate::clean::Clean;
use crate::config::decode::Keyed;
use crate::config::diagnostics::Diagnostics;
use crate::config::{Dialect, schema};
use crate::session::{FixedParameter, Placeholders, SurveyField, SurveyForm};
use crate::ways::{self, Way};

/// The parameters, in file order. `longest` has the longest text that each place can have in any
/// visit.
pub(super) fn parameters(
    raw: Keyed<Vec<Spanned<schema::ParameterEntry>>>,
    form: &SurveyForm,
    longest: &Placeholders,
    findings: &mut Diagnostics<'_>,
) -> Vec<FixedParameter> {
    // A hidden external key is part of every request, and the customer can't shorten it.
    let rules = form.rules(SurveyField::ExternalKey);
    let hidden_key = |way: &Way| {
        let is_sent = rules.hidden && rules.ways.contains(way);
        (
            *way,
            if is_sent {
                longest.fill(&rules.default).as_str().len()
            } else {
                0
            },
        )
    };
    let mut known = ParameterCheck {
        longest,
        sent: ways::ALL.iter().map(hidden_key).collect(),
        parameters: Vec::new(),
    };
    for entry in raw.map(Spanned::into_inner).unwrap_or_default() {
        known.add(entry.into_inner(), findings);
    }
    known.parameters
}

struct ParameterCheck<'a> {
    longest: &'a Placeholders,
    /// How many bytes they can have together for each way, including a hidden external key.
    sent: Vec<(Way, usize)>,
    parameters: Vec<FixedParameter>,
}

impl ParameterCheck<'_> {
    fn add(&mut self, raw: schema::ParameterEntry, findings: &mut Diagnostics<'_>) {
        let ways = raw.ways.map_or_else(
            || ways::ALL.to_vec(),
            |ways| unique_ways(&ways, "site.parameter.ways", findings),
        );
        let value_at = raw.value.as_ref().map_or(0, |value| value.span().start);
        let name = raw.name.and_then(|name| self.name(&name, &ways, findings));
        let value = raw.value.and_then(|value| self.value(&value, findings));
        let (Some(name), Some(value)) = (name, value) else {
            return;
        };
        let parameter = FixedParameter { name, value, ways };
        self.add_up(&parameter, value_at, findings);
        self.parameters.push(parameter);
    }

    fn name(
        &self,
        raw: &Spanned<Clean>,
        ways: &[Way],
        findings: &mut Diagnostics<'_>,
    ) -> Option<Clean> {
        let at = raw.span().start;
        let name = Clean::sanitized(raw.get_ref().as_str().trim(), usize::MAX);
        if Dialect::has_parameter(name.as_str()) {
            findings.add(
                at,
                format!(
                    "`site.parameter.name` can't be \"{name}\": the kiosk sends this one itself"
                ),
            );
            return None;
        }
        if Dialect::selects_session(name.as_str()) {
            findings.add(
                at,
                format!("`site.parameter.name` can't be \"{name}\": it selects another session, or none that runs here"),
            );
            return None;
        }
        let same = |way: &&Way| {
            self.parameters
                .iter()
                .any(|other| other.name == name && other.ways.contains(way))
        };
        if let Some(way) = ways.iter().find(same) {
            let message = format!(
                "`site.parameter.name` \"{name}\" is already sent with \"{}\": name each once",
                way.name()
            );
            findings.add(at, message);
            return None;
        }
        Some(name)
    }

    fn value(&self, raw: &Spanned<String>, findings: &mut Diagnostics<'_>) -> Option<Clean> {
        const KEY: &str = "site.parameter.value";
        let at = raw.span().start;
        let value = match Clean::line(raw.get_ref().trim()) {
            Ok(value) => value,
            Err(refused) => {
                findings.add_refused(raw.span(), KEY, refused);
                return None;
            }
        };
        if value.is_blank() {
            findings.add(
                at,
                format!("`{KEY}` is blank: fill it in, or remove this [[site.parameter]]"),
            );
            return None;
        }
        let fixed = check_places(&value, raw, KEY, findings);
        let (most, can_have) = (
            FixedParameter::MAX_CHARACTERS,
            self.longest.fill(&value).count(),
        );
        if fixed > most {
            findings.add(
                at,
                format!("`{KEY}` has {fixed} characters and may have at most {most}"),
            );
        } else if can_have > most {
            let message = format!(
                "`{KEY}` can have {can_have} characters with its placeholders filled in, and may have at most {most}"
            );
            findings.add(at, message);
        }
        Some(value)
    }

    /// Adds up the bytes for each way, and reports the first parameter that exceeds the limit.
    fn add_up(&mut self, parameter: &FixedParameter, at: usize, findings: &mut Diagnostics<'_>) {
        let (most, bytes) = (
            FixedParameter::MAX_BYTES,
            self.longest.fill(&parameter.value).as_str().len(),
        );
        for way in &parameter.ways {
            let Some((_, sent)) = self.sent.iter_mut().find(|(known, _)| known == way) else {
                continue;
            };
            if *sent <= most && *sent + bytes > most {
                let message = format!(
                    "with this `site.parameter.value` up to {} bytes go with \"{}\", and the site accepts {most} (10 KiB) in total",
                    *sent + bytes,
                    way.name()
                );
                findings.add(at, message);
            }
            *sent += bytes;
        }
    }
}
