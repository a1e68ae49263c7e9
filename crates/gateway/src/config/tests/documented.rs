//! docs/configuration.md names every key that the parser asks for, and no other, with the default that it has.

use std::collections::BTreeSet;

use causeway_transport::HttpLimits;

use super::super::check;
use super::super::source::SourceFile;
use super::*;

const PAGE: &str = include_str!("../../../../../docs/configuration.md");

/// A row of the page: the table that its heading names, key and default.
struct Row {
    section: String,
    key: &'static str,
    default: &'static str,
}

fn headings() -> impl Iterator<Item = (String, &'static str)> {
    PAGE.split("\n### ").skip(1).map(|part| {
        let (title, text) = part.split_once('\n').unwrap();
        (title.trim_matches(['[', ']']).to_owned(), text)
    })
}

fn rows() -> Vec<Row> {
    let of = |(section, text): (String, &'static str)| {
        let cells = text.lines().filter(|line| line.starts_with("| `")).map(|line| line.split('|').map(str::trim));
        let row = move |mut cells: std::iter::Map<_, _>| {
            let mut next = || -> &'static str { cells.next().unwrap() };
            let (_, key, default) = (next(), next(), next());
            Row { section: section.clone(), key: key.trim_matches('`'), default }
        };
        cells.map(row).collect::<Vec<_>>()
    };
    headings().flat_map(of).collect()
}

/// What the parser asks for in a configuration that has every table.
fn asked() -> BTreeSet<(String, &'static str)> {
    let settings = format!(
        "{SETTINGS}[listeners.limits]\n[store]\n[admin]\naddress = \"127.0.0.1:0\"\n[relay]\n[security]\n[limits]\n\
         [signature]\n[terminology]\n"
    );
    let when = "[[route.copies.when]]\nfield = \"item.note\"\nop = ";
    let route = format!(
        "{ROUTE}[route.copies.layers]\n[route.copies.terminology]\n{when}\"equals\"\nvalue = \"a\"\n{when}\"one-of\"\nvalue = [\"a\"]\n"
    );
    let files = [
        SourceFile::new(SETTINGS_FILE, settings),
        SourceFile::new("endpoints/all.toml", format!("{GP}[endpoint.gp.limits]\n{COPY}")),
        SourceFile::new("routes/all.toml", route),
    ];
    check::build(&files);
    let named =
        |section: &str| section.replace("endpoint.gp", "endpoint.NAME").replace("endpoint.copy", "endpoint.NAME");
    let asked = files.iter().flat_map(SourceFile::asked);
    asked.map(|(section, key)| (named(&section).replace("route.copies", "route.NAME"), key)).collect()
}

#[test]
fn the_page_names_every_key_and_no_other() {
    let sections: BTreeSet<String> = headings().map(|(section, _)| section).collect();
    let is_table = |section: &str, key: &str| {
        let below = if section.is_empty() { key.to_owned() } else { format!("{section}.{key}") };
        sections.contains(&below) || sections.iter().any(|section| section.starts_with(&format!("{below}.")))
    };
    let asked: BTreeSet<_> = asked().into_iter().filter(|(section, key)| !is_table(section, key)).collect();
    // The limits of a listener are read as a whole.
    let own = |row: &&Row| row.section != "listeners.limits";
    let documented: BTreeSet<_> = rows().iter().filter(own).map(|row| (row.section.clone(), row.key)).collect();
    let missing: Vec<_> = asked.difference(&documented).collect();
    let unknown: Vec<_> = documented.difference(&asked).collect();
    assert!(missing.is_empty() && unknown.is_empty(), "missing {missing:?}, unknown {unknown:?}");
}

#[test]
fn the_page_names_every_limit_of_a_listener() {
    let error = build(&[(SETTINGS_FILE, format!("{SETTINGS}[listeners.limits]\nx = 1\n"))]).unwrap_err().join(" ");
    let (_, known) = error.split_once("expected one of ").unwrap();
    let known: BTreeSet<&str> = known.split(", ").map(|name| name.trim_matches('`')).collect();
    let documented: BTreeSet<&str> =
        rows().iter().filter(|row| row.section == "listeners.limits").map(|row| row.key).collect();
    assert_eq!(documented, known);
}

/// A configuration with one more key.
fn with(row: &Row) -> Configuration {
    let Row { section, key, default } = row;
    let line = format!("{key} = {}\n", default.trim_matches('`'));
    let ([settings, endpoints, routes], title) = (valid(), section.replace("endpoint.NAME", "endpoint.copy"));
    let title = title.replace("route.NAME", "route.copies");
    let (settings, endpoints, routes) = match section.as_str() {
        "endpoint.NAME" => (settings.1, format!("{}{line}", endpoints.1), routes.1),
        "route.NAME" => (settings.1, endpoints.1, format!("{}{line}", routes.1)),
        "route.NAME.layers" => (settings.1, endpoints.1, format!("{}[{title}]\n{line}", routes.1)),
        _ => (format!("{}[{title}]\n{line}", settings.1), endpoints.1, routes.1),
    };
    let files = [(SETTINGS_FILE, settings), ("endpoints/all.toml", endpoints), ("routes/all.toml", routes)];
    build(&files).unwrap_or_else(|errors| panic!("{section} {key}: {errors:?}"))
}

#[test]
fn a_key_with_the_default_that_the_page_names_changes_nothing() {
    let shown = |configuration: &Configuration| {
        let Configuration { settings, endpoints, routes, .. } = configuration;
        let deliveries: Vec<_> = endpoints.values().map(|endpoint| &endpoint.client).collect();
        format!("{settings:?} {endpoints:?} {deliveries:?} {routes:?}")
    };
    let expected = shown(&build(&valid()).unwrap());
    let mut tried = 0;
    // Of a signature everything or nothing is configured; it has a test of its own.
    for row in rows().iter().filter(|row| row.default.starts_with('`') && row.section != "signature") {
        assert_eq!(shown(&with(row)), expected, "{} {}", row.section, row.key);
        tried += 1;
    }
    assert!(tried > 35, "{tried}");
}

#[test]
fn the_limits_are_those_of_the_page() {
    let documented = |section: &str| {
        let rows = rows().into_iter().filter(move |row| row.section == section);
        rows.map(|row| (row.key, row.default.trim_matches('`').parse().unwrap())).collect::<BTreeMap<&str, usize>>()
    };
    assert_eq!(documented("limits"), MessageLimits::default().values().collect());
    let text =
        documented("listeners.limits").iter().map(|(key, value)| format!("{key} = {value}\n")).collect::<String>();
    assert_eq!(toml::from_str::<HttpLimits>(&text).unwrap(), HttpLimits::default());
}
