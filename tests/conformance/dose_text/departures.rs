//! Published dosages whose text does not follow the algorithm (dose-to-text.md §6.2). The algorithm's text is right; the
//! published one is what the file carries.

/// A published text that departs from the algorithm.
pub struct Departure {
    /// Name of the example, without `example-dosage-` and `.xml`.
    pub file: &'static str,
    /// Position of the dosage in the file.
    pub index: u64,
    /// How the published text departs.
    pub reason: &'static str,
    /// The algorithm's text.
    pub ours: &'static str,
}

const fn departure(file: &'static str, index: u64, reason: &'static str, ours: &'static str) -> Departure {
    Departure { file, index, reason, ours }
}

pub const DEPARTURES: &[Departure] = &[
    departure(
        "aspirindispersible",
        0,
        "additional instruction stands before the maximum (order 16, 15)",
        "2 tablet - 4 times a day - at a meal - up to a maximum of 3.6 gram in 24 hours - Dissolve or mix with water before taking",
    ),
    departure(
        "avloclor",
        0,
        "the patient instruction is appended, as it was until February 2025",
        "2 tablet - once a week",
    ),
    departure(
        "cocodamol-alt",
        0,
        "the patient instruction is appended, as it was until February 2025",
        "2 tablet - every 4 hours - as required for Migraine - up to a maximum of 8 dose in 24 hours",
    ),
    departure("cocodamol", 0, "“take once”: the older count wording", "2 tablet - as required for Migraine - once"),
    departure(
        "cocodamol",
        1,
        "the patient instruction is appended, as it was until February 2025",
        "2 tablet - every 4 hours - up to a maximum of 6 dose in 24 hours",
    ),
    departure(
        "colchicine",
        0,
        "first of three instructions joined by “ - ” instead of “, ”",
        "500 microgram - 3 times a day - oral - Until symptoms relieved, Maximum dose 6 mg per course and Do not repeat course for 3 days",
    ),
    departure("gastro-vtm", 0, "“daily” for frequency 1 per 1 d", "10 milligram - once a day - oral"),
    departure("gastro", 0, "“daily” for frequency 1 per 1 d", "1 tablet - once a day - oral"),
    departure(
        "glucose-vtm",
        0,
        "route before duration",
        "Continuous infusion 1000 millilitre - over 8 hours - Intravenous route",
    ),
    departure("glucose", 0, "route before duration", "Continuous infusion 1 bag - over 8 hours - Intravenous route"),
    departure(
        "hydrocortisone",
        0,
        "the patient instruction is appended, as it was until February 2025",
        "Apply 2 to 3 times a day - for 7 days",
    ),
    departure(
        "levothyroxine",
        0,
        "“and” between whens: the older rule",
        "150 microgram - daily - during the morning, before breakfast - oral",
    ),
    departure(
        "limitation-combinationpack",
        0,
        "“take once”, and count before as-needed",
        "2 tablet - as required for Migraine - once - up to a maximum of 2 tablet in 24 hours - Pink tablets",
    ),
    departure(
        "metformin",
        1,
        "“and” between whens: the older rule",
        "1 tablet - twice a day - at breakfast, at dinner - for 1 week",
    ),
    departure(
        "metformin",
        2,
        "“and” between whens: the older rule",
        "1 tablet - 3 times a day - at breakfast, at dinner, at lunch - for 1 week - up to a maximum of 4 tablet in 1 day",
    ),
    departure("micralax", 0, "“take once”: the older count wording", "Insert 1 enema - Rectal - once"),
    departure(
        "microgynon",
        0,
        "“daily” for 1 per 1 d, and bounds before route",
        "1 tablet - once a day - oral - for 21 days - subsequent courses repeated after 7-day tablet-free interval",
    ),
    departure(
        "microgynon2",
        0,
        "“daily” for 1 per 1 d, and bounds before route",
        "1 tablet - once a day - oral - for 21 days",
    ),
    departure(
        "morphine-bolus",
        0,
        "as-needed before route",
        "Intermittent bolus 5 milligram - Intravenous route - as required - Administer via PCA with a 5 minute lockout",
    ),
    departure(
        "nebuliser",
        0,
        "“ - ” after the method",
        "Nebulise 5 milligram - every 20 to 30 minutes - Inhalation - as required",
    ),
    departure(
        "novorapid",
        0,
        "the patient instruction is appended, as it was until February 2025",
        "Inject as required",
    ),
    departure(
        "oxygen",
        0,
        "the unit's text says liter, the published text litre",
        "1 to 2 liter per minute - Inhalation - to be given via nasal cannula",
    ),
];
