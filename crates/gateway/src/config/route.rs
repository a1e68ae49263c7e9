//! `routes/*.toml`: which messages go where, and under which rules.

use std::collections::BTreeSet;
use std::ops::Range;

use causeway_canonical::ledger::Place;
use causeway_canonical::model::Kind;
use causeway_canonical::{Layer, LayerSet, Severities};
use causeway_relay::{EndpointId, RouteName};
use causeway_translate::{KeptPolicy, Options};
use toml::de::DeValue;

use super::condition::{self, Condition, field_path};
use super::endpoint::{self, Endpoint, Sector, check_name};
use super::field::FieldPath;
use super::nearest::nearest;
use super::source::{Located, Section, Value};
use super::terminology::{self, Policies};

/// The kinds of message that a route can take: all but the acknowledgement, which answers in the exchange of the message
/// that it is about.
fn routed_kinds() -> impl Iterator<Item = Kind> {
    Kind::ALL.iter().copied().filter(|kind| *kind != Kind::Acknowledgement)
}

/// One `[route.NAME]` table.
#[derive(Clone, Debug)]
pub struct Route {
    /// Its name.
    pub name: RouteName,
    /// Whose messages it takes.
    pub from: Origin,
    /// Which kinds of message it takes; all but the acknowledgement.
    pub kinds: Vec<Kind>,
    /// What must hold for a message.
    pub when: Vec<Condition>,
    /// Where they go.
    pub to: Target,
    /// What stays in order. `order-by`, default `patient`.
    pub order_by: OrderBy,
    /// Which layers of validation its messages meet. `[route.NAME.layers]`, default all.
    pub layers: LayerSet,
    /// How translations are held to account: the layer `echo`; `allow-kept`, default nothing.
    pub options: Options,
    /// Severities that take the place of the receiving endpoint's. `[route.NAME.rules]`, and `[route.NAME.terminology]` for
    /// what the dictionary says.
    pub rules: Severities,
    /// Rules because of which what this route sends waits for a person. The policy `park` of `[route.NAME.terminology]`.
    pub parks: BTreeSet<&'static str>,
}

/// Whose messages a route takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Those of every endpoint of these sectors.
    Sectors(Vec<Sector>),
    /// Those of one endpoint.
    Endpoint(EndpointId),
}

impl Origin {
    /// Whether an endpoint's messages are among those taken.
    #[must_use]
    pub fn includes(&self, endpoint: &Endpoint) -> bool {
        match self {
            Origin::Sectors(sectors) => sectors.contains(&endpoint.sector),
            Origin::Endpoint(id) => *id == endpoint.id,
        }
    }
}

/// Where a route's messages go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// To one endpoint.
    Endpoint(EndpointId),
    /// To the endpoint of the organisation that a field of the message names.
    EndpointWithOds(FieldPath),
    /// To the endpoint that sent the request to which the message replies.
    EndpointOfRequest,
}

/// What stays in order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OrderBy {
    /// The messages about one patient.
    #[default]
    Patient,
    /// Nothing.
    Nothing,
}

impl Value for OrderBy {
    const EXPECTED: &'static str = "patient or none";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        match value.as_str()? {
            "patient" => Some(OrderBy::Patient),
            "none" => Some(OrderBy::Nothing),
            _ => None,
        }
    }
}

struct Sectors(Vec<Sector>);

impl Value for Sectors {
    const EXPECTED: &'static str = "primary-care, hospital or community-pharmacy, or a list of these";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        match value.as_array() {
            None => Sector::read(value).map(|sector| Sectors(vec![sector])),
            Some(entries) if entries.is_empty() => None,
            Some(entries) => {
                entries.iter().map(|entry| Sector::read(entry.get_ref())).collect::<Option<_>>().map(Sectors)
            }
        }
    }
}

struct OfRequest;

impl Value for OfRequest {
    const EXPECTED: &'static str = "request";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        (value.as_str()? == "request").then_some(OfRequest)
    }
}

/// A route with the places of what is compared with the endpoints.
pub(super) struct RawRoute {
    pub(super) route: Route,
    pub(super) at: Range<usize>,
    pub(super) from: Range<usize>,
    pub(super) to: Range<usize>,
    /// Where it says what is done about codes.
    pub(super) terminology: Option<Range<usize>>,
}

/// Reads one route. `None` if it is wrong in a way that leaves nothing to compare; then the errors are noted.
pub(super) fn read(name: &Located<String>, mut section: Section<'_>) -> Option<RawRoute> {
    check_name(&section, name);
    let from = from(&mut section);
    let kinds = kinds(&mut section);
    let when = when(&mut section);
    let to = to(&mut section);
    let order_by = section.or("order-by", OrderBy::default());
    let layers = layers(&mut section);
    let kept = KeptPolicy::Only(allow_kept(&mut section));
    let mut rules = endpoint::severities(&mut section);
    let Policies { at: terminology, parks } = terminology::policies(&mut section, &mut rules);
    section.finish();
    let (from, to) = (from?, to?);
    let route = Route {
        name: RouteName::from(name.value.as_str()),
        from: from.value,
        kinds: kinds?,
        when,
        to: to.value,
        order_by,
        layers,
        options: Options { kept, echo: layers.contains(Layer::Echo) },
        rules,
        parks,
    };
    Some(RawRoute { route, at: name.at.clone(), from: from.at, to: to.at, terminology })
}

fn from(section: &mut Section<'_>) -> Option<Located<Origin>> {
    let Some(mut table) = section.section("from") else {
        section.error("expected `from = { sector = \"…\" }` or `from = { endpoint = \"…\" }`");
        return None;
    };
    table.one_of(["sector", "endpoint"], "`from` is expected to name either a `sector` or an `endpoint`");
    let sectors = table.optional::<Sectors>("sector");
    let endpoint = table.optional::<String>("endpoint");
    table.finish();
    match (sectors, endpoint) {
        (Some(sectors), None) => Some(Located { value: Origin::Sectors(sectors.value.0), at: sectors.at }),
        (None, Some(endpoint)) => Some(Located { value: Origin::Endpoint(endpoint.value.into()), at: endpoint.at }),
        _ => None,
    }
}

fn to(section: &mut Section<'_>) -> Option<Located<Target>> {
    let Some(mut table) = section.section("to") else {
        section.error(
            "expected `to = { endpoint = \"…\" }`, `to = { endpoint-with-ods = \"…\" }` or \
             `to = { endpoint-of = \"request\" }`",
        );
        return None;
    };
    table.one_of(
        ["endpoint", "endpoint-with-ods", "endpoint-of"],
        "`to` is expected to name either an `endpoint`, an `endpoint-with-ods` or an `endpoint-of`",
    );
    let endpoint = table.optional::<String>("endpoint");
    let with_ods = table.optional::<String>("endpoint-with-ods");
    let of = table.optional::<OfRequest>("endpoint-of");
    let to = match (endpoint, with_ods, of) {
        (Some(endpoint), None, None) => {
            Some(Located { value: Target::Endpoint(endpoint.value.into()), at: endpoint.at })
        }
        (None, Some(field), None) => {
            field_path(&table, &field).map(|path| Located { value: Target::EndpointWithOds(path), at: field.at })
        }
        (None, None, Some(of)) => Some(Located { value: Target::EndpointOfRequest, at: of.at }),
        _ => None,
    };
    table.finish();
    to
}

fn kinds(section: &mut Section<'_>) -> Option<Vec<Kind>> {
    let names = section.required::<Vec<Located<String>>>("kinds")?;
    if names.value.is_empty() {
        section.file().error(&names.at, "`kinds` is expected to name at least one kind of message");
    }
    let mut kinds = Vec::new();
    for name in &names.value {
        match routed_kinds().find(|kind| kind.as_str() == name.value) {
            Some(kind) => kinds.push(kind),
            None => {
                let known: Vec<&str> = routed_kinds().map(Kind::as_str).collect();
                let message = format!("a kind of message is expected to be one of {}", known.join(", "));
                section.file().error(&name.at, message);
            }
        }
    }
    Some(kinds)
}

fn when(section: &mut Section<'_>) -> Vec<Condition> {
    let mut conditions: Vec<Condition> = Vec::new();
    for table in section.list("when") {
        let (file, at) = (table.file(), table.at().clone());
        let Some(condition) = condition::read(table) else { continue };
        if conditions.iter().any(|other| other.contradicts(&condition)) {
            file.error(
                &at,
                "this condition can't hold together with another one of the route, so nothing takes the route",
            );
        }
        conditions.push(condition);
    }
    conditions
}

fn layers(section: &mut Section<'_>) -> LayerSet {
    let Some(mut table) = section.section("layers") else { return LayerSet::ALL };
    if let Some(syntax) = table.optional::<bool>(Layer::Syntax.as_str())
        && !syntax.value
    {
        let message = "`syntax` can't be switched off: a message that is not well formed can't be read";
        table.file().error(&syntax.at, message);
    }
    let is_off = |layer: &Layer| !table.or(layer.as_str(), true);
    let layers = LayerSet::SWITCHABLE.into_iter().filter(is_off).fold(LayerSet::ALL, LayerSet::without);
    table.finish();
    layers
}

fn allow_kept(section: &mut Section<'_>) -> BTreeSet<String> {
    let names = section.optional::<Vec<Located<String>>>("allow-kept").map(|names| names.value).unwrap_or_default();
    let known: Vec<String> = Place::all().map(Place::name).collect();
    for name in &names {
        if !known.contains(&name.value) {
            let hint = nearest(&name.value, known.iter().map(String::as_str));
            let hint = hint.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
            section.file().error(&name.at, format!("the canonical model has no such place{hint}"));
        }
    }
    names.into_iter().map(|name| name.value).collect()
}
