//! The log of a kiosk in a file: JSON Lines.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value};

/// A record: its fields, each as text.
pub type Record = BTreeMap<String, String>;

/// The fields of a line.
pub fn fields(line: &str) -> Record {
    let object: Map<String, Value> =
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    let text = |value: Value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    object
        .into_iter()
        .map(|(name, value)| (name, text(value)))
        .collect()
}

/// The records of a file that may not be there yet.
pub fn records(file: &Path) -> Vec<Record> {
    let text = fs::read_to_string(file).unwrap_or_default();
    // The last line may be under way.
    text.split_inclusive('\n')
        .filter(|line| line.ends_with('\n'))
        .map(fields)
        .collect()
}

/// Every value that a field has in these records.
pub fn told(records: &[Record], field: &str) -> Vec<String> {
    records
        .iter()
        .filter_map(|record| record.get(field).cloned())
        .collect()
}

/// The names of these records.
pub fn events(records: &[Record]) -> String {
    told(records, "event").join(" ")
}
