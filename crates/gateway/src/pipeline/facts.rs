//! What conditions ask about: the leaves of a message, made part by part and only where they are asked for. Most routes
//! ask about one field of the prescription, and flattening the rest would cost more than reading the message.

use std::cell::OnceCell;

use causeway_canonical::ledger::{Fact, facts};
use causeway_canonical::model::{Body, Message, PrescriptionOrder};

use crate::config::FieldPath;

/// The leaves of one message.
pub(super) struct Facts<'m> {
    message: &'m Message,
    /// By the number of the part in [`PARTS`]; the last one holds all parts.
    made: [OnceCell<Vec<Fact>>; PARTS.len() + 1],
}

/// How one part of an order is taken out of it.
type Extract = fn(&PrescriptionOrder) -> PrescriptionOrder;

/// The parts of an order by the first word of their paths.
const PARTS: [(&str, Extract); 5] = [
    ("prescription", |order| PrescriptionOrder { prescription: order.prescription.clone(), ..Default::default() }),
    ("patient", |order| PrescriptionOrder { patient: order.patient.clone(), ..Default::default() }),
    ("author", |order| PrescriptionOrder { author: order.author.clone(), ..Default::default() }),
    ("responsibleParty", |order| PrescriptionOrder {
        responsible_party: order.responsible_party.clone(),
        ..Default::default()
    }),
    ("item", |order| PrescriptionOrder { item: order.item.clone(), ..Default::default() }),
];

impl<'m> Facts<'m> {
    pub(super) fn of(message: &'m Message) -> Self {
        Facts { message, made: Default::default() }
    }

    /// The leaves among which a field can be found.
    pub(super) fn about(&self, field: &FieldPath) -> &[Fact] {
        let number = PARTS.iter().position(|(part, _)| *part == field.part());
        let made = number.and_then(|number| self.made.get(number));
        match (made, number.and_then(|number| PARTS.get(number)), &self.message.body) {
            (Some(made), Some((_, extract)), Body::PrescriptionOrder(order)) => made.get_or_init(|| {
                let body = Body::PrescriptionOrder(Box::new(extract(order)));
                facts(&Message { body, ..Message::default() })
            }),
            _ => self.made.last().map_or(&[], |all| all.get_or_init(|| facts(self.message))),
        }
    }
}

#[cfg(test)]
mod tests {
    use causeway_syntax::adapter::Context;
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn a_part_holds_every_fact_of_the_message_about_its_fields() {
        let text = include_str!("../../tests/fixtures/prescription.json");
        let adapter = causeway_translate::registry::adapter("fhir-r4-json").unwrap();
        let message = adapter.read(text.as_bytes(), &Context::at(Timestamp::UNIX_EPOCH)).message.unwrap();
        let parts = Facts::of(&message);
        let mut checked = 0;
        for fact in facts(&message) {
            let Ok(field) = FieldPath::parse(&fact.path) else { continue };
            let values: Vec<&str> = field.values(parts.about(&field)).collect();
            assert_eq!(values, [fact.value.as_str()], "{}", fact.path);
            checked += 1;
        }
        assert!(checked > 40, "{checked}");
    }

    #[test]
    fn a_field_that_a_message_has_no_part_for_is_absent() {
        let message = Message::default();
        let field = FieldPath::parse("prescription.kind.code").unwrap();
        assert_eq!(field.values(Facts::of(&message).about(&field)).count(), 0);
    }
}
