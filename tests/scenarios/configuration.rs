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
    let output = run(&["check", "--config", folder.path().to_str().unwrap()], b"");
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("endpoints/gp.toml:4:"), "{text}");
    assert!(text.contains("routes/r.toml:4:"), "{text}");
}
