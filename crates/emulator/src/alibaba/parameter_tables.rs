//! The parameters of every operation, with the types and the encoding that the API's definition gives them.

use super::parameters::{Parameter, optional, required};
use crate::shape::Shape::*;

/// Parameters of `ListRegions`.
pub(super) const LIST_REGIONS: &[Parameter] = &[optional("BizSource", Text), optional("ProductType", Text)];

/// Parameters of `ListNodeInstanceType`.
pub(super) const LIST_NODE_INSTANCE_TYPE: &[Parameter] = &[
    optional("BizRegionId", Text),
    optional("ChargeType", Text),
    optional("Cpu", Number),
    optional("Gpu", Number),
    optional("GpuMemory", Integer),
    optional("InstanceTypeForModify", Text),
    optional("Language", Text),
    optional("Memory", Integer),
    optional("NodeInstanceType", Text),
    optional("NodeInstanceTypeFamily", Text),
    optional("OrderBy", Text),
    optional("OrderType", Text),
    optional("OsType", Text),
    required("PageNumber", Integer),
    required("PageSize", Integer),
    required("ProductType", Text),
    optional("SortType", Text),
];

/// Parameters of `ListImage`.
pub(super) const LIST_IMAGE: &[Parameter] = &[
    optional("BizRegionIdList", List(&Text)),
    optional("BizType", Integer),
    optional("BizTypeList", List(&Integer)),
    optional("Distro", Text),
    optional("FeatureList", List(&Text)),
    optional("FotaVersion", Text),
    optional("ImageId", Text),
    optional("ImageName", Text),
    optional("ImageType", Text),
    optional("LanguageType", Text),
    optional("OsType", Text),
    optional("PackageType", Text),
    optional("PageNumber", Integer),
    optional("PageSize", Integer),
    optional("PlatformName", Text),
    optional("PlatformNameList", List(&Text)),
    optional("ProductType", Text),
    optional("ProductTypeList", List(&Text)),
    optional("ProtocolType", Text),
    optional("ResourceInstanceType", Text),
    optional("Status", Text),
    optional("TagList", List(&Object(&[("Key", Text), ("Value", Text)]))),
];

/// Parameters of `GetAppInstanceGroup`.
pub(super) const GET_APP_INSTANCE_GROUP: &[Parameter] =
    &[required("AppInstanceGroupId", Text), required("ProductType", Text)];

/// Parameters of `ListAppInstanceGroup`.
pub(super) const LIST_APP_INSTANCE_GROUP: &[Parameter] = &[
    optional("AppCenterImageId", Text),
    optional("AppInstanceGroupId", Text),
    optional("AppInstanceGroupName", Text),
    optional("BizRegionId", Text),
    optional("ExcludedUserGroupIds", List(&Text)),
    optional("NodeInstanceType", Text),
    optional("OfficeSiteId", Text),
    optional("PageNumber", Integer),
    optional("PageSize", Integer),
    required("ProductType", Text),
    optional("RegionId", Text),
    optional("Status", List(&Text)),
    optional("Tag", List(&Object(&[("Key", Text), ("Value", Text)]))),
    optional("UserGroupIds", List(&Text)),
];

/// Parameters of `CreateAppInstanceGroup`.
pub(super) const CREATE_APP_INSTANCE_GROUP: &[Parameter] = &[
    required("AppCenterImageId", Text),
    optional("AppInstanceGroupName", Text),
    optional("AppPackageType", Text),
    optional("AppPolicyId", Text),
    optional("AuthMode", Text),
    optional("AutoPay", Boolean),
    optional("AutoRenew", Boolean),
    required("BizRegionId", Text),
    required("ChargeResourceMode", Text),
    required("ChargeType", Text),
    optional("ClusterId", Text),
    optional(
        "Network",
        Json(&Object(&[
            ("DomainRules", List(&Object(&[("Domain", Text), ("Policy", Text)]))),
            ("IpExpireMinutes", Integer),
            ("OfficeSiteId", Text),
            ("Routes", List(&Object(&[("Destination", Text), ("Mode", Text)]))),
            ("StrategyType", Text),
            ("VSwitchIds", List(&Text)),
        ])),
    ),
    optional(
        "NodePool",
        Json(&Object(&[
            ("MaxIdleAppInstanceAmount", Integer),
            ("MaxScalingAmount", Integer),
            ("NodeAmount", Integer),
            ("NodeCapacity", Integer),
            ("NodeInstanceType", Text),
            (
                "RecurrenceSchedules",
                List(&Object(&[
                    ("RecurrenceType", Text),
                    ("RecurrenceValues", List(&Integer)),
                    ("TimerPeriods", List(&Object(&[("Amount", Integer), ("EndTime", Text), ("StartTime", Text)]))),
                ])),
            ),
            ("ScalingDownAfterIdleMinutes", Integer),
            ("ScalingStep", Integer),
            ("ScalingUsageThreshold", Text),
            ("StrategyDisableDate", Text),
            ("StrategyEnableDate", Text),
            ("StrategyType", Text),
            ("WarmUp", Boolean),
        ])),
    ),
    required("Period", Integer),
    required("PeriodUnit", Text),
    optional("PreOpenAppId", Text),
    required("ProductType", Text),
    optional("PromotionId", Text),
    optional(
        "RuntimePolicy",
        Json(&Object(&[
            ("DebugMode", Text),
            ("PerSessionPerApp", Boolean),
            ("PersistentAppInstanceScheduleMode", Text),
            ("SessionPreOpen", Text),
            ("SessionType", Text),
            ("SessionUserGenerationMode", Text),
        ])),
    ),
    optional("SecurityPolicy", Json(&Object(&[("ResetAfterUnbind", Boolean), ("SkipUserAuthCheck", Boolean)]))),
    required("SessionTimeout", Integer),
    optional(
        "StoragePolicy",
        Json(&Object(&[
            ("StorageTypeList", List(&Text)),
            (
                "UserProfile",
                Object(&[("RemoteStoragePath", Text), ("RemoteStorageType", Text), ("UserProfileSwitch", Boolean)]),
            ),
        ])),
    ),
    optional("SubPayType", Text),
    optional("UserDefinePolicy", Json(&Object(&[("CustomConfig", Text)]))),
    optional("UserGroupIds", List(&Text)),
    optional("UserInfo", Json(&Object(&[("Type", Text)]))),
    optional("Users", List(&Text)),
    optional(
        "VideoPolicy",
        Json(&Object(&[
            ("FrameRate", Integer),
            ("SessionResolutionHeight", Integer),
            ("SessionResolutionWidth", Integer),
            ("StreamingMode", Text),
            ("TerminalResolutionAdaptive", Boolean),
            ("Webrtc", Boolean),
        ])),
    ),
];

/// Parameters of `ModifyAppInstanceGroupAttribute`.
pub(super) const MODIFY_APP_INSTANCE_GROUP_ATTRIBUTE: &[Parameter] = &[
    required("AppInstanceGroupId", Text),
    optional("AppInstanceGroupName", Text),
    optional("Network", Json(&Object(&[("DomainRules", List(&Object(&[("Domain", Text), ("Policy", Text)])))]))),
    optional("NodePool", Json(&Object(&[("NodeCapacity", Integer), ("NodePoolId", Text)]))),
    optional("PerSessionPerApp", Boolean),
    optional("PreOpenAppId", Text),
    optional("PreOpenMode", Text),
    required("ProductType", Text),
    optional("SecurityPolicy", Json(&Object(&[("ResetAfterUnbind", Boolean), ("SkipUserAuthCheck", Boolean)]))),
    optional("SessionTimeout", Integer),
    optional(
        "StoragePolicy",
        Json(&Object(&[
            ("StorageTypeList", List(&Text)),
            ("UserProfile", Object(&[("FileSystemId", Text), ("UserProfileSwitch", Boolean)])),
            ("UserProfileFollow", Object(&[("FileSystemId", Text), ("ProfileFollowSwitch", Boolean)])),
        ])),
    ),
];

/// Parameters of `ModifyNodePoolAttribute`.
pub(super) const MODIFY_NODE_POOL_ATTRIBUTE: &[Parameter] = &[
    optional("BizRegionId", Text),
    optional("NodeCapacity", Integer),
    optional(
        "NodePoolStrategy",
        Json(&Object(&[
            ("MaxIdleAppInstanceAmount", Integer),
            ("MaxScalingAmount", Integer),
            ("NodeAmount", Integer),
            (
                "RecurrenceSchedules",
                List(&Object(&[
                    ("RecurrenceType", Text),
                    ("RecurrenceValues", List(&Integer)),
                    ("TimerPeriods", List(&Object(&[("Amount", Integer), ("EndTime", Text), ("StartTime", Text)]))),
                ])),
            ),
            ("ScalingDownAfterIdleMinutes", Integer),
            ("ScalingStep", Integer),
            ("ScalingUsageThreshold", Text),
            ("StrategyDisableDate", Text),
            ("StrategyEnableDate", Text),
            ("StrategyType", Text),
            ("WarmUp", Boolean),
        ])),
    ),
    optional("PoolId", Text),
    optional("ProductType", Text),
];

/// Parameters of `UpdateAppInstanceGroupImage`.
pub(super) const UPDATE_APP_INSTANCE_GROUP_IMAGE: &[Parameter] = &[
    required("AppCenterImageId", Text),
    required("AppInstanceGroupId", Text),
    required("BizRegionId", Text),
    required("ProductType", Text),
];

/// Parameters of `DeleteAppInstanceGroup`.
pub(super) const DELETE_APP_INSTANCE_GROUP: &[Parameter] =
    &[required("AppInstanceGroupId", Text), required("ProductType", Text)];

/// Parameters of `AuthorizeInstanceGroup`.
pub(super) const AUTHORIZE_INSTANCE_GROUP: &[Parameter] = &[
    optional("AppInstanceGroupId", Text),
    optional("AppInstanceGroupSetId", Text),
    optional("AppInstancePersistentId", Text),
    optional("AuthorizeUserGroupIds", List(&Text)),
    optional("AuthorizeUserIds", List(&Text)),
    optional("AvatarId", Text),
    required("ProductType", Text),
    optional("UnAuthorizeUserGroupIds", List(&Text)),
    optional("UnAuthorizeUserIds", List(&Text)),
    optional("UserMeta", Json(&Object(&[("AdDomain", Text), ("Type", Text)]))),
];

/// Parameters of `ListAuthorizedUsers`.
pub(super) const LIST_AUTHORIZED_USERS: &[Parameter] = &[
    optional("AppId", Text),
    optional("AppInstanceGroupId", Text),
    optional("AppInstanceGroupSetId", Text),
    optional("AppInstancePersistentId", Text),
    optional("EndUserId", Text),
    required("PageNumber", Integer),
    required("PageSize", Integer),
    required("ProductType", Text),
    optional("UserIdFuzzy", Text),
];

/// Parameters of `ListAuthorizedUserGroups`.
pub(super) const LIST_AUTHORIZED_USER_GROUPS: &[Parameter] = &[
    optional("AppInstanceGroupId", Text),
    optional("AppInstanceGroupSetId", Text),
    optional("GroupId", Text),
    optional("GroupName", Text),
    required("PageNumber", Integer),
    required("PageSize", Integer),
    required("ProductType", Text),
];

/// Parameters of `PageListAppInstanceGroupUser`.
pub(super) const PAGE_LIST_APP_INSTANCE_GROUP_USER: &[Parameter] = &[
    required("AppInstanceGroupId", Text),
    optional("PageNumber", Integer),
    optional("PageSize", Integer),
    required("ProductType", Text),
];

/// Parameters of `ListOtaTask`.
pub(super) const LIST_OTA_TASK: &[Parameter] = &[
    required("AppInstanceGroupId", Text),
    required("OtaType", Text),
    required("PageNumber", Integer),
    required("PageSize", Integer),
];

/// Parameters of `GetOtaTaskByTaskId`.
pub(super) const GET_OTA_TASK_BY_TASK_ID: &[Parameter] = &[required("TaskId", Text)];

/// Parameters of `ApproveOtaTask`.
pub(super) const APPROVE_OTA_TASK: &[Parameter] = &[
    required("AppInstanceGroupId", Text),
    required("BizRegionId", Text),
    required("OtaType", Text),
    required("StartTime", Text),
    required("TaskId", Text),
];

/// Parameters of `ListAppInstances`.
pub(super) const LIST_APP_INSTANCES: &[Parameter] = &[
    required("AppInstanceGroupId", Text),
    optional("AppInstanceId", Text),
    optional("AppInstanceIdList", List(&Text)),
    optional("IncludeDeleted", Boolean),
    optional("PageNumber", Integer),
    optional("PageSize", Integer),
    optional("Status", List(&Text)),
    optional("UserIdList", List(&Text)),
];

/// Parameters of `LogOffAllSessionsInAppInstanceGroup`.
pub(super) const LOG_OFF_ALL_SESSIONS_IN_APP_INSTANCE_GROUP: &[Parameter] =
    &[required("AppInstanceGroupId", Text), required("ProductType", Text)];

/// Parameters of `TagResources`.
pub(super) const TAG_RESOURCES: &[Parameter] = &[
    required("RegionId", Text),
    required("ResourceId", List(&Text)),
    required("ResourceType", Text),
    required("Tag", List(&Object(&[("Key", Text), ("Value", Text)]))),
];

/// Parameters of `UntagResources`.
pub(super) const UNTAG_RESOURCES: &[Parameter] = &[
    optional("All", Boolean),
    required("RegionId", Text),
    required("ResourceId", List(&Text)),
    required("ResourceType", Text),
    optional("TagKey", List(&Text)),
];

/// Parameters of `ListTagResources`.
pub(super) const LIST_TAG_RESOURCES: &[Parameter] = &[
    optional("NextToken", Text),
    required("RegionId", Text),
    optional("ResourceId", List(&Text)),
    required("ResourceType", Text),
    optional("Tag", List(&Object(&[("Key", Text), ("Value", Text)]))),
];
