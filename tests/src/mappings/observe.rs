//! What the two formats do with every field of generated messages.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use causeway_canonical::Finding;
use causeway_canonical::ledger::{FieldRef, Group, Kept, Leaf, MapRule, Mark, Place, Tag, Unmodelled, map_rule, place};
use causeway_canonical::model::{Kind, Message};
use causeway_syntax::adapter::{Adapter, Compat, Context, Written};
use causeway_syntax::{NodeId, Tree};
use causeway_translate::registry;
use serde_json::Value;

use super::{fhir_path, v3_path};
use crate::generate;

/// The formats with a column, in the order of the columns.
pub const FORMATS: [&str; 2] = ["fhir-r4-json", "eps-hl7v3"];

/// So many messages of a kind are looked at, each as it is and as each format tells it.
const SEEDS: u64 = 40;

/// What was observed of a kind of message.
pub struct Observed {
    /// The kind.
    pub kind: Kind,
    /// The fields in the order of the page.
    pub rows: BTreeMap<RowId, Row>,
    /// For each format, the documents that were written.
    pub forms: [BTreeSet<String>; 2],
    /// For each format, why nothing was written, if it never was.
    pub refusals: [BTreeSet<String>; 2],
    /// For each format, the rows of its table that were needed.
    pub kept: [HashSet<(Place, Option<Leaf>, &'static str)>; 2],
    /// Names of the fields that a generated message had.
    pub generated: BTreeSet<String>,
}

/// A field without list positions, in the order of the page.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowId {
    /// Sort of information.
    pub group: Group,
    agent: Option<usize>,
    is_of_supply: bool,
    place: Place,
    leaf: Leaf,
    /// Path in the canonical form.
    pub name: String,
}

impl RowId {
    fn of(field: FieldRef) -> Self {
        let name = without_positions(&field.path());
        RowId {
            group: field.place().group(),
            agent: field.agent().map(|(number, _)| number),
            is_of_supply: name.contains(".supply."),
            place: field.place(),
            leaf: field.leaf(),
            name,
        }
    }
}

/// A field in both formats.
#[derive(Default)]
pub struct Row {
    /// By format.
    pub seen: [Seen; 2],
}

/// A field in one format.
#[derive(Default)]
pub struct Seen {
    /// Where it stands.
    pub paths: BTreeSet<String>,
    /// Rules of writing it.
    pub written: BTreeSet<MapRule>,
    /// Rules of writing it that only a compatibility switch brings.
    pub compat: BTreeSet<MapRule>,
    /// Rules of reading it.
    pub read: BTreeSet<MapRule>,
    /// Rules that make it up.
    pub defaults: BTreeSet<MapRule>,
    /// Why it may have no place.
    pub kept: BTreeSet<&'static str>,
}

/// Every row of the tables of a kind in a format.
pub fn kept_rows(kind: Kind, format: usize) -> impl Iterator<Item = &'static Kept> {
    adapter(format).kept(kind).iter().copied().flatten()
}

/// The table of elements that the reader of a format knows and the model has no field for.
pub fn unmodelled(format: usize) -> &'static [Unmodelled] {
    let context = context(Compat::NONE);
    let message = generate::message(Kind::PrescriptionOrder, 0, 0);
    let written = adapter(format).write(&message, &context).unwrap();
    adapter(format).read(written.text.as_bytes(), &context).account.unwrap().unmodelled
}

/// Writes and reads generated messages of a kind.
pub fn observe(kind: Kind) -> Observed {
    let mut observed = Observed {
        kind,
        rows: BTreeMap::new(),
        forms: Default::default(),
        refusals: Default::default(),
        kept: Default::default(),
        generated: BTreeSet::new(),
    };
    let (right, compat) = (context(Compat::NONE), context(Compat::nhs_eps_api()));
    for seed in 0..SEEDS {
        let fullness = if seed % 2 == 0 { 100 } else { u8::try_from(seed * 37 % 101).unwrap() };
        let message = generate::message(kind, seed, fullness);
        for format in 0..FORMATS.len() {
            match adapter(format).write(&message, &right) {
                Ok(written) => {
                    observed.add(&written, format, &right);
                    observed.keep(&message, &written, format, &right);
                }
                Err(findings) => observed.refuse(findings, format),
            }
            // What one format tells may lack what the other needs: an OperationOutcome does not name what it answers.
            let mut told = message.clone();
            adapter(1 - format).project(&mut told, &right);
            if told.body.kind() == kind
                && let Ok(written) = adapter(format).write(&told, &right)
            {
                observed.add(&written, format, &right);
            }
            if let Ok(written) = adapter(format).write(&message, &compat) {
                observed.add_compat(&written, format);
                observed.keep(&message, &written, format, &compat);
            }
        }
    }
    observed
}

fn adapter(format: usize) -> &'static dyn Adapter {
    registry::adapter(FORMATS[format]).unwrap()
}

fn context(compat: Compat) -> Context {
    Context {
        sender_asid: Some("200000001285".to_owned()),
        receiver_asid: Some("567456789789".to_owned()),
        sds_user_id: Some("555254239107".to_owned()),
        sds_role_profile_id: Some("555254240100".to_owned()),
        compat,
        ..Context::at("2026-03-02T09:16:00Z".parse().unwrap())
    }
}

impl Observed {
    /// Adds a document: where its values come from, and what the reader of the format makes of it.
    fn add(&mut self, written: &Written, format: usize, context: &Context) {
        let tree = adapter(format).tree(written.text.as_bytes(), &context.limits).unwrap();
        let paths = Paths { document: serde_json::from_str(&written.text).ok() };
        self.forms[format].insert(paths.form(&*tree));
        for (offset, tag) in &written.tags {
            let (Tag::Field(field, rule) | Tag::Default(field, rule)) = *tag;
            let path = paths.short(&*tree, tree.node_at(*offset).unwrap(), field);
            let seen = self.seen(field, format);
            if rule != map_rule::RESPONSIBLE_PARTY_IS_AUTHOR {
                seen.paths.insert(path);
            }
            match tag {
                Tag::Field(..) => note(&mut seen.written, rule),
                Tag::Default(..) => note(&mut seen.defaults, rule),
            }
        }
        let reading = adapter(format).read(written.text.as_bytes(), context);
        let account = reading.account.unwrap();
        let first = account.marks.iter().enumerate().filter_map(|(position, mark)| match mark {
            Mark::Field(field, rule) => Some((NodeId::from_index(position), *field, *rule)),
            _ => None,
        });
        for (node, field, rule) in first.chain(account.shared.iter().copied()) {
            if account.tree.is_value(node) {
                let path = paths.short(&*account.tree, node, field);
                let seen = self.seen(field, format);
                seen.paths.insert(path);
                note(&mut seen.read, rule);
            }
        }
    }

    /// Adds a document written with all compatibility switches: the rules of writing it.
    fn add_compat(&mut self, written: &Written, format: usize) {
        for (_, tag) in &written.tags {
            if let Tag::Field(field, rule) = *tag {
                note(&mut self.seen(field, format).compat, rule);
            }
        }
    }

    fn refuse(&mut self, findings: Vec<Finding>, format: usize) {
        self.refusals[format].extend(findings.into_iter().map(|finding| finding.message.into_owned()));
    }

    fn seen(&mut self, field: FieldRef, format: usize) -> &mut Seen {
        &mut self.rows.entry(RowId::of(field)).or_default().seen[format]
    }

    /// Notes why the fields of a message that were not written were not.
    fn keep(&mut self, message: &Message, written: &Written, format: usize, context: &Context) {
        let told: HashSet<FieldRef> = fields(written).collect();
        let canonical = registry::adapter("canonical-json").unwrap().write(message, context).unwrap();
        for field in fields(&canonical) {
            self.generated.insert(RowId::of(field).name);
            if told.contains(&field) {
                continue;
            }
            let fits = |row: &&Kept| row.place == field.place() && row.leaf.is_none_or(|leaf| leaf == field.leaf());
            let row = kept_rows(self.kind, format).find(fits);
            let row = row.unwrap_or_else(|| panic!("{} is lost in {} of {}", field.path(), FORMATS[format], self.kind));
            self.kept[format].insert((row.place, row.leaf, row.reason));
            self.seen(field, format).kept.insert(row.reason);
        }
    }
}

fn fields(written: &Written) -> impl Iterator<Item = FieldRef> {
    written.tags.iter().filter_map(|(_, tag)| match tag {
        Tag::Field(field, _) => Some(*field),
        Tag::Default(..) => None,
    })
}

fn note(rules: &mut BTreeSet<MapRule>, rule: MapRule) {
    if !rule.is_none() {
        rules.insert(rule);
    }
}

/// A path without its list positions.
fn without_positions(path: &str) -> String {
    path.split('[').map(|part| part.split_once(']').map_or(part, |(_, after)| after)).collect()
}

/// How paths of a document are shortened.
struct Paths {
    document: Option<Value>,
}

impl Paths {
    /// The path of a value. Extensions of values may stand at each: one path stands for all.
    fn short(&self, tree: &dyn Tree, node: NodeId, field: FieldRef) -> String {
        let path = tree.path(node);
        if field.place() == place::EXTENSION {
            return format!("_*.extension.{}", path.rsplit('.').next().unwrap_or_default());
        }
        match &self.document {
            Some(document) => fhir_path::short(document, &path),
            None => v3_path::short(&path),
        }
    }

    /// The document by the name of its root, and the event of a message bundle.
    fn form(&self, tree: &dyn Tree) -> String {
        match &self.document {
            Some(document) => {
                let root = document["resourceType"].as_str().unwrap_or_default();
                match document["entry"][0]["resource"]["eventCoding"]["code"].as_str() {
                    Some(event) => format!("{root} with event {event}"),
                    None => root.to_owned(),
                }
            }
            None => tree.path(NodeId::from_index(0)).trim_start_matches('/').to_owned(),
        }
    }
}
