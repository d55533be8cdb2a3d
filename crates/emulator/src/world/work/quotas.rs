//! What servers take of the quotas.

use super::super::huawei::HuaweiWorld;

impl HuaweiWorld {
    /// What so many servers of a product need of each quota.
    pub(crate) fn needs(
        &self,
        product_id: &str,
        servers: i64,
        volumes: i64,
        disk_size: i64,
    ) -> [(&'static str, i64); 6] {
        let product = self.products.get(product_id);
        let times = |value: i64| value.saturating_mul(servers);
        [
            ("INSTANCES", servers),
            ("CORES", times(product.map_or(0, |product| product.cpu))),
            ("MEMORY", times(product.map_or(0, |product| product.memory))),
            ("GPU_INSTANCES", times(product.map_or(0, |product| i64::from(product.is_gpu)))),
            ("VOLUMES", volumes),
            ("VOLUME_GIGABYTES", volumes.saturating_mul(disk_size)),
        ]
    }

    /// What is left of a quota: what the world says, less the servers and image servers that were ordered since. What
    /// the world began with says nothing of an order, and takes nothing.
    pub(crate) fn left(&self, kind: &str) -> i64 {
        let servers = self.server_groups.iter().flat_map(|(_, group)| group.servers.values());
        let servers = servers.filter_map(|server| Some((server.product_id.as_deref()?, server.system_disk_size?)));
        let image_servers = self.image_servers.iter().map(|(_, server)| (server.product_id.as_str(), server.disk_size));
        let used = servers.chain(image_servers).filter_map(|(product_id, disk_size)| {
            let needs = self.needs(product_id, 1, 1, disk_size);
            needs.iter().find(|(name, _)| *name == kind).map(|(_, need)| *need)
        });
        self.quotas.get(kind).copied().unwrap_or(0).saturating_sub(used.sum())
    }
}
