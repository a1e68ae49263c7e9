//! A configuration is checked before it runs.

use causeway_tests::{run, workspace};

#[test]
fn the_configuration_of_the_repository_is_valid() {
    let folder = workspace().join("config");
    let output = run(&["check", "--config", folder.to_str().unwrap()], b"");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn every_error_of_a_configuration_is_told_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::create_dir_all(at("endpoints")).unwrap();
    std::fs::create_dir_all(at("routes")).unwrap();
    std::fs::write(at("causeway.toml"), "[[listeners]]\nname = \"messages\"\naddress = \"127.0.0.1:0\"\n").unwrap();
    std::fs::write(
        at("endpoints/gp.toml"),
        "[endpoint.gp]\nsector = \"primary-care\"\nods = \"A83008\"\nformat = \"morse\"\npath = \"/gp\"\n",
    )
    .unwrap();
    std::fs::write(
        at("routes/r.toml"),
        "[route.r]\nfrom = { endpoint = \"gp\" }\nkinds = [\"prescription-order\"]\nto = { endpoint = \"nobody\" }\n",
    )
    .unwrap();
    let settings = std::fs::read_to_string(at("causeway.toml")).unwrap();
    let tables = "[limits]\nmax-depth = 0\nmax-text = 99999999\n[signature]\ntrust = [\"nowhere.pem\"]\n";
    std::fs::write(at("causeway.toml"), settings + tables).unwrap();
    let route = std::fs::read_to_string(at("routes/r.toml")).unwrap();
    std::fs::write(at("routes/r.toml"), route + "[route.r.layers]\nsyntax = false\n").unwrap();
    let output = run(&["check", "--config", folder.path().to_str().unwrap()], b"");
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stderr).unwrap();
    for place in [
        "causeway.toml:5:13: `max-depth` is expected to be from 1 to 256",
        "causeway.toml:6:12: `max-text` is expected to be at most `max-bytes`",
        "causeway.toml:8:10: this file can't be used: ",
        "endpoints/gp.toml:4:",
        "routes/r.toml:4:",
        "routes/r.toml:6:10: `syntax` can't be switched off",
    ] {
        assert!(text.contains(place), "{place}: {text}");
    }
}
