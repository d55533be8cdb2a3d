//! `appstreaming_delivery_group_session_log_off`: ends all sessions of a delivery group once, and again whenever its
//! triggers change (`LogOffAllSessionsInAppInstanceGroup`). For Terraform before 1.14, which has no actions.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;
use tfplug::prelude::*;

use crate::{
    bounds::Bounded,
    clouds::{Clouds, alibaba_while_planning},
    delivery_group::{self, GroupRef, LogOff, to_seconds},
};

const TIMEOUT: Duration = Duration::from_secs(30 * 60);

/// What the next apply does after one that ended early.
const ANOTHER_RUN: &str = "the next apply does not repeat it";

/// The resource `appstreaming_delivery_group_session_log_off`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeliveryGroupSessionLogOffResource;

/// Logs off all sessions of a delivery group of Alibaba Cloud App Streaming, when it is created and whenever its
/// `triggers` change. With Terraform 1.14 and later, the action `appstreaming_delivery_group_log_off_sessions` does the
/// same without leaving anything in the state.
///
/// ~> **Everybody is disconnected**, and what they have not saved can be lost.
///
/// -> The service does this only in pay-as-you-go delivery groups that scale by schedule, and only outside the
/// scheduled periods, whose times of day are those of China (UTC+8). This is checked first, with this machine's clock;
/// the error names the group's periods and the next moment when it works.
#[derive(Clone, Debug, Model)]
pub(crate) struct Model {
    /// The delivery group's ID.
    #[tf(computed, use_state_for_unknown)]
    id: Attr<String>,
    #[tf(attribute = delivery_group::id_attribute(), requires_replace)]
    delivery_group_id: Attr<String>,
    #[tf(attribute = delivery_group::endpoint_region_attribute())]
    region: Attr<String>,
    #[tf(attribute = delivery_group::product_type_attribute(), default = "CloudApp", requires_replace)]
    product_type: Attr<String>,
    /// Any values; when one of them changes, the sessions are logged off again. Without it, they are logged off once.
    #[tf(requires_replace)]
    triggers: Attr<BTreeMap<String, Attr<String>>>,
    /// Whether to wait until the sessions are gone. Default `true`.
    #[tf(default = true)]
    wait: Attr<bool>,
    #[tf(timeouts(create = "30m"))]
    timeouts: Attr<Timeouts>,
    /// How many sessions were logged off.
    #[tf(computed, use_state_for_unknown)]
    sessions_logged_off: Attr<i64>,
    /// When that was, in RFC 3339.
    #[tf(computed, use_state_for_unknown)]
    logged_off_at: Attr<String>,
}

#[resource("appstreaming_delivery_group_session_log_off")]
impl Resource for DeliveryGroupSessionLogOffResource {
    type Data = Clouds;
    type Model = Model;
    type Identity = NoIdentity;

    async fn plan(&self, cx: &mut Context<Clouds>, change: &mut Change<Model>) -> Result<()> {
        let is_replaced = !change.requires_replace.is_empty();
        if change.prior.is_some() && !is_replaced {
            return Ok(());
        }
        let Some(planned) = &change.planned else { return Ok(()) };
        let Some(id) = planned.delivery_group_id.as_str() else {
            let detail = "Which one it is is only known after apply. Whoever has a session of it then is logged off.";
            let warning = Diagnostic::warning("The users of a delivery group will be logged off", detail);
            cx.warn(warning.at(Path::attribute("delivery_group_id")));
            return Ok(());
        };
        if cx.data().is_ok_and(|clouds| clouds.predecessors.has(&planned.once())) {
            // What this replaces has done it. An error here would forget that: it is destroyed already.
            return Ok(());
        }
        let Some(client) = alibaba_while_planning(cx, planned.region.as_str())? else { return Ok(()) };
        let bounds = cx.bounds();
        let group = GroupRef::new(id, planned.product_type.as_str());
        let log_off = LogOff { client: &client, group: &group, wait: false, another_run: ANOTHER_RUN };
        if let Some(warning) = log_off.foresee(&bounds).await? {
            cx.warn(warning);
        }
        Ok(())
    }

    async fn create(&self, cx: &mut Context<Clouds>, planned: Model) -> Result<Model> {
        let clouds = cx.data()?;
        let client = clouds.alibaba(planned.region.as_str())?;
        let bounds = cx.bounds_of(&planned.timeouts, Operation::Create, TIMEOUT);
        let group = GroupRef::of(&planned.delivery_group_id, &planned.product_type)?;
        // The service logs nobody off while it updates the group.
        let (_turn, bounds) = group.turn(&clouds, &bounds).await?;
        if let Some(ended) = clouds.predecessors.take(&planned.once()) {
            cx.warn(not_repeated(&group.id));
            return Ok(planned.done(ended.parse().unwrap_or_default(), client.now()));
        }
        let wait = planned.wait.as_known().copied().unwrap_or(true);
        let log_off = LogOff { client: &client, group: &group, wait, another_run: ANOTHER_RUN };
        let tell = |progress| tracing::info!(delivery_group = group.id, "{progress}");
        // Terraform replaces what an error leaves behind; the destruction before that knows what was done.
        let sent = |ended| cx.checkpoint(&Model { logged_off_at: Attr::Null, ..planned.done(ended, client.now()) });
        let ended = log_off.run(&bounds, tell, sent).await?;
        Ok(planned.done(ended, client.now()))
    }

    /// There is nothing to read: it says what was done.
    async fn read(&self, _cx: &mut Context<Clouds>, state: Model) -> Result<Option<Model>> {
        Ok(Some(state))
    }

    async fn update(&self, _cx: &mut Context<Clouds>, _prior: Model, planned: Model) -> Result<Model> {
        Ok(planned)
    }

    async fn delete(&self, cx: &mut Context<Clouds>, state: Model) -> Result<()> {
        if let (Some(ended), true) = (state.sessions_logged_off.as_known(), state.logged_off_at.is_null()) {
            cx.data()?.predecessors.leave(&state.once(), &ended.to_string());
        }
        Ok(())
    }
}

impl Model {
    /// The state after so many sessions were logged off by now.
    fn done(&self, ended: usize, now: Timestamp) -> Self {
        Self {
            id: self.delivery_group_id.clone(),
            sessions_logged_off: i64::try_from(ended).unwrap_or(i64::MAX).into(),
            logged_off_at: to_seconds(now).into(),
            ..self.clone()
        }
    }

    /// The one log-off that this is, for one that takes its place.
    fn once(&self) -> String {
        format!("log-off {:?} {:?}", self.delivery_group_id, self.triggers)
    }
}

fn not_repeated(id: &str) -> Diagnostic {
    let detail = "An earlier apply called it, and ended before it had seen all sessions go. It is not called again: \
                  whoever has a session now has come back since, or is about to be cut off. To log everybody off once \
                  more, change `triggers`.";
    Diagnostic::warning(format!("The log-off of delivery group {id:?} is not repeated"), detail)
}
