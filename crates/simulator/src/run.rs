//! One simulated sector, run from the command line.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use causeway_canonical::identifier::OdsCode;
use causeway_transport::{ClientConfig, ClientError, HttpClient};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::faults::Faults;
use crate::generate::{Generator, PHARMACY_ODS};
use crate::receiver::{Arrival, Receiver, ReceiverOptions};
use crate::sender::{Sender, SenderEvent, SenderOptions, Tally};

/// Which sector is simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sector {
    /// A GP practice that prescribes.
    Gp,
    /// A hospital out-patient clinic that prescribes.
    Hospital,
    /// A community pharmacy that receives, in EPS V3 XML unless told otherwise.
    Pharmacy,
    /// A GP practice that receives copies of what others prescribe, in FHIR R4 JSON unless told otherwise.
    Practice,
}

impl Sector {
    /// Every sector.
    pub const ALL: [Sector; 4] = [Sector::Gp, Sector::Hospital, Sector::Pharmacy, Sector::Practice];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Sector::Gp => "gp",
            Sector::Hospital => "hospital",
            Sector::Pharmacy => "pharmacy",
            Sector::Practice => "practice",
        }
    }

    /// Whether it prescribes; otherwise it receives.
    pub fn prescribes(self) -> bool {
        matches!(self, Sector::Gp | Sector::Hospital)
    }
}

impl fmt::Display for Sector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A sector that nobody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected one of gp, hospital, pharmacy and practice")]
pub struct UnknownSector;

impl FromStr for Sector {
    type Err = UnknownSector;

    fn from_str(text: &str) -> Result<Self, UnknownSector> {
        Sector::ALL.into_iter().find(|sector| sector.name() == text).ok_or(UnknownSector)
    }
}

/// Something that happened in a sector.
#[derive(Clone, Debug)]
pub enum Event {
    /// A receiver takes messages at this address now.
    Listening(SocketAddr),
    /// A sender tells of a message.
    Sender(SenderEvent),
    /// A message arrived at a receiver.
    Arrived(Arrival),
}

/// Told of each event, from many tasks at once.
pub type OnEvent = Arc<dyn Fn(Event) + Send + Sync>;

/// What a sector is told. Senders look at `client`, `count`, `seed`, `start`, `pharmacy` and `sender`; receivers at
/// `listen`, `format`, `faults`, `journal` and `keep`.
#[derive(Clone)]
pub struct RunOptions {
    /// Gateway that a sender posts to; a sender needs it.
    pub client: Option<ClientConfig>,
    /// Prescriptions that are sent; `None` for on and on.
    pub count: Option<u64>,
    /// Seed of people and messages.
    pub seed: u64,
    /// When the first prescription is written; see [`Generator::new`].
    pub start: Timestamp,
    /// Pharmacy that patients nominate.
    pub pharmacy: OdsCode,
    /// How a sender behaves.
    pub sender: SenderOptions,
    /// Where a receiver listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Format of a receiver; `None` for its usual one.
    pub format: Option<String>,
    /// Faults of a receiver.
    pub faults: Faults,
    /// Journal of a receiver.
    pub journal: Option<PathBuf>,
    /// Folder in which a receiver keeps what arrives; see [`ReceiverOptions::keep`].
    pub keep: Option<PathBuf>,
    /// Told of each event.
    pub on_event: OnEvent,
}

impl RunOptions {
    /// Everything as usual, with this seed and start.
    pub fn new(seed: u64, start: Timestamp) -> Self {
        RunOptions {
            client: None,
            count: None,
            seed,
            start,
            pharmacy: OdsCode::new(PHARMACY_ODS),
            sender: SenderOptions { seed, ..SenderOptions::default() },
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            faults: Faults { seed, ..Faults::NONE },
            format: None,
            journal: None,
            keep: None,
            on_event: Arc::new(|_| {}),
        }
    }
}

/// What a sector did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Report {
    /// Of a sender.
    Sent(Tally),
    /// Of a receiver.
    Received {
        /// Different messages.
        messages: usize,
        /// Times that a message came again.
        duplicates: u64,
        /// Messages that could not be read.
        unreadable: u64,
    },
}

/// Why a sector cannot run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A sender without a gateway.
    #[error("a sector that prescribes needs the url of a gateway")]
    NoGateway,
    /// The gateway's address or limits.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The listener or the journal.
    #[error("the receiver cannot start: {0}")]
    Receiver(#[from] io::Error),
}

/// Runs a sector until `cancel`, or until a sender has sent what it was told to.
///
/// # Errors
/// See [`RunError`]; nothing has been sent or received then.
pub async fn run(sector: Sector, options: RunOptions, cancel: CancellationToken) -> Result<Report, RunError> {
    match sector {
        Sector::Gp => prescribe(options, cancel, Generator::gp_prescription).await,
        Sector::Hospital => prescribe(options, cancel, Generator::hospital_prescription).await,
        Sector::Pharmacy => receive(Receiver::pharmacy(receiver_options(&options))?, options, cancel).await,
        Sector::Practice => receive(Receiver::practice(receiver_options(&options))?, options, cancel).await,
    }
}

async fn prescribe(
    options: RunOptions,
    cancel: CancellationToken,
    next: fn(&mut Generator) -> crate::generate::Prescription,
) -> Result<Report, RunError> {
    let client = HttpClient::new(options.client.ok_or(RunError::NoGateway)?)?;
    let on_event = options.on_event;
    let sender = Sender::new(client, options.sender).telling(Arc::new(move |event| on_event(Event::Sender(event))));
    let mut generator = Generator::new(options.seed, options.start).nominating(options.pharmacy);
    let mut left = options.count;
    let prescriptions = std::iter::from_fn(move || {
        if let Some(left) = &mut left {
            *left = left.checked_sub(1)?;
        }
        Some(next(&mut generator))
    });
    Ok(Report::Sent(sender.send_all(prescriptions, &cancel).await))
}

fn receiver_options(options: &RunOptions) -> ReceiverOptions {
    let on_event = Arc::clone(&options.on_event);
    ReceiverOptions {
        faults: options.faults,
        format: options.format.clone(),
        keep: options.keep.clone(),
        journal: options.journal.clone(),
        on_arrival: Some(Arc::new(move |arrival| on_event(Event::Arrived(arrival.clone())))),
        ..ReceiverOptions::default()
    }
}

async fn receive(receiver: Receiver, options: RunOptions, cancel: CancellationToken) -> Result<Report, RunError> {
    let (addr, serve) = receiver.listen(options.listen, cancel)?;
    (options.on_event)(Event::Listening(addr));
    serve.await;
    let record = receiver.record();
    Ok(Report::Received { messages: record.len(), duplicates: record.duplicates(), unreadable: record.unreadable() })
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc;

    use super::*;

    fn options() -> RunOptions {
        RunOptions::new(1, "2026-03-02T08:30:00Z".parse().unwrap())
    }

    #[test]
    fn a_sector_is_known_by_its_name() {
        for sector in Sector::ALL {
            assert_eq!(sector.name().parse(), Ok(sector));
        }
        assert!("surgery".parse::<Sector>().is_err());
    }

    #[tokio::test]
    async fn a_sector_that_prescribes_needs_a_gateway() {
        let error = run(Sector::Gp, options(), CancellationToken::new()).await.unwrap_err();
        assert_eq!(error.to_string(), "a sector that prescribes needs the url of a gateway");
    }

    #[tokio::test]
    async fn a_hospital_sends_what_it_was_told_to_and_a_practice_gets_it() {
        let (tell, mut hear) = mpsc::unbounded_channel();
        let on_event: OnEvent = Arc::new(move |event| {
            if let Event::Listening(addr) = event {
                tell.send(addr).unwrap();
            }
        });
        let cancel = CancellationToken::new();
        let practice = tokio::spawn(run(Sector::Practice, RunOptions { on_event, ..options() }, cancel.clone()));
        let addr = hear.recv().await.unwrap();
        let client = Some(ClientConfig::new(format!("http://{addr}/")));
        let hospital = RunOptions { client, count: Some(12), ..options() };
        let Report::Sent(tally) = run(Sector::Hospital, hospital, CancellationToken::new()).await.unwrap() else {
            panic!("a sender reports what it sent")
        };
        assert_eq!((tally.accepted, tally.total()), (12, 12));
        cancel.cancel();
        let report = practice.await.unwrap().unwrap();
        assert_eq!(report, Report::Received { messages: 12, duplicates: 0, unreadable: 0 });
    }
}
