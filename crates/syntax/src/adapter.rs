//! The contract of an adapter: one wire format, read into the canonical model and written from it.
//!
//! Invariants:
//! - An adapter does no IO. Clock, ids and system names come in through [`Context`]; the same input and context give
//!   the same bytes.
//! - Reading never panics and never stops at the first problem: it returns what it could read, every finding, and an
//!   account of every value of the source.
//! - Writing tags each value with the field it came from, so that source and target can be joined.

use std::cell::{Cell, RefCell};

use causeway_canonical::ledger::{FieldRef, Kept, MapRule, Mark, Scope, Tag, Unmodelled};
use causeway_canonical::model::{Kind, Message};
use causeway_canonical::{Finding, Rule, Severities};
use jiff::Timestamp;

use crate::{Limits, NodeId, Tree};

/// One wire format.
pub trait Adapter: Send + Sync {
    /// Name of the format, as on the command line: `fhir-r4-json`.
    fn format(&self) -> &'static str;

    /// Media type of what is written.
    fn media_type(&self) -> &'static str;

    /// Whether a message looks like this format, judged by its first bytes; cheap, and never an error.
    fn sniff(&self, source: &[u8]) -> bool;

    /// Reads one message.
    fn read<'s>(&self, source: &'s [u8], context: &Context) -> Reading<'s>;

    /// Writes one message.
    ///
    /// # Errors
    /// Findings that say what the format cannot express; nothing is half written.
    fn write(&self, message: &Message, context: &Context) -> Result<Written, Vec<Finding>>;

    /// Changes a message into what this format will say of it: fields that it cannot hold are cleared, values take the
    /// form that reading them back gives, defaults are filled in. What was written and read back must equal the
    /// projection of what came in; anything else is an error of ours, and the semantic echo stops the message.
    fn project(&self, message: &mut Message, context: &Context);

    /// Fields of a kind of message that the format has no place for, one by one, each with its reason: one or several
    /// tables, of which the first row that fits counts.
    fn kept(&self, kind: Kind) -> &'static [&'static [Kept]];

    /// Every rule that reading and writing can find broken.
    fn rules(&self) -> &'static [&'static Rule];

    /// The tree of something written by this adapter, for paths and positions in it.
    ///
    /// # Errors
    /// A finding if the text is not well formed.
    fn tree<'s>(&self, source: &'s [u8], limits: &Limits) -> Result<Box<dyn Tree + 's>, Finding>;
}

/// What a wire format needs and a message does not carry.
#[derive(Clone, Debug)]
pub struct Context {
    /// The clock.
    pub now: Timestamp,
    /// Which of the two spellings of V3 interaction names is written.
    pub interaction_suffix: InteractionSuffix,
    /// Accredited system id of the sender.
    pub sender_asid: Option<String>,
    /// Accredited system id of the receiver.
    pub receiver_asid: Option<String>,
    /// SDS user id of the person on whose behalf the message is sent.
    pub sds_user_id: Option<String>,
    /// SDS role profile id of that person.
    pub sds_role_profile_id: Option<String>,
    /// SDS job role of that person.
    pub sds_job_role: Option<String>,
    /// Defects of the published translator that a partner depends on.
    pub compat: Compat,
    /// Severities by rule name.
    pub rules: Severities,
    /// Limits of what is read.
    pub limits: Limits,
}

impl Context {
    /// A context with a clock and nothing else configured.
    pub fn at(now: Timestamp) -> Self {
        Context {
            now,
            interaction_suffix: InteractionSuffix::Uk,
            sender_asid: None,
            receiver_asid: None,
            sds_user_id: None,
            sds_role_profile_id: None,
            sds_job_role: None,
            compat: Compat::NONE,
            rules: Severities::default(),
            limits: Limits::default(),
        }
    }
}

/// The last letters of a V3 interaction name (overview.md §1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum InteractionSuffix {
    /// `UK`, as the schemas and all replies have it.
    #[default]
    Uk,
    /// `SM`, as the NHS EPS API sends it.
    Sm,
}

impl InteractionSuffix {
    /// The two letters.
    pub fn as_str(self) -> &'static str {
        match self {
            InteractionSuffix::Uk => "UK",
            InteractionSuffix::Sm => "SM",
        }
    }
}

macro_rules! defects {
    ($($name:ident = $number:literal, $description:literal;)*) => {
        /// A defect of the published translator that can be reproduced (overview.md §14). Each is asked for in one place of one
        /// adapter. Defects that crash, refuse good messages or write invalid text are not reproduced.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Defect {
            $(#[doc = $description] $name = $number,)*
        }

        impl Defect {
            /// Every defect that can be reproduced.
            pub const ALL: [Defect; [$(Defect::$name,)*].len()] = [$(Defect::$name,)*];

            /// What is done when it is reproduced.
            pub fn description(self) -> &'static str {
                match self {
                    $(Defect::$name => $description,)*
                }
            }
        }
    };
}

defects! {
    CalendarDateInUtc = 2, "calendar dates shift to the day before for summer time offsets";
    PartialDateFilled = 3, "a birth date of reduced precision is filled up with 01";
    V3ZoneIgnored = 5, "the zone of a V3 time stamp is ignored";
    EveryTelecomIsTel = 7, "every telecom is written as `tel:`";
    TextAddressLost = 8, "an address given as text only is lost";
    GmcWithoutPrefix = 9, "a GMC number is sent without its `C`";
    InstructionsEscapedTwice = 10, "notes and controlled drug words are escaped twice";
    OneIssueCount = 11, "one issue count for all items";
    TokenNeverIssued = 14, "the token is always said not to be issued";
    SignatureRewritten = 15, "the signature is parsed and written again without its white space";
    ReasonDisplayAsText = 18, "the display of a cancellation reason is sent as free text";
    OrganisationAsUser = 20, "the code of the organisation is sent as the user id of who withdraws";
    SupplyRequestUnitCode = 37, "the supply that a notification speaks of has the unit's code";
    UndispensedSupplied = 38, "an item that was not dispensed still has a supply";
    LineIssueNotFilled = 40, "an item that does not say its issue has none, though the prescription has";
    ClaimedMaterialKind = 45, "what was supplied is marked a kind of product in claims";
}

impl Defect {
    /// Number in the index of defects: `EPS-D09`.
    pub fn code(self) -> String {
        format!("EPS-D{:02}", self as u8)
    }
}

/// A set of defects to reproduce.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compat(u64);

impl Compat {
    /// The right behaviour everywhere.
    pub const NONE: Compat = Compat(0);

    /// All defects of the published NHS EPS API.
    pub fn nhs_eps_api() -> Self {
        Defect::ALL.into_iter().fold(Compat::NONE, Compat::with)
    }

    /// The set with one more defect.
    #[must_use]
    pub fn with(self, defect: Defect) -> Self {
        Compat(self.0 | 1 << defect as u8)
    }

    /// Whether a defect is to be reproduced.
    pub fn reproduces(self, defect: Defect) -> bool {
        self.0 & (1 << defect as u8) != 0
    }
}

/// What reading gave.
pub struct Reading<'s> {
    /// The message, if enough of it could be read.
    pub message: Option<Message>,
    /// Everything noticed, severities as the rules have them by default.
    pub findings: Vec<Finding>,
    /// The account of the source; `None` if it is not even well formed.
    pub account: Option<Account<'s>>,
}

/// Every value of a source, and what the reader made of it.
pub struct Account<'s> {
    /// The source.
    pub tree: Box<dyn Tree + 's>,
    /// One mark a node, by [`NodeId::index`].
    pub marks: Vec<Mark>,
    /// Values that were read into more than one field: the further fields.
    pub shared: Vec<(NodeId, FieldRef, MapRule)>,
    /// The reader's table, into which [`Mark::Unmodelled`] points.
    pub unmodelled: &'static [Unmodelled],
}

impl Account<'_> {
    /// The first node that was read into a field.
    pub fn node_of(&self, field: FieldRef) -> Option<NodeId> {
        self.marks.iter().position(|mark| matches!(mark, Mark::Field(at, _) if *at == field)).map(NodeId::from_index)
    }
}

/// What writing gave.
pub struct Written {
    /// The message.
    pub text: String,
    /// For each value that came from the model or was made up: where its first byte stands, and what it is.
    /// Values without a tag are structural.
    pub tags: Vec<(usize, Tag)>,
}

/// The marks of one source, set while reading through shared views of the tree.
pub struct Marks {
    marks: Vec<Cell<Mark>>,
    scope: Cell<Scope>,
    shared: RefCell<Vec<(NodeId, FieldRef, MapRule)>>,
}

impl Marks {
    /// One unread mark for each of `nodes` nodes.
    pub fn new(nodes: usize) -> Self {
        Marks { marks: vec![Cell::new(Mark::Unread); nodes], scope: Cell::default(), shared: RefCell::default() }
    }

    /// Reads a part of the message: the fields that are marked meanwhile stand in `scope`.
    pub fn within<R>(&self, scope: Scope, read: impl FnOnce() -> R) -> R {
        let outer = self.scope.replace(scope);
        let result = read();
        self.scope.set(outer);
        result
    }

    /// The part of the message that is being read.
    pub fn scope(&self) -> Scope {
        self.scope.get()
    }

    /// Marks a node.
    pub fn set(&self, node: NodeId, mark: Mark) {
        if let Some(cell) = self.marks.get(node.index()) {
            cell.set(mark);
        }
    }

    /// Marks a node as read into a field. A node that already went to another field goes to both.
    pub fn field(&self, node: NodeId, field: FieldRef, rule: MapRule) {
        let field = field.within(self.scope.get());
        match self.of(node) {
            Mark::Field(first, _) if first != field => self.shared.borrow_mut().push((node, field, rule)),
            _ => self.set(node, Mark::Field(field, rule)),
        }
    }

    /// The mark of a node.
    pub fn of(&self, node: NodeId) -> Mark {
        self.marks.get(node.index()).map(Cell::get).unwrap_or_default()
    }

    /// The marks and the further fields of shared nodes, for the account.
    pub fn into_inner(self) -> (Vec<Mark>, Vec<(NodeId, FieldRef, MapRule)>) {
        (self.marks.into_iter().map(Cell::into_inner).collect(), self.shared.into_inner())
    }
}
