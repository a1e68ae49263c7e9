//! How a medicine is to be taken: the sender's words, and the structure beside them.

use super::{Concept, Period, Quantity, Range, Ratio, record};
use crate::datetime::DateTime;
use crate::decimal::Decimal;

record! {
    /// One dosage instruction.
    pub struct Dosage {
        /// Place in the order of instructions; equal numbers run at the same time.
        pub sequence: Option<i32>,
        /// The sender's words. They always win.
        pub text: Option<String>,
        /// Coded warnings and advice.
        pub additional_instruction: Vec<Concept>,
        /// Words for the patient.
        pub patient_instruction: Option<String>,
        /// When.
        pub timing: Option<Box<Timing>>,
        /// Only when needed.
        pub as_needed: Option<AsNeeded>,
        /// Where on the body.
        pub site: Option<Concept>,
        /// Which way into the body.
        pub route: Option<Concept>,
        /// How it is given.
        pub method: Option<Concept>,
        /// How much, and how fast.
        pub dose_and_rate: Vec<DoseAndRate>,
        /// The most in a span of time.
        pub max_dose_per_period: Option<Ratio>,
        /// The most at once.
        pub max_dose_per_administration: Option<Quantity>,
        /// The most in a life.
        pub max_dose_per_lifetime: Option<Quantity>,
    }
}

record! {
    /// Taken only when needed.
    pub struct AsNeeded {
        /// Yes or no, where no reason is given.
        pub flag: Option<bool>,
        /// For what.
        pub reason: Option<Concept>,
    }
}

record! {
    /// An amount and a speed.
    pub struct DoseAndRate {
        /// Ordered or calculated.
        pub kind: Option<Concept>,
        /// Amount each time.
        pub dose_quantity: Option<Quantity>,
        /// Amount each time, between bounds.
        pub dose_range: Option<Range>,
        /// Speed as amount per time.
        pub rate_ratio: Option<Ratio>,
        /// Speed between bounds.
        pub rate_range: Option<Range>,
        /// Speed in a unit of its own.
        pub rate_quantity: Option<Quantity>,
    }
}

record! {
    /// When a medicine is taken. Time units are UCUM: `s`, `min`, `h`, `d`, `wk`, `mo`, `a`.
    pub struct Timing {
        /// At these moments.
        pub event: Vec<DateTime>,
        /// A named schedule such as BID.
        pub code: Option<Concept>,
        /// For how long altogether.
        pub bounds_duration: Option<Quantity>,
        /// For how long altogether, between bounds.
        pub bounds_range: Option<Range>,
        /// From when until when.
        pub bounds_period: Option<Period>,
        /// How many times altogether.
        pub count: Option<Decimal>,
        /// At most how many times altogether.
        pub count_max: Option<Decimal>,
        /// How long each time.
        pub duration: Option<Decimal>,
        /// At most how long each time.
        pub duration_max: Option<Decimal>,
        /// Unit of the duration.
        pub duration_unit: Option<String>,
        /// How many times a period.
        pub frequency: Option<Decimal>,
        /// At most how many times a period.
        pub frequency_max: Option<Decimal>,
        /// Length of the period.
        pub period: Option<Decimal>,
        /// Greatest length of the period.
        pub period_max: Option<Decimal>,
        /// Unit of the period.
        pub period_unit: Option<String>,
        /// Days of the week, `mon` to `sun`.
        pub day_of_week: Vec<String>,
        /// Times of the day, `HH:MM:SS`.
        pub time_of_day: Vec<String>,
        /// Events of the day, such as `CM` at breakfast.
        pub when: Vec<String>,
        /// Minutes from the event.
        pub offset: Option<Decimal>,
    }
}
