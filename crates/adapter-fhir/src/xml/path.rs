//! Paths of FHIR XML in FHIRPath, as FHIR JSON has them.

/// The FHIRPath of a node with that XPath: `/Bundle/entry[2]/resource/Patient/gender/@value` is
/// `Bundle.entry[1].resource.gender`. Positions are given where there are several of a name.
pub fn fhir_path(xpath: &str) -> String {
    let mut path = String::with_capacity(xpath.len());
    for (depth, step) in xpath.split('/').skip(1).enumerate() {
        let (name, position) = step.strip_suffix(']').and_then(|step| step.split_once('[')).unwrap_or((step, ""));
        let is_wrapped = depth > 0 && name.starts_with(|first: char| first.is_ascii_uppercase());
        let name = name.strip_prefix('@').unwrap_or(name);
        if is_wrapped || step == "@value" || name.ends_with("()") {
            continue;
        }
        if depth > 0 {
            path.push('.');
        }
        if name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            path.push_str(name);
        } else {
            path.push_str(&format!("`{}`", name.replace('\\', "\\\\").replace('`', "\\`")));
        }
        if let Ok(position) = position.parse::<usize>() {
            path.push_str(&format!("[{}]", position.saturating_sub(1)));
        }
        if name == "div" {
            break;
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::fhir_path;

    #[test]
    fn an_xpath_becomes_the_path_that_json_has() {
        for (xpath, path) in [
            ("/Bundle/entry[2]/resource/Patient/gender/@value", "Bundle.entry[1].resource.gender"),
            ("/Bundle", "Bundle"),
            ("/Patient/extension/@url", "Patient.extension.url"),
            ("/Patient/contained[1]/Organization/@id", "Patient.contained[0].id"),
            ("/Patient/text/div/p[2]/text()", "Patient.text.div"),
            ("/Patient/text()", "Patient"),
            ("/Patient/my-name/@value", "Patient.`my-name`"),
        ] {
            assert_eq!(fhir_path(xpath), path);
        }
    }
}
