//! Medicines by their SNOMED code, wherever they stand: prescribed, requested, supplied (overview.md §12).

use causeway_canonical::ledger::{Leaf, place};
use causeway_canonical::model::Medicine;

use crate::datatypes::{Origin, coded};
use crate::element::Element;
use crate::oid::{self, uri};
use crate::rules;
use crate::spec::{self, Class};
use crate::target::Target;

/// The elements around the code of a medicine: participation, product and material.
pub(crate) type Around = [&'static Class; 3];

/// Writes the medicine of an item, or of a supply of it in the scope of that.
pub(crate) fn write(target: &mut Target<'_>, item: usize, medicine: &Medicine, around: Around) {
    let origin = Origin::new(place::MEDICINE.at(&[item]));
    let Some(coding) = coded::only(&medicine.code, uri::SNOMED) else {
        let message = "expected exactly one SNOMED code of the medicine";
        return target.refuse(&rules::EPS_MEDICINE, origin.at.leaf(Leaf::CodingCode), message);
    };
    for class in around {
        target.open(class);
    }
    target.open(&spec::CODE);
    coding.write_shown(target, oid::SNOMED, origin);
    target.close_all(4);
}

/// Reads a medicine.
pub(crate) fn read(parent: Element<'_>, item: usize, around: Around) -> Medicine {
    let material = around.into_iter().try_fold(parent, Element::required);
    let code = material.and_then(|material| material.required(&spec::CODE));
    let mut medicine = Medicine::default();
    let coding = code.and_then(|code| coded::read_coding(code, oid::SNOMED, place::MEDICINE.at(&[item])));
    medicine.code.coding.extend(coding);
    medicine
}

/// What comes back of a medicine that was written.
pub(crate) fn project(medicine: &Medicine) -> Medicine {
    let code = coded::only(&medicine.code, uri::SNOMED).map(|coding| coding.project_shown(uri::SNOMED));
    Medicine { code: code.unwrap_or_default(), form: None }
}
