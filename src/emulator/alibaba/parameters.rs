//! The parameters of every operation, and how a query and a form become them.
//!
//! Alibaba Cloud's RPC style flattens lists to `Name.1`, `Name.2` and objects in them to
//! `Name.1.Key`; parameters that hold an object are one JSON string. A parameter is taken from the
//! query or from the form, wherever the client put it, as the service does.

use serde_json::{Map, Number, Value};

use super::{
    super::shape::{self, Shape, Shape::*},
    errors::Error,
};

/// A parameter's name, type and whether it must be there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parameter {
    pub name: &'static str,
    pub shape: Shape,
    pub required: bool,
}

const fn required(name: &'static str, shape: Shape) -> Parameter {
    Parameter { name, shape, required: true }
}

const fn optional(name: &'static str, shape: Shape) -> Parameter {
    Parameter { name, shape, required: false }
}

/// Parameters of the RPC style itself, which no operation lists.
const COMMON: &[&str] = &[
    "AccessKeyId",
    "Action",
    "Format",
    "SecurityToken",
    "Signature",
    "SignatureMethod",
    "SignatureNonce",
    "SignatureType",
    "SignatureVersion",
    "Timestamp",
    "Version",
];

/// Decoded parameters, and the names that the operation does not know.
#[derive(Debug, Default)]
pub(super) struct Decoded {
    pub values: Map<String, Value>,
    pub not_understood: Vec<String>,
}

/// Decodes `pairs`; answers what could be decoded along with the first error.
pub(super) fn decode(parameters: &[Parameter], pairs: &[(String, String)]) -> (Decoded, Result<(), Error>) {
    let mut decoded = Decoded::default();
    let mut result = Ok(());
    for (name, text) in pairs.iter().filter(|(name, _)| !COMMON.contains(&name.as_str())) {
        let (first, rest) = name.split_once('.').map_or((name.as_str(), None), |(first, rest)| (first, Some(rest)));
        let Some(parameter) = parameters.iter().find(|parameter| parameter.name == first) else {
            decoded.not_understood.push(name.clone());
            continue;
        };
        if let Err(error) = store(&mut decoded, *parameter, rest, text) {
            result = result.and(Err(error));
        }
    }
    (decoded, result)
}

/// Checks that everything required is there.
pub(super) fn complete(parameters: &[Parameter], values: &Map<String, Value>) -> Result<(), Error> {
    let is_missing = |parameter: &&Parameter| {
        parameter.required && values.get(parameter.name).is_none_or(|value| value.as_str() == Some(""))
    };
    match parameters.iter().find(is_missing) {
        Some(parameter) => Err(Error::missing(parameter.name)),
        None => Ok(()),
    }
}

fn store(decoded: &mut Decoded, parameter: Parameter, rest: Option<&str>, text: &str) -> Result<(), Error> {
    let wrong = || Error::invalid(parameter.name);
    match (parameter.shape, rest) {
        (List(item), Some(rest)) => {
            let (index, field) = rest.split_once('.').map_or((rest, None), |(index, field)| (index, Some(field)));
            let index = index.parse::<usize>().ok().filter(|index| (1..=1000).contains(index)).ok_or_else(wrong)?;
            let list = decoded.values.entry(parameter.name).or_insert_with(|| Value::Array(Vec::new()));
            let Value::Array(list) = list else {
                return Err(wrong());
            };
            if list.len() < index {
                list.resize(index, Value::Null);
            }
            match (item, field) {
                (Object(fields), Some(field)) => {
                    let (_, shape) = fields.iter().find(|(known, _)| *known == field).ok_or_else(wrong)?;
                    let value = scalar(*shape, text).ok_or_else(wrong)?;
                    match &mut list[index - 1] {
                        Value::Object(object) => {
                            object.insert(field.to_owned(), value);
                        }
                        slot => *slot = Value::Object([(field.to_owned(), value)].into_iter().collect()),
                    }
                }
                (item, None) => list[index - 1] = scalar(*item, text).ok_or_else(wrong)?,
                _ => return Err(wrong()),
            }
        }
        (Json(inner), None) => {
            let value: Value = serde_json::from_str(text).map_err(|_| wrong())?;
            let holder = Map::from_iter([(parameter.name.to_owned(), value.clone())]);
            let unknown = shape::check(&[(parameter.name, *inner)], &holder)
                .map_err(|mismatch| Error::invalid(&mismatch.path))?;
            decoded.not_understood.extend(unknown);
            decoded.values.insert(parameter.name.to_owned(), value);
        }
        (shape, None) => {
            decoded.values.insert(parameter.name.to_owned(), scalar(shape, text).ok_or_else(wrong)?);
        }
        _ => return Err(wrong()),
    }
    Ok(())
}

fn scalar(shape: Shape, text: &str) -> Option<Value> {
    match shape {
        Text => Some(Value::String(text.to_owned())),
        Integer => text.parse::<i64>().ok().map(Value::from),
        Number => text.parse::<Number>().ok().map(Value::Number),
        Boolean => match text {
            "true" | "True" => Some(Value::Bool(true)),
            "false" | "False" => Some(Value::Bool(false)),
            _ => None,
        },
        _ => None,
    }
}

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
#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn flat_lists_objects_and_json_are_decoded() {
        let given = pairs(&[
            ("Action", "ListAppInstanceGroup"),
            ("Status.2", "FAILED"),
            ("Status.1", "PUBLISHED"),
            ("Tag.1.Key", "team"),
            ("Tag.1.Value", "design"),
            ("PageSize", "20"),
        ]);
        let (decoded, result) = decode(LIST_APP_INSTANCE_GROUP, &given);
        assert_eq!(result, Ok(()));
        assert_eq!(
            Value::Object(decoded.values),
            json!({"Status": ["PUBLISHED", "FAILED"], "Tag": [{"Key": "team", "Value": "design"}], "PageSize": 20})
        );
        let (decoded, result) =
            decode(AUTHORIZE_INSTANCE_GROUP, &pairs(&[("UserMeta", r#"{"Type":"ad","Colour":"red"}"#)]));
        assert_eq!(result, Ok(()));
        assert_eq!(decoded.values["UserMeta"]["Type"], "ad");
        assert_eq!(decoded.not_understood, ["UserMeta.Colour"]);
    }

    #[test]
    fn what_does_not_fit_is_refused_by_name() {
        for (name, value) in [("PageSize", "many"), ("Tag.x.Key", "a"), ("Tag.1.Colour", "a"), ("PageSize.1", "2")] {
            let (_, result) = decode(LIST_APP_INSTANCE_GROUP, &pairs(&[(name, value)]));
            let parameter = name.split('.').next().unwrap();
            assert_eq!(result, Err(Error::invalid(parameter)), "{name}={value}");
        }
        let (_, result) = decode(AUTHORIZE_INSTANCE_GROUP, &pairs(&[("UserMeta", r#"{"Type":1}"#)]));
        assert_eq!(result, Err(Error::invalid("UserMeta.Type")));
    }

    #[test]
    fn a_required_parameter_must_be_there_and_not_empty() {
        let (decoded, _) = decode(LIST_REGIONS, &[]);
        assert_eq!(complete(LIST_REGIONS, &decoded.values), Ok(()));
        let (decoded, _) =
            decode(GET_APP_INSTANCE_GROUP, &pairs(&[("AppInstanceGroupId", ""), ("ProductType", "CloudApp")]));
        assert_eq!(complete(GET_APP_INSTANCE_GROUP, &decoded.values), Err(Error::missing("AppInstanceGroupId")));
    }

    #[test]
    fn an_unknown_parameter_is_noted_and_ignored() {
        let (decoded, result) = decode(LIST_REGIONS, &pairs(&[("Colour", "red")]));
        assert_eq!((result, decoded.not_understood), (Ok(()), vec!["Colour".to_owned()]));
    }
}
