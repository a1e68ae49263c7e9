//! What holds for every message that is written: it comes back, and every field of it is accounted for.

use std::collections::BTreeSet;

use causeway_adapter_eps::EpsV3;
use causeway_canonical::ledger::{FieldRef, Mark, Tag, facts};
use causeway_canonical::model::Message;
use causeway_syntax::adapter::{Adapter, Context};

use super::{differences, read, unread};

/// What is written reads back as its projection, to the last value; gives the text.
pub fn comes_back(name: &str, message: &Message, context: &Context) -> String {
    let written = EpsV3.write(message, context).unwrap_or_else(|findings| panic!("{name}: {findings:#?}"));
    assert!(EpsV3.sniff(written.text.as_bytes()), "{name}");
    let (back, reading) = read(&written.text, context);
    assert!(reading.findings.is_empty(), "{name}: {:#?}", reading.findings);
    let account = reading.account.as_ref().unwrap();
    assert_eq!(unread(account), Vec::<String>::new(), "{name}");
    for (offset, tag) in &written.tags {
        let node = account.tree.node_at(*offset).unwrap();
        assert!(account.tree.is_value(node), "{name}: {tag:?} at {}", account.tree.path(node));
    }
    let mut projected = message.clone();
    EpsV3.project(&mut projected, context);
    assert_eq!(differences(&back, &projected), Vec::<String>::new(), "{name}");
    assert!(back == projected, "{name}");
    EpsV3.project(&mut projected, context);
    assert_eq!(differences(&back, &projected), Vec::<String>::new(), "{name}: projected twice");
    let again = EpsV3.write(&back, context).unwrap_or_else(|findings| panic!("{name}: {findings:#?}"));
    let (twice, _) = read(&again.text, context);
    assert_eq!(differences(&back, &twice), Vec::<String>::new(), "{name}: written twice");
    written.text.clone()
}

/// The fields that a written message has tags for.
pub fn tagged(message: &Message, context: &Context) -> BTreeSet<String> {
    let written = EpsV3.write(message, context).unwrap();
    let fields = written.tags.iter().filter_map(|(_, tag)| match tag {
        Tag::Field(field, _) => Some(field.path()),
        Tag::Default(..) => None,
    });
    fields.collect()
}

/// Every field is written, or a row names it.
pub fn is_written_or_kept(name: &str, message: &Message, context: &Context) {
    let tagged = tagged(message, context);
    let kept = |path: &str| {
        let field = FieldRef::from_path(path).unwrap_or_else(|| panic!("{name}: {path}"));
        let mut rows = EpsV3.kept(message.body.kind()).iter().copied().flatten();
        rows.any(|row| row.place == field.place() && row.leaf.is_none_or(|leaf| leaf == field.leaf()))
    };
    let said = facts(message).into_iter().filter(|fact| !fact.value.trim().is_empty()).map(|fact| fact.path);
    let lost: Vec<String> = said.filter(|path| !tagged.contains(path) && !kept(path)).collect();
    assert_eq!(lost, Vec::<String>::new(), "{name}");
}

/// Every field that is read back comes from a value of the text, and every value that was read went to a field.
pub fn comes_from_values(name: &str, message: &Message, context: &Context) {
    let text = EpsV3.write(message, context).unwrap().text;
    let (message, reading) = read(&text, context);
    let account = reading.account.unwrap();
    let fields = account.marks.iter().filter_map(|mark| match mark {
        Mark::Field(field, _) => Some(field.path()),
        _ => None,
    });
    let mut marked: BTreeSet<String> = fields.collect();
    marked.extend(account.shared.iter().map(|(_, field, _)| field.path()));
    marked.insert("version".to_owned());
    let said = facts(&message).into_iter().filter(|fact| !fact.value.is_empty());
    let leaves: BTreeSet<String> = said.map(|fact| fact.path).collect();
    assert_eq!(leaves.difference(&marked).collect::<Vec<_>>(), Vec::<&String>::new(), "{name}: from nowhere");
    assert_eq!(marked.difference(&leaves).collect::<Vec<_>>(), Vec::<&String>::new(), "{name}: to nowhere");
}
