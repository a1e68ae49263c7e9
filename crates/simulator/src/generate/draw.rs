//! Seeded choices.
//!
//! Invariant: every choice follows from a name (such as `gp/17`) and the seed alone, so that messages don't depend on
//! the order in which they are asked for.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fastrand::Rng;
use uuid::Uuid;

/// Names things of one simulation: the same name gives the same UUID.
#[derive(Clone, Copy)]
pub struct Names(Uuid);

impl Names {
    /// The names below a text.
    pub fn of(text: &str) -> Self {
        Names(Uuid::new_v5(&Uuid::NAMESPACE_OID, text.as_bytes()))
    }

    /// The names below a name.
    pub fn within(self, name: &str) -> Self {
        Names(self.uuid(name))
    }

    /// The UUID with that name.
    pub fn uuid(self, name: &str) -> Uuid {
        Uuid::new_v5(&self.0, name.as_bytes())
    }

    /// The UUID with that name, as text.
    pub fn id(self, name: &str) -> String {
        self.uuid(name).to_string()
    }

    /// The fullUrl of the resource with that name.
    pub fn url(self, name: &str) -> String {
        self.uuid(name).urn().to_string()
    }

    /// The choices that belong to this name.
    pub fn draw(self) -> Draw {
        Draw(Rng::with_seed(self.0.as_u64_pair().0))
    }
}

/// A source of choices.
pub struct Draw(Rng);

impl Draw {
    /// Whether something happens that happens in so many of a hundred cases.
    pub fn percent(&mut self, chance: u32) -> bool {
        self.0.u32(0..100) < chance
    }

    /// A number from `low` to `high`, both included.
    pub fn number(&mut self, low: u32, high: u32) -> u32 {
        self.0.u32(low..=high)
    }

    /// One of a list; the type's default from an empty one.
    pub fn one_of<T: Copy + Default>(&mut self, list: &[T]) -> T {
        self.0.choice(list).copied().unwrap_or_default()
    }

    /// So many different entries, or all if there are fewer, in a random order.
    pub fn several<'a, T>(&mut self, list: impl Iterator<Item = &'a T>, count: usize) -> Vec<&'a T> {
        let mut chosen = self.0.choose_multiple(list, count);
        self.0.shuffle(&mut chosen);
        chosen
    }

    /// Base64 of so many random octets after a given beginning.
    pub fn base64(&mut self, beginning: &[u8], count: usize) -> String {
        let octets: Vec<u8> = beginning.iter().copied().chain((0..count).map(|_| self.0.u8(..))).collect();
        STANDARD.encode(octets)
    }
}
