//! What the identifier checks and the rules look at: the prescriptions that a message tells of, whatever its kind, and
//! where each of their fields stands in the source.
//!
//! Invariant: a place means the same wherever it stands. A rule names it without its scope, and finds it in the part of the
//! message that it was asked about.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;

use causeway_canonical::ledger::{At, FieldRef, Mark, Scope, place};
use causeway_canonical::model::{
    Agent, Body, DispenseNotification, Dosage, Kind, LineItem, Medicine, Message, OrganisationRef, Patient,
    Prescription, PrescriptionOrder, PrescriptionRef, Quantity, Supply,
};
use causeway_canonical::{DateTime, Finding, Rule};
use causeway_syntax::NodeId;
use causeway_syntax::adapter::{Account, Context};

use crate::bundle::Bundle;

/// The number in a field's path of who wrote a message.
pub(crate) const AUTHOR: usize = 0;

/// A message as it was read.
pub(crate) struct Source<'a> {
    /// Name of the format.
    pub format: &'a str,
    /// Where every field stands.
    pub account: &'a Account<'a>,
    /// The bundle of an order, a cancellation or a notification, if the source is FHIR. Its nodes are those of the
    /// account's tree.
    pub bundle: Option<&'a Bundle<'a>>,
    /// The message.
    pub message: &'a Message,
    /// Clock and switches.
    pub context: &'a Context,
    /// First node of every field. Made for the first finding; most messages have none.
    nodes: OnceCell<HashMap<FieldRef, NodeId>>,
}

impl<'a> Source<'a> {
    /// A message, with where it stands.
    pub fn new(
        format: &'a str,
        account: &'a Account<'a>,
        bundle: Option<&'a Bundle<'a>>,
        message: &'a Message,
        context: &'a Context,
    ) -> Self {
        Source { format, account, bundle, message, context, nodes: OnceCell::new() }
    }

    /// The kind of the message.
    pub fn kind(&self) -> Kind {
        self.message.body.kind()
    }

    /// Whether the source is FHIR, in either syntax.
    pub fn is_fhir(&self) -> bool {
        self.format.starts_with("fhir-r4-")
    }

    /// Whether the source is in the form of the model, whose reader asks for little.
    pub fn is_canonical(&self) -> bool {
        self.format == "canonical-json"
    }

    /// Whether the source writes a code and its system one by one.
    pub fn names_systems(&self) -> bool {
        self.is_fhir() || self.is_canonical()
    }

    /// Whether the source says of a professional's code which register it is from. HL7 V3 does not, and its reader judges
    /// by the form.
    pub fn names_registers(&self) -> bool {
        self.names_systems()
    }

    /// The node that was read into a field; the first of several.
    pub fn node_of(&self, field: FieldRef) -> Option<NodeId> {
        self.nodes.get_or_init(|| first_nodes(self.account)).get(&field).copied()
    }

    /// A finding at a node of the source; about the whole message without one.
    pub fn at_node(&self, rule: &'static Rule, message: impl Into<Cow<'static, str>>, node: Option<NodeId>) -> Finding {
        let finding = Finding::new(rule, message);
        match node {
            Some(node) => finding.at(self.account.tree.path(node), self.account.tree.position(node)),
            None => finding,
        }
    }

    /// The parts that can be judged alone: the body itself, each prescription of a release, each notification of a
    /// history.
    pub fn subjects(&'a self) -> Vec<Subject<'a>> {
        let body = Subject::of(self, Scope::BODY);
        match &self.message.body {
            Body::PrescriptionOrder(order) | Body::CancelRequest(order) => vec![body.with_order(order)],
            Body::CancelResponse(response) => vec![Subject {
                patient: Some(&response.patient),
                agents: [Some(&response.author), response.responsible_party.as_ref(), response.performer.as_ref()],
                named: Some(&response.prescription),
                items: &response.item,
                ..body
            }],
            Body::ReleaseRequest(request) => {
                vec![Subject { named: request.prescription.as_ref(), ..body.with_author(&request.author) }]
            }
            Body::ReleaseResponse(response) => {
                let orders = response.released.iter().map(|released| &released.order).enumerate();
                orders.map(|(n, order)| Subject::of(self, Scope::released(n)).with_order(order)).collect()
            }
            Body::DispenseNotification(notification) => vec![body.with_notification(notification)],
            Body::DispenseClaim(claim) => vec![Subject {
                when: claim.when.as_ref(),
                patient: claim.patient.as_ref(),
                recipient: claim.recipient.as_ref(),
                prescription: Some(&claim.prescription),
                items: &claim.item,
                ..body.with_author(&claim.author)
            }],
            Body::Return(reversal) | Body::Withdraw(reversal) => vec![Subject {
                when: reversal.when.as_ref(),
                patient: reversal.patient.as_ref(),
                recipient: reversal.recipient.as_ref(),
                named: Some(&reversal.prescription),
                ..body.with_author(&reversal.author)
            }],
            Body::RebuildDispenseHistory(rebuild) => {
                let told = rebuild.history.iter().map(|entry| &entry.notification).enumerate();
                let told = told.map(|(n, told)| Subject::of(self, Scope::history(n)).with_notification(told));
                std::iter::once(Subject { named: Some(&rebuild.prescription), ..body }).chain(told).collect()
            }
            Body::Acknowledgement(answer) => vec![Subject { agents: [None, None, answer.performer.as_ref()], ..body }],
        }
    }
}

/// The first node of every field; nodes that went to one field alone come before shared ones.
fn first_nodes(account: &Account<'_>) -> HashMap<FieldRef, NodeId> {
    let own = account.marks.iter().enumerate().filter_map(|(index, mark)| match mark {
        Mark::Field(field, _) => Some((*field, NodeId::from_index(index))),
        _ => None,
    });
    let shared = account.shared.iter().map(|(node, field, _)| (*field, *node));
    let mut nodes = HashMap::new();
    for (field, node) in own.chain(shared) {
        nodes.entry(field).or_insert(node);
    }
    nodes
}

/// One prescription with its people and items, as far as a part of the message tells of it.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'a> {
    /// The whole message.
    pub source: &'a Source<'a>,
    scope: Scope,
    /// When what a dispenser tells took place.
    pub when: Option<&'a DateTime>,
    /// Who the medicine is for.
    pub patient: Option<&'a Patient>,
    agents: [Option<&'a Agent>; 3],
    /// Who is to act on the message, or who pays.
    pub recipient: Option<&'a OrganisationRef>,
    /// What is told of the prescription.
    pub prescription: Option<&'a Prescription>,
    /// The prescription, where it is only named.
    pub named: Option<&'a PrescriptionRef>,
    /// The items.
    pub items: &'a [LineItem],
}

impl<'a> Subject<'a> {
    /// A part of which nothing is known but where it stands.
    pub fn of(source: &'a Source<'a>, scope: Scope) -> Self {
        Subject {
            source,
            scope,
            when: None,
            patient: None,
            agents: [None; 3],
            recipient: None,
            prescription: None,
            named: None,
            items: &[],
        }
    }

    fn with_author(self, author: &'a Agent) -> Self {
        Subject { agents: [Some(author), None, None], ..self }
    }

    fn with_order(self, order: &'a PrescriptionOrder) -> Self {
        Subject {
            patient: Some(&order.patient),
            agents: [Some(&order.author), order.responsible_party.as_ref(), None],
            prescription: Some(&order.prescription),
            items: &order.item,
            ..self
        }
    }

    fn with_notification(self, notification: &'a DispenseNotification) -> Self {
        Subject {
            when: notification.when.as_ref(),
            patient: Some(&notification.patient),
            recipient: notification.recipient.as_ref(),
            prescription: Some(&notification.prescription),
            items: &notification.item,
            ..self.with_author(&notification.author)
        }
    }

    /// The people, each with the number that it has in a field's path.
    pub fn agents(&self) -> impl Iterator<Item = (usize, &'a Agent)> + use<'a> {
        self.agents.into_iter().enumerate().filter_map(|(number, agent)| Some((number, agent?)))
    }

    /// Who wrote the message.
    pub fn author(&self) -> Option<&'a Agent> {
        self.agents.get(AUTHOR).copied().flatten()
    }

    /// What was asked for and what was supplied, item by item.
    pub fn products(&self) -> impl Iterator<Item = Product<'a>> + use<'a> {
        let subject = *self;
        subject.items.iter().enumerate().flat_map(move |(item, line)| {
            let supplied = line.supply.iter().enumerate();
            let supplied = supplied.map(move |(n, supply)| Product::supplied(subject.in_supply(n), item, line, supply));
            std::iter::once(Product::asked(subject, item, line)).chain(supplied)
        })
    }

    /// The same part, its item places being those of a supply of the item.
    pub fn in_supply(self, position: usize) -> Self {
        Subject { scope: self.scope.supply(position), ..self }
    }

    /// The node that was read into a field of this part; the first of several.
    pub fn node_of(&self, field: FieldRef) -> Option<NodeId> {
        self.source.node_of(field.within(self.scope))
    }

    /// A finding at the first of the fields that stands in the source.
    pub fn at_field(&self, rule: &'static Rule, message: impl Into<Cow<'static, str>>, fields: &[FieldRef]) -> Finding {
        let node = fields.iter().find_map(|field| self.node_of(*field));
        self.at_node(rule, message, node)
    }

    /// A finding about an item as a whole: at its request, or at the first of its fields that stands in the source.
    pub fn at_item(&self, rule: &'static Rule, message: impl Into<Cow<'static, str>>, item: usize) -> Finding {
        let places = [place::ITEM_ID, place::SUPPLIED_ID, place::COURSE_OF_THERAPY];
        let fields = places.map(|place| place.at(&[item]).itself());
        let node = self.request(item).or_else(|| fields.iter().find_map(|field| self.node_of(*field)));
        self.at_node(rule, message, node)
    }

    /// A finding at a node of the source; about the whole message without one.
    pub fn at_node(&self, rule: &'static Rule, message: impl Into<Cow<'static, str>>, node: Option<NodeId>) -> Finding {
        self.source.at_node(rule, message, node)
    }

    /// The MedicationRequest of an item, if the source is FHIR and has it as an entry.
    pub fn request(&self, item: usize) -> Option<NodeId> {
        self.source.bundle?.request(item)
    }

    /// The dispenseRequest of an item, or the request itself.
    pub fn supply_request(&self, item: usize) -> Option<NodeId> {
        let request = self.request(item)?;
        self.source.bundle?.child(request, "dispenseRequest").or(Some(request))
    }
}

/// A medicine with its amount and instructions: what an item asks for, or what was supplied for it.
pub(crate) struct Product<'a> {
    /// The part that it belongs to; its item places are those of the product.
    pub subject: Subject<'a>,
    /// The item.
    pub item: usize,
    /// The item that it was supplied for; `None` for what is asked for.
    pub supplied_for: Option<&'a LineItem>,
    /// The medicine.
    pub medicine: &'a Medicine,
    /// How much.
    pub quantity: Option<&'a Quantity>,
    /// How long it lasts.
    pub days_supply: Option<&'a Quantity>,
    /// How it is to be taken.
    pub dosage: &'a [Dosage],
}

impl<'a> Product<'a> {
    /// What an item asks for.
    pub fn asked(subject: Subject<'a>, item: usize, line: &'a LineItem) -> Self {
        Product {
            subject,
            item,
            supplied_for: None,
            medicine: &line.medicine,
            quantity: line.quantity.as_ref(),
            days_supply: None,
            dosage: &line.dosage,
        }
    }

    /// What was supplied for an item; `subject` has the scope of the supply.
    pub fn supplied(subject: Subject<'a>, item: usize, line: &'a LineItem, supply: &'a Supply) -> Self {
        Product {
            subject,
            item,
            supplied_for: Some(line),
            medicine: &supply.medicine,
            quantity: supply.quantity.as_ref(),
            days_supply: supply.days_supply.as_ref(),
            dosage: &supply.dosage,
        }
    }
}

/// The amounts of a dosage that have units of medicines: each dose and rate, and the most that may be taken.
pub(crate) fn dosage_quantities(dosage: &Dosage, at: [usize; 2]) -> impl Iterator<Item = (&Quantity, At)> {
    let [item, position] = at;
    let doses = dosage.dose_and_rate.iter().enumerate().flat_map(move |(inner, dose)| {
        let (range, rates, rate) = (dose.dose_range.as_ref(), dose.rate_range.as_ref(), dose.rate_ratio.as_ref());
        let quantities = [
            (dose.dose_quantity.as_ref(), place::DOSE_QUANTITY),
            (range.and_then(|range| range.low.as_ref()), place::DOSE_RANGE_LOW),
            (range.and_then(|range| range.high.as_ref()), place::DOSE_RANGE_HIGH),
            (rate.and_then(|ratio| ratio.numerator.as_ref()), place::RATE_RATIO_NUMERATOR),
            (rate.and_then(|ratio| ratio.denominator.as_ref()), place::RATE_RATIO_DENOMINATOR),
            (rates.and_then(|range| range.low.as_ref()), place::RATE_RANGE_LOW),
            (rates.and_then(|range| range.high.as_ref()), place::RATE_RANGE_HIGH),
            (dose.rate_quantity.as_ref(), place::RATE_QUANTITY),
        ];
        quantities.map(|(quantity, place)| (quantity, place.at(&[item, position, inner])))
    });
    let period = dosage.max_dose_per_period.as_ref();
    let greatest = [
        (period.and_then(|most| most.numerator.as_ref()), place::MAX_PER_PERIOD_NUMERATOR),
        (dosage.max_dose_per_administration.as_ref(), place::MAX_PER_ADMINISTRATION),
        (dosage.max_dose_per_lifetime.as_ref(), place::MAX_PER_LIFETIME),
    ];
    let greatest = greatest.map(|(quantity, place)| (quantity, place.at(&at)));
    doses.chain(greatest).filter_map(|(quantity, at)| quantity.map(|quantity| (quantity, at)))
}
