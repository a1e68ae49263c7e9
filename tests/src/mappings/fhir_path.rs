//! Paths of FHIR JSON as people write them.

use serde_json::Value;

/// The path of a value of `document` without list positions: from its resource on, which is named by its type; extensions
/// by the end of their URL, parameters by their name.
pub fn short(document: &Value, path: &str) -> String {
    let mut short = String::new();
    let mut at = document;
    let mut resource = Value::Null;
    for (depth, segment) in path.split('.').enumerate() {
        if depth == 0 {
            resource = document["resourceType"].clone();
            segment.clone_into(&mut short);
            continue;
        }
        let (name, position) = segment.strip_suffix(']').and_then(|step| step.split_once('[')).unwrap_or((segment, ""));
        at = &at[name];
        if let Ok(position) = position.parse::<usize>() {
            at = &at[position];
        }
        match at["resourceType"].as_str() {
            Some(kind) => {
                short = match name {
                    "contained" => format!("contained({kind})"),
                    _ if kind == "Bundle" && resource == "Bundle" => "entry(Bundle)".to_owned(),
                    _ => kind.to_owned(),
                };
                resource = Value::from(kind);
            }
            None => {
                short.push('.');
                short.push_str(name);
                if let Some(label) = label(name, at) {
                    short.push_str(&format!("({label})"));
                }
            }
        }
    }
    short
}

fn label<'v>(name: &str, element: &'v Value) -> Option<&'v str> {
    match name {
        "extension" => {
            let url = element["url"].as_str()?;
            let end = url.rsplit('/').next()?;
            let end = end.strip_prefix("Extension-").unwrap_or(end);
            Some(["UKCore-", "DM-", "EPS-", "UKCORE-"].iter().find_map(|by| end.strip_prefix(by)).unwrap_or(end))
        }
        "parameter" | "part" => element["name"].as_str(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::short;

    #[test]
    fn a_path_starts_at_its_resource_and_names_extensions() {
        let document = json!({"resourceType": "Bundle", "entry": [
            {"resource": {"resourceType": "MedicationRequest",
                "contained": [{"resourceType": "Organization", "name": "x"}],
                "extension": [{"url": "https://fhir.nhs.uk/StructureDefinition/Extension-DM-PrescriptionType",
                    "valueCoding": {"code": "0101"}}]}},
        ]});
        for (path, expected) in [
            ("Bundle.entry[0].fullUrl", "Bundle.entry.fullUrl"),
            (
                "Bundle.entry[0].resource.extension[0].valueCoding.code",
                "MedicationRequest.extension(PrescriptionType).valueCoding.code",
            ),
            ("Bundle.entry[0].resource.contained[0].name", "contained(Organization).name"),
        ] {
            assert_eq!(short(&document, path), expected);
        }
    }
}
