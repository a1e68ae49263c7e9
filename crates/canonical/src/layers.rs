//! Which layers of validation are asked.
//!
//! Invariant: what is said of form, format and of the gateway itself always counts; only the layers in
//! [`LayerSet::SWITCHABLE`] can be missing from a set.

use std::fmt;

use crate::finding::Layer;

/// A set of layers.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct LayerSet(u16);

/// A name that is none of a layer that can be switched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownLayer(pub String);

impl fmt::Display for UnknownLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known: Vec<&str> = LayerSet::names().collect();
        write!(f, "`{}` is no layer; expected {}", self.0, known.join(", "))
    }
}

impl std::error::Error for UnknownLayer {}

impl LayerSet {
    /// The layers that a set may lack, in the order in which a message meets them.
    pub const SWITCHABLE: [Layer; 5] = [Layer::Shape, Layer::Identifiers, Layer::Rules, Layer::Signature, Layer::Echo];

    /// Every layer.
    pub const ALL: LayerSet = LayerSet(u16::MAX);

    /// The set of the layers named, and of those that are always asked.
    ///
    /// # Errors
    /// For a name that is none of [`LayerSet::SWITCHABLE`].
    pub fn from_names<'n>(names: impl IntoIterator<Item = &'n str>) -> Result<Self, UnknownLayer> {
        let none = Self::SWITCHABLE.into_iter().fold(Self::ALL, Self::without);
        names.into_iter().try_fold(none, |set, name| {
            let layer = Self::SWITCHABLE.into_iter().find(|layer| layer.as_str() == name);
            layer.map(|layer| set.with(layer)).ok_or_else(|| UnknownLayer(name.to_owned()))
        })
    }

    /// The names of the layers that can be switched.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Self::SWITCHABLE.into_iter().map(Layer::as_str)
    }

    /// The set with one more layer.
    #[must_use]
    pub fn with(self, layer: Layer) -> Self {
        LayerSet(self.0 | 1 << layer as u16)
    }

    /// The set without a layer; the same set for one that cannot be switched off.
    #[must_use]
    pub fn without(self, layer: Layer) -> Self {
        if Self::SWITCHABLE.contains(&layer) { LayerSet(self.0 & !(1 << layer as u16)) } else { self }
    }

    /// The layers of either set.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        LayerSet(self.0 | other.0)
    }

    /// Whether a layer is in the set.
    pub fn contains(self, layer: Layer) -> bool {
        self.0 & (1 << layer as u16) != 0
    }
}

impl Default for LayerSet {
    /// Every layer.
    fn default() -> Self {
        Self::ALL
    }
}

impl fmt::Debug for LayerSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(Layer::ALL.into_iter().filter(|layer| self.contains(*layer))).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_the_layers_named_and_those_that_are_always_asked() {
        let set = LayerSet::from_names(["rules", "shape"]).unwrap();
        let of = |layers: &[Layer]| layers.iter().all(|layer| set.contains(*layer));
        assert!(of(&[Layer::Syntax, Layer::Format, Layer::Shape, Layer::Rules, Layer::Relay]));
        assert!(![Layer::Identifiers, Layer::Signature, Layer::Echo].into_iter().any(|layer| set.contains(layer)));
        assert_eq!(LayerSet::from_names(LayerSet::names()), Ok(LayerSet::ALL));
    }

    #[test]
    fn form_and_format_cannot_be_switched_off() {
        for layer in Layer::ALL {
            assert_eq!(LayerSet::ALL.without(layer).contains(layer), !LayerSet::SWITCHABLE.contains(&layer));
        }
    }

    #[test]
    fn an_unknown_name_is_refused_with_the_names_that_are_known() {
        let error = LayerSet::from_names(["shape", "syntax"]).unwrap_err();
        let expected = "`syntax` is no layer; expected shape, identifiers, rules, signature, echo";
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn a_union_has_the_layers_of_both() {
        let [one, other] = ["shape", "echo"].map(|name| LayerSet::from_names([name]).unwrap());
        assert_eq!(one.union(other), LayerSet::from_names(["shape", "echo"]).unwrap());
    }
}
