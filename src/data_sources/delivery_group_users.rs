//! `appstreaming_delivery_group_users`: who may use a delivery group (`ListAuthorizedUsers`,
//! `ListAuthorizedUserGroups`).

use std::collections::{BTreeMap, BTreeSet};

use alibaba::{AuthorizedUser, Target};
use cloud::Principal;
use tfplug::{prelude::*, value::Type};

use crate::{bounds::Bounded, clouds::Clouds, delivery_group, failure::failed_at};

/// The data source `appstreaming_delivery_group_users`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeliveryGroupUsersDataSource;

/// The users and user groups that may use a delivery group of Alibaba Cloud App Streaming, or a set of delivery groups,
/// from all pages of the service's lists. The service tells of one user once for each authorization; here each is there
/// once.
#[derive(Clone, Debug, Model)]
pub(crate) struct Model {
    /// The delivery group's ID (`AppInstanceGroupId`). Either this or `delivery_group_set_id` is required.
    #[tf(validate(
        delivery_group::id(),
        conflicts_with(["delivery_group_set_id"]),
        at_least_one_of(["delivery_group_set_id"])
    ))]
    delivery_group_id: Attr<String>,
    /// The ID of a set of delivery groups (`AppInstanceGroupSetId`). Either this or `delivery_group_id` is required.
    #[tf(validate(delivery_group::id()))]
    delivery_group_set_id: Attr<String>,
    /// Only users of this persistent session (`AppInstancePersistentId`).
    #[tf(validate(delivery_group::id()))]
    persistent_session_id: Attr<String>,
    #[tf(attribute = delivery_group::product_type_attribute())]
    product_type: Attr<String>,
    #[tf(attribute = delivery_group::endpoint_region_attribute())]
    region: Attr<String>,
    /// The users' names (`EndUserId`).
    #[tf(computed, type = Type::set(Type::String))]
    user_names: Attr<BTreeSet<Principal>>,
    /// The user groups' IDs (`GroupId`).
    #[tf(computed, type = Type::set(Type::String))]
    user_group_ids: Attr<BTreeSet<Principal>>,
    /// The users, by name.
    #[tf(computed)]
    users: Attr<Vec<User>>,
    /// The user groups.
    #[tf(computed)]
    user_groups: Attr<Vec<UserGroup>>,
}

#[derive(Clone, Debug, Default, Model)]
#[tf(computed)]
struct User {
    /// The user's name (`EndUserId`).
    #[tf(type = Type::String)]
    user_name: Attr<Principal>,
    /// Where the user comes from (`AccountType`): `SIMPLE` or `AD`.
    account_type: Attr<String>,
    /// What the user is authorized for (`AuthMode`): `App`, `Session` or `AppInstanceGroup`.
    auth_mode: Attr<String>,
    /// Whether the user is authorized for all applications (`IsAuthAllApps`).
    all_apps: Attr<bool>,
    /// The applications that the user is authorized for (`AppId`).
    app_ids: Attr<BTreeSet<String>>,
    /// The user's persistent sessions (`AppInstancePersistentIds`).
    persistent_session_ids: Attr<BTreeSet<String>>,
    /// The user's mail address (`Email`).
    #[tf(sensitive)]
    email: Attr<String>,
    /// The user's telephone number (`Phone`).
    #[tf(sensitive)]
    phone: Attr<String>,
}

#[derive(Clone, Debug, Model)]
#[tf(computed)]
struct UserGroup {
    /// The user group's ID (`GroupId`).
    #[tf(type = Type::String)]
    user_group_id: Attr<Principal>,
    /// Its name (`GroupName`).
    #[tf(type = Type::String)]
    name: Attr<Principal>,
    /// What it is authorized for (`AuthMode`).
    auth_mode: Attr<String>,
}

#[data_source("appstreaming_delivery_group_users")]
impl DataSource for DeliveryGroupUsersDataSource {
    type Data = Clouds;
    type Model = Model;

    async fn read(&self, cx: &mut Context<Clouds>, mut config: Model) -> Result<Model> {
        let client = cx.data()?.alibaba(config.region.as_str())?;
        let bounds = cx.bounds();
        let target = match (config.delivery_group_id.as_str(), config.delivery_group_set_id.as_str()) {
            (Some(id), _) => Target::DeliveryGroup(id.to_owned()),
            (None, Some(id)) => Target::DeliveryGroupSet(id.to_owned()),
            (None, None) => {
                let detail = "Give the ID of a delivery group, or of a set of delivery groups.";
                return Err(Diagnostic::error("No delivery group is named", detail).into());
            }
        };
        let product_type = config.product_type.as_str().unwrap_or(alibaba::PRODUCT_TYPE_CLOUD_APP);
        let cannot = |error| {
            let attributes = [
                ("Persistent", "persistent_session_id"),
                ("AppInstanceGroupSet", "delivery_group_set_id"),
                ("AppInstanceGroup", "delivery_group_id"),
            ];
            failed_at(&format!("read the authorizations of delivery group {:?}", target.id()), &error, &attributes)
        };
        let session = config.persistent_session_id.as_str();
        let users = client.authorized_users(&target, session, product_type, &bounds).await.map_err(cannot)?;
        let groups = client.authorized_user_groups(&target, product_type, &bounds).await.map_err(cannot)?;
        let users = merged(users);
        config.user_names = Attr::Known(users.keys().cloned().collect());
        config.users = Attr::Known(users.into_values().collect());
        config.user_group_ids = Attr::Known(groups.iter().filter_map(|group| group.group_id.clone()).collect());
        let groups = groups.into_iter().map(|group| UserGroup {
            user_group_id: group.group_id.into(),
            name: group.group_name.into(),
            auth_mode: group.auth_mode.into(),
        });
        config.user_groups = Attr::Known(groups.collect());
        Ok(config)
    }
}

/// One entry for each user, with everything that the records say of them.
fn merged(records: Vec<AuthorizedUser>) -> BTreeMap<Principal, User> {
    let mut users: BTreeMap<Principal, User> = BTreeMap::new();
    for record in records {
        let Some(name) = record.end_user_id else { continue };
        let user = users.entry(name.clone()).or_default();
        user.user_name = Attr::Known(name);
        let keep = |known: &mut Attr<String>, value: Option<String>| {
            if known.is_null() {
                *known = value.into();
            }
        };
        keep(&mut user.account_type, record.account_type);
        keep(&mut user.auth_mode, record.auth_mode);
        keep(&mut user.email, record.email);
        keep(&mut user.phone, record.phone);
        let all_apps = record.is_auth_all_apps.map(|all| all.eq_ignore_ascii_case("true"));
        if user.all_apps.is_null() {
            user.all_apps = all_apps.into();
        }
        add(&mut user.app_ids, record.app_id);
        add(&mut user.persistent_session_ids, record.app_instance_persistent_ids);
    }
    users
}

fn add(set: &mut Attr<BTreeSet<String>>, more: impl IntoIterator<Item = String>) {
    let mut elements = std::mem::take(set).into_known().unwrap_or_default();
    elements.extend(more);
    *set = Attr::Known(elements);
}
