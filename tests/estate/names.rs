//! What the emulator's built-in world holds, as far as the tests use it.

/// A delivery group in `cn-hangzhou` that runs [`IMAGE`]; `alice` and `bob` may use it.
pub const GROUP: &str = "aig-hangzhou-fixed";
/// A set of delivery groups with [`GROUP`] in it; `alice` and `bob` may use it.
pub const SET: &str = "ags-hangzhou-office";
/// Another one in the same region, with the image `img-drawing-1`.
pub const OTHER_GROUP: &str = "aig-hangzhou-usage";
/// The region of most groups.
pub const REGION: &str = "cn-hangzhou";
/// One in another region.
pub const ELSEWHERE: &str = "aig-shanghai-schedule";
pub const ELSEWHERE_REGION: &str = "cn-shanghai";
pub const IMAGE: &str = "img-office-1";
pub const NEXT_IMAGE: &str = "img-office-2";
pub const THIRD_IMAGE: &str = "img-office-3";
/// A pay-as-you-go group that scales by schedule; `alice` and `bob` have a session in it.
pub const SCHEDULED: &str = "aig-hangzhou-schedule";
/// The image of server groups.
pub const SERVER_IMAGE: &str = "10000000-0000-4000-8000-000000000001";

/// People whom the built-in world does not have: names in capitals, and of other alphabets.
pub const MORE_PEOPLE: [&str; 5] = ["Ingrid", "李雷", "Ольга", "Trent", "Ünal"];

/// What the names of the server groups begin with that are made here.
pub const SERVER_GROUP_NAMES: &str = "storm-";

/// Calls that change something.
pub const CHANGES: [&str; 9] = [
    "UpdateAppInstanceGroupImage",
    "AuthorizeInstanceGroup",
    "ApproveOtaTask",
    "LogOffAllSessionsInAppInstanceGroup",
    "CreateServerGroup",
    "UpdateServerGroup",
    "DeleteServerGroups",
    "BatchCreateServerGroupTags",
    "BatchDeleteServerGroupTags",
];

/// Calls that read something.
pub const READS: [&str; 7] = [
    "GetAppInstanceGroup",
    "ListAppInstanceGroup",
    "ListAuthorizedUsers",
    "ListAuthorizedUserGroups",
    "ListAppInstances",
    "ShowServerGroup",
    "ListServerGroups",
];
