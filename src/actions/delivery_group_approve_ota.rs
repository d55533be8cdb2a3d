//! `appstreaming_delivery_group_approve_ota`: approves the pending update once (`ApproveOtaTask`).

use std::time::Duration;

use tfplug::prelude::*;

use crate::{
    bounds::Bounded,
    clouds::{Clouds, alibaba_while_planning},
    delivery_group::{self, Approval, GroupRef, OTA_TYPES, Obstacle, StartTime, disconnects_later},
};

const TIMEOUT: Duration = Duration::from_secs(10 * 60);

/// The action `appstreaming_delivery_group_approve_ota`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ApproveOtaAction;

/// Approves the pending over-the-air update of a delivery group of Alibaba Cloud App Streaming: says when it begins.
/// For `terraform apply -invoke` and for `action_trigger`. Terraform 1.14 and later.
///
/// ~> **The update disconnects everybody** when it begins, and an approval cannot be taken back. Approving again moves
/// an update that has not begun yet; a time that is approved already is not approved again.
#[derive(Clone, Debug, Model)]
pub(crate) struct Model {
    #[tf(attribute = delivery_group::id_attribute())]
    delivery_group_id: Attr<String>,
    #[tf(attribute = delivery_group::own_region_attribute())]
    region: Attr<String>,
    /// The type of the update (`OtaType`). There is one: `Fota`, the default, an update of the system components.
    #[tf(validate(one_of(OTA_TYPES)))]
    ota_type: Attr<String>,
    /// When the update begins (`StartTime`), in RFC 3339, for instance `2026-08-04T02:00:00+08:00`. It must be in the
    /// future, unless it is the time that is approved already. The service answers it to the minute.
    #[tf(required, validate(StartTime::validator()))]
    start_time: Attr<String>,
}

#[action("appstreaming_delivery_group_approve_ota")]
impl Action for ApproveOtaAction {
    type Data = Clouds;
    type Model = Model;

    async fn plan(&self, cx: &mut Context<Clouds>, config: &Model) -> Result<()> {
        let id = config.delivery_group_id.as_str();
        let start_time = config.start_time.as_str().and_then(StartTime::parse);
        let (Some(id), Some(start_time)) = (id, start_time) else {
            cx.warn(disconnects_later(id, config.start_time.as_str(), None));
            return Ok(());
        };
        let Some(client) = alibaba_while_planning(cx, config.region.as_str())? else { return Ok(()) };
        let bounds = cx.bounds();
        let group = GroupRef::new(id, None);
        let Some(found) = group.find(&client, &bounds).await? else {
            cx.warn(group.missing());
            return Ok(());
        };
        group.check_region(config.region.as_str(), &found)?;
        let approval =
            Approval { client: &client, group: &group, ota_type: config.ota_type(), start_time: &start_time };
        let pending = approval.foresee(&found, &bounds).await?.map_err(Obstacle::into_diagnostic)?;
        cx.warn(disconnects_later(Some(id), config.start_time.as_str(), pending.ota_version.as_deref()));
        Ok(())
    }

    async fn invoke(&self, cx: &mut Context<Clouds>, config: Model, progress: Progress) -> Result<()> {
        let clouds = cx.data()?;
        let client = clouds.alibaba(config.region.as_str())?;
        let bounds = cx.bounds().with_timeout(TIMEOUT);
        let text = config.start_time.require("start_time")?;
        let Some(start_time) = StartTime::parse(text) else {
            let detail = "It is not a time in RFC 3339.";
            return Err(Diagnostic::error("Invalid start_time", detail).at(Path::attribute("start_time")).into());
        };
        let group = GroupRef::of(&config.delivery_group_id, &Attr::Null)?;
        let (_turn, bounds) = group.turn(&clouds, &bounds).await?;
        let approval =
            Approval { client: &client, group: &group, ota_type: config.ota_type(), start_time: &start_time };
        let approved = approval.run(&bounds).await?;
        let version = approved.ota_version.unwrap_or_else(|| "its update".to_owned());
        progress.tell(format!("Delivery group {:?} is updated to {version} at {text}", group.id));
        Ok(())
    }
}

impl Model {
    fn ota_type(&self) -> &str {
        self.ota_type.as_str().unwrap_or(OTA_TYPES[0])
    }
}
