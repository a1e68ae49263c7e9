//! What the dictionary says of a code.

/// What a code of the dictionary stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Virtual therapeutic moiety: a substance or combination, without strength and form.
    Vtm,
    /// Virtual medicinal product: a substance with strength and form.
    Vmp,
    /// Actual medicinal product: a supplier's product.
    Amp,
    /// Virtual medicinal product pack: an amount of a virtual product.
    Vmpp,
    /// Actual medicinal product pack: a supplier's pack.
    Ampp,
    /// An ingredient substance.
    Ingredient,
    /// A unit of measure.
    Unit,
    /// A dose form.
    Form,
    /// A route of administration.
    Route,
}

impl Level {
    /// Every level, in the order of their numbers in an index.
    pub const ALL: [Level; 9] = [
        Level::Vtm,
        Level::Vmp,
        Level::Amp,
        Level::Vmpp,
        Level::Ampp,
        Level::Ingredient,
        Level::Unit,
        Level::Form,
        Level::Route,
    ];

    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Vtm => "vtm",
            Level::Vmp => "vmp",
            Level::Amp => "amp",
            Level::Vmpp => "vmpp",
            Level::Ampp => "ampp",
            Level::Ingredient => "ingredient",
            Level::Unit => "unit",
            Level::Form => "form",
            Level::Route => "route",
        }
    }

    /// The name in words.
    pub fn words(self) -> &'static str {
        match self {
            Level::Vtm => "a virtual therapeutic moiety",
            Level::Vmp => "a virtual medicinal product",
            Level::Amp => "an actual medicinal product",
            Level::Vmpp => "a virtual medicinal product pack",
            Level::Ampp => "an actual medicinal product pack",
            Level::Ingredient => "an ingredient",
            Level::Unit => "a unit of measure",
            Level::Form => "a dose form",
            Level::Route => "a route of administration",
        }
    }

    /// What such a code is used as.
    pub fn sort(self) -> Sort {
        match self {
            Level::Unit => Sort::Unit,
            Level::Form => Sort::Form,
            Level::Route => Sort::Route,
            Level::Vtm | Level::Vmp | Level::Amp | Level::Vmpp | Level::Ampp | Level::Ingredient => Sort::Medicine,
        }
    }

    pub(crate) fn number(self) -> u8 {
        self as u8
    }

    pub(crate) fn of_number(number: u8) -> Option<Level> {
        Level::ALL.get(usize::from(number)).copied()
    }
}

/// What a code is used as in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sort {
    /// A product, pack, moiety or ingredient.
    Medicine,
    /// A unit of measure.
    Unit,
    /// A dose form.
    Form,
    /// A route of administration.
    Route,
}

/// What the dictionary says of one code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The code.
    pub code: u64,
    /// What it stands for.
    pub level: Level,
    /// Whether it may not be used any more: withdrawn, or superseded by another code.
    pub inactive: bool,
    /// The code that took its place.
    pub successor: Option<u64>,
    /// What it is a product or pack of: the moiety of a virtual product, the virtual product of an actual one or of a
    /// virtual pack, the actual product of an actual pack.
    pub part_of: Option<u64>,
    /// Schedule of the Misuse of Drugs Regulations, 1 to 5. `None`: not controlled.
    pub schedule: Option<u8>,
    /// Whether it cannot be had at present: no actual product, not marketed, or discontinued.
    pub unavailable: bool,
    /// Whether it must not be prescribed as it stands, so that an actual product is prescribed instead.
    pub unprescribable: bool,
    /// Hashes of its names: the first is that which is shown.
    pub names: [Option<NameHash>; 2],
}

impl Entry {
    /// Whether the dictionary calls it so. An entry without names is called anything.
    pub fn is_called(&self, name: &str) -> bool {
        let mut names = self.names.iter().flatten().peekable();
        names.peek().is_none() || names.any(|known| *known == NameHash::of(name))
    }
}

/// The hash of a name without case and white space: `Aspirin 75mg tablets` and `aspirin 75 mg tablets` are one name. Two
/// names have the same hash once in four thousand million.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameHash(u32);

impl NameHash {
    /// The hash of a name.
    pub fn of(name: &str) -> NameHash {
        // FNV-1a: nobody gains by names that collide, and a validator hashes the name of every medicine.
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        let mut bytes = [0; 4];
        for character in name.chars().filter(|character| !character.is_whitespace()).flat_map(char::to_lowercase) {
            for byte in character.encode_utf8(&mut bytes).bytes() {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        let [a, b, c, d, e, f, g, h] = hash.to_le_bytes();
        // Zero stands for no name.
        NameHash((u32::from_le_bytes([a, b, c, d]) ^ u32::from_le_bytes([e, f, g, h])).max(1))
    }

    pub(crate) fn number(self) -> u32 {
        self.0
    }

    pub(crate) fn of_number(number: u32) -> Option<NameHash> {
        (number != 0).then_some(NameHash(number))
    }
}

/// A dictionary that codes are looked up in.
pub trait Dictionary: Send + Sync {
    /// What is said of a code. Should one code stand for things of several sorts, the entry of the wanted sort is given;
    /// one of another sort only if there is none.
    fn look_up(&self, code: u64, wanted: Sort) -> Option<Entry>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_numbered_in_their_order() {
        for level in Level::ALL {
            assert_eq!(Level::of_number(level.number()), Some(level));
        }
        assert_eq!(Level::of_number(9), None);
    }

    #[test]
    fn a_name_is_the_same_in_another_case_and_with_other_blanks() {
        assert_eq!(NameHash::of("Aspirin 75mg tablets"), NameHash::of(" aspirin 75 mg  TABLETS"));
        assert_ne!(NameHash::of("Aspirin 75mg tablets"), NameHash::of("Aspirin 300mg tablets"));
        assert_eq!(NameHash::of_number(NameHash::of("").number()), Some(NameHash::of("")));
    }
}
