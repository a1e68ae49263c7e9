//! The program as running processes, and a client for them.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::measure::peak_of;
use crate::{causeway, workspace};

/// How long anything may take before a test gives up.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A process that is killed when it goes out of scope.
pub struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Kills the process as the kernel would: no handler runs.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Tells a gateway to read its configuration again.
    pub fn hang_up(&self) {
        let id = self.child.id().to_string();
        assert!(std::process::Command::new("kill").args(["-HUP", &id]).status().unwrap().success());
    }

    /// The most memory that it had resident at one time, in bytes.
    pub fn peak(&self) -> u64 {
        peak_of(&self.child)
    }

    /// Whether it still runs.
    pub fn is_alive(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// What it wrote to standard error so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Starts the program, and waits for a line of its standard output that ends with an address; standard error goes to a
/// file.
fn start(arguments: &[&str], log: &Path, prefix: &str, level: &str) -> (Process, SocketAddr) {
    let stderr = std::fs::File::options().create(true).append(true).open(log).unwrap();
    let mut child =
        causeway().args(arguments).env("CAUSEWAY_LOG", level).stdout(Stdio::piped()).stderr(stderr).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let process = Process { child, log: log.to_owned() };
    let address = loop {
        let Some(Ok(line)) = lines.next() else { panic!("the program ended: {}", process.log()) };
        if let Some(url) = line.strip_prefix(prefix) {
            break url.trim().trim_start_matches("http://").parse().expect("an address");
        }
    };
    // The rest of the output is read, so that the program is never held up by a full pipe.
    std::thread::spawn(move || lines.for_each(drop));
    (process, address)
}

/// A gateway of our own: a configuration and a data folder.
pub struct Gateway {
    folder: PathBuf,
}

impl Gateway {
    /// A gateway with a configuration of its own: the settings of the demo, and these endpoints and routes.
    pub fn with(folder: &Path, endpoints: &str, routes: &str) -> Self {
        let config = folder.join("config");
        for (name, text) in [("endpoints", endpoints), ("routes", routes)] {
            std::fs::create_dir_all(config.join(name)).unwrap();
            std::fs::write(config.join(name).join("all.toml"), text).unwrap();
        }
        let settings = std::fs::read_to_string(workspace().join("config/causeway.toml")).unwrap();
        let settings = settings.replace("127.0.0.1:8090", "127.0.0.1:0").replace("127.0.0.1:8091", "127.0.0.1:0");
        std::fs::write(config.join("causeway.toml"), settings).unwrap();
        Gateway { folder: folder.to_owned() }
    }

    /// The demo configuration with receivers at the given addresses.
    pub fn new(folder: &Path, pharmacy: SocketAddr, practice: SocketAddr) -> Self {
        let config = folder.join("config");
        for folder in ["", "endpoints", "routes"] {
            std::fs::create_dir_all(config.join(folder)).unwrap();
            for entry in std::fs::read_dir(workspace().join("config").join(folder)).unwrap() {
                let path = entry.unwrap().path();
                if path.extension().is_some_and(|extension| extension == "toml") {
                    let text = std::fs::read_to_string(&path).unwrap();
                    let text = text
                        .replace("127.0.0.1:8090", "127.0.0.1:0")
                        .replace("127.0.0.1:8091", "127.0.0.1:0")
                        .replace("127.0.0.1:8092", &pharmacy.to_string())
                        .replace("127.0.0.1:8093", &practice.to_string())
                        .replace("retry-base-ms = 500", "retry-base-ms = 20")
                        .replace("retry-cap-ms = 60000", "retry-cap-ms = 500");
                    std::fs::write(config.join(folder).join(path.file_name().unwrap()), text).unwrap();
                }
            }
        }
        Gateway { folder: folder.to_owned() }
    }

    /// ODS code of the pharmacy of the demo configuration.
    pub fn pharmacy_code() -> String {
        let text = std::fs::read_to_string(workspace().join("config/endpoints/pharmacy.toml")).unwrap();
        let file: toml::Table = text.parse().unwrap();
        file["endpoint"]["pharmacy"]["ods"].as_str().unwrap().to_owned()
    }

    /// The configuration folder.
    pub fn config(&self) -> PathBuf {
        self.folder.join("config")
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Starts the gateway; the address at which it takes messages.
    pub fn start(&self) -> (Process, SocketAddr) {
        self.start_with_log("info")
    }

    /// The same, with a level of the log.
    pub fn start_with_log(&self, level: &str) -> (Process, SocketAddr) {
        let (config, data) = (self.config(), self.data());
        let arguments = ["serve", "--config", config.to_str().unwrap(), "--data", data.to_str().unwrap()];
        start(&arguments, &self.folder.join("gateway.log"), "messages listening on ", level)
    }

    /// Runs a `log` command on the data folder; one JSON object a line.
    pub fn log(&self, arguments: &[&str]) -> Vec<serde_json::Value> {
        let data = self.data();
        let output = causeway().arg("log").args(arguments).args(["--json", "--data"]).arg(data).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::Deserializer::from_str(&text).into_iter().map(|value| value.unwrap()).collect()
    }
}

/// Starts a simulated receiver with a journal.
pub fn receiver(sector: &str, address: SocketAddr, journal: &Path) -> (Process, SocketAddr) {
    let address = address.to_string();
    let arguments = ["simulate", sector, "--address", &address, "--journal", journal.to_str().unwrap()];
    start(&arguments, &journal.with_extension("log"), "listening on ", "info")
}

/// Starts a simulated receiver that speaks a format and keeps what arrives in a folder.
pub fn keeper(format: &str, folder: &Path) -> (Process, SocketAddr) {
    let arguments = ["simulate", "practice", "--format", format, "--keep", folder.to_str().unwrap()];
    start(&arguments, &folder.with_extension("log"), "listening on ", "info")
}

/// An address of this machine that is free now.
pub fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// Posts a FHIR message; status and body of the answer.
pub fn post(address: SocketAddr, path: &str, body: &str) -> (u16, String) {
    post_as("application/fhir+json", address, path, body)
}

/// Posts a message of a media type; status and body of the answer.
pub fn post_as(media_type: &str, address: SocketAddr, path: &str, body: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8(answer).unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    (status, body.to_owned())
}

/// Waits until something holds, and fails after a long while.
pub fn wait_for(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < deadline, "gave up waiting for {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
