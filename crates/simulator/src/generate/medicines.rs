//! The medicines that simulated prescribers use, and how they have them taken.
//!
//! Codes of products, units, routes and methods are dm+d and SNOMED CT concepts that occur in published NHS test
//! messages. How a medicine is taken is invented: plausible, and no advice.

/// A coded notion with the words shown for it.
#[derive(Clone, Copy)]
pub struct Code {
    pub code: &'static str,
    pub display: &'static str,
}

const fn code(code: &'static str, display: &'static str) -> Code {
    Code { code, display }
}

pub const TABLET: Code = code("428673006", "tablet");
pub const CAPSULE: Code = code("428641000", "capsule");
pub const MILLILITRE: Code = code("258773002", "ml");
pub const DOSE: Code = code("3317411000001100", "dose");
pub const GRAM: Code = code("258682000", "gram");
pub const PATCH: Code = code("419702001", "patch");
pub const SYRINGE: Code = code("3318611000001103", "pre-filled disposable injection");
pub const APPLICATION: Code = code("10692211000001108", "application");

const ORAL: Code = code("26643006", "Oral");
const INHALATION: Code = code("18679011000001101", "Inhalation");
const SUBCUTANEOUS: Code = code("34206005", "Subcutaneous route");
const TOPICAL: Code = code("6064005", "Topical");
const CUTANEOUS: Code = code("448598008", "Cutaneous route");

const APPLY: Code = code("417924000", "Apply");
const INJECT: Code = code("422145002", "Inject");

pub const FOLLOW_DIRECTIONS: Code = code("421769005", "Follow directions");

/// How often.
#[derive(Clone, Copy)]
pub enum Rate {
    /// So many times a day.
    Daily(u32),
    /// Every so many hours.
    EveryHours(u32),
    /// Every so many days.
    EveryDays(u32),
    /// Once a week, on this day (FHIR code and name).
    Weekly(&'static str, &'static str),
}

/// Taken only when needed.
#[derive(Clone, Copy)]
pub enum Need {
    /// When required.
    Any,
    /// When required for this.
    For(&'static str),
}

/// One dosage instruction.
#[derive(Clone, Copy)]
pub struct Step {
    /// Place among several instructions; equal numbers run at the same time. `None` where there is only one.
    pub sequence: Option<u32>,
    /// How much each time.
    pub amount: f64,
    /// How often.
    pub rate: Rate,
    /// At this hour of the day.
    pub hour: Option<u32>,
    /// For so many days.
    pub days: Option<u32>,
    /// Only when needed.
    pub need: Option<Need>,
    /// The most in 24 hours.
    pub most_a_day: Option<u32>,
}

impl Step {
    const fn new(amount: f64, rate: Rate) -> Self {
        Step { sequence: None, amount, rate, hour: None, days: None, need: None, most_a_day: None }
    }

    const fn at(mut self, hour: u32) -> Self {
        self.hour = Some(hour);
        self
    }

    const fn lasting(mut self, days: u32) -> Self {
        self.days = Some(days);
        self
    }

    const fn number(mut self, sequence: u32) -> Self {
        self.sequence = Some(sequence);
        self
    }

    const fn needed(mut self, need: Need) -> Self {
        self.need = Some(need);
        self
    }

    const fn at_most(mut self, most_a_day: u32) -> Self {
        self.most_a_day = Some(most_a_day);
        self
    }
}

const fn daily(amount: f64, times: u32) -> Step {
    Step::new(amount, Rate::Daily(times))
}

/// How much is supplied.
#[derive(Clone, Copy)]
pub enum Supply {
    /// As much as the instructions add up to; long-term instructions for 28 days.
    Counted,
    /// One of these sizes.
    Packs(&'static [u32]),
}

/// What a medicine is for, as far as prescribing goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Short courses.
    Acute,
    /// Long-term treatment.
    LongTerm,
    /// Started and watched by a hospital.
    Hospital,
}

/// One medicine.
pub struct Medicine {
    /// dm+d code and name.
    pub product: Code,
    /// Unit in which it is supplied.
    pub unit: Code,
    /// Unit in which it is taken.
    pub dose_unit: Code,
    /// Dose form, for senders that name it.
    pub form: Option<Code>,
    pub route: Code,
    pub method: Option<Code>,
    /// The verb of the instruction.
    pub verb: &'static str,
    pub used_for: Use,
    pub supply: Supply,
    /// Schedule, with its name, if the law asks for the quantity in words.
    pub schedule: Option<Code>,
    /// Endorsement that the product needs.
    pub endorsement: Option<Code>,
    /// Ways to take it; each is a list of instructions.
    pub regimens: &'static [&'static [Step]],
}

impl Medicine {
    const fn oral(product: Code, unit: Code, used_for: Use, regimens: &'static [&'static [Step]]) -> Self {
        Medicine {
            product,
            unit,
            dose_unit: unit,
            form: None,
            route: ORAL,
            method: None,
            verb: "Take",
            used_for,
            supply: Supply::Counted,
            schedule: None,
            endorsement: None,
            regimens,
        }
    }

    const fn supplied(mut self, packs: &'static [u32]) -> Self {
        self.supply = Supply::Packs(packs);
        self
    }

    const fn controlled(mut self) -> Self {
        self.schedule = Some(code("CD2", "Schedule 2"));
        self
    }

    const fn endorsed(mut self, endorsement: Code) -> Self {
        self.endorsement = Some(endorsement);
        self
    }

    const fn given(mut self, verb: &'static str, route: Code, method: Option<Code>, dose_unit: Code) -> Self {
        self.verb = verb;
        self.route = route;
        self.method = method;
        self.dose_unit = dose_unit;
        self
    }

    const fn formed(mut self, form: Code) -> Self {
        self.form = Some(form);
        self
    }
}

const CONTRACEPTIVE: Code = code("CC", "Contraceptive");
const BORDERLINE: Code = code("ACBS", "Advisory Committee on Borderline Substances");

/// All of them.
pub static MEDICINES: &[Medicine] = &[
    Medicine::oral(
        code("39732311000001104", "Amoxicillin 250mg capsules"),
        CAPSULE,
        Use::Acute,
        &[&[daily(1.0, 3).lasting(5)], &[daily(2.0, 3).lasting(7)]],
    ),
    Medicine::oral(
        code("322236009", "Paracetamol 500mg tablets"),
        TABLET,
        Use::Acute,
        &[
            &[Step::new(2.0, Rate::EveryHours(6)).needed(Need::For("pain")).at_most(8)],
            &[Step::new(1.0, Rate::EveryHours(4)).needed(Need::For("fever")).at_most(6)],
        ],
    )
    .supplied(&[32, 100]),
    Medicine::oral(
        code("322341003", "Co-codamol 30mg/500mg tablets"),
        TABLET,
        Use::Acute,
        &[&[Step::new(2.0, Rate::EveryHours(6)).needed(Need::For("pain")).at_most(8)], &[daily(1.0, 4).lasting(7)]],
    )
    .supplied(&[28, 56, 100]),
    Medicine::oral(
        code("325427002", "Prednisolone 5mg tablets"),
        TABLET,
        Use::Acute,
        &[
            &[daily(8.0, 1).lasting(5)],
            &[
                daily(6.0, 1).lasting(4).number(1),
                daily(4.0, 1).lasting(4).number(2),
                daily(2.0, 1).lasting(4).number(3),
            ],
            &[
                daily(2.0, 1).at(8).lasting(3).number(1),
                daily(1.0, 1).at(17).lasting(3).number(1),
                daily(1.0, 1).lasting(7).number(2),
            ],
        ],
    ),
    Medicine::oral(
        code("317972000", "Furosemide 40mg tablets"),
        TABLET,
        Use::LongTerm,
        &[&[daily(1.0, 1).at(8)], &[daily(1.0, 1).at(8).number(1), daily(0.5, 1).at(13).number(1)]],
    ),
    Medicine::oral(
        code("321196004", "Diazepam 2mg tablets"),
        TABLET,
        Use::Acute,
        &[&[daily(1.0, 3).lasting(5)], &[daily(1.0, 2).needed(Need::Any).lasting(7)]],
    ),
    Medicine::oral(
        code("36126511000001106", "Morphine 10mg modified-release tablets"),
        TABLET,
        Use::Hospital,
        &[&[Step::new(1.0, Rate::EveryHours(12)).lasting(14)], &[Step::new(2.0, Rate::EveryHours(12)).lasting(7)]],
    )
    .controlled(),
    Medicine::oral(
        code("36120011000001101", "Fentanyl 25micrograms/hour transdermal patches"),
        PATCH,
        Use::Hospital,
        &[&[Step::new(1.0, Rate::EveryDays(3)).lasting(15)], &[Step::new(1.0, Rate::EveryDays(3)).lasting(30)]],
    )
    .given("Apply", CUTANEOUS, Some(APPLY), PATCH)
    .controlled(),
    Medicine::oral(
        code("39113611000001102", "Salbutamol 100micrograms/dose inhaler CFC free"),
        DOSE,
        Use::LongTerm,
        &[
            &[daily(2.0, 4).needed(Need::Any)],
            &[Step::new(2.0, Rate::EveryHours(4)).needed(Need::For("breathlessness")).at_most(8)],
        ],
    )
    .given("Inhale", INHALATION, None, DOSE)
    .supplied(&[200, 400]),
    Medicine::oral(
        code("320567001", "Budesonide 200micrograms/dose dry powder inhaler"),
        DOSE,
        Use::LongTerm,
        &[&[daily(1.0, 2)], &[daily(2.0, 2)]],
    )
    .given("Inhale", INHALATION, None, DOSE)
    .supplied(&[100, 200]),
    Medicine::oral(
        code("317291008", "Omeprazole 20mg gastro-resistant capsules"),
        CAPSULE,
        Use::LongTerm,
        &[&[daily(1.0, 1)], &[daily(1.0, 2)]],
    ),
    Medicine::oral(
        code("325278007", "Metformin 500mg tablets"),
        TABLET,
        Use::LongTerm,
        &[&[daily(1.0, 2)], &[daily(2.0, 1).at(8).number(1), daily(1.0, 1).at(18).number(1)]],
    ),
    Medicine::oral(
        code("327550006", "Folic acid 5mg tablets"),
        TABLET,
        Use::LongTerm,
        &[&[daily(1.0, 1)], &[Step::new(1.0, Rate::Weekly("wed", "Wednesday"))]],
    ),
    Medicine::oral(
        code("320030001", "Atorvastatin 20mg tablets"),
        TABLET,
        Use::LongTerm,
        &[&[daily(1.0, 1)], &[daily(2.0, 1).at(21)]],
    ),
    Medicine::oral(code("318906001", "Ramipril 10mg capsules"), CAPSULE, Use::LongTerm, &[&[daily(1.0, 1)]]),
    Medicine::oral(code("319284000", "Amlodipine 10mg tablets"), TABLET, Use::LongTerm, &[&[daily(1.0, 1).at(8)]]),
    Medicine::oral(
        code("317919004", "Bendroflumethiazide 2.5mg tablets"),
        TABLET,
        Use::LongTerm,
        &[&[daily(1.0, 1).at(8)]],
    ),
    Medicine::oral(
        code("321989000", "Citalopram 10mg tablets"),
        TABLET,
        Use::LongTerm,
        &[&[daily(1.0, 1)], &[daily(2.0, 1)]],
    ),
    Medicine::oral(
        code("374296008", "Levothyroxine sodium 100microgram tablets"),
        TABLET,
        Use::LongTerm,
        &[&[daily(1.0, 1).at(7)], &[daily(1.5, 1).at(7)]],
    ),
    Medicine::oral(
        code("13892511000001100", "Amlodipine 5mg/5ml oral solution"),
        MILLILITRE,
        Use::LongTerm,
        &[&[daily(5.0, 1)], &[daily(2.5, 1)]],
    ),
    Medicine::oral(
        code("323888003", "Cefalexin 250mg/5ml oral suspension"),
        MILLILITRE,
        Use::Acute,
        &[&[daily(5.0, 4).lasting(5)], &[daily(7.5, 3).lasting(7)]],
    ),
    Medicine::oral(
        code("324689003", "Nystatin 100,000units/ml oral suspension"),
        MILLILITRE,
        Use::Acute,
        &[&[daily(1.0, 4).lasting(7)]],
    ),
    Medicine::oral(
        code("324607004", "Ciprofloxacin 250mg tablets"),
        TABLET,
        Use::Acute,
        &[&[Step::new(1.0, Rate::EveryHours(12)).lasting(7)]],
    ),
    Medicine::oral(
        code("374372000", "Betamethasone valerate 0.1% cream"),
        GRAM,
        Use::Acute,
        &[&[daily(1.0, 2).lasting(14)], &[daily(1.0, 1).lasting(10)]],
    )
    .given("Apply", TOPICAL, Some(APPLY), APPLICATION)
    .supplied(&[30, 100]),
    Medicine::oral(
        code("524211000001108", "Marvelon tablets (Organon Pharma (UK) Ltd)"),
        TABLET,
        Use::LongTerm,
        &[&[daily(1.0, 1).lasting(21)]],
    )
    .supplied(&[63])
    .endorsed(CONTRACEPTIVE),
    Medicine::oral(
        code("9655601000001105", "Glandosane"),
        MILLILITRE,
        Use::Acute,
        &[&[daily(1.0, 4).needed(Need::For("dry mouth"))]],
    )
    .given("Use", ORAL, None, DOSE)
    .supplied(&[50, 100])
    .endorsed(BORDERLINE),
    Medicine::oral(
        code("15517911000001104", "Methotrexate 10mg/0.2ml solution for injection pre-filled syringes"),
        SYRINGE,
        Use::Hospital,
        &[
            &[Step::new(1.0, Rate::Weekly("mon", "Monday")).lasting(28)],
            &[Step::new(1.0, Rate::Weekly("fri", "Friday")).lasting(56)],
        ],
    )
    .given("Inject", SUBCUTANEOUS, Some(INJECT), SYRINGE),
    Medicine::oral(
        code("408015000", "Moxifloxacin 400mg tablets"),
        TABLET,
        Use::Hospital,
        &[&[daily(1.0, 1).lasting(10)]],
    )
    .formed(code("385055001", "Tablet")),
    Medicine::oral(
        code("324252006", "Azithromycin 250mg capsules"),
        CAPSULE,
        Use::Hospital,
        &[&[daily(2.0, 1).lasting(3)], &[daily(2.0, 1).lasting(1).number(1), daily(1.0, 1).lasting(4).number(2)]],
    )
    .formed(code("428641000", "Capsule")),
];
