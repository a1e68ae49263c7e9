//! Where in a message a place stands: in the body itself, in a message that the body holds, in a supply of an item.
//!
//! A released prescription has all the places of a prescription order, and a supply those of an item. They are not listed
//! again: a scope moves them, so that one reader and one writer serve wherever the same thing stands.

/// Which part of a message the places of a [`super::FieldRef`] belong to.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Scope {
    /// 0 for the body itself; else 1 and the position, with [`HISTORY`] for an entry of a history.
    part: u16,
    /// 0 for the item itself; else 1 and the position of the supply.
    supply: u16,
}

const HISTORY: u16 = 0x8000;

/// The lists whose entries hold a message: name of the list, name of the message in an entry, and mark.
const PARTS: [(&str, &str, u16); 2] = [("released", "order", 0), ("history", "notification", HISTORY)];

impl Scope {
    /// The body itself.
    pub const BODY: Scope = Scope { part: 0, supply: 0 };

    /// The order of a released prescription.
    pub fn released(position: usize) -> Self {
        Scope { part: number(position), supply: 0 }
    }

    /// The notification of an entry of a history.
    pub fn history(position: usize) -> Self {
        Scope { part: HISTORY | number(position), supply: 0 }
    }

    /// A supply of the items in this scope.
    #[must_use]
    pub fn supply(self, position: usize) -> Self {
        Scope { supply: number(position), ..self }
    }

    /// The path of a part of a message that stands in this scope: of `patient` in that of the first released
    /// prescription `released[0].order.patient`.
    pub fn path(self, part: &str) -> String {
        let (mut path, after_item) = self.affixes();
        let item = part.find(']').filter(|_| !after_item.is_empty() && part.starts_with("item["));
        let (item, rest) = item.and_then(|end| part.split_at_checked(end + 1)).unwrap_or(("", part));
        if !item.is_empty() {
            path.push_str(item);
            path.push_str(&after_item);
        }
        path.push_str(rest);
        path
    }

    /// What stands before a path in this scope, and what after its item.
    pub(super) fn affixes(self) -> (String, String) {
        let position = |number: u16| number.saturating_sub(1);
        let before = PARTS
            .iter()
            .rfind(|(.., mark)| self.part > *mark)
            .map(|(list, message, mark)| format!("{list}[{}].{message}.", position(self.part - mark)));
        let after = (self.supply > 0).then(|| format!(".supply[{}]", position(self.supply)));
        (before.unwrap_or_default(), after.unwrap_or_default())
    }

    /// Takes the scope out of a path.
    pub(super) fn split(path: &str) -> (Scope, String) {
        let (mut scope, rest) = split_part(path).unwrap_or((Scope::BODY, path));
        let supply = rest.find(".supply[").filter(|_| rest.starts_with("item["));
        let Some((item, after)) = supply.and_then(|at| rest.split_at_checked(at)) else {
            return (scope, rest.to_owned());
        };
        let Some((position, after)) = after.strip_prefix(".supply[").and_then(|after| after.split_once(']')) else {
            return (scope, rest.to_owned());
        };
        scope = scope.supply(position.parse().unwrap_or(usize::MAX));
        (scope, format!("{item}{after}"))
    }
}

fn split_part(path: &str) -> Option<(Scope, &str)> {
    PARTS.iter().find_map(|(list, message, mark)| {
        let (position, rest) = path.strip_prefix(list)?.strip_prefix('[')?.split_once("].")?;
        let rest = rest.strip_prefix(message)?.strip_prefix('.')?;
        Some((Scope { part: mark | number(position.parse().ok()?), supply: 0 }, rest))
    })
}

/// Lists longer than 32,766 entries are refused by the limits long before they get here.
fn number(position: usize) -> u16 {
    u16::try_from(position).map_or(HISTORY - 1, |position| position.saturating_add(1).min(HISTORY - 1))
}

#[cfg(test)]
mod tests {
    use super::super::{FieldRef, Leaf, place};
    use super::*;

    #[test]
    fn a_part_has_the_path_of_its_fields_in_every_scope() {
        assert_eq!(Scope::BODY.path("item[1]"), "item[1]");
        assert_eq!(Scope::released(2).path("author.organisation"), "released[2].order.author.organisation");
        let supply = Scope::history(0).supply(3);
        assert_eq!(supply.path("item[1].medicine"), "history[0].notification.item[1].supply[3].medicine");
        assert_eq!(supply.path("patient"), "history[0].notification.patient");
    }

    #[test]
    fn a_path_tells_its_scope_and_comes_back_from_it() {
        let medicine = place::MEDICINE.at(&[3]).leaf(Leaf::CodingCode).nth(1);
        for (scope, path) in [
            (Scope::BODY, "item[3].medicine.code.coding[1].code"),
            (Scope::released(0), "released[0].order.item[3].medicine.code.coding[1].code"),
            (Scope::BODY.supply(2), "item[3].supply[2].medicine.code.coding[1].code"),
            (Scope::history(4).supply(0), "history[4].notification.item[3].supply[0].medicine.code.coding[1].code"),
        ] {
            let field = medicine.within(scope);
            assert_eq!(field.path(), path);
            assert!(FieldRef::from_path(path) == Some(field));
        }
        let author = place::AGENT_IDENTIFIER.at(&[1, 0]).leaf(Leaf::Value).within(Scope::released(7));
        assert_eq!(author.path(), "released[7].order.responsibleParty.identifier[0].value");
        assert!(FieldRef::from_path(&author.path()) == Some(author));
    }
}
