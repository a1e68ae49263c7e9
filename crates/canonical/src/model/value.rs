//! Values that occur in many places.

use super::record;
use crate::datetime::DateTime;
use crate::decimal::Decimal;

record! {
    /// A code with its system and the text shown for it. The code rules; the display is never a key.
    pub struct Coded {
        /// Code system, as URI.
        pub system: Option<String>,
        /// Code, as text: leading zeros matter.
        pub code: Option<String>,
        /// Text shown to people.
        pub display: Option<String>,
    }
}

impl Coded {
    /// A code of a system, without display.
    pub fn new(system: &str, code: &str) -> Self {
        Coded { system: Some(system.to_owned()), code: Some(code.to_owned()), display: None }
    }

    /// The code, if it belongs to `system`.
    pub fn code_in(&self, system: &str) -> Option<&str> {
        (self.system.as_deref() == Some(system)).then_some(self.code.as_deref()).flatten()
    }
}

record! {
    /// One notion said in several code systems, or in words only.
    pub struct Concept {
        /// The codes, in the sender's order.
        pub coding: Vec<Coded>,
        /// Words.
        pub text: Option<String>,
    }
}

impl Concept {
    /// A concept with one code.
    pub fn of(coded: Coded) -> Self {
        Concept { coding: vec![coded], text: None }
    }

    /// The first coding of `system`.
    pub fn coding_in(&self, system: &str) -> Option<&Coded> {
        self.coding.iter().find(|coded| coded.system.as_deref() == Some(system))
    }
}

record! {
    /// An identifier with the system that gave it.
    pub struct Identifier {
        /// Naming system, as URI.
        pub system: Option<String>,
        /// The identifier as written.
        pub value: Option<String>,
        /// `usual`, `official`, `temp`, `secondary` or `old`.
        pub r#use: Option<String>,
    }
}

record! {
    /// An amount with its unit.
    pub struct Quantity {
        /// The number as written.
        pub value: Option<Decimal>,
        /// `<`, `<=`, `>=` or `>`.
        pub comparator: Option<String>,
        /// Unit in words.
        pub unit: Option<String>,
        /// Code system of the unit.
        pub system: Option<String>,
        /// Code of the unit.
        pub code: Option<String>,
    }
}

record! {
    /// An amount between two bounds.
    pub struct Range {
        /// Lower bound, inclusive.
        pub low: Option<Quantity>,
        /// Upper bound, inclusive.
        pub high: Option<Quantity>,
    }
}

record! {
    /// An amount for an amount: 8 tablets in 24 hours.
    pub struct Ratio {
        /// What is counted.
        pub numerator: Option<Quantity>,
        /// In how much.
        pub denominator: Option<Quantity>,
    }
}

record! {
    /// A span of time; either end may be open.
    pub struct Period {
        /// First moment.
        pub start: Option<DateTime>,
        /// Last moment.
        pub end: Option<DateTime>,
    }
}

record! {
    /// A person's name.
    pub struct HumanName {
        /// `usual`, `official`, `temp`, `nickname`, `anonymous`, `old` or `maiden`.
        pub r#use: Option<String>,
        /// The whole name, where it is not given in parts.
        pub text: Option<String>,
        /// Titles.
        pub prefix: Vec<String>,
        /// Given names, in order.
        pub given: Vec<String>,
        /// Family name.
        pub family: Option<String>,
        /// Suffixes.
        pub suffix: Vec<String>,
    }
}

record! {
    /// A postal address.
    pub struct Address {
        /// `home`, `work`, `temp`, `old` or `billing`.
        pub r#use: Option<String>,
        /// `postal`, `physical` or `both`.
        pub r#type: Option<String>,
        /// The whole address, where it is not given in parts.
        pub text: Option<String>,
        /// Lines in the order of the envelope.
        pub line: Vec<String>,
        /// Town.
        pub city: Option<String>,
        /// County.
        pub district: Option<String>,
        /// Part of the country.
        pub state: Option<String>,
        /// Postcode.
        pub postal_code: Option<String>,
        /// Country.
        pub country: Option<String>,
    }
}

record! {
    /// A way to reach a person or place.
    pub struct Telecom {
        /// `phone`, `fax`, `email`, `pager`, `url`, `sms` or `other`.
        pub system: Option<String>,
        /// Number or address.
        pub value: Option<String>,
        /// `home`, `work`, `temp`, `old` or `mobile`.
        pub r#use: Option<String>,
    }
}
