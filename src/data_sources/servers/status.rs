//! `appstreaming_server_group_status`: how many servers of a group are in which state.

use std::collections::BTreeMap;

use tfplug::prelude::*;

use super::{client, region};
use crate::{clouds::Clouds, failure::failed};

/// The data source `appstreaming_server_group_status`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServerGroupStatusDataSource;

/// How many servers of a server group are in which state
/// (`GET /v1/{project_id}/app-server-groups/{server_group_id}/state`).
#[derive(Clone, Debug, Model)]
pub(crate) struct Model {
    /// The server group's ID.
    #[tf(required, validate(length(1..=128)))]
    server_group_id: Attr<String>,
    #[tf(attribute = region())]
    region: Attr<String>,
    /// How many servers there are in all states together.
    #[tf(computed)]
    server_count: Attr<i64>,
    /// The number of servers by state, such as `REGISTERED`; states without a server may be missing (`aps_status`).
    #[tf(computed)]
    states: Attr<BTreeMap<String, i64>>,
}

#[data_source("appstreaming_server_group_status")]
impl DataSource for ServerGroupStatusDataSource {
    type Data = Clouds;
    type Model = Model;

    async fn read(&self, cx: &mut Context<Clouds>, mut config: Model) -> Result<Model> {
        let (client, calls) = client(cx, &mut config.region)?;
        let id = config.server_group_id.require("server_group_id")?;
        let states = client.server_group_state(id, &calls).await.map_err(|error| {
            failed(&format!("read the states of server group {id:?}"), &error).at(Path::attribute("server_group_id"))
        })?;
        config.server_count = Attr::Known(states.values().sum());
        config.states = Attr::Known(states);
        Ok(config)
    }
}
