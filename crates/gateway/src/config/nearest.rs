//! The known name that was probably meant.

/// The nearest of the candidates, if one is near enough to be a slip of the fingers.
pub(super) fn nearest<'c>(text: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let length = text.chars().count();
    let most = (length / 3).max(1);
    // What differs more in length differs more; comparing takes time that grows with the product of both.
    let alike = candidates.into_iter().filter(|candidate| candidate.chars().count().abs_diff(length) <= most);
    let by_distance = alike.map(|candidate| (distance(text, candidate), candidate));
    by_distance.filter(|(distance, _)| *distance <= most).min().map(|(_, candidate)| candidate)
}

/// How many characters have to be put in, taken out, changed or swapped with their neighbour.
fn distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut before = Vec::new();
    let mut above: Vec<usize> = (0..=to.len()).collect();
    let at = |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX / 2);
    let mut last = None;
    for (row, character) in from.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in to.iter().enumerate() {
            let change = at(&above, column) + usize::from(character != other);
            let mut least = change.min(at(&above, column + 1) + 1).min(at(&current, column) + 1);
            let neighbour = column.checked_sub(1).and_then(|column| to.get(column));
            if last == Some(other) && neighbour == Some(character) {
                least = least.min(at(&before, column - 1) + 1);
            }
            current.push(least);
        }
        last = Some(character);
        before = std::mem::replace(&mut above, current);
    }
    at(&above, to.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_fingers_is_recognised() {
        assert_eq!(nearest("adress", ["address", "name"]), Some("address"));
        assert_eq!(nearest("nmae", ["address", "name"]), Some("name"));
    }

    #[test]
    fn something_quite_different_is_not_taken_for_a_slip() {
        assert_eq!(nearest("colour", ["address", "name"]), None);
        assert_eq!(nearest("x", []), None);
    }
}
