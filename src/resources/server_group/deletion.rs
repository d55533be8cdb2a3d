//! Deleting a server group, and what to say when the service refuses.

use std::time::Duration;

use cloud::{Backoff, Bounds, Error, Look, Mutation, Persistence, carry_out};
use huawei::AppServer;
use tfplug::{Diagnostic, Diagnostics, Result};

use super::calls::{Calls, PERSISTENCE};
use crate::failure::{failed, stopped};

/// How many things of one kind a message names.
const NAMED: usize = 20;

impl Calls<'_> {
    /// Deletes the group and waits until it is gone. That it is gone already is what was wanted.
    pub(super) async fn delete(&self, id: &str) -> Result<()> {
        if let Err(error) = carry_out(Deletion { calls: self, id }, self.bounds).await {
            return Err(self.why_not_deleted(id, &error).await.into());
        }
        let mut backoff = Backoff::new(Duration::from_millis(200), Duration::from_secs(10));
        while self.find(id, self.bounds).await?.is_some() {
            backoff.wait(self.bounds).await.map_err(|stop| {
                let awaited = format!("The deletion of server group {id:?}");
                stopped(&awaited, stop, "The service is still at it.", self.bounds)
            })?;
        }
        Ok(())
    }

    /// The service refuses while something hangs on the group; this says what.
    async fn why_not_deleted(&self, id: &str, error: &Error) -> Diagnostic {
        let mut diagnostic = failed(&format!("delete server group {id:?}"), error);
        if error.outcome_unknown() {
            return diagnostic;
        }
        let mut hang_on_it = Vec::new();
        hang_on_it.extend(self.servers(id).await);
        if let Ok(groups) = self.client.app_groups_of(id, self.bounds).await {
            let names = groups.iter().filter_map(|group| group.name.as_deref().or(group.id.as_deref()));
            hang_on_it.extend(listed("application groups", names));
        }
        if let Ok(group) = self.client.server_group(id, self.bounds).await {
            hang_on_it.extend(listed("standby groups", group.secondary_server_group_ids.iter().map(String::as_str)));
        }
        if !hang_on_it.is_empty() {
            let things = hang_on_it.join("; ");
            diagnostic.detail.push_str(&format!("\n\nThese hang on it and must be removed first: {things}."));
        }
        diagnostic
    }

    /// The names of the servers; their number in each state where they cannot be listed, for want of a permission for
    /// instance.
    async fn servers(&self, id: &str) -> Option<String> {
        match self.client.servers_of(id, self.bounds).await {
            Ok(servers) if !servers.is_empty() => {
                let name =
                    |server: &AppServer| server.name.clone().or(server.machine_name.clone()).or(server.id.clone());
                let names: Vec<_> = servers.iter().filter_map(name).collect();
                listed("servers", names.iter().map(String::as_str))
            }
            _ => {
                let states = self.client.server_group_state(id, self.bounds).await.ok()?;
                let counts = states.iter().filter(|(_, count)| **count > 0);
                let counts: Vec<_> = counts.map(|(state, count)| format!("{count} {state}")).collect();
                listed("servers", counts.iter().map(String::as_str))
            }
        }
    }
}

/// A deletion. Its effect is that the group is gone. One that is still there after a while is deleted again, which the
/// service takes for a group under deletion too.
struct Deletion<'a> {
    calls: &'a Calls<'a>,
    id: &'a str,
}

impl Look for Deletion<'_> {
    type Seen = ();
    type Unreadable = Diagnostics;

    async fn look(&mut self, bounds: &Bounds) -> Result<Option<()>> {
        Ok(self.calls.find(self.id, bounds).await?.is_none().then_some(()))
    }
}

impl Mutation for Deletion<'_> {
    type Answer = ();

    fn persistence(&self) -> Persistence {
        PERSISTENCE
    }

    async fn send(&mut self, bounds: &Bounds) -> Result<(), Error> {
        match self.calls.client.delete_server_group(self.id, bounds).await {
            Err(error) if error.is_not_found() => Ok(()),
            answer => answer,
        }
    }
}

/// "what: a, b"; `None` without any, and with the number of the others where there are very many.
fn listed<'n>(what: &str, names: impl Iterator<Item = &'n str>) -> Option<String> {
    let names: Vec<_> = names.collect();
    let shown = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    match names.len() {
        0 => None,
        count if count > NAMED => Some(format!("{what}: {shown} and {} more", count - NAMED)),
        _ => Some(format!("{what}: {shown}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_listed_is_named_up_to_a_number_that_can_be_read() {
        let names: Vec<_> = (1..=23).map(|at| format!("s{at}")).collect();
        let list = |count: usize| listed("servers", names.iter().take(count).map(String::as_str));
        assert_eq!(list(0), None);
        assert_eq!(list(2).as_deref(), Some("servers: s1, s2"));
        assert!(list(20).is_some_and(|list| list.ends_with("s19, s20")));
        assert!(list(23).is_some_and(|list| list.ends_with("s20 and 3 more")));
    }
}
