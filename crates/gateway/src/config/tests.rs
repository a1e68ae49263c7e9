mod documented;

use std::path::PathBuf;
use std::time::Duration;

use causeway_canonical::{Layer, LayerSet, Level};

use super::*;

const SETTINGS: &str = "[[listeners]]\nname = \"in\"\naddress = \"127.0.0.1:0\"\n";
const GP: &str =
    "[endpoint.gp]\nsector = \"primary-care\"\nods = \"A83008\"\nformat = \"fhir-r4-json\"\npath = \"/gp\"\n";
const COPY: &str = "[endpoint.copy]\nsector = \"primary-care\"\nods = \"A83009\"\nformat = \"fhir-r4-json\"\nurl = \"http://127.0.0.1:1/\"\n";
const ROUTE: &str =
    "[route.copies]\nfrom = { endpoint = \"gp\" }\nkinds = [\"prescription-order\"]\nto = { endpoint = \"copy\" }\n";

fn build(files: &[(&str, String)]) -> Result<Configuration, Vec<String>> {
    let files = files.iter().map(|(name, text)| (*name, text.clone()));
    Configuration::from_files(files).map_err(|errors| errors.iter().map(ToString::to_string).collect())
}

fn files(endpoints: &str, routes: &str) -> [(&'static str, String); 3] {
    [
        (SETTINGS_FILE, SETTINGS.to_owned()),
        ("endpoints/all.toml", endpoints.to_owned()),
        ("routes/all.toml", routes.to_owned()),
    ]
}

fn valid() -> [(&'static str, String); 3] {
    files(&format!("{GP}{COPY}"), ROUTE)
}

/// The errors of a configuration that is valid but for what is added to its endpoints and routes.
fn errors(endpoints: &str, routes: &str) -> Vec<String> {
    build(&files(&format!("{GP}{endpoints}\n{COPY}"), &format!("{ROUTE}{routes}"))).expect_err("this must be refused")
}

#[track_caller]
fn assert_one(errors: &[String], part: &str) {
    assert!(errors.len() == 1 && errors[0].contains(part), "expected one error with {part:?}: {errors:#?}");
}

#[test]
fn a_small_configuration_has_its_defaults() {
    let configuration = build(&valid()).unwrap();
    assert_eq!(configuration.settings.store, PathBuf::from("causeway.db"));
    assert_eq!(configuration.settings.relay, RelayOptions::default());
    assert_eq!(configuration.settings.index_key, IndexKeySource::DataFolder);
    let route = &configuration.routes[0];
    assert_eq!(route.order_by, OrderBy::Patient);
    assert!(route.options.echo && route.layers == LayerSet::ALL);
    let copy = &configuration.endpoints[&EndpointId::from("copy")];
    assert_eq!(copy.policy.retry, causeway_relay::RetryPolicy::default());
}

#[test]
fn a_route_says_what_is_done_about_codes_that_the_dictionary_does_not_bear_out() {
    let with = |settings: &str, policy: &str| {
        let mut files = files(&format!("{GP}{COPY}"), &format!("{ROUTE}{policy}"));
        files[0].1 += settings;
        build(&files)
    };
    let index = "[terminology]\nindex = \"dmd.index\"\n";
    let policy = "[route.copies.terminology]\nunknown = \"accept\"\ninactive = \"warn\"\nwrong-level = \"refuse\"\n";
    let configuration = with(index, policy).unwrap();
    assert_eq!(configuration.settings.dictionary, Some(PathBuf::from("dmd.index")));
    let rules = &configuration.routes[0].rules.0;
    assert_eq!(rules.len(), 9);
    for (rule, level) in [
        ("medicine-unknown", Level::Off),
        ("unit-unknown", Level::Off),
        ("route-inactive", Level::Warning),
        ("medicine-level", Level::Error),
    ] {
        assert_eq!(rules.get(rule), Some(&level), "{rule}");
    }
    assert!(configuration.routes[0].parks.is_empty());
    assert!(with(index, "").unwrap().routes[0].rules.0.is_empty());
    let parks = with(index, "[route.copies.terminology]\nwrong-level = \"park\"\n").unwrap();
    assert_eq!(parks.routes[0].rules.0.get("medicine-level"), Some(&Level::Warning));
    assert_eq!(parks.routes[0].parks, ["medicine-level"].into());
    assert_one(&with("", policy).unwrap_err(), "only where causeway.toml names a dictionary");
    let wrong = "[route.copies.terminology]\nunknown = \"perhaps\"\n";
    assert_one(&with(index, wrong).unwrap_err(), "accept, warn, park or refuse");
    assert_one(&with(index, "[route.copies.terminology]\nunkown = \"warn\"\n").unwrap_err(), "unkown");
    let twice = "[route.copies.rules]\nmedicine-level = \"off\"\n[route.copies.terminology]\nwrong-level = \"warn\"\n";
    assert_one(&with(index, twice).unwrap_err(), "`wrong-level` decides about `medicine-level`, and so does [rules]");
    assert_one(&with("[terminology]\n", "").unwrap_err(), "index");
}

#[test]
fn the_demo_configuration_is_valid_and_its_files_are_those_of_the_folder() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config");
    let demo = Configuration::demo().unwrap_or_else(|errors| panic!("{errors:#?}"));
    let loaded = Configuration::load(folder).unwrap_or_else(|errors| panic!("{errors:#?}"));
    assert_eq!(demo.hash(), loaded.hash());
}

#[test]
fn errors_of_all_files_are_reported_together() {
    let found = build(&[
        (SETTINGS_FILE, format!("{SETTINGS}\nstroe = 1\n")),
        ("endpoints/a.toml", GP.replace("fhir-r4-json", "fax")),
        ("routes/b.toml", ROUTE.replace("\"gp\"", "\"gpp\"")),
    ])
    .expect_err("this must be refused");
    assert_eq!(found.len(), 4, "{found:#?}");
    assert!(found[0].starts_with("causeway.toml:5:1: "), "{found:#?}");
    assert!(found[1].starts_with("endpoints/a.toml:4:10: `format` is expected to be one of"), "{found:#?}");
    assert!(found[2].contains("there is no such endpoint; did you mean `gp`?"), "{found:#?}");
}

#[test]
fn a_wrong_limit_of_a_listener_is_reported_where_it_stands() {
    let limits = |text: &str| build(&[(SETTINGS_FILE, format!("{SETTINGS}[listeners.limits]\n{text}\n"))]).unwrap_err();
    let unknown = limits("max-body = 1");
    assert!(unknown[0].starts_with("causeway.toml:5:1: `limits`: unknown field `max-body`"), "{unknown:?}");
    assert_one(&limits("max-body-bytes = 0"), "`max-body-bytes` must be at least 1");
}

#[test]
fn a_layer_is_switched_off_by_its_name() {
    for layer in LayerSet::SWITCHABLE {
        let table = format!("{ROUTE}[route.copies.layers]\n{} = false\nsyntax = true\n", layer.as_str());
        let route = build(&files(&format!("{GP}{COPY}"), &table)).unwrap().routes.remove(0);
        assert_eq!(route.layers, LayerSet::ALL.without(layer));
        assert_eq!(route.options.echo, layer != Layer::Echo);
    }
    let layers = |line: &str| errors("", &format!("[route.copies.layers]\n{line}\n"));
    assert_one(&layers("syntax = false"), "routes/all.toml:6:10: `syntax` can't be switched off");
    assert_one(&layers("shapes = true"), "did you mean `shape`?");
    assert_one(&layers("shape = \"off\""), "`shape` is expected to be true or false");
    assert_one(&errors("", "echo = \"always\"\n"), "has the unknown key `echo`");
}

#[test]
fn a_limit_that_cannot_be_kept_to_is_refused_where_it_stands() {
    let limits = |text: &str| {
        let [_, endpoints, routes] = valid();
        build(&[(SETTINGS_FILE, format!("{SETTINGS}[limits]\n{text}\n")), endpoints, routes]).unwrap_err()
    };
    for (line, expected) in [
        ("max-depth = 0", "causeway.toml:5:13: `max-depth` is expected to be from 1 to 256"),
        ("max-depth = 257", "from 1 to 256"),
        ("max-bytes = 1073741825", "from 1 to 1073741824"),
        ("max-processing-ms = 0", "from 1 to 600000"),
        ("max-decompressed-bytes = 0", "from 1 to 1073741824"),
        ("max-text = 16777217", "`max-text` is expected to be at most `max-bytes`, which is 16777216"),
        ("max-decompressed-bytes = 20000000", "at most `max-bytes`"),
        (
            "max-nodes = 500\nmax-entries = 501",
            "causeway.toml:6:15: `max-entries` is expected to be at most `max-nodes`",
        ),
        ("max-dept = 1", "did you mean `max-depth`?"),
    ] {
        assert_one(&limits(line), expected);
    }
    let own = errors("[endpoint.gp.limits]\nmax-text = 0", "");
    assert_one(&own, "endpoints/all.toml:7:12: `max-text` is expected to be from 1 to 1073741824");
}

#[test]
fn an_endpoint_has_the_limits_of_all_but_for_its_own() {
    let [settings, endpoints, routes] = valid();
    let settings = (settings.0, format!("{}[limits]\nmax-depth = 30\nmax-entries = 70\n", settings.1));
    let endpoints = (endpoints.0, format!("{}[endpoint.copy.limits]\nmax-depth = 20\n", endpoints.1));
    let configuration = build(&[settings, endpoints, routes]).unwrap();
    let limits = |name: &str| {
        let endpoint = &configuration.endpoints[&EndpointId::from(name)];
        let limits = endpoint.context(jiff::Timestamp::UNIX_EPOCH).limits;
        (limits.max_depth, limits.max_entries)
    };
    assert_eq!((limits("gp"), limits("copy")), ((30, 70), (20, 70)));
}

#[test]
fn a_certificate_or_list_that_cannot_be_used_is_refused_where_it_is_named() {
    let signature = |table: &str| {
        let settings = format!("{SETTINGS}[signature]\n{table}");
        let (folder, _) = folder_with("trust/x.pem", "no certificate");
        std::fs::write(folder.path().join(SETTINGS_FILE), settings).unwrap();
        let errors = Configuration::load(folder.path()).unwrap_err();
        errors.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_one(&signature("trust = [\"trust/x.pem\"]\n"), "causeway.toml:5:10: this file can't be used: ");
    let missing = signature("trust = [\"trust/y.pem\"]\n");
    assert!(missing[0].contains("this file can't be used: can't be read"), "{missing:?}");
    assert!(signature("trust = []\n")[0].contains("`trust` is expected to name at least one file"));
    assert!(signature("sha1 = \"allow\"\n")[0].contains("`signature` lacks `trust`"));
    assert!(
        signature("trust = [\"trust/x.pem\"]\nsha1 = \"yes\"\n").join(" ").contains("expected to be refuse or allow")
    );
    let revocation = signature("trust = [\"trust/x.pem\"]\nrevocation = \"off\"\n").join(" ");
    assert!(revocation.contains("`revocation` is expected to be warn or require"), "{revocation}");
}

#[test]
fn a_folder_without_settings_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let errors = Configuration::load(folder.path()).unwrap_err();
    assert!(errors.iter().any(|error| error.file == SETTINGS_FILE), "{errors:?}");
}

/// A configuration folder that is valid but for one more file.
fn folder_with(name: &str, text: &str) -> (tempfile::TempDir, Result<Configuration, Vec<String>>) {
    let folder = tempfile::tempdir().unwrap();
    let files = valid().into_iter().chain([(name, text.to_owned())]);
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let loaded = Configuration::load(folder.path());
    (folder, loaded.map_err(|errors| errors.iter().map(ToString::to_string).collect()))
}

#[test]
fn a_file_that_is_not_read_is_an_error() {
    assert_one(
        &folder_with("routes/more.tml", ROUTE).1.unwrap_err(),
        "routes/more.tml: a file of this name is not read",
    );
    assert_one(&folder_with("route/more.toml", ROUTE).1.unwrap_err(), "did you mean `routes/`?");
}

#[test]
fn the_file_of_the_index_key_may_stand_beside_the_settings() {
    let key = format!("{SETTINGS}[security]\nindex-key-file = \"keys/index\"\n");
    let (folder, _) = folder_with("keys/index", "0123456789abcdef");
    assert_one(&folder_with("keys/index", "x").1.unwrap_err(), "keys/: a folder of this name is not read");
    std::fs::write(folder.path().join(SETTINGS_FILE), key).unwrap();
    let configuration = Configuration::load(folder.path()).unwrap();
    assert_eq!(configuration.settings.index_key, IndexKeySource::File(folder.path().join("keys/index")));
}

#[test]
fn a_file_that_cannot_be_read_is_one_error() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join(SETTINGS_FILE)).unwrap();
    let errors = Configuration::load(folder.path()).unwrap_err();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(errors[0].to_string().starts_with("causeway.toml: can't be read"), "{errors:?}");
}

#[test]
fn an_endpoint_that_sends_and_that_no_route_takes_is_refused() {
    let second =
        GP.replace("endpoint.gp", "endpoint.clinic").replace("primary-care", "hospital").replace("/gp", "/clinic");
    let found = errors(&second, "");
    assert_one(&found, "no route takes what endpoint `clinic` sends");
    assert!(found[0].starts_with("endpoints/all.toml:10:8: "), "{found:?}");
    assert!(found[0].contains("`from = { endpoint = \"clinic\" }`"), "{found:?}");
    assert_one(&build(&files(GP, "")).unwrap_err(), "no route takes what endpoint `gp` sends");
    let [settings, endpoints, _] = valid();
    assert_one(&build(&[settings, endpoints]).unwrap_err(), "no route takes what endpoint `gp` sends");
}

#[test]
fn a_route_of_a_sector_takes_what_its_endpoints_send() {
    let route = ROUTE.replace("endpoint = \"gp\"", "sector = [\"primary-care\"]");
    assert!(build(&files(&format!("{GP}{COPY}"), &route)).is_ok());
}

#[test]
fn a_slip_in_a_route_is_not_reported_again_as_a_missing_route() {
    let slip = ROUTE.replace("endpoint = \"gp\"", "endpoint = \"gpp\"");
    assert_one(&build(&files(&format!("{GP}{COPY}"), &slip)).unwrap_err(), "did you mean `gp`?");
    let slip = ROUTE.replace("kinds = [\"prescription-order\"]\n", "");
    assert_one(&build(&files(&format!("{GP}{COPY}"), &slip)).unwrap_err(), "lacks `kinds`");
}

#[test]
fn two_endpoints_cannot_send_on_the_same_path() {
    let second = GP.replace("endpoint.gp", "endpoint.gp2");
    let route = ROUTE.replace("copies", "more").replace("endpoint = \"gp\"", "endpoint = \"gp2\"");
    assert_one(&errors(&second, &route), "endpoint `gp` sends on this path");
}

#[test]
fn two_endpoints_cannot_receive_for_the_same_organisation() {
    let second = COPY.replace("endpoint.copy", "endpoint.copy2").replace("A83009", "a83009");
    assert_one(&errors(&second, ""), "one url is expected for each");
}

#[test]
fn an_endpoint_that_neither_sends_nor_receives_is_refused() {
    let idle = GP.replace("endpoint.gp", "endpoint.idle").replace("path = \"/gp\"\n", "");
    assert_one(&errors(&idle, ""), "expected a `path`, a `url` or both");
}

#[test]
fn a_key_about_deliveries_is_refused_where_there_are_none() {
    assert_one(&errors("max-in-flight = 4", ""), "without a `url` there are none");
}

#[test]
fn an_unknown_key_is_refused_with_the_nearest_known_one() {
    assert_one(&errors("frmat = \"x\"", ""), "`endpoint.gp` has the unknown key `frmat`; did you mean `format`?");
}

#[test]
fn an_unknown_rule_is_refused_with_the_nearest_known_one() {
    assert_one(&errors("", "[route.copies.rules]\nfield-lots = \"warning\"\n"), "did you mean `field-lost`?");
}

#[test]
fn a_rule_about_what_would_be_lost_cannot_be_lowered() {
    let found = errors("", "[route.copies.rules]\nfield-lost = \"warning\"\necho-differs = \"error\"\n");
    assert_one(&found, "`field-lost` can't be lowered: what can't be read or accounted for");
    assert!(found[0].starts_with("routes/all.toml:6:14: "), "{found:?}");
    assert_one(&errors("[endpoint.gp.rules]\nfhir-date = \"off\"", ""), "`fhir-date` can't be lowered");
}

#[test]
fn a_value_outside_the_list_of_a_context_key_is_refused() {
    assert_one(&errors("interaction_suffix = \"XX\"", ""), "`interaction_suffix` is expected to be UK or SM");
}

#[test]
fn the_rules_of_an_endpoint_reach_its_context() {
    let text = format!("{GP}{COPY}[endpoint.gp.rules]\nitem-count = \"off\"\n");
    let configuration = build(&files(&text, ROUTE)).unwrap();
    let context = configuration.endpoints[&EndpointId::from("gp")].context(jiff::Timestamp::UNIX_EPOCH);
    assert_eq!(context.rules.0.get("item-count"), Some(&Level::Off));
}

#[test]
fn an_unknown_field_in_a_condition_is_refused() {
    let when = "when = [{ field = \"prescription.knid.code\", op = \"present\" }]\n";
    assert_one(&errors("", when), "did you mean `prescription.kind.code`?");
}

#[test]
fn a_route_whose_conditions_contradict_each_other_is_refused() {
    let when = "when = [{ field = \"item.note\", op = \"present\" }, { field = \"item.note\", op = \"absent\" }]\n";
    assert_one(&errors("", when), "nothing takes the route");
}

#[test]
fn a_route_from_where_nothing_comes_is_refused() {
    let route = |from: &str| ROUTE.replace("copies", "more").replace("endpoint = \"gp\"", from);
    assert_one(&errors("", &route("sector = []")), "or a list of these");
    assert_one(&errors("", &route("sector = \"hospital\"")), "no endpoint of the sector hospital has a `path`");
    assert_one(&errors("", &route("endpoint = \"copy\"")), "it sends nothing and the route is never taken");
}

#[test]
fn a_route_to_where_nothing_can_be_delivered_is_refused() {
    let route = ROUTE.replace("copies", "more").replace("endpoint = \"copy\"", "endpoint = \"gp\"");
    assert_one(&errors("", &route), "nothing can be delivered to it");
}

#[test]
fn a_reply_may_come_from_an_endpoint_that_only_receives_and_go_back_to_who_asked() {
    let route = |kind: &str, from: &str| {
        let route = ROUTE.replace("copies", "replies").replace("prescription-order", kind);
        let route = route.replace("endpoint = \"copy\"", "endpoint-of = \"request\"");
        route.replace("endpoint = \"gp\"", from)
    };
    let reply = route("release-response", "endpoint = \"copy\"");
    assert!(build(&files(&format!("{GP}{COPY}"), &format!("{ROUTE}{reply}"))).is_ok());
    let order = route("prescription-order", "endpoint = \"gp\"");
    assert_one(&errors("", &order), "only a reply goes back to who sent the request");
    assert_one(&errors("", &reply.replace("\"request\"", "\"reply\"")), "`endpoint-of` is expected to be request");
}

#[test]
fn every_kind_but_the_acknowledgement_has_its_routes() {
    for kind in causeway_canonical::model::Kind::ALL {
        let built = build(&files(&format!("{GP}{COPY}"), &ROUTE.replace("prescription-order", kind.as_str())));
        assert_eq!(built.is_ok(), kind.as_str() != "acknowledgement", "{kind}");
    }
}

#[test]
fn a_route_that_repeats_another_is_refused() {
    assert_one(
        &errors("", &ROUTE.replace("copies", "more")),
        "route `copies` takes the same messages to the same place",
    );
}

#[test]
fn a_number_about_deliveries_that_cannot_work_is_refused_where_it_stands() {
    let slow = COPY.replace("endpoint.copy", "endpoint.copy2").replace("A83009", "A83011");
    let found = errors(&format!("{slow}timeout-ms = 0\n"), "");
    assert_one(&found, "`timeout-ms` must be at least 1");
    assert!(found[0].starts_with("endpoints/all.toml:11:14"), "{found:?}");
}

#[test]
fn an_unknown_place_in_allow_kept_is_refused() {
    assert_one(&errors("", "allow-kept = [\"item.notes\"]\n"), "did you mean `item.note`?");
}

#[test]
fn a_secret_stands_in_no_error_no_debug_form_and_no_hash() {
    let with = |key: &str| format!("{SETTINGS}[security]\nindex-key = \"{key}\"\n");
    let refused = build(&[(SETTINGS_FILE, with("tiny-secret"))]).expect_err("this must be refused");
    assert!(!format!("{refused:?}").contains("tiny-secret"), "{refused:?}");
    let [settings, endpoints, routes] = valid();
    let first = build(&[(settings.0, with("0123456789abcdef")), endpoints.clone(), routes.clone()]).unwrap();
    let second = build(&[(settings.0, with("fedcba9876543210")), endpoints, routes]).unwrap();
    assert!(!format!("{first:?}").contains("0123456789abcdef"));
    assert_eq!(first.hash(), second.hash());
}

#[test]
fn the_hash_depends_on_what_is_said_and_not_on_how() {
    let configuration = build(&valid()).unwrap();
    let rewritten = build(&[
        ("routes/x.toml", format!("# a comment\n{ROUTE}")),
        ("endpoints/copy.toml", COPY.to_owned()),
        ("endpoints/gp.toml", GP.to_owned()),
        (SETTINGS_FILE, SETTINGS.to_owned()),
    ])
    .unwrap();
    assert_eq!(configuration.hash(), rewritten.hash());
    let other =
        build(&files(&format!("{GP}{}", COPY.replace("A83009", "A83010")), &format!("{COPY}{ROUTE}")[COPY.len()..]))
            .unwrap();
    assert_ne!(configuration.hash(), other.hash());
}

#[test]
fn overrides_replace_addresses_and_change_the_hash() {
    let configuration = build(&valid()).unwrap();
    let before = configuration.hash().clone();
    let overrides = Overrides {
        listeners: BTreeMap::from([("in".to_owned(), "127.0.0.1:8099".parse().unwrap())]),
        urls: BTreeMap::from([("copy".to_owned(), "http://127.0.0.1:9/copy".to_owned())]),
        ..Overrides::default()
    };
    let changed = configuration.clone().with_overrides(&overrides).unwrap();
    assert_eq!(changed.settings.listeners[0].address.port(), 8099);
    assert_ne!(*changed.hash(), before);
    let wrong = Overrides { urls: BTreeMap::from([("gp".to_owned(), "http://a/".to_owned())]), ..Overrides::default() };
    assert!(configuration.with_overrides(&wrong).is_err());
}

#[test]
fn overrides_of_the_waits_hold_for_all_endpoints_and_fit_each_other() {
    let millis = |millis| Some(Duration::from_millis(millis));
    let waits = |retry_base, retry_cap| {
        let overrides = Overrides { retry_base, retry_cap, ..Overrides::default() };
        let changed = build(&valid()).unwrap().with_overrides(&overrides);
        changed.map(|changed| {
            let retry = &changed.endpoints[&EndpointId::from("copy")].policy.retry;
            (retry.base.as_millis(), retry.cap.as_millis(), changed.hash().clone())
        })
    };
    let (base, cap, hash) = waits(millis(20), millis(80)).unwrap();
    assert_eq!((base, cap), (20, 80));
    assert_ne!(hash, waits(millis(20), millis(90)).unwrap().2);
    let (base, cap, _) = waits(millis(400_000), None).unwrap();
    assert_eq!((base, cap), (400_000, 400_000));
    let (base, cap, _) = waits(None, millis(80)).unwrap();
    assert_eq!((base, cap), (80, 80));
    let errors = waits(millis(80), millis(20)).unwrap_err();
    assert!(errors[0].message.contains("at least `retry_base`"), "{errors:?}");
}
