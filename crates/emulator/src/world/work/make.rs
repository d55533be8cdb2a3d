//! How servers come into a group, whoever wants them.

use std::collections::BTreeSet;

use super::super::{
    huawei::{HuaweiWorld, ServerGroup},
    workspace::AppServer,
};
use crate::random::Random;

impl HuaweiWorld {
    /// Adds so many servers like `template` to a group; answers each with its group, as ids.
    pub(crate) fn add_servers(
        &mut self,
        group_id: &str,
        template: &AppServer,
        count: i64,
        random: &mut Random,
    ) -> Vec<(String, String)> {
        let Some(group) = self.server_groups.get(group_id) else { return Vec::new() };
        let names = free_names(group, count);
        let mut addresses = self.free_addresses(&group.project_id);
        let Some(group) = self.server_groups.get_mut(group_id) else { return Vec::new() };
        let mut servers = Vec::new();
        for name in names {
            let id = random.uuid().to_string();
            let machine_name = format!("APS{}", random.digits(9));
            let server = AppServer { name, machine_name, ip_address: addresses.next(), ..template.clone() };
            group.add_server(id.clone(), server);
            servers.push((id, group_id.to_owned()));
        }
        servers
    }

    /// Addresses that no server of the project has.
    fn free_addresses(&self, project_id: &str) -> impl Iterator<Item = String> + use<> {
        let groups = self.server_groups.iter().filter(|(_, group)| group.project_id == project_id);
        let servers = groups.flat_map(|(_, group)| group.servers.values());
        let taken: BTreeSet<String> = servers.filter_map(|server| server.ip_address.clone()).collect();
        let hosts = (0..=255_u8).flat_map(|third| (4..=250_u8).map(move |fourth| format!("192.168.{third}.{fourth}")));
        hosts.filter(move |address| !taken.contains(address))
    }

    /// Where servers of a project go that nobody sends anywhere.
    pub(crate) fn first_zone(&self, project_id: &str) -> Option<String> {
        let region = self.region(project_id)?;
        let zones = self.availability_zones.iter().filter(|zone| zone.region == region);
        zones.max_by_key(|zone| zone.default).map(|zone| zone.id.clone())
    }
}

/// The group's name and a number that no server of it has.
fn free_names(group: &ServerGroup, count: i64) -> Vec<String> {
    let taken: BTreeSet<&str> = group.servers.values().map(|server| server.name.as_str()).collect();
    let names = (1_u32..).map(|number| format!("{}-{number:04}", group.name));
    names.filter(|name| !taken.contains(name.as_str())).take(usize::try_from(count).unwrap_or(0)).collect()
}
