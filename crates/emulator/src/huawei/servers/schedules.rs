//! Scheduled tasks: when they are due, and what became of them.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::{
    errors::Error,
    records::{find, need, of_project, page},
    request::Request,
};
use crate::{
    call::{Moment, without_nulls},
    world::{Calendar, JobStatus, ScheduleTarget, ScheduleTask, TaskExecution, World},
};

/// How many future executions are told.
const FUTURE: usize = 5;

/// GET `schedule-task`.
pub(crate) fn list(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let tasks = of_project(&world.huawei.schedule_tasks, request).filter(|(_, task)| {
        request.wants("task_name", &task.name)
            && request.wants("task_type", task.task_type.as_deref().unwrap_or_default())
    });
    Ok(page(request, tasks, |(id, task)| model(id, task)))
}

/// GET `schedule-task/{task_id}`.
pub(crate) fn show(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let id = request.path("task_id");
    let task = need(&world.huawei.schedule_tasks, request, id)?;
    let mut answer = model(id, task);
    answer["target_infos"] = json!(task.targets);
    Ok(answer)
}

/// POST `schedule-task`. The vendor's Python client has neither name nor type nor targets: those can follow.
pub(crate) fn create(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let mut task = ScheduleTask {
        project_id: request.project_id.clone(),
        name: String::new(),
        description: String::new(),
        task_type: None,
        calendar: Calendar::default(),
        targets: Vec::new(),
        enforced: None,
        disabled: false,
        next_at: None,
        last_status: None,
        job_seconds: moment.durations.server_job_seconds,
        created_at: moment.now,
        updated_at: moment.now,
    };
    write(request, &mut task, moment)?;
    let id = world.random().digits(18);
    Ok(keep(world, &id, task))
}

/// PATCH `schedule-task/{task_id}`: only what is given changes.
pub(crate) fn update(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let id = request.path("task_id");
    let mut task = need(&world.huawei.schedule_tasks, request, id)?.clone();
    task.updated_at = moment.now;
    write(request, &mut task, moment)?;
    Ok(keep(world, id, task))
}

/// DELETE `schedule-task/{task_id}`, with what became of it.
pub(crate) fn delete(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let id = request.path("task_id");
    need(&world.huawei.schedule_tasks, request, id)?;
    remove(world, id);
    Ok(Value::Null)
}

/// POST `schedule-task/actions/batch-delete`: those that there are.
pub(crate) fn batch_delete(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    for id in request.texts("items") {
        if find(&world.huawei.schedule_tasks, request, id).is_some() {
            remove(world, id);
        }
    }
    Ok(Value::Null)
}

/// POST `schedule-task/future-executions`: when a task would be due.
pub(crate) fn foresee(_world: &World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let mut calendar = Calendar::default();
    write_calendar(request, &mut calendar)?;
    let mut at = moment.now;
    let mut times = Vec::new();
    while let Some(next) = calendar.next(moment.now, at).filter(|_| times.len() < FUTURE) {
        times.push(calendar.written(next));
        at = next;
    }
    Ok(json!({ "future_executions": times, "time_zone": calendar.zone_name() }))
}

/// GET `schedule-task/{task_id}/execute-history`: the newest first.
pub(crate) fn list_executions(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let task_id = request.path("task_id");
    need(&world.huawei.schedule_tasks, request, task_id)?;
    let executions = of_project(&world.huawei.task_executions, request);
    let mut executions: Vec<_> = executions.filter(|(_, execution)| execution.task_id == task_id).collect();
    executions.sort_by_key(|(_, execution)| std::cmp::Reverse(execution.begin_time));
    Ok(page(request, executions.into_iter(), |(id, execution)| execution_model(id, execution)))
}

/// GET `schedule-task/{execute_history_id}/execute-detail`.
pub(crate) fn list_details(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let id = request.path("execute_history_id");
    let execution = need(&world.huawei.task_executions, request, id)?;
    Ok(page(request, execution.details.iter(), |detail| {
        json!({
            "id": detail.id,
            "execute_id": id,
            "server_id": detail.server_id,
            "server_name": detail.server_name,
            "task_type": execution.task_type,
            "time_zone": execution.time_zone,
            "status": detail.status.shown(),
            "begin_time": execution.begin_time,
            "end_time": detail.end_time,
            "result_code": detail.end_time.map(|_| if detail.error.is_some() { "1" } else { "0" }),
            "result_message": detail.error,
        })
    }))
}

/// Writes what the body gives into `task`.
fn write(request: &Request, task: &mut ScheduleTask, moment: Moment) -> Result<(), Error> {
    for (name, slot) in [("task_name", &mut task.name), ("description", &mut task.description)] {
        if let Some(text) = request.text(name) {
            text.clone_into(slot);
        }
    }
    if let Some(kind) = request.text("task_type") {
        task.task_type = Some(kind.to_owned());
    }
    if let Some(policy) = request.field("schedule_task_policy") {
        task.enforced = policy["enforcement_enable"].as_bool();
    }
    if let Some(enabled) = request.boolean("is_enable") {
        task.disabled = !enabled;
    }
    if request.field("target_infos").is_some() {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let target = |given: &Value| ScheduleTarget {
            target_id: text(&given["target_id"]),
            target_type: text(&given["target_type"]),
        };
        task.targets = request.list("target_infos").iter().map(target).collect();
    }
    write_calendar(request, &mut task.calendar)?;
    task.plan(moment.now);
    Ok(())
}

fn write_calendar(request: &Request, calendar: &mut Calendar) -> Result<(), Error> {
    let texts = [
        ("scheduled_type", &mut calendar.scheduled_type),
        ("scheduled_time", &mut calendar.scheduled_time),
        ("time_zone", &mut calendar.time_zone),
    ];
    for (name, slot) in texts {
        if let Some(text) = request.text(name) {
            text.clone_into(slot);
        }
    }
    let texts = [
        ("scheduled_date", &mut calendar.scheduled_date),
        ("week_list", &mut calendar.week_list),
        ("month_list", &mut calendar.month_list),
        ("date_list", &mut calendar.date_list),
    ];
    for (name, slot) in texts {
        if let Some(text) = request.text(name) {
            *slot = Some(text.to_owned()).filter(|text| !text.is_empty());
        }
    }
    if let Some(days) = request.integer("day_interval") {
        calendar.day_interval = Some(days);
    }
    if let Some(text) = request.text("expire_time") {
        let time =
            |text: &str| text.parse::<Timestamp>().map_err(|_| Error::invalid("expire_time", "it must be a time"));
        calendar.expire_time = Some(text).filter(|text| !text.is_empty()).map(time).transpose()?;
    }
    calendar.tidy();
    match calendar.problem() {
        Some(field) => Err(Error::invalid(field, "it is missing or makes no sense with this scheduled_type")),
        None => Ok(()),
    }
}

/// Keeps the task, and sees to it that it is not forgotten.
fn keep(world: &mut World, id: &str, task: ScheduleTask) -> Value {
    if let Some(next) = task.next_at {
        world.schedule(next);
    }
    let answer = model(id, &task);
    world.huawei.schedule_tasks.insert(id, task);
    answer
}

fn remove(world: &mut World, id: &str) {
    world.huawei.schedule_tasks.remove(id);
    let executions = world.huawei.task_executions.iter().filter(|(_, execution)| execution.task_id == id);
    let executions: Vec<String> = executions.map(|(id, _)| id.to_owned()).collect();
    for execution in executions {
        world.huawei.task_executions.remove(&execution);
    }
}

fn model(id: &str, task: &ScheduleTask) -> Value {
    let calendar = &task.calendar;
    without_nulls(json!({
        "id": id,
        "task_name": task.name,
        "task_type": task.task_type,
        "description": task.description,
        "scheduled_type": calendar.scheduled_type,
        "scheduled_time": calendar.scheduled_time,
        "scheduled_date": calendar.scheduled_date,
        "day_interval": calendar.day_interval,
        "week_list": calendar.week_list,
        "month_list": calendar.month_list,
        "date_list": calendar.date_list,
        "time_zone": calendar.zone_name(),
        "expire_time": calendar.expire_time,
        "schedule_task_policy": task.enforced.map(|enforced| json!({ "enforcement_enable": enforced })),
        "is_enable": !task.disabled,
        "task_cron": calendar.cron(),
        "next_execution_time": task.next_at.map(|at| calendar.written(at)),
        "last_status": task.last_status.map(JobStatus::shown),
        "create_time": task.created_at,
        "update_time": task.updated_at,
    }))
}

fn execution_model(id: &str, execution: &TaskExecution) -> Value {
    let count = |status| execution.details.iter().filter(|detail| detail.status == status).count();
    json!({
        "id": id,
        "task_id": execution.task_id,
        "task_type": execution.task_type,
        "scheduled_type": execution.scheduled_type,
        "time_zone": execution.time_zone,
        "status": execution.status().shown(),
        "begin_time": execution.begin_time,
        "end_time": execution.end_time,
        "create_time": execution.begin_time,
        "total_count": execution.details.len(),
        "success_count": count(JobStatus::Success),
        "failed_count": count(JobStatus::Failed),
        // The service spells it like this.
        "excuting_count": count(JobStatus::Running),
    })
}
