//! `appstreaming_delivery_group_log_off_sessions`: ends all sessions of a delivery group
//! (`LogOffAllSessionsInAppInstanceGroup`).

use std::time::Duration;

use tfplug::{prelude::*, timeouts};

use crate::{
    bounds::Bounded,
    clouds::{Clouds, alibaba_while_planning},
    delivery_group::{self, GroupRef, LogOff},
};

const TIMEOUT: Duration = Duration::from_secs(30 * 60);

/// What another invocation does. An action has no state that could know of the first.
const ANOTHER_RUN: &str = "invoked again, it logs off whoever has a session then";

/// The action `appstreaming_delivery_group_log_off_sessions`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LogOffSessionsAction;

/// Logs off all sessions of a delivery group of Alibaba Cloud App Streaming. For `terraform apply -invoke` and for
/// `action_trigger`. Terraform 1.14 and later; before, the resource `appstreaming_delivery_group_session_log_off` does
/// the same.
///
/// ~> **Everybody is disconnected**, and what they have not saved can be lost.
///
/// -> The service does this only in pay-as-you-go delivery groups that scale by schedule, and only outside the
/// scheduled periods, whose times of day are those of China (UTC+8). This is checked first, with this machine's clock;
/// the error names the group's periods and the next moment when it works.
#[derive(Clone, Debug, Model)]
pub(crate) struct Model {
    #[tf(attribute = delivery_group::id_attribute())]
    delivery_group_id: Attr<String>,
    #[tf(attribute = delivery_group::endpoint_region_attribute())]
    region: Attr<String>,
    #[tf(attribute = delivery_group::product_type_attribute())]
    product_type: Attr<String>,
    /// Whether to wait until the sessions are gone, and to say how many are left. Default `true`.
    wait: Attr<bool>,
    /// How long that may take, for instance `90s`, `30m` or `1h30m`. Default `30m`.
    #[tf(validate(timeouts::duration()))]
    timeout: Attr<String>,
}

#[action("appstreaming_delivery_group_log_off_sessions")]
impl Action for LogOffSessionsAction {
    type Data = Clouds;
    type Model = Model;

    async fn plan(&self, cx: &mut Context<Clouds>, config: &Model) -> Result<()> {
        let Some(id) = config.delivery_group_id.as_str() else { return Ok(()) };
        let Some(client) = alibaba_while_planning(cx, config.region.as_str())? else { return Ok(()) };
        let bounds = cx.bounds();
        let group = GroupRef::new(id, config.product_type.as_str());
        let log_off = LogOff { client: &client, group: &group, wait: false, another_run: ANOTHER_RUN };
        if let Some(warning) = log_off.foresee(&bounds).await? {
            cx.warn(warning);
        }
        Ok(())
    }

    async fn invoke(&self, cx: &mut Context<Clouds>, config: Model, progress: Progress) -> Result<()> {
        let clouds = cx.data()?;
        let client = clouds.alibaba(config.region.as_str())?;
        let timeout = config.timeout.as_str().and_then(timeouts::parse).unwrap_or(TIMEOUT);
        let bounds = cx.bounds().with_timeout(timeout).with_time_setting("timeout");
        let group = GroupRef::of(&config.delivery_group_id, &config.product_type)?;
        // The service logs nobody off while it updates the group.
        let (_turn, bounds) = group.turn(&clouds, &bounds).await?;
        let wait = config.wait.as_known().copied().unwrap_or(true);
        let log_off = LogOff { client: &client, group: &group, wait, another_run: ANOTHER_RUN };
        log_off.run(&bounds, |line| progress.tell(line), |_| Ok(())).await?;
        Ok(())
    }
}
