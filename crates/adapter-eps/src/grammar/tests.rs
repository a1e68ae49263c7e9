use super::*;

/// Every type that can be reached, by its address.
fn reachable(of: &'static Type, known: &mut Vec<&'static Type>) {
    if known.iter().any(|type_| std::ptr::eq(*type_, of)) {
        return;
    }
    known.push(of);
    for child in of.places.iter().flat_map(|place| place.choice) {
        reachable(child.of, known);
    }
}

#[test]
fn a_name_has_one_place_in_a_type() {
    let mut types = Vec::new();
    for (_, of) in interactions::INTERACTIONS {
        reachable(of, &mut types);
    }
    reachable(&RELEASED, &mut types);
    assert!(types.len() > 100);
    for of in types {
        let mut names: Vec<_> = of.places.iter().flat_map(|place| place.choice).map(|child| child.name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count, "{names:?}");
    }
}

#[test]
fn a_type_has_fewer_places_than_a_set_of_them_can_hold() {
    let mut types = Vec::new();
    for (_, of) in interactions::INTERACTIONS {
        reachable(of, &mut types);
    }
    assert!(types.iter().all(|of| of.places.len() <= 64));
}

#[test]
fn children_that_exclude_one_another_are_children() {
    let mut types = Vec::new();
    for (_, of) in interactions::INTERACTIONS {
        reachable(of, &mut types);
    }
    let excluded: Vec<_> = types
        .iter()
        .flat_map(|of| of.apart.iter().flat_map(move |names| names.iter().map(move |name| (of, name))))
        .collect();
    assert!(excluded.len() >= 10);
    assert!(excluded.iter().all(|(of, name)| of.find(name.as_bytes(), 0).is_some()));
}

#[test]
fn an_attribute_stands_once_in_a_sort() {
    let mut types = Vec::new();
    for (_, of) in interactions::INTERACTIONS {
        reachable(of, &mut types);
    }
    for of in types {
        let mut names: Vec<_> = of.sort.own.iter().chain(of.sort.shared).map(|attribute| attribute.name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count, "{names:?}");
        assert!(of.sort.own.iter().all(|attribute| matches!(attribute.occurs, Occurs::one | Occurs::opt)));
        assert!(of.sort.shared.iter().all(|attribute| attribute.occurs == Occurs::opt));
    }
}
