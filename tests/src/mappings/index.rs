//! The first page: how to read the others, and the tables that all kinds share.

use causeway_canonical::ledger::MapRule;
use causeway_syntax::adapter::Defect;

use super::observe::{Observed, unmodelled};
use super::page::form;

const HEAD: &str = "\
# Mappings, field by field

What Causeway does with every field of every kind of message, one page a kind. The pages are made by a test from what
the adapters do, and it fails where page and program differ: generated messages of the kind are written in FHIR R4 and
in EPS HL7 V3 and read back, and the account that writers and readers give of each value is joined by the field of the
canonical model. To write the pages anew: `CAUSEWAY_WRITE=1 cargo test -p causeway-tests --test conformance mappings`.

";

const HOW_TO_READ: &str = "
## How to read a page

- **field**: the path in canonical JSON below the body, without list positions. In a release response each prescription
  is an order below `released.order`, and in a rebuilt history each entry a notification below `history.notification`;
  `item.supply` is one supply of an item. Fields stand in the groups of the ledger. A clinical field may stay behind only
  where a route allows it by name.
- **FHIR R4**: the path in FHIR JSON without list positions, from the resource on, which is named by its type.
  `contained(Organization)` is a contained resource, `entry(Bundle)` a bundle in a bundle, `extension(PrescriptionType)`
  the extension whose URL ends so (without `Extension-`, `UKCore-`, `DM-` or `EPS-`), `parameter(agent)` the parameter of
  that name, `_*` what is said of any primitive beyond its value. FHIR XML has the same elements.
  People stand in `PractitionerRole`, `Practitioner`, `Organization` and `HealthcareService`: those of `author` are found
  from `MedicationRequest.requester` or the resource's own author, those of `responsibleParty` from
  `extension(ResponsiblePractitioner)`. In the answer to a cancellation the two are the other way round (responses.md §3).
- **EPS V3**: the XPath without positions, from inside the document on (`ParentPrescription`, `DispenseNotification` …).
  The relations `pertinentInformationN` and `componentN`, which only lead to the act that follows, are left out.
  `(wrapper)` begins a path outside the document.
  An author who answers for the prescription, too, stands in `responsibleParty` as well (`responsible-party-is-author`);
  that second place is left out.
- Several paths in a cell: alternatives, or places that repeat each other. `–`: no place.
- **rules and reasons**: `→ V3` the rules by which the value changes from FHIR to V3, `→ FHIR` from V3 to FHIR, `↔` both
  ways; without one the value is carried as it is. `default` the rule that makes a value up where the source has none.
  `with compat` what an endpoint's compatibility switch changes. `not in` why the format has no place: the value stays
  in the stored original, and the ledger says so; `or not in`: only where another value was chosen, or in some messages.

Readers take more spellings than writers write (overview.md §13); the pages show what is written, and what of that is
read into which field.

";

/// The first page.
pub fn index(observed: &[Observed]) -> String {
    let mut page = HEAD.to_owned();
    page.push_str("| kind | FHIR R4 | EPS V3 |\n|---|---|---|\n");
    for kind in observed {
        page.push_str(&format!("| [{0}]({0}.md) | {1} | {2} |\n", kind.kind, form(kind, 0), form(kind, 1)));
    }
    page.push_str(HOW_TO_READ);
    page.push_str("## Rules\n\n| rule | what it does |\n|---|---|\n");
    for rule in MapRule::all() {
        page.push_str(&format!("| `{}` | {} |\n", rule.name(), rule.description()));
    }
    page.push_str(
        "\n## Compatibility\n\nDefects of the published translator that an endpoint can switch on (`compat`), for a \
         partner that depends on them.\n\n| defect | what is done then |\n|---|---|\n",
    );
    for defect in Defect::ALL {
        page.push_str(&format!("| {} | {} |\n", defect.code(), defect.description()));
    }
    page.push_str("\n## What readers leave in the stored original\n\nElements that the model has no field for.\n");
    for (format, name) in ["FHIR R4", "EPS V3"].into_iter().enumerate() {
        page.push_str(&format!("\n### {name}\n\n| element | why |\n|---|---|\n"));
        for row in unmodelled(format) {
            page.push_str(&format!("| `{}` | {} |\n", row.element, row.reason));
        }
    }
    page
}
