//! How server groups grow and shrink by their scaling policies.
//!
//! A group whose usage reaches a threshold of its policy grows by as many servers as the policy says at a time, and
//! looks again when these are there. Those servers, and no others, go when nobody has been on them for the policy's
//! time; but not where the group would reach its threshold without them, and grow again at once.

use jiff::Timestamp;

use super::{
    super::{
        huawei::{HuaweiWorld, ScalingPolicy, ServerGroup},
        workspace::{AppServer, JobKind, JobStatus, LATEST_AGENT},
    },
    begin::Order,
};
use crate::{clock::later, random::Random};

/// What a server measures of its processor, its memory and its GPU in percent: a little, and more with each session.
pub(crate) fn usage(sessions: i64) -> i64 {
    sessions.saturating_mul(8).saturating_add(2).min(100)
}

/// What the servers of a group carry.
#[derive(Debug, Clone, Copy, Default)]
struct Load {
    /// Servers that run.
    servers: i64,
    /// Sessions that there is room for on them.
    seats: i64,
    /// Sessions on them.
    sessions: i64,
    /// The sum of what each measures, in percent.
    usage: i64,
}

impl Load {
    fn reaches(self, policy: &ScalingPolicy, has_gpu: bool) -> bool {
        let by_session = policy.scaling_policy_by_session.as_ref().and_then(|policy| policy.session_usage_threshold);
        let by_resource = policy.scaling_policy_by_resource.as_ref().and_then(|policy| {
            let by_gpu = policy.gpu_usage_threshold.filter(|_| has_gpu);
            [policy.cpu_usage_threshold, policy.mem_usage_threshold, by_gpu].into_iter().flatten().min()
        });
        let reached = |threshold: Option<i64>, part: i64, whole: i64| {
            threshold.is_some_and(|threshold| whole > 0 && part >= threshold.saturating_mul(whole))
        };
        reached(by_session, self.sessions.saturating_mul(100), self.seats)
            || reached(by_resource, self.usage, self.servers)
    }

    fn without(self, other: Self) -> Self {
        Self {
            servers: self.servers - other.servers,
            seats: self.seats - other.seats,
            sessions: self.sessions - other.sessions,
            usage: self.usage - other.usage,
        }
    }
}

impl HuaweiWorld {
    /// The groups that scale by themselves.
    pub(crate) fn scaling_groups(&self) -> Vec<String> {
        let scaling = self.server_groups.iter().filter(|(_, group)| active_policy(group).is_some());
        scaling.map(|(id, _)| id.to_owned()).collect()
    }

    /// When the next server of a group that scales will have been idle for long enough.
    pub(super) fn next_idle(&self) -> Option<Timestamp> {
        let groups = self.server_groups.iter().filter_map(|(_, group)| Some((group, active_policy(group)?)));
        groups.flat_map(|(group, policy)| self.idle(group, policy)).map(|(_, until)| until).min()
    }

    /// Lets a group grow or shrink where its policy says so.
    pub(crate) fn scale(&mut self, group_id: &str, now: Timestamp, random: &mut Random) {
        let Some(group) = self.server_groups.get(group_id) else { return };
        let Some(policy) = active_policy(group) else { return };
        let project_id = group.project_id.clone();
        let idle = self.idle(group, policy).into_iter().filter(|(_, until)| *until <= now);
        let leaving: Vec<(String, String)> = idle.map(|(id, _)| (id.to_owned(), group_id.to_owned())).collect();
        let seconds = policy.job_seconds;
        let job = |kind, servers| Order {
            project_id: &project_id,
            kind,
            servers,
            seconds,
            brings: None,
            updates_agent: false,
        };
        if !leaving.is_empty() {
            self.begin_job(job(JobKind::DeleteServer, &leaving), now, random);
        }
        let Some((count, template)) = self.growth(group_id, now) else { return };
        let servers = self.add_servers(group_id, &template, count, random);
        self.begin_job(job(JobKind::CreateServer, &servers), now, random);
    }

    /// How many servers a group grows by, and what they are like.
    fn growth(&self, group_id: &str, now: Timestamp) -> Option<(i64, AppServer)> {
        let group = self.server_groups.get(group_id)?;
        let policy = active_policy(group)?;
        if group.servers.values().any(|server| server.scaling_auto_create && self.is_worked_on(server)) {
            return None;
        }
        if !self.load(group).reaches(policy, self.has_gpu(group)) {
            return None;
        }
        let made = group.servers.values().filter(|server| server.scaling_auto_create).count();
        let more = policy.max_scaling_amount.unwrap_or(0).saturating_sub(i64::try_from(made).unwrap_or(i64::MAX));
        let wanted = policy.single_expansion_count.unwrap_or(1).min(more);
        let fits = |count: &i64| {
            let needs = self.needs(&group.product_id, *count, *count, group.system_disk_size);
            needs.iter().all(|(kind, need)| *need <= self.left(kind))
        };
        let count = (1..=wanted).rev().find(fits)?;
        let template = AppServer {
            status: "UNREGISTER".to_owned(),
            image_id: Some(group.image_id.clone()),
            product_id: Some(group.product_id.clone()),
            subnet_id: Some(group.subnet_id.clone()),
            system_disk_type: Some(group.system_disk_type.clone()),
            system_disk_size: Some(group.system_disk_size),
            availability_zone: group.availability_zone.clone().or_else(|| self.first_zone(&group.project_id)),
            ou_name: group.ou_name.clone(),
            scaling_auto_create: true,
            agent_version: LATEST_AGENT.to_owned(),
            created_at: Some(now),
            ..AppServer::default()
        };
        Some((count, template))
    }

    /// The servers that the group could do without, and when each will have been idle for long enough: as many as it
    /// takes none of its thresholds to reach.
    fn idle<'w>(&'w self, group: &'w ServerGroup, policy: &ScalingPolicy) -> Vec<(&'w str, Timestamp)> {
        let minutes = policy.scaling_policy_by_session.as_ref();
        let Some(minutes) = minutes.and_then(|policy| policy.shrink_after_session_idle_minutes) else {
            return Vec::new();
        };
        let made = group.servers.iter().filter(|(_, server)| server.scaling_auto_create && !self.is_worked_on(server));
        let idle = made.filter(|(id, server)| self.sessions_of(id, server) == 0);
        let until = |id: &str, server| later(self.last_used(id, server), minutes.unsigned_abs().saturating_mul(60));
        let mut idle: Vec<_> = idle.map(|(id, server)| (id.as_str(), server, until(id, server))).collect();
        idle.sort_by_key(|(.., until)| *until);
        let (mut load, has_gpu) = (self.load(group), self.has_gpu(group));
        let free = idle.into_iter().map_while(|(id, server, until)| {
            load = load.without(self.load_of(group, id, server));
            (!load.reaches(policy, has_gpu)).then_some((id, until))
        });
        free.collect()
    }

    fn is_worked_on(&self, server: &AppServer) -> bool {
        server.task_status.is_some()
            && server
                .job_id
                .as_ref()
                .and_then(|id| self.jobs.get(id))
                .is_some_and(|job| job.status == JobStatus::Running)
    }

    fn has_gpu(&self, group: &ServerGroup) -> bool {
        self.products.get(&group.product_id).is_some_and(|product| product.is_gpu)
    }

    fn load(&self, group: &ServerGroup) -> Load {
        group.servers.iter().fold(Load::default(), |sum, (id, server)| {
            let load = self.load_of(group, id, server);
            Load {
                servers: sum.servers + load.servers,
                seats: sum.seats.saturating_add(load.seats),
                sessions: sum.sessions.saturating_add(load.sessions),
                usage: sum.usage + load.usage,
            }
        })
    }

    fn load_of(&self, group: &ServerGroup, id: &str, server: &AppServer) -> Load {
        if !server.runs() {
            return Load::default();
        }
        let most = group.route_policy.as_ref().and_then(|policy| policy.max_session);
        let product = self.products.get(server.product_id.as_ref().unwrap_or(&group.product_id));
        let seats = if group.is_vdi { 1 } else { most.or(product.map(|product| product.sessions)).unwrap_or(0) };
        let sessions = self.sessions_of(id, server);
        Load { servers: 1, seats, sessions, usage: usage(sessions) }
    }

    fn sessions_of(&self, id: &str, server: &AppServer) -> i64 {
        let live = self.sessions.iter().filter(|(_, session)| session.server_id == id && session.is_live()).count();
        server.session_count.max(i64::try_from(live).unwrap_or(i64::MAX))
    }

    /// When somebody was last on a server, or the last job on it ended.
    fn last_used(&self, id: &str, server: &AppServer) -> Timestamp {
        let sessions = self.sessions.iter().filter(|(_, session)| session.server_id == id);
        let left = sessions.filter_map(|(_, session)| session.ended_at);
        let worked = server.job_id.as_ref().and_then(|job| self.jobs.get(job)).map(|job| job.end_time);
        let times = left.chain(worked).chain(server.created_at);
        times.max().unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

fn active_policy(group: &ServerGroup) -> Option<&ScalingPolicy> {
    group.scaling_policy.as_ref().filter(|policy| policy.enable && group.enabled)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::world::{ResourcePolicy, SessionPolicy, World};

    const GROUP: &str = "20000000-0000-4000-8000-000000000003";
    const SERVERS: [&str; 2] = ["30000000-0000-4000-8000-000000000001", "30000000-0000-4000-8000-000000000002"];

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    /// The built-in world, of whose drawing servers the first two carry so many sessions, ten at most on each.
    fn world(sessions: i64, policy: ScalingPolicy) -> World {
        let mut world = World::builtin();
        world.huawei.sessions = Default::default();
        world.huawei.quotas.insert("GPU_INSTANCES".to_owned(), 100);
        let group = world.huawei.server_groups.get_mut(GROUP).unwrap();
        group.scaling_policy = Some(policy);
        for (index, id) in (0_i64..).zip(SERVERS) {
            group.servers.get_mut(id).unwrap().session_count = (sessions + 1 - index) / 2;
        }
        world
    }

    fn policy(threshold: Option<i64>) -> ScalingPolicy {
        ScalingPolicy {
            enable: true,
            max_scaling_amount: Some(3),
            single_expansion_count: Some(2),
            scaling_policy_by_session: Some(SessionPolicy {
                session_usage_threshold: threshold,
                shrink_after_session_idle_minutes: Some(5),
            }),
            scaling_policy_by_resource: None,
            job_seconds: 10,
        }
    }

    /// Servers of the group that run, and that scaling made.
    fn counts(world: &World) -> (usize, usize) {
        let servers = &world.huawei.server_groups.get(GROUP).unwrap().servers;
        let count = |wanted: fn(&&AppServer) -> bool| servers.values().filter(wanted).count();
        (count(|server| server.runs()), count(|server| server.scaling_auto_create))
    }

    fn set_sessions(world: &mut World, second: i64, sessions: i64) {
        let set = |world: &mut World| {
            let group = world.huawei.server_groups.get_mut(GROUP).unwrap();
            SERVERS.iter().for_each(|id| group.servers.get_mut(*id).unwrap().session_count = sessions / 2);
            Ok::<_, ()>(())
        };
        world.write(at(second), Duration::ZERO, set).unwrap();
    }

    #[test]
    fn a_group_grows_when_its_usage_reaches_the_threshold_step_by_step_to_its_bound() {
        let mut world = world(14, policy(Some(30)));
        world.advance(at(0), Duration::ZERO);
        assert_eq!(counts(&world), (2, 2), "two are being made");
        world.advance(at(9), Duration::ZERO);
        assert_eq!(counts(&world), (2, 2));
        world.advance(at(10), Duration::ZERO);
        assert_eq!(counts(&world), (4, 3), "14 of 40 are still more than 30 percent, and three is the bound");
        world.advance(at(100_000), Duration::ZERO);
        assert_eq!(counts(&world), (5, 3), "without one of them it would reach the threshold");
        let jobs: Vec<_> = world.huawei.jobs.iter().map(|(_, job)| (job.shown(), job.steps.len())).collect();
        assert_eq!(jobs.len(), 2);
        assert!(jobs.contains(&(Some("CREATE_SERVER"), 2)) && jobs.contains(&(Some("CREATE_SERVER"), 1)));
    }

    #[test]
    fn a_group_below_its_threshold_or_with_a_policy_that_is_off_stays_as_it_is() {
        let off = ScalingPolicy { enable: false, ..policy(Some(30)) };
        for (sessions, policy) in [(13, policy(Some(70))), (20, policy(None)), (20, off)] {
            let mut world = world(sessions, policy);
            world.advance(at(86_400), Duration::ZERO);
            assert_eq!(counts(&world), (2, 0));
        }
    }

    #[test]
    fn what_scaling_made_goes_when_nobody_was_on_it_for_the_time_and_nothing_else_does() {
        let mut world = world(14, policy(Some(70)));
        world.advance(at(0), Duration::ZERO);
        world.advance(at(50), Duration::ZERO);
        assert_eq!(counts(&world), (4, 2));
        set_sessions(&mut world, 60, 0);
        world.advance(at(309), Duration::ZERO);
        assert_eq!(counts(&world), (4, 2), "they are there since second 10");
        world.advance(at(310), Duration::ZERO);
        assert_eq!(counts(&world), (2, 2), "they are being deleted");
        world.advance(at(320), Duration::ZERO);
        assert_eq!(counts(&world), (2, 0));
        world.advance(at(86_400), Duration::ZERO);
        assert_eq!(counts(&world), (2, 0));
    }

    #[test]
    fn a_group_grows_when_its_load_reaches_the_threshold() {
        let by_load = |threshold| ScalingPolicy {
            scaling_policy_by_resource: Some(ResourcePolicy {
                cpu_usage_threshold: Some(threshold),
                ..Default::default()
            }),
            ..policy(None)
        };
        // 3 sessions on each server are 26 percent.
        for (threshold, made) in [(27, 0), (26, 2)] {
            let mut world = world(6, by_load(threshold));
            world.advance(at(10), Duration::ZERO);
            assert_eq!(counts(&world).1, made, "{threshold}");
        }
    }

    #[test]
    fn a_group_grows_no_further_than_its_quota() {
        let mut world = world(14, policy(Some(30)));
        world.huawei.quotas.insert("GPU_INSTANCES".to_owned(), 1);
        world.advance(at(0), Duration::ZERO);
        world.advance(at(86_400), Duration::ZERO);
        assert_eq!(counts(&world), (3, 1));
    }
}
