//! What happens to servers and sessions by itself as time passes.

use jiff::Timestamp;

use super::super::{
    huawei::{HuaweiWorld, ServerGroup, ServerImage},
    workspace::{AppServer, Job, JobKind, JobStatus, JobStep, LATEST_AGENT},
};
use crate::random::Random;

impl HuaweiWorld {
    /// When the next thing is due.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        let jobs = self.jobs.iter().filter_map(|(_, job)| job.due());
        let sessions = self.sessions.iter().filter_map(|(_, session)| session.due());
        let tasks = self.schedule_tasks.iter().filter_map(|(_, task)| task.next_at);
        jobs.chain(sessions).chain(tasks).chain(self.next_idle()).min()
    }

    /// Does what is due by `now`.
    pub(crate) fn settle(&mut self, now: Timestamp, random: &mut Random) {
        let is_due = |due: Option<Timestamp>| due.is_some_and(|due| due <= now);
        let due: Vec<String> =
            self.jobs.iter().filter(|(_, job)| is_due(job.due())).map(|(id, _)| id.to_owned()).collect();
        for id in due {
            self.end_job(&id, now);
        }
        let due: Vec<String> =
            self.sessions.iter().filter(|(_, session)| is_due(session.due())).map(|(id, _)| id.to_owned()).collect();
        for id in due {
            if let Some(session) = self.sessions.get_mut(&id) {
                session.end(now);
            }
        }
        let due: Vec<String> =
            self.schedule_tasks.iter().filter(|(_, task)| is_due(task.next_at)).map(|(id, _)| id.to_owned()).collect();
        for id in due {
            self.fire(&id, now, random);
        }
        for id in self.scaling_groups() {
            self.scale(&id, now, random);
        }
    }

    fn end_job(&mut self, id: &str, now: Timestamp) {
        let Some(mut job) = self.jobs.get(id).cloned() else { return };
        let mut steps = std::mem::take(&mut job.steps);
        for step in &mut steps {
            let outcome = if job.kind.is_about_images() {
                self.end_image_step(&job, step, now)
            } else {
                self.end_step(&job, step, now)
            };
            step.status = if outcome.is_ok() { JobStatus::Success } else { JobStatus::Failed };
            step.error = outcome.err().map(str::to_owned);
        }
        let failed = steps.iter().any(|step| step.status == JobStatus::Failed);
        job.status = if failed { JobStatus::Failed } else { JobStatus::Success };
        if let Some(execution) = &job.execution_id {
            self.end_execution(execution, &steps, now);
        }
        job.steps = steps;
        self.jobs.insert(id, job);
    }

    /// Ends the work on one server; says why it failed where it did.
    fn end_step(&mut self, job: &Job, step: &JobStep, now: Timestamp) -> Result<(), &'static str> {
        let gone = "The server does not exist any more.";
        let group_id = step.server_group_id.as_deref().unwrap_or_default();
        let Some(group) = self.server_groups.get(group_id) else { return Err(gone) };
        let Some(server) = group.servers.get(&step.resource_id) else { return Err(gone) };
        let image = if job.kind == JobKind::ChangeServerImage { &job.brings } else { &server.image_id };
        let image = self.images.get(image.as_deref().unwrap_or(&group.image_id));
        let breaks = image.is_some_and(|image| image.fails_to_deploy);
        let Some(group) = self.server_groups.get_mut(group_id) else { return Err(gone) };
        if job.kind == JobKind::DeleteServer {
            group.remove_server(&step.resource_id);
            return Ok(());
        }
        let Some(server) = group.servers.get_mut(&step.resource_id) else { return Err(gone) };
        server.task_status = None;
        server.updated_at = Some(now);
        server.settle(job, breaks)
    }

    /// Ends the work on one image server; says why it failed where it did.
    fn end_image_step(&mut self, job: &Job, step: &mut JobStep, now: Timestamp) -> Result<(), &'static str> {
        let gone = "The image server does not exist any more.";
        if job.kind == JobKind::DeleteImageServer {
            self.image_servers.remove(&step.resource_id);
            return Ok(());
        }
        let Some(server) = self.image_servers.get_mut(&step.resource_id) else { return Err(gone) };
        server.updated_at = now;
        let base = self.images.get(&server.base.id);
        if job.kind == JobKind::CreateImageServer {
            let breaks = base.is_some_and(|image| image.fails_to_deploy);
            (if breaks { "ERROR" } else { "ACTIVE" }).clone_into(&mut server.status);
            return if breaks { Err("The image cannot be deployed.") } else { Ok(()) };
        }
        "BUILT".clone_into(&mut server.status);
        server.image_id.clone_from(&job.brings);
        let project_id = &server.project_id;
        let region = self.projects.iter().find(|project| project.id == *project_id).map(|project| project.name.clone());
        let (Some(base), Some(id), Some(name)) = (base, &job.brings, server.building.take()) else { return Ok(()) };
        let image = ServerImage {
            name: name.clone(),
            // It is copied nowhere.
            regions: region.into_iter().collect(),
            image_type: "private".to_owned(),
            product_id: None,
            min_disk: server.disk_size,
            fails_to_deploy: false,
            ..base.clone()
        };
        self.images.insert(id, image);
        // From here on the work is about the image.
        step.resource_id.clone_from(id);
        step.resource_name = name;
        Ok(())
    }

    /// Ends every session on a server.
    pub(crate) fn end_sessions_on(&mut self, server_id: &str, now: Timestamp) {
        let live = self.sessions.iter().filter(|(_, session)| session.server_id == server_id && session.is_live());
        let ids: Vec<String> = live.map(|(id, _)| id.to_owned()).collect();
        for id in ids {
            if let Some(session) = self.sessions.get_mut(&id) {
                session.end(now);
            }
        }
    }
}

impl AppServer {
    /// Becomes what a job leaves; says why it failed where it did.
    fn settle(&mut self, job: &Job, image_breaks: bool) -> Result<(), &'static str> {
        let (status, vm_status) = match job.kind {
            JobKind::CreateServer if image_breaks => ("NONE", Some("BUILD_FAIL")),
            JobKind::ChangeServerImage | JobKind::ReinstallOs if image_breaks => ("NONE", Some("REBUILD_FAIL")),
            JobKind::StopServer => ("STOPPED", None),
            // A server that stands still can be moved too, and still stands still then.
            JobKind::MigrateServer => (self.status.as_str(), None),
            _ => ("REGISTERED", None),
        };
        self.status = status.to_owned();
        self.vm_status = vm_status.map(str::to_owned);
        if vm_status.is_some() {
            return Err("The image cannot be deployed.");
        }
        match job.kind {
            JobKind::ChangeServerImage => self.image_id.clone_from(&job.brings),
            JobKind::MigrateServer => self.host_id.clone_from(&job.brings),
            _ => {}
        }
        if job.updates_agent || job.kind == JobKind::UpgradeAccessAgent {
            LATEST_AGENT.clone_into(&mut self.agent_version);
        }
        Ok(())
    }
}

impl ServerGroup {
    /// Adds a server.
    pub(crate) fn add_server(&mut self, id: String, server: AppServer) {
        let further = self.further_servers();
        self.servers.insert(id, server);
        self.count_servers(further);
    }

    fn remove_server(&mut self, id: &str) {
        let further = self.further_servers();
        self.servers.remove(id);
        self.count_servers(further);
    }

    fn count_servers(&mut self, further: i64) {
        self.app_server_count = further + i64::try_from(self.servers.len()).unwrap_or(i64::MAX);
        if further == 0 {
            // From here on the servers say it themselves.
            self.server_states.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::world::{Order, World};

    const GROUP: &str = "20000000-0000-4000-8000-000000000003";
    const SERVER: &str = "30000000-0000-4000-8000-000000000001";

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// Begins work on the server in second 0 that takes ten, and lets it end.
    fn work(world: &mut World, kind: JobKind) -> (String, JobStatus) {
        let servers = [(SERVER.to_owned(), GROUP.to_owned())];
        let order = Order { project_id: "p", kind, servers: &servers, seconds: 10, brings: None, updates_agent: false };
        let id = world.write(at(0), Duration::ZERO, |world| Ok::<_, ()>(world.begin_job(order, at(0)))).unwrap();
        assert_eq!(server(world).task_status.as_deref(), Some(kind.task_status()));
        world.advance(at(9), Duration::ZERO);
        assert_eq!(world.huawei.jobs.get(&id).unwrap().status, JobStatus::Running);
        world.advance(at(10), Duration::ZERO);
        let status = world.huawei.jobs.get(&id).unwrap().status;
        (id, status)
    }

    fn server(world: &World) -> &AppServer {
        &world.huawei.server_groups.get(GROUP).unwrap().servers[SERVER]
    }

    #[test]
    fn a_server_that_stands_still_is_moved_and_still_stands_still() {
        let mut world = World::builtin();
        assert_eq!(work(&mut world, JobKind::StopServer).1, JobStatus::Success);
        assert_eq!(work(&mut world, JobKind::MigrateServer).1, JobStatus::Success);
        assert_eq!((server(&world).status.as_str(), &server(&world).task_status), ("STOPPED", &None));
    }

    #[test]
    fn an_image_that_cannot_be_deployed_breaks_what_puts_it_onto_a_server() {
        let mut world = World::builtin();
        let image = world.huawei.server_groups.get(GROUP).unwrap().image_id.clone();
        world.huawei.images.get_mut(&image).unwrap().fails_to_deploy = true;
        assert_eq!(work(&mut world, JobKind::RebootServer).1, JobStatus::Success);
        let (id, status) = work(&mut world, JobKind::ReinstallOs);
        assert_eq!((status, server(&world).vm_status.as_deref()), (JobStatus::Failed, Some("REBUILD_FAIL")));
        assert!(world.huawei.jobs.get(&id).unwrap().steps[0].error.is_some());
    }

    #[test]
    fn a_server_that_went_away_meanwhile_fails_its_step() {
        let mut world = World::builtin();
        let servers = [(SERVER.to_owned(), GROUP.to_owned())];
        let kind = JobKind::RebootServer;
        let order = Order { project_id: "p", kind, servers: &servers, seconds: 10, brings: None, updates_agent: false };
        let id = world.begin_job(order, at(0));
        world.huawei.server_groups.get_mut(GROUP).unwrap().servers.clear();
        world.advance(at(10), Duration::ZERO);
        assert_eq!(world.huawei.jobs.get(&id).unwrap().status, JobStatus::Failed);
    }

    #[test]
    fn servers_of_which_nobody_asks_more_stay_counted() {
        let mut world = World::builtin();
        world.huawei.server_groups.get_mut(GROUP).unwrap().app_server_count = 5;
        work(&mut world, JobKind::DeleteServer);
        let group = world.huawei.server_groups.get(GROUP).unwrap();
        assert_eq!((group.servers.len(), group.server_count(), group.further_servers()), (1, 4, 3));
    }
}
