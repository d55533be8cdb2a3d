//! Alibaba Cloud App Streaming: a file for each resource with its actions, and for what all of them have in common.

mod authorization_calls;
mod authorizations_that_fail;
mod authorizations_together;
mod credentials;
mod data_sources;
mod delivery_group_authorization;
mod delivery_group_image;
mod delivery_group_ota_approval;
mod delivery_group_session_log_off;
mod delivery_group_set_authorization;
mod exclusive_authorization;
mod faults;
mod images_and_replacement;
mod import;
mod rollout;
mod shared_reads;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::harness::world::GROUP;

pub const UPDATE_IMAGE: &str = "UpdateAppInstanceGroupImage";
pub const AUTHORIZE: &str = "AuthorizeInstanceGroup";
pub const APPROVE: &str = "ApproveOtaTask";
pub const LOG_OFF: &str = "LogOffAllSessionsInAppInstanceGroup";

/// The image of [`GROUP`], with further lines.
pub fn image(image: &str, more: &str) -> String {
    format!(
        r#"
        resource "appstreaming_delivery_group_image" "this" {{
          delivery_group_id = "{GROUP}"
          image_id          = "{image}"
          {more}
        }}
        "#
    )
}

/// Who may use [`GROUP`], with further lines.
pub fn authorization(user_names: &[impl AsRef<str>], more: &str) -> String {
    let names: Vec<_> = user_names.iter().map(AsRef::as_ref).collect();
    format!(
        r#"
        resource "appstreaming_delivery_group_authorization" "this" {{
          delivery_group_id = "{GROUP}"
          user_names        = {names:?}
          {more}
        }}
        "#
    )
}

/// The approval of the update that waits for [`GROUP`].
pub fn ota_approval(start_time: &str) -> String {
    format!(
        r#"
        resource "appstreaming_delivery_group_ota_approval" "this" {{
          delivery_group_id = "{GROUP}"
          start_time        = "{start_time}"
        }}
        "#
    )
}

/// The action that approves the update that waits for [`GROUP`].
fn ota_approval_action(start_time: &str) -> String {
    format!(
        r#"
        action "appstreaming_delivery_group_approve_ota" "this" {{
          config {{
            delivery_group_id = "{GROUP}"
            start_time        = "{start_time}"
          }}
        }}
        "#
    )
}

/// A log-off of all sessions of a delivery group, with further lines.
pub fn log_off(group: &str, more: &str) -> String {
    format!(
        r#"
        resource "appstreaming_delivery_group_session_log_off" "this" {{
          delivery_group_id = "{group}"
          {more}
        }}
        "#
    )
}

/// The action that logs all sessions of a delivery group off, with further lines.
fn log_off_action(group: &str, more: &str) -> String {
    format!(
        r#"
        action "appstreaming_delivery_group_log_off_sessions" "this" {{
          config {{
            delivery_group_id = "{group}"
            {more}
          }}
        }}
        "#
    )
}

/// The names in a list, in alphabetical order and each once.
fn sorted(names: &Value) -> Vec<&str> {
    let names: BTreeSet<_> = names.as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    names.into_iter().collect()
}

/// What triggers an action when it is created or changed.
fn triggering(action: &str) -> String {
    format!(
        r#"
        resource "terraform_data" "release" {{
          input = "1"
          lifecycle {{
            action_trigger {{
              events  = [after_create, after_update]
              actions = [action.{action}]
            }}
          }}
        }}
        "#
    )
}
