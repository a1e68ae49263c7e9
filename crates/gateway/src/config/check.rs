//! Puts the files together and compares what they say of each other.

use std::collections::BTreeMap;

use causeway_relay::EndpointId;

use super::SETTINGS_FILE;
use super::endpoint::{self, Endpoint, RawEndpoint};
use super::limits::MessageLimits;
use super::nearest::nearest;
use super::route::{self, Origin, RawRoute, Route, Target};
use super::settings::{self, Settings, Whole};
use super::signature::SignaturePolicy;
use super::source::{Located, SourceFile};
use crate::replies::is_reply;

/// What the files say.
pub(super) struct Built {
    pub(super) settings: Settings,
    pub(super) signature: Option<SignaturePolicy>,
    pub(super) endpoints: BTreeMap<EndpointId, Endpoint>,
    pub(super) routes: Vec<Route>,
}

struct In<'f, T> {
    file: &'f SourceFile,
    raw: T,
}

/// Reads all files and compares them. Errors are noted in the files, and a file that already has some is left out; `None`
/// if there are no settings.
pub(super) fn build(files: &[SourceFile]) -> Option<Built> {
    let mut settings = None;
    let mut endpoints = Vec::new();
    let mut routes = Vec::new();
    for file in files.iter().filter(|file| !file.has_errors()) {
        match file.name.split_once('/').map(|(folder, _)| folder) {
            None if file.name == SETTINGS_FILE => settings = Some(settings::read(file)),
            Some("endpoints") => read_endpoints(file, &mut endpoints),
            Some("routes") => read_routes(file, &mut routes),
            _ => file.error(&(0..0), "expected causeway.toml, or a file in endpoints/ or routes/"),
        }
    }
    check_endpoints(&endpoints);
    set_limits(&mut endpoints, settings.as_ref());
    for (position, route) in routes.iter().enumerate() {
        check_unique(route, routes.get(..position).unwrap_or_default());
        check_route(route, &endpoints);
        check_dictionary(route, settings.as_ref());
    }
    // A route that is wrong may well be the one that was meant to take an endpoint's messages.
    if !files.iter().any(|file| file.name.starts_with("routes/") && file.has_errors()) {
        check_taken(&endpoints, &routes);
    }
    let endpoints = endpoints.into_iter().filter_map(|named| named.raw.1);
    let endpoints = endpoints.map(|raw| (raw.endpoint.id.clone(), raw.endpoint)).collect();
    let mut routes: Vec<Route> = routes.into_iter().map(|route| route.raw.route).collect();
    routes.sort_by(|a, b| a.name.cmp(&b.name));
    let Whole { settings, signature, .. } = settings?;
    Some(Built { settings, signature, endpoints, routes })
}

/// An endpoint that could not be read keeps its name, so that a route that names it is not wrong as well.
type NamedEndpoint<'f> = In<'f, (Located<String>, Option<RawEndpoint>)>;

fn read_endpoints<'f>(file: &'f SourceFile, endpoints: &mut Vec<NamedEndpoint<'f>>) {
    let mut root = file.root();
    for (name, section) in root.named("endpoint") {
        let raw = endpoint::read(&name, section);
        endpoints.push(In { file, raw: (name, raw) });
    }
    root.finish();
}

fn read_routes<'f>(file: &'f SourceFile, routes: &mut Vec<In<'f, RawRoute>>) {
    let mut root = file.root();
    for (name, section) in root.named("route") {
        routes.extend(route::read(&name, section).map(|raw| In { file, raw }));
    }
    root.finish();
}

fn check_endpoints(endpoints: &[NamedEndpoint<'_>]) {
    for (position, named) in endpoints.iter().enumerate() {
        let (name, raw) = &named.raw;
        for earlier in endpoints.get(..position).unwrap_or_default() {
            let (other, other_raw) = &earlier.raw;
            if other.value == name.value {
                named.file.error(&name.at, format!("{} has an endpoint of this name", earlier.file.name));
            }
            if let (Some(raw), Some(other_raw)) = (raw, other_raw) {
                check_pair(named.file, raw, other_raw);
            }
        }
    }
}

/// Gives every endpoint its limits: its own, or else those of all.
fn set_limits(endpoints: &mut [NamedEndpoint<'_>], settings: Option<&Whole<'_>>) {
    let default = MessageLimits::default();
    let common = settings.map_or(default.clone(), |whole| whole.limits.over(&default, whole.file));
    for named in endpoints {
        let file = named.file;
        if let Some(RawEndpoint { endpoint, limits, .. }) = &mut named.raw.1 {
            endpoint.limits = limits.over(&common, file);
        }
    }
}

fn check_pair(file: &SourceFile, raw: &RawEndpoint, other: &RawEndpoint) {
    if let (Some(path), Some(other_path)) = (&raw.path, &other.path)
        && path.value == other_path.value
    {
        file.error(&path.at, format!("endpoint `{}` sends on this path", other.endpoint.id));
    }
    let both_receive = raw.endpoint.client.is_some() && other.endpoint.client.is_some();
    if both_receive && raw.endpoint.ods.same_as(&other.endpoint.ods) {
        let message =
            format!("endpoint `{}` receives for this organisation; one url is expected for each", other.endpoint.id);
        file.error(&raw.ods.at, message);
    }
}

fn check_unique(route: &In<'_, RawRoute>, earlier: &[In<'_, RawRoute>]) {
    let said = &route.raw.route;
    for other in earlier {
        let also = &other.raw.route;
        if also.name == said.name {
            route.file.error(&route.raw.at, format!("{} has a route of this name", other.file.name));
        } else if (&also.from, &also.kinds, &also.when, &also.to) == (&said.from, &said.kinds, &said.when, &said.to) {
            let message =
                format!("route `{}` takes the same messages to the same place, so one of them never acts", also.name);
            route.file.error(&route.raw.at, message);
        }
    }
}

/// What is done about codes that nothing is said of would never be done.
fn check_dictionary(route: &In<'_, RawRoute>, whole: Option<&Whole<'_>>) {
    if let (Some(at), Some(None)) = (&route.raw.terminology, whole.map(|whole| &whole.settings.dictionary)) {
        let message =
            "`terminology` is expected only where causeway.toml names a dictionary: `[terminology] index = \"…\"`";
        route.file.error(at, message);
    }
}

fn check_route(route: &In<'_, RawRoute>, endpoints: &[NamedEndpoint<'_>]) {
    let RawRoute { route: said, from, to, .. } = &route.raw;
    let read = || endpoints.iter().filter_map(|named| named.raw.1.as_ref()).map(|raw| &raw.endpoint);
    let all_read = endpoints.iter().all(|named| named.raw.1.is_some());
    // Who only receives may still reply in the exchange.
    let replies = said.kinds.iter().copied().any(is_reply);
    let sends = |endpoint: &Endpoint| endpoint.path.is_some() || (replies && endpoint.client.is_some());
    match &said.from {
        Origin::Endpoint(id) => match find(endpoints, id) {
            Found::Unknown(hint) => route.file.error(from, format!("there is no such endpoint{hint}")),
            Found::Known(Some(endpoint)) if !sends(endpoint) => {
                route.file.error(from, "the endpoint has no `path`, so it sends nothing and the route is never taken");
            }
            Found::Known(_) => {}
        },
        Origin::Sectors(sectors) => {
            for sector in sectors {
                if all_read && !read().any(|endpoint| endpoint.sector == *sector && sends(endpoint)) {
                    let sector = sector.as_str();
                    let message =
                        format!("no endpoint of the sector {sector} has a `path`, so nothing comes from there");
                    route.file.error(from, message);
                }
            }
        }
    }
    match &said.to {
        Target::Endpoint(id) => match find(endpoints, id) {
            Found::Unknown(hint) => route.file.error(to, format!("there is no such endpoint{hint}")),
            Found::Known(Some(endpoint)) if endpoint.client.is_none() => {
                route.file.error(to, "the endpoint has no `url`, so nothing can be delivered to it");
            }
            Found::Known(_) => {}
        },
        Target::EndpointOfRequest if !said.kinds.iter().copied().all(is_reply) => {
            route
                .file
                .error(to, "only a reply goes back to who sent the request: a release-response or cancel-response");
        }
        Target::EndpointWithOds(_) | Target::EndpointOfRequest => {
            if all_read && !read().any(|endpoint| endpoint.client.is_some()) {
                route.file.error(to, "no endpoint has a `url`, so the route leads nowhere");
            }
        }
    }
}

/// What an endpoint sends must have somewhere to go.
fn check_taken(endpoints: &[NamedEndpoint<'_>], routes: &[In<'_, RawRoute>]) {
    for named in endpoints {
        let Some(RawEndpoint { endpoint, path: Some(path), .. }) = &named.raw.1 else { continue };
        if !routes.iter().any(|route| route.raw.route.from.includes(endpoint)) {
            let id = &endpoint.id;
            let message = format!(
                "no route takes what endpoint `{id}` sends, so every message would be refused; \
                 add a route with `from = {{ endpoint = \"{id}\" }}` to a file in routes/, or remove the `path`"
            );
            named.file.error(&path.at, message);
        }
    }
}

enum Found<'e> {
    /// It exists; `None` if it could not be read.
    Known(Option<&'e Endpoint>),
    /// It doesn't; a hint at the one that was meant.
    Unknown(String),
}

fn find<'e>(endpoints: &'e [NamedEndpoint<'_>], id: &EndpointId) -> Found<'e> {
    match endpoints.iter().find(|named| named.raw.0.value == id.as_str()) {
        Some(named) => Found::Known(named.raw.1.as_ref().map(|raw| &raw.endpoint)),
        None => {
            let nearest = nearest(id.as_str(), endpoints.iter().map(|named| named.raw.0.value.as_str()));
            Found::Unknown(nearest.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default())
        }
    }
}
