//! Names of the resources that a message is written as: made of the message's id and the place, so that the same message
//! is always written with the same names.

use causeway_canonical::model::Envelope;
use uuid::Uuid;

/// Makes the names of one message.
pub struct Ids {
    namespace: Uuid,
}

impl Ids {
    /// The names of the message with that envelope.
    pub fn of(envelope: &Envelope) -> Self {
        Ids { namespace: envelope.id.to_uuid().unwrap_or_default() }
    }

    /// The UUID for a place: UUIDv5 of the message id and the place.
    pub fn uuid(&self, place: &str) -> Uuid {
        Uuid::new_v5(&self.namespace, place.as_bytes())
    }

    /// fullUrl of the entry for a place.
    pub fn url(&self, place: &str) -> String {
        format!("urn:uuid:{}", self.uuid(place))
    }
}

/// Link to the contained resource for a place: `#` and the place in the letters that an id may have.
pub fn contained(place: &str) -> String {
    let id: String =
        place.chars().filter(|c| *c != ']').map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    format!("#{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contained_resource_is_named_in_the_letters_of_an_id() {
        assert_eq!(contained("author/HealthcareService/Location[2]"), "#author-HealthcareService-Location-2");
    }
}
