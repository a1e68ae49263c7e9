//! The names of things. None can be taken for another, and none holds patient data in the clear.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// The text is not the identifier that was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, a UUID such as 0197a2c0-0000-7000-8000-000000000000")]
pub struct IdError {
    expected: &'static str,
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// A new identifier (UUID version 7) that begins with the given time.
            #[must_use]
            pub fn generate(now: Timestamp) -> Self {
                let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
                let nanos = u32::try_from((millis % 1000) * 1_000_000).unwrap_or(0);
                Self(Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, millis / 1000, nanos)))
            }

            /// Wraps a UUID read from a store.
            #[must_use]
            pub const fn from_uuid(id: Uuid) -> Self {
                Self(id)
            }

            /// The UUID itself, for a store.
            #[must_use]
            pub const fn as_uuid(&self) -> &Uuid {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Uuid::try_parse(text).map(Self).map_err(|_| IdError { expected: $what })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    };
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Wraps the text as it is.
            #[must_use]
            pub fn new(text: impl Into<Arc<str>>) -> Self {
                Self(text.into())
            }

            /// The text as it was given.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(Self::from)
            }
        }
    };
}

uuid_id! {
    /// Causeway's own name for one thing received. The sender's id stands beside it and is unique only per source.
    MessageKey, "a message key"
}

uuid_id! {
    /// One message on its way to one endpoint.
    DeliveryId, "a delivery id"
}

text_id! {
    /// A system we receive from or deliver to, by its name in the configuration.
    EndpointId
}

text_id! {
    /// What must stay in order; by default a keyed hash of the patient, computed by the caller.
    ///
    /// It is kept in clear in the queue, so it must never hold a patient identifier itself.
    OrderingKey
}

text_id! {
    /// The route that made a delivery, by its name in the configuration.
    RouteName
}

text_id! {
    /// The kind of a message, such as `prescription-order`. Opaque here.
    MessageKind
}

text_id! {
    /// The hash of the configuration under which a message was handled.
    ConfigHash
}

text_id! {
    /// One process that takes leases.
    WorkerId
}

/// What makes two messages the same message: who sent it, and the id the sender gave it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DedupeKey {
    /// The endpoint it came from.
    pub source: EndpointId,
    /// The sender's id, exactly as it was sent.
    pub message_id: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_key_reads_back_from_its_text() {
        let key = MessageKey::generate(Timestamp::from_millisecond(1_764_000_000_123).unwrap());
        assert_eq!(key.to_string().parse::<MessageKey>().unwrap(), key);
        assert_eq!(key.as_uuid().get_version_num(), 7);
    }

    #[test]
    fn text_that_is_no_uuid_is_refused_without_being_repeated() {
        let error = "9000000009".parse::<MessageKey>().unwrap_err();
        assert!(!error.to_string().contains("9000000009"));
    }
}
