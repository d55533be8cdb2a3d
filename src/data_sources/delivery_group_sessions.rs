//! `appstreaming_delivery_group_sessions`: the sessions of a delivery group (`ListAppInstances`).

use std::collections::BTreeSet;

use alibaba::{Session as Instance, SessionFilter};
use cloud::Principal;
use tfplug::{prelude::*, value::Type};

use crate::{
    bounds::Bounded,
    clouds::Clouds,
    delivery_group::{self, is_session},
    failure::failed_at,
};

/// The data source `appstreaming_delivery_group_sessions`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeliveryGroupSessionsDataSource;

/// The sessions that people have in a delivery group of Alibaba Cloud App Streaming, from all pages of the service's
/// list. The service calls the place of a session an *app instance*, and lists those that wait for the next person too;
/// they are no sessions, and shown only with `include_idle`.
#[derive(Clone, Debug, Model)]
pub(crate) struct Model {
    #[tf(attribute = delivery_group::id_attribute())]
    delivery_group_id: Attr<String>,
    #[tf(attribute = delivery_group::endpoint_region_attribute())]
    region: Attr<String>,
    /// Only these app instances (`AppInstanceIdList`), at most 100.
    #[tf(validate(size(1..=100), each(delivery_group::id())))]
    session_ids: Attr<BTreeSet<String>>,
    /// Only sessions of these users (`UserIdList`), at most 100.
    #[tf(type = Type::set(Type::String), unquoted, validate(size(1..=100), each(length(1..=256))))]
    user_names: Attr<BTreeSet<Principal>>,
    /// Only app instances with one of these statuses (`Status`), for instance `RUNNING`.
    #[tf(validate(size(1..=100), each(pattern("[A-Z_]{1,64}", "capital letters and underscores, such as RUNNING"))))]
    status: Attr<BTreeSet<String>>,
    /// Whether to show app instances that nobody uses too. Default `false`.
    include_idle: Attr<bool>,
    /// Whether to show app instances that are deleted too (`IncludeDeleted`). With `session_ids` only. Default `false`.
    #[tf(validate(required_with(["session_ids"])))]
    include_deleted: Attr<bool>,
    /// How many sessions people have, of those that the filters let pass.
    #[tf(computed)]
    session_count: Attr<i64>,
    /// The sessions, in the service's order.
    #[tf(computed)]
    sessions: Attr<Vec<Session>>,
}

#[derive(Clone, Debug, Model)]
#[tf(computed)]
struct Session {
    /// The app instance's ID (`AppInstanceId`).
    session_id: Attr<String>,
    /// Whose session it is (`BindInfo.EndUserId`); null when nobody's.
    #[tf(type = Type::String)]
    user_name: Attr<Principal>,
    /// Whether it is somebody's session.
    in_use: Attr<bool>,
    /// The app instance's status (`Status`), for instance `RUNNING`.
    status: Attr<String>,
    /// The session's status (`SessionStatus`) while it runs: `connect`, `disconnect` or `idle`.
    session_status: Attr<String>,
    /// For how long it has been in use, in seconds (`BindInfo.UsageDuration`).
    usage_duration: Attr<i64>,
    /// How it is paid (`ChargeType`): `PostPaid` or `PrePaid`.
    charge_type: Attr<String>,
    /// When it was created (`GmtCreate`), in ISO 8601.
    creation_time: Attr<String>,
    /// When it last changed (`GmtModified`), in ISO 8601.
    modification_time: Attr<String>,
    /// The node on which it runs (`NodeId`).
    node_id: Attr<String>,
    /// Its public address (`MainEthPublicIp`), where the network policy gives it one.
    public_ip: Attr<String>,
    /// Its network interface (`NetworkInterfaceId`).
    network_interface_id: Attr<String>,
    /// Its private address (`NetworkInterfaceIp`).
    network_interface_ip: Attr<String>,
}

#[data_source("appstreaming_delivery_group_sessions")]
impl DataSource for DeliveryGroupSessionsDataSource {
    type Data = Clouds;
    type Model = Model;

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
