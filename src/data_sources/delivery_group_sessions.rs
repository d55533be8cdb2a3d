//! `appstreaming_delivery_group_sessions`: the sessions of a delivery group (`ListAppInstances`).

use std::collections::BTreeSet;

use alibaba::{Session as Instance, SessionFilter};
use cloud::Principal;
use serde::{Deserialize, Serialize};
use tfplug::{
    Attr, Context, DataSource, Result,
    schema::{Attribute, Nesting, Schema, validate},
    value::Type,
};

use crate::{
    bounds::Bounded,
    clouds::Clouds,
    delivery_group::{self, is_session},
    failure::failed_at,
};

/// The data source `appstreaming_delivery_group_sessions`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeliveryGroupSessionsDataSource;

/// Arguments and results.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    delivery_group_id: Attr<String>,
    region: Attr<String>,
    session_ids: Attr<BTreeSet<String>>,
    user_names: Attr<BTreeSet<Principal>>,
    status: Attr<BTreeSet<String>>,
    include_idle: Attr<bool>,
    include_deleted: Attr<bool>,
    session_count: Attr<i64>,
    sessions: Attr<Vec<Session>>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Session {
    session_id: Attr<String>,
    user_name: Attr<Principal>,
    in_use: Attr<bool>,
    status: Attr<String>,
    session_status: Attr<String>,
    usage_duration: Attr<i64>,
    charge_type: Attr<String>,
    creation_time: Attr<String>,
    modification_time: Attr<String>,
    node_id: Attr<String>,
    public_ip: Attr<String>,
    network_interface_id: Attr<String>,
    network_interface_ip: Attr<String>,
}

impl DataSource for DeliveryGroupSessionsDataSource {
    type Data = Clouds;
    type Model = Model;

    fn type_name(&self) -> &'static str {
        "appstreaming_delivery_group_sessions"
    }

    fn schema(&self) -> Schema {
        let set =
            |description: &str| Attribute::set(Type::String, description).optional().validate(validate::size(1..=100));
        Schema::new(
            "The sessions that people have in a delivery group of Alibaba Cloud App Streaming, from all pages of the \
             service's list. The service calls the place of a session an *app instance*, and lists those that wait for \
             the next person too; they are no sessions, and shown only with `include_idle`.",
        )
        .attribute("delivery_group_id", delivery_group::id_attribute())
        .attribute("region", delivery_group::endpoint_region_attribute())
        .attribute(
            "session_ids",
            set("Only these app instances (`AppInstanceIdList`), at most \
                 100.")
            .validate(validate::each(delivery_group::id())),
        )
        .attribute(
            "user_names",
            set("Only sessions of these users (`UserIdList`), at most \
                 100.")
            .unquoted()
            .validate(validate::each(validate::length(1..=256))),
        )
        .attribute(
            "status",
            set("Only app instances with one of these statuses (`Status`), for instance `RUNNING`.").validate(
                validate::each(validate::pattern("[A-Z_]{1,64}", "capital letters and underscores, such as RUNNING")),
            ),
        )
        .attribute(
            "include_idle",
            Attribute::bool("Whether to show app instances that nobody uses too. Default `false`.").optional(),
        )
        .attribute(
            "include_deleted",
            Attribute::bool(
                "Whether to show app instances that are deleted too (`IncludeDeleted`). With `session_ids` only. \
                 Default `false`.",
            )
            .optional()
            .validate(validate::required_with(["session_ids"])),
        )
        .attribute(
            "session_count",
            Attribute::number("How many sessions people have, of those that the filters let pass.").computed(),
        )
        .attribute("sessions", sessions())
    }

    async fn read(&self, cx: &mut Context<Clouds>, mut config: Model) -> Result<Model> {
        let client = cx.data()?.alibaba(config.region.as_str())?;
        let bounds = cx.bounds();
        let id = config.delivery_group_id.require("delivery_group_id")?;
        let set = |attribute: &Attr<BTreeSet<String>>| attribute.as_known().into_iter().flatten().cloned().collect();
        let filter = SessionFilter {
            session_id: None,
            session_ids: set(&config.session_ids),
            user_names: config.user_names.as_known().into_iter().flatten().cloned().collect(),
            status: set(&config.status),
            include_deleted: config.include_deleted.as_known().copied(),
        };
        let found = client.sessions(id, &filter, &bounds).await.map_err(|error| {
            let attributes =
                [("AppInstanceGroup", "delivery_group_id"), ("UserIdList", "user_names"), ("Status", "status")];
            failed_at(&format!("list the sessions of delivery group {id:?}"), &error, &attributes)
        })?;
        let count = found.iter().filter(|instance| is_session(instance)).count();
        config.session_count = i64::try_from(count).unwrap_or(i64::MAX).into();
        let all = config.include_idle == Attr::Known(true);
        let deleted = config.include_deleted == Attr::Known(true);
        let shown = found
            .into_iter()
            .filter(|instance| all || is_session(instance) || deleted && instance.status.as_deref() == Some("DELETED"));
        config.sessions = Attr::Known(shown.map(Session::from).collect());
        Ok(config)
    }
}

impl From<Instance> for Session {
    fn from(instance: Instance) -> Self {
        let in_use = is_session(&instance);
        let bound = instance.bind_info.unwrap_or_default();
        Self {
            session_id: instance.app_instance_id.into(),
            user_name: bound.end_user_id.into(),
            in_use: in_use.into(),
            status: instance.status.into(),
            session_status: instance.session_status.into(),
            usage_duration: bound.usage_duration.into(),
            charge_type: instance.charge_type.into(),
            creation_time: instance.gmt_create.into(),
            modification_time: instance.gmt_modified.into(),
            node_id: instance.node_id.into(),
            public_ip: instance.main_eth_public_ip.into(),
            network_interface_id: instance.network_interface_id.into(),
            network_interface_ip: instance.network_interface_ip.into(),
        }
    }
}

fn sessions() -> Attribute {
    let text = |description: &str| Attribute::string(description).computed();
    Attribute::nested(
        Nesting::List,
        "The sessions, in the service's order.",
        [
            ("session_id", text("The app instance's ID (`AppInstanceId`).")),
            ("user_name", text("Whose session it is (`BindInfo.EndUserId`); null when nobody's.")),
            ("in_use", Attribute::bool("Whether it is somebody's session.").computed()),
            ("status", text("The app instance's status (`Status`), for instance `RUNNING`.")),
            (
                "session_status",
                text("The session's status (`SessionStatus`) while it runs: `connect`, `disconnect` or `idle`."),
            ),
            (
                "usage_duration",
                Attribute::number("For how long it has been in use, in seconds (`BindInfo.UsageDuration`).").computed(),
            ),
            ("charge_type", text("How it is paid (`ChargeType`): `PostPaid` or `PrePaid`.")),
            ("creation_time", text("When it was created (`GmtCreate`), in ISO 8601.")),
            ("modification_time", text("When it last changed (`GmtModified`), in ISO 8601.")),
            ("node_id", text("The node on which it runs (`NodeId`).")),
            ("public_ip", text("Its public address (`MainEthPublicIp`), where the network policy gives it one.")),
            ("network_interface_id", text("Its network interface (`NetworkInterfaceId`).")),
            ("network_interface_ip", text("Its private address (`NetworkInterfaceIp`).")),
        ],
    )
    .computed()
}
