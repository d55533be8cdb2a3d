//! `list "appstreaming_delivery_group_authorization"`: who may use an account's delivery groups.

use std::collections::BTreeSet;

use alibaba::{Client, DeliveryGroup, PRODUCT_TYPE_CLOUD_APP, Target};
use cloud::Bounds;
use tfplug::{Severity, prelude::*};

use crate::{
    bounds::Bounded,
    clouds::Clouds,
    delivery_group::filters::Filters,
    failure::failed,
    resources::delivery_group_authorization::{DeliveryGroupAuthorizationResource, Identity, Model},
};

/// The list resource `appstreaming_delivery_group_authorization`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeliveryGroupAuthorizationListResource;

/// Finds who may use the delivery groups of Alibaba Cloud App Streaming that pass all filters: one authorization for
/// each group, or for each persistent session where the group authorizes by session, and one more for the users of an
/// AD domain where there are others beside them. Groups that authorize by application are left out.
#[derive(Clone, Debug, Model)]
pub(crate) struct Config {
    #[serde(flatten)]
    filters: Filters,
}

#[list_resource("appstreaming_delivery_group_authorization")]
impl ListResource for DeliveryGroupAuthorizationListResource {
    type Data = Clouds;
    type Config = Config;
    type Resource = DeliveryGroupAuthorizationResource;

    async fn list(&self, cx: &mut Context<Clouds>, config: Config, listing: &mut Listing<'_, Self>) -> Result<()> {
        let client = cx.data()?.alibaba(config.filters.region.as_str())?;
        let bounds = cx.bounds();
        let mut is_told = false;
        for group in config.filters.groups(&client, &bounds).await? {
            let Some(id) = group.app_instance_group_id.as_deref() else { continue };
            let name = group.app_instance_group_name.as_deref().unwrap_or(id);
            let sessions = match scopes(id, &group, &client, &bounds).await {
                Ok(sessions) => sessions,
                Err(diagnostics) => {
                    of_one_group(diagnostics, &bounds, listing)?;
                    continue;
                }
            };
            for session in sessions {
                if listing.is_full() {
                    return Ok(());
                }
                let display_name = match &session {
                    Some(session) => format!("{name}, {session}"),
                    None => name.to_owned(),
                };
                let named = Model::named(Identity {
                    delivery_group_id: id.into(),
                    delivery_group_set_id: Attr::Null,
                    persistent_session_id: session.into(),
                    region: group.region_id.clone().into(),
                    user_type: Attr::Null,
                });
                let wanted = listing.wants_resources();
                let (found, unseen) = match named.adopt_each(&client, wanted, &bounds).await {
                    Ok(found) => found,
                    Err(diagnostics) => {
                        of_one_group(diagnostics, &bounds, listing)?;
                        continue;
                    }
                };
                // Who may not list the user groups of one may not list those of another.
                if let Some(unseen) = unseen.filter(|_| !std::mem::replace(&mut is_told, true)) {
                    cx.warn(unseen);
                }
                for state in found {
                    let identity = state.identity();
                    let is_ad = identity.user_type.is_known();
                    let display_name = if is_ad { format!("{display_name} (AD)") } else { display_name.clone() };
                    listing.push(Listed { identity, display_name, resource: wanted.then_some(state) })?;
                }
            }
        }
        Ok(())
    }
}

/// Tells what went wrong with one group, and goes on with the others, unless the listing is to stop. For an error,
/// Terraform would show nothing of what was found.
fn of_one_group(
    diagnostics: Diagnostics,
    bounds: &Bounds,
    listing: &mut Listing<'_, DeliveryGroupAuthorizationListResource>,
) -> Result<()> {
    if bounds.check().is_err() {
        return Err(diagnostics);
    }
    let as_warning = |diagnostic| Diagnostic { severity: Severity::Warning, ..diagnostic };
    listing.push_diagnostics(diagnostics.into_iter().map(as_warning).collect::<Diagnostics>());
    Ok(())
}

/// What is authorized in a group: all of it (`None`), or each of the persistent sessions that somebody has.
async fn scopes(id: &str, group: &DeliveryGroup, client: &Client, bounds: &Bounds) -> Result<BTreeSet<Option<String>>> {
    match group.auth_mode.as_deref() {
        Some("App") => Ok(BTreeSet::new()),
        Some("Session") => {
            let target = Target::DeliveryGroup(id.to_owned());
            let product_type = group.product_type.as_deref().unwrap_or(PRODUCT_TYPE_CLOUD_APP);
            let users = client.authorized_users(&target, None, product_type, bounds).await;
            let users = users.map_err(|error| failed(&format!("read the authorizations of {id:?}"), &error))?;
            Ok(users.into_iter().flat_map(|user| user.app_instance_persistent_ids).map(Some).collect())
        }
        _ => Ok([None].into()),
    }
}
