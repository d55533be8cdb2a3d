//! The services that this client calls, and where they are.

use std::net::Ipv4Addr;

use cloud::{MetadataService, Role, Service, Vendor};

use super::answer;

/// Alibaba Cloud.
pub const VENDOR: Vendor = Vendor { name: "Alibaba Cloud", host_addresses: &[Ipv4Addr::new(100, 100, 100, 200)] };

/// App Streaming.
pub(super) const SERVICE: Service = Service { vendor: VENDOR, name: "Alibaba Cloud App Streaming", role: Role::Api };

/// The service that gives out roles.
pub(super) const STS: Service =
    Service { vendor: VENDOR, name: "Alibaba Cloud Security Token Service", role: Role::Identity };

/// The instance metadata service.
pub(super) const METADATA: MetadataService = MetadataService {
    service: Service { vendor: VENDOR, name: "Alibaba Cloud instance metadata", role: Role::Metadata },
    endpoint: "http://100.100.100.200",
    token_path: "/latest/api/token",
    lifetime_header: "x-aliyun-ecs-metadata-token-ttl-seconds",
    token_header: "x-aliyun-ecs-metadata-token",
    refusal: answer::refusal,
};

/// Serves the regions of the Chinese mainland.
pub(super) const MAINLAND: &str = "https://appstream-center.cn-shanghai.aliyuncs.com";
/// Serves all other regions.
pub(super) const INTERNATIONAL: &str = "https://appstream-center.ap-southeast-1.aliyuncs.com";

/// Whether a region is in the Chinese mainland, which has an endpoint of its own.
pub(super) fn is_mainland(region: &str) -> bool {
    region.starts_with("cn-") && region != "cn-hongkong"
}

/// The Security Token Service's endpoint: in a region, and there within its private networks, or the one for all.
pub(super) fn sts(region: Option<&str>, private: bool) -> String {
    let prefix = if private { "sts-vpc" } else { "sts" };
    match region {
        Some(region) => format!("{prefix}.{region}.aliyuncs.com"),
        None => "sts.aliyuncs.com".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_security_token_service_is_near_where_a_region_is_known() {
        assert_eq!(sts(None, false), "sts.aliyuncs.com");
        assert_eq!(sts(Some("cn-beijing"), false), "sts.cn-beijing.aliyuncs.com");
        assert_eq!(sts(Some("cn-beijing"), true), "sts-vpc.cn-beijing.aliyuncs.com");
    }
}
