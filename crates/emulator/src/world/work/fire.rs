//! Scheduled tasks whose time has come.

use jiff::Timestamp;

use super::{
    super::{
        huawei::HuaweiWorld,
        workspace::{AppServer, ExecutionDetail, JobKind, JobStatus, JobStep, ScheduleTask, TaskExecution},
    },
    begin::Order,
};
use crate::random::Random;

/// What a task does to a server: something, nothing because it is so already, or nothing because it cannot be.
enum Fate {
    Work,
    Done,
    Refused(&'static str),
}

impl HuaweiWorld {
    /// Carries out a task.
    pub(super) fn fire(&mut self, task_id: &str, now: Timestamp, random: &mut Random) {
        let Some(mut task) = self.schedule_tasks.get(task_id).cloned() else { return };
        let task_type = task.task_type.clone().unwrap_or_default();
        let kind = kind_of(&task_type);
        let mut details = Vec::new();
        let mut servers = Vec::new();
        for (server_id, group_id) in self.servers_of(&task) {
            let group = self.server_groups.get(&group_id);
            let Some(server) = group.and_then(|group| group.servers.get(&server_id)) else { continue };
            let is_used = server.session_count > 0
                || self.sessions.iter().any(|(_, session)| session.server_id == server_id && session.is_live());
            let (status, error) = match fate(kind, server, is_used && task.enforced != Some(true)) {
                Fate::Work => (JobStatus::Running, None),
                Fate::Done => (JobStatus::Success, None),
                Fate::Refused(reason) => (JobStatus::Failed, Some(reason.to_owned())),
            };
            details.push(ExecutionDetail {
                id: random.digits(18),
                server_id: server_id.clone(),
                server_name: server.name.clone(),
                status,
                end_time: (status != JobStatus::Running).then_some(now),
                error,
            });
            if status == JobStatus::Running {
                servers.push((server_id, group_id));
            }
        }
        let execution = TaskExecution {
            project_id: task.project_id.clone(),
            task_id: task_id.to_owned(),
            task_type,
            scheduled_type: task.calendar.scheduled_type.clone(),
            time_zone: task.calendar.zone_name().to_owned(),
            begin_time: now,
            end_time: servers.is_empty().then_some(now),
            details,
        };
        task.last_status = Some(execution.status());
        task.plan(now);
        let execution_id = random.digits(18);
        self.task_executions.insert(execution_id.clone(), execution);
        if !servers.is_empty() {
            let (project_id, seconds) = (task.project_id.as_str(), task.job_seconds);
            let order = Order { project_id, kind, servers: &servers, seconds, brings: None, updates_agent: false };
            let job_id = self.begin_job(order, now, random);
            if let Some(job) = self.jobs.get_mut(&job_id) {
                job.execution_id = Some(execution_id);
            }
        }
        self.schedule_tasks.insert(task_id, task);
    }

    /// Notes what became of an execution's servers.
    pub(super) fn end_execution(&mut self, execution_id: &str, steps: &[JobStep], now: Timestamp) {
        let Some(execution) = self.task_executions.get_mut(execution_id) else { return };
        for detail in &mut execution.details {
            if let Some(step) = steps.iter().find(|step| step.resource_id == detail.server_id) {
                detail.status = step.status;
                detail.error.clone_from(&step.error);
                detail.end_time = Some(now);
            }
        }
        execution.end_time = Some(now);
        let (task_id, status) = (execution.task_id.clone(), execution.status());
        if let Some(task) = self.schedule_tasks.get_mut(&task_id) {
            task.last_status = Some(status);
        }
    }

    /// The servers of a task, each once, with their groups. The service does not mind a server in the place of a group.
    fn servers_of(&self, task: &ScheduleTask) -> Vec<(String, String)> {
        let is_target = |id: &str| task.targets.iter().any(|target| target.target_id == id);
        let groups = self.server_groups.iter().filter(|(_, group)| group.project_id == task.project_id);
        let servers = groups.flat_map(|(group_id, group)| {
            let all = is_target(group_id);
            let own = group.servers.keys().filter(move |id| all || is_target(id));
            own.map(move |id| (id.clone(), group_id.to_owned())).collect::<Vec<_>>()
        });
        servers.collect()
    }
}

fn kind_of(task_type: &str) -> JobKind {
    match task_type {
        "START_SERVER" => JobKind::StartServer,
        "STOP_SERVER" => JobKind::StopServer,
        "REINSTALL_OS" => JobKind::ReinstallOs,
        _ => JobKind::RebootServer,
    }
}

fn fate(kind: JobKind, server: &AppServer, is_occupied: bool) -> Fate {
    let is_stopped = server.status == "STOPPED";
    match kind {
        _ if server.task_status.is_some() => Fate::Refused("The server is busy."),
        JobKind::StartServer if !is_stopped => Fate::Done,
        JobKind::StopServer if is_stopped => Fate::Done,
        JobKind::RebootServer if is_stopped => Fate::Refused("The server does not run."),
        _ if is_occupied && kind.ends_sessions() => Fate::Refused("There are sessions on the server."),
        _ => Fate::Work,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::world::{Calendar, ScheduleTarget, World};

    const GROUP: &str = "20000000-0000-4000-8000-000000000003";
    const PROJECT: &str = "a0000000000000000000000000000004";

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// The built-in world with a task for the drawing servers every day, one minute after the epoch's beginning.
    fn world(task_type: &str, enforced: Option<bool>) -> World {
        let mut world = World::builtin();
        let mut task = ScheduleTask {
            project_id: PROJECT.to_owned(),
            name: "nightly".to_owned(),
            description: String::new(),
            task_type: Some(task_type.to_owned()),
            calendar: Calendar {
                scheduled_type: "DAY".to_owned(),
                scheduled_time: "00:01:00".to_owned(),
                day_interval: Some(1),
                time_zone: "UTC".to_owned(),
                ..Calendar::default()
            },
            targets: vec![ScheduleTarget { target_id: GROUP.to_owned(), target_type: "SERVER_GROUP".to_owned() }],
            enforced,
            disabled: false,
            next_at: None,
            last_status: None,
            job_seconds: 10,
            created_at: at(0),
            updated_at: at(0),
        };
        task.plan(at(0));
        world.huawei.schedule_tasks.insert("t", task);
        world
    }

    /// Each execution: when it began and ended, and what became of the servers.
    fn executions(world: &World) -> Vec<(i64, Option<i64>, Vec<JobStatus>)> {
        let mut found: Vec<_> = world
            .huawei
            .task_executions
            .iter()
            .map(|(_, execution)| {
                let statuses = execution.details.iter().map(|detail| detail.status).collect();
                (execution.begin_time.as_second(), execution.end_time.map(Timestamp::as_second), statuses)
            })
            .collect();
        found.sort_by_key(|(begin, ..)| *begin);
        found
    }

    #[test]
    fn a_task_leaves_servers_alone_on_which_somebody_works() {
        let mut world = world("STOP_SERVER", None);
        world.advance(at(65), Duration::ZERO);
        let [busy, free] = [JobStatus::Failed, JobStatus::Running];
        assert_eq!(executions(&world), [(60, None, vec![busy, free])]);
        world.advance(at(70), Duration::ZERO);
        assert_eq!(executions(&world), [(60, Some(70), vec![busy, JobStatus::Success])]);
        assert_eq!(world.huawei.schedule_tasks.get("t").unwrap().last_status, Some(JobStatus::Failed));
    }

    #[test]
    fn a_task_that_is_enforced_ends_their_sessions() {
        let mut world = world("REINSTALL_OS", Some(true));
        world.advance(at(70), Duration::ZERO);
        assert_eq!(executions(&world)[0].2, [JobStatus::Success; 2]);
        assert!(world.huawei.sessions.iter().all(|(_, session)| !session.is_live()));
    }

    #[test]
    fn a_task_comes_again_however_far_the_clock_leaps() {
        let mut world = world("STOP_SERVER", Some(true));
        world.advance(at(3 * 86_400), Duration::ZERO);
        let found = executions(&world);
        assert_eq!(found.iter().map(|(begin, ..)| *begin).collect::<Vec<_>>(), [60, 86_460, 172_860]);
        assert_eq!(found[1], (86_460, Some(86_460), vec![JobStatus::Success; 2]), "they are stopped already");
    }
}
