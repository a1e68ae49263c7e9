//! The rules that a `[rules]` table can name: those about the content of messages. The gateway's own rules, such as
//! that a body is too large, can't be switched off.

use causeway_translate::registry;

/// The names of all rules: of the trees, of each adapter, of translation and of validation.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let adapters = registry::ADAPTERS.iter().map(|adapter| adapter.rules());
    let lists =
        [causeway_syntax::RULES, causeway_translate::RULES, causeway_validate::RULES].into_iter().chain(adapters);
    lists.flatten().map(|rule| rule.name)
}

/// Whether a rule has this name.
pub(super) fn is_known(name: &str) -> bool {
    names().any(|known| known == name)
}
