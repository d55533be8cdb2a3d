//! `appstreaming_server_group_status`: how many servers of a group are in which state.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tfplug::{
    Attr, Context, DataSource, Path, Result,
    schema::{Attribute, Schema, validate},
    value::Type,
};

use super::{client, region};
use crate::{clouds::Clouds, failure::failed};

/// The data source `appstreaming_server_group_status`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServerGroupStatusDataSource;

/// Arguments and results.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    server_group_id: Attr<String>,
    region: Attr<String>,
    server_count: Attr<i64>,
    states: Attr<BTreeMap<String, i64>>,
}

impl DataSource for ServerGroupStatusDataSource {
    type Data = Clouds;
    type Model = Model;

    fn type_name(&self) -> &'static str {
        "appstreaming_server_group_status"
    }

    fn schema(&self) -> Schema {
        Schema::new(
            "How many servers of a server group are in which state \
             (`GET /v1/{project_id}/app-server-groups/{server_group_id}/state`).",
        )
        .attribute(
            "server_group_id",
            Attribute::string("The server group's ID.").required().validate(validate::length(1..=128)),
        )
        .attribute("region", region())
        .attribute("server_count", Attribute::number("How many servers there are in all states together.").computed())
        .attribute(
            "states",
            Attribute::map(
                Type::Number,
                "The number of servers by state, such as `REGISTERED`; states without a server may be missing \
                 (`aps_status`).",
            )
            .computed(),
        )
    }

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
