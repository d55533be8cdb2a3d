//! The errors of App Streaming and of the gateway before it.
//!
//! Codes of the gateway are those of every Alibaba Cloud RPC API. Of the service's own codes, these are published:
//! `InvalidParameter.*`, `InvalidAppInstanceGroup.NotFound`, `AuthAppInstanceGroup.MixNotSupported`, `OtaTask.Running`,
//! `InvalidAmount.UnIncrease`, and those of the tag operations. The service publishes no list of the others; where it
//! must refuse and no code is known, the emulator follows the pattern of the known ones (`InvalidImage.NotFound`). A
//! client should treat the class of the code, not its every letter, as the contract.

use crate::shape::check::Reason;

/// A refused call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Error {
    /// The HTTP status, where the operation does not answer its errors with status 200.
    pub status: u16,
    /// The code.
    pub code: String,
    /// The text for people.
    pub message: String,
}

impl Error {
    fn new(status: u16, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { status, code: code.into(), message: message.into() }
    }

    // The gateway.

    pub(super) fn unknown_action() -> Self {
        Self::new(404, "InvalidAction.NotFound", "Specified api is not found, please check your url and method.")
    }

    pub(super) fn unknown_version() -> Self {
        Self::new(400, "InvalidVersion", "Specified parameter Version is not valid.")
    }

    pub(super) fn too_large() -> Self {
        Self::new(413, "RequestEntityTooLarge", "The request body is too large.")
    }

    pub(super) fn missing(parameter: &str) -> Self {
        Self::new(400, format!("Missing{parameter}"), format!("{parameter} is mandatory for this action."))
    }

    /// Whether a parameter that must be there is not.
    pub(super) fn is_missing(&self) -> bool {
        self.code.starts_with("Missing")
    }

    pub(super) fn incomplete_signature() -> Self {
        Self::new(400, "IncompleteSignature", "The request signature does not conform to Aliyun standards.")
    }

    pub(super) fn unsigned(header: &str) -> Self {
        Self::new(400, "IncompleteSignature", format!("The header {header} must be part of the signature."))
    }

    pub(super) fn wrong_signature(string_to_sign: &str) -> Self {
        Self::new(
            400,
            "SignatureDoesNotMatch",
            format!(
                "Specified signature is not matched with our calculation. server string to sign is:{string_to_sign}"
            ),
        )
    }

    pub(super) fn unknown_access_key() -> Self {
        Self::new(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.")
    }

    pub(super) fn wrong_security_token() -> Self {
        Self::new(
            400,
            "InvalidSecurityToken.MismatchWithAccessKey",
            "The specified SecurityToken mismatch with the AccessKey.",
        )
    }

    pub(super) fn malformed_date() -> Self {
        Self::new(400, "InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted.")
    }

    pub(super) fn expired_date() -> Self {
        Self::new(400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.")
    }

    pub(super) fn used_nonce() -> Self {
        Self::new(400, "SignatureNonceUsed", "Specified signature nonce was used already.")
    }

    pub(super) fn forbidden(action: &str) -> Self {
        Self::new(
            403,
            "Forbidden.RAM",
            format!(
                "User not authorized to operate on the specified resource, or this API doesn't support RAM. \
                 appstreaming:{action}"
            ),
        )
    }

    pub(super) fn throttled() -> Self {
        Self::new(429, "Throttling.User", "Request was denied due to user flow control.")
    }

    // The service.

    /// The parameter is there and wrong.
    pub(super) fn invalid(parameter: &str) -> Self {
        Self::new(400, format!("InvalidParameter.{parameter}"), format!("The parameter {parameter} is invalid."))
    }

    /// The parameter is there and wrong, for a reason that helps.
    pub(super) fn invalid_because(parameter: &str, reason: &str) -> Self {
        Self::new(
            400,
            format!("InvalidParameter.{parameter}"),
            format!("The parameter {parameter} is invalid. {reason}"),
        )
    }

    /// The parameter is not what the operation takes.
    pub(super) fn mismatch(parameter: &str, reason: &Reason) -> Self {
        let reason = reason.to_string();
        let rest = reason.strip_prefix("it ").unwrap_or(&reason);
        Self::invalid_because(parameter, &format!("It {rest}."))
    }

    pub(super) fn unknown_group() -> Self {
        Self::new(400, "InvalidAppInstanceGroup.NotFound", "The app instance group is not found.")
    }

    pub(super) fn unknown_set() -> Self {
        Self::new(400, "InvalidAppInstanceGroupSet.NotFound", "The app instance group set is not found.")
    }

    pub(super) fn group_status(status: &str) -> Self {
        Self::new(
            400,
            "InvalidAppInstanceGroup.StatusNotSupported",
            format!("The status {status} of the app instance group does not support this operation."),
        )
    }

    pub(super) fn unknown_image() -> Self {
        Self::new(400, "InvalidImage.NotFound", "The image is not found.")
    }

    pub(super) fn image_of_other_region() -> Self {
        Self::new(
            400,
            "InvalidImage.RegionNotSupported",
            "The image is not available in the region of the app instance group.",
        )
    }

    pub(super) fn image_status(status: &str) -> Self {
        Self::new(
            400,
            "InvalidImage.StatusNotSupported",
            format!("The image cannot be used while its status is {status}."),
        )
    }

    pub(super) fn unknown_users(names: &[&str]) -> Self {
        Self::new(400, "InvalidUser.NotFound", format!("The user is not found: {}.", names.join(", ")))
    }

    pub(super) fn unknown_user_groups(ids: &[&str]) -> Self {
        Self::new(400, "InvalidUserGroup.NotFound", format!("The user group is not found: {}.", ids.join(", ")))
    }

    pub(super) fn mixed_authorization() -> Self {
        Self::new(
            400,
            "AuthAppInstanceGroup.MixNotSupported",
            "The app instance group does not support authorization of users and user groups at the same time.",
        )
    }

    pub(super) fn unknown_ota_task() -> Self {
        Self::new(400, "OtaTask.NotFound", "The OTA task is not found.")
    }

    pub(super) fn ota_task_running() -> Self {
        // The spelling is the service's.
        Self::new(400, "OtaTask.Running", "The task is running and cannot be sumitted.")
    }

    pub(super) fn not_scheduled() -> Self {
        Self::new(
            400,
            "InvalidAppInstanceGroup.StrategyNotSupported",
            "Only pay-as-you-go app instance groups with scheduled scaling support this operation.",
        )
    }

    pub(super) fn inside_scheduled_period() -> Self {
        Self::new(
            400,
            "InvalidAppInstanceGroup.InScheduledPeriod",
            "This operation is supported only outside the scheduled scaling periods.",
        )
    }

    pub(super) fn not_a_subscription() -> Self {
        Self::new(
            400,
            "InvalidAppInstanceGroup.ChargeTypeNotSupported",
            "Only subscription app instance groups support this operation.",
        )
    }

    pub(super) fn not_more_nodes() -> Self {
        Self::new(400, "InvalidAmount.UnIncrease", "The amount must be greater than the present amount.")
    }

    pub(super) fn unknown_node() -> Self {
        Self::new(400, "InvalidNode.NotFound", "The node is not found.")
    }

    pub(super) fn unknown_policy() -> Self {
        Self::new(400, "InvalidAppPolicy.NotFound", "The app policy is not found.")
    }

    pub(super) fn unknown_promotion() -> Self {
        Self::new(400, "InvalidPromotion.NotFound", "The promotion is not found.")
    }

    pub(super) fn unknown_browser_group() -> Self {
        Self::new(400, "InvalidBrowserInstanceGroup.NotFound", "The browser instance group is not found.")
    }

    pub(super) fn unknown_app() -> Self {
        Self::new(400, "InvalidApp.NotFound", "The app is not found.")
    }

    pub(super) fn unknown_app_instance() -> Self {
        Self::new(400, "InvalidAppInstance.NotFound", "The app instance is not found.")
    }

    pub(super) fn app_instance_status(status: &str) -> Self {
        Self::new(
            400,
            "InvalidAppInstance.StatusNotSupported",
            format!("The status {status} of the app instance does not support this operation."),
        )
    }

    pub(super) fn app_instance_in_use() -> Self {
        Self::new(400, "InvalidAppInstance.InUse", "The app instance is bound to another user.")
    }

    pub(super) fn no_idle_app_instance() -> Self {
        Self::new(400, "InvalidAppInstance.NotEnough", "The app instance group has no idle app instance.")
    }

    pub(super) fn unauthorized_user() -> Self {
        Self::new(400, "InvalidUser.NotAuthorized", "The user is not authorized for the app.")
    }

    pub(super) fn stopped_for_new_users() -> Self {
        Self::new(
            400,
            "InvalidAppInstanceGroup.NewUserConnectionStopped",
            "The app instance group does not accept connections of new users.",
        )
    }

    pub(super) fn unknown_task() -> Self {
        Self::new(400, "InvalidTask.NotFound", "The task is not found.")
    }

    pub(super) fn wrong_auth_mode() -> Self {
        Self::new(
            400,
            "InvalidAppInstanceGroup.AuthModeNotSupported",
            "The authorization mode of the app instance group does not support this operation.",
        )
    }

    pub(super) fn no_debug_mode() -> Self {
        Self::new(
            400,
            "InvalidAppInstanceGroup.DebugModeNotSupported",
            "The app instance group supports this operation only in debug mode.",
        )
    }

    pub(super) fn image_in_use() -> Self {
        Self::new(400, "InvalidImage.InUse", "The image is used by an app instance group.")
    }

    pub(super) fn system_image() -> Self {
        Self::new(400, "InvalidImage.TypeNotSupported", "A system image does not support this operation.")
    }

    pub(super) fn unknown_resource(kind: &str) -> Self {
        Self::new(400, format!("InvalidResource.{kind}.NotFound"), "The resource is not found.")
    }

    pub(super) fn unsupported_value(parameter: &str) -> Self {
        Self::new(400, "InvalidParameter.ValueInvalid", format!("The value of {parameter} is not supported."))
    }

    pub(super) fn wrong_resource_type() -> Self {
        Self::new(400, "InvalidResourceType.Invalid", "The specified resource type is invalid.")
    }

    pub(super) fn duplicate_tag() -> Self {
        Self::new(400, "InvalidTag.Duplicated", "The specified tag key is duplicated.")
    }

    pub(super) fn system_tag_key() -> Self {
        Self::new(400, "InvalidTag.SystemTagKeyInvalid", "The specified system tag key or its value is invalid.")
    }

    pub(super) fn tag_key() -> Self {
        Self::new(400, "InvalidTagPolicy.KeyInvalid", "The specified tag key is invalid.")
    }

    pub(super) fn tag_value() -> Self {
        Self::new(400, "InvalidTagPolicy.ValueInvalid", "The specified tag value is invalid.")
    }

    pub(super) fn too_many_tags() -> Self {
        Self::new(400, "ResourceTag.CustomTagCountExceed", "The number of tags on the resource exceeds the limit.")
    }

    pub(super) fn keys_or_all() -> Self {
        Self::new(400, "InvalidParameter.TagKeyListOrAll", "Either TagKey or All must be specified.")
    }
}
