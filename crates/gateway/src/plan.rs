//! A configuration made ready to run: everything a message needs, looked up in one step.
//!
//! Invariants: a plan never changes. A message is handled under the plan that stood when it arrived, to its end; a
//! reload puts a new plan in place for the next one.

use std::collections::HashMap;
use std::sync::Arc;

use causeway_canonical::LayerSet;
use causeway_relay::{EndpointId, Endpoints};
use causeway_terminology::{Dictionary, Index};
use causeway_transport::{ClientConfig, ClientError, HttpClient};
use causeway_validate::Checks;

use crate::config::{Configuration, Endpoint};

/// A configuration with its look-up tables and clients.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) configuration: Configuration,
    sources: HashMap<String, Arc<Endpoint>>,
    receivers: HashMap<EndpointId, Arc<Receiver>>,
    dictionary: Option<Arc<Index>>,
}

/// An endpoint that messages are delivered to.
#[derive(Debug)]
pub(crate) struct Receiver {
    pub(crate) endpoint: Arc<Endpoint>,
    pub(crate) client: Arc<HttpClient>,
    config: ClientConfig,
}

impl Plan {
    /// Builds clients and tables. A client whose settings are those of the plan before keeps its connections.
    pub(crate) fn build(
        configuration: Configuration,
        before: Option<&Plan>,
        dictionary: Option<Arc<Index>>,
    ) -> Result<Self, (EndpointId, ClientError)> {
        let mut sources = HashMap::new();
        let mut receivers = HashMap::new();
        for (id, endpoint) in &configuration.endpoints {
            let endpoint = Arc::new(endpoint.clone());
            if let Some(path) = &endpoint.path {
                sources.insert(path.clone(), Arc::clone(&endpoint));
            }
            if let Some(config) = &endpoint.client {
                let kept = before.and_then(|plan| plan.receivers.get(id)).filter(|receiver| receiver.config == *config);
                let client = match kept {
                    Some(receiver) => Arc::clone(&receiver.client),
                    None => Arc::new(HttpClient::new(config.clone()).map_err(|error| (id.clone(), error))?),
                };
                let receiver = Receiver { endpoint: Arc::clone(&endpoint), client, config: config.clone() };
                receivers.insert(id.clone(), Arc::new(receiver));
            }
        }
        Ok(Plan { configuration, sources, receivers, dictionary })
    }

    /// The endpoint that sends on a path.
    pub(crate) fn source(&self, path: &str) -> Option<&Arc<Endpoint>> {
        self.sources.get(path)
    }

    /// The endpoint that is delivered to under a name.
    pub(crate) fn receiver(&self, id: &EndpointId) -> Option<&Arc<Receiver>> {
        self.receivers.get(id)
    }

    /// What is asked of a message in some layers, with the dictionary.
    pub(crate) fn checks(&self, layers: LayerSet) -> Checks<'_> {
        let dictionary = self.dictionary.as_deref().map(|index| index as &dyn Dictionary);
        Checks { layers: layers.into(), dictionary }
    }

    /// The index that codes are looked up in.
    pub(crate) fn index(&self) -> Option<&Arc<Index>> {
        self.dictionary.as_ref()
    }

    /// How the relay treats each receiver.
    pub(crate) fn policies(&self) -> Endpoints {
        let policies = self.receivers.values();
        policies.map(|receiver| (receiver.endpoint.id.clone(), receiver.endpoint.policy.clone())).collect()
    }
}
