//! Paths of V3 interactions as people write them.

/// The XPath of a value without positions: from the document in the interaction on, or marked as one of the wrapper's.
/// Relations that only lead to an act are left out.
pub fn short(path: &str) -> String {
    let steps: Vec<&str> = path.split('/').skip(1).map(|step| step.split('[').next().unwrap_or(step)).collect();
    let steps: Vec<&str> = steps.into_iter().filter(|step| *step != "text()").collect();
    let document =
        steps.iter().position(|step| *step == "ControlActEvent").filter(|at| steps.get(at + 1) == Some(&"subject"));
    match document {
        Some(at) => {
            let inner = steps.get(at + 3..).unwrap_or_default();
            let last = inner.len().saturating_sub(1);
            let shown = inner.iter().enumerate().filter(|(at, step)| *at == last || !leads_only(step));
            shown.map(|(_, step)| *step).collect::<Vec<_>>().join("/")
        }
        None => format!("(wrapper)/{}", steps.get(1..).unwrap_or_default().join("/")),
    }
}

fn leads_only(step: &str) -> bool {
    let name = step.trim_end_matches(|last: char| last.is_ascii_digit());
    matches!(name, "pertinentInformation" | "component")
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn a_path_starts_in_the_document_and_leaves_out_relations() {
        for (path, expected) in [
            (
                "/PORX_IN020101UK31/ControlActEvent/subject/ParentPrescription/pertinentInformation1/\
                 pertinentPrescription/pertinentInformation2[3]/pertinentLineItem/id/@root",
                "pertinentPrescription/pertinentLineItem/id/@root",
            ),
            ("/PORX_IN020101UK31/ControlActEvent/subject/ParentPrescription/id/@root", "id/@root"),
            ("/PORX_IN020101UK31/ControlActEvent/author/x", "(wrapper)/ControlActEvent/author/x"),
            ("/PORX_IN020101UK31/id/@root", "(wrapper)/id/@root"),
        ] {
            assert_eq!(short(path), expected);
        }
    }
}
