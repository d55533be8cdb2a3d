//! The services that this client calls, and where they are in each region.

use cloud::{MetadataService, Role, Service, Vendor};

use super::answer;

/// Huawei Cloud.
pub const VENDOR: Vendor = Vendor { name: "Huawei Cloud", host_addresses: &[] };

/// Workspace, of which application streaming is a part.
pub(super) const SERVICE: Service = Service { vendor: VENDOR, name: "Huawei Cloud Workspace", role: Role::Api };

/// The identity service.
pub(super) const IDENTITY: Service = Service { vendor: VENDOR, name: "Huawei Cloud IAM", role: Role::Identity };

/// The instance metadata service.
pub(super) const METADATA: MetadataService = MetadataService {
    service: Service { vendor: VENDOR, name: "Huawei Cloud instance metadata", role: Role::Metadata },
    endpoint: "http://169.254.169.254",
    token_path: "/meta-data/latest/api/token",
    lifetime_header: "x-metadata-token-ttl-seconds",
    token_header: "x-metadata-token",
    refusal: answer::refusal,
};

/// Regions whose service is at `appstream.REGION.myhuaweicloud.com`.
const APPSTREAM: [&str; 5] = ["cn-north-4", "cn-north-9", "cn-east-3", "cn-south-1", "cn-southwest-2"];

/// The regions that have application streaming, in the vendor's order.
pub(super) const REGIONS: [&str; 17] = [
    "cn-north-4",
    "cn-north-9",
    "cn-east-3",
    "cn-south-1",
    "cn-southwest-2",
    "cn-north-11",
    "cn-east-5",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "af-south-1",
    "af-north-1",
    "la-north-2",
    "la-south-2",
    "sa-brazil-1",
    "me-east-1",
    "tr-west-1",
];

/// The service's endpoint in a region.
///
/// # Errors
/// A sentence that names the regions there are.
pub(super) fn service(region: &str) -> Result<String, String> {
    if APPSTREAM.contains(&region) {
        Ok(format!("https://appstream.{region}.myhuaweicloud.com"))
    } else if REGIONS.contains(&region) {
        Ok(format!("https://workspace.{region}.myhuaweicloud.com"))
    } else {
        Err(format!(
            "the region \"{region}\" is not known to have application streaming. Known are {}",
            REGIONS.join(", ")
        ))
    }
}

/// The identity service's endpoint in a region. The European site is a cloud of its own, with a domain of its own.
pub(super) fn identity(region: &str) -> String {
    let domain = if region.starts_with("eu-west-1") { "myhuaweicloud.eu" } else { "myhuaweicloud.com" };
    format!("https://iam.{region}.{domain}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_endpoint_follows_the_region() {
        assert_eq!(service("cn-north-4").unwrap(), "https://appstream.cn-north-4.myhuaweicloud.com");
        assert_eq!(service("tr-west-1").unwrap(), "https://workspace.tr-west-1.myhuaweicloud.com");
        assert_eq!(identity("cn-north-4"), "https://iam.cn-north-4.myhuaweicloud.com");
        assert_eq!(identity("eu-west-101"), "https://iam.eu-west-101.myhuaweicloud.eu");
        let unknown = service("cn-north-99").unwrap_err();
        assert!(unknown.contains("cn-north-99") && unknown.contains("tr-west-1"));
    }
}
