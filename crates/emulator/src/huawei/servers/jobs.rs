//! Jobs and their sub-jobs: in the lists, and by id in the two forms that the service has. The jobs of image servers
//! have lists of their own.

use std::cmp::Reverse;

use serde_json::{Value, json};

use super::super::{
    errors::{Error, code},
    records::{find, missing, need, of_project, page},
    request::Request,
};
use crate::{
    call::Moment,
    world::{Job, JobStatus, JobStep, World},
};

/// GET `app-server-sub-jobs`: the newest first.
pub(crate) fn list(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    Ok(page_of_steps(world, request, false))
}

/// GET `image-server-sub-jobs`: the newest first.
pub(crate) fn list_of_images(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    Ok(page_of_steps(world, request, true))
}

/// GET `app-server-sub-jobs/actions/count`.
pub(crate) fn count(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    Ok(json!({ "count": steps(world, request, false).count() }))
}

/// GET `image-server-sub-jobs/actions/count`.
pub(crate) fn count_of_images(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    Ok(json!({ "count": steps(world, request, true).count() }))
}

/// POST `app-server-sub-jobs/actions/batch-delete` and PATCH `image-server-sub-jobs/actions/batch-delete`: takes those
/// that have ended out of the list.
pub(crate) fn delete(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let wanted = request.texts("items");
    let is_wanted = |step: &JobStep| wanted.contains(&step.id.as_str());
    let jobs = of_project(&world.huawei.jobs, request).filter(|(_, job)| job.steps.iter().any(is_wanted));
    let jobs: Vec<(String, JobStatus)> = jobs.map(|(id, job)| (id.to_owned(), job.status)).collect();
    if jobs.iter().any(|(_, status)| *status == JobStatus::Running) {
        return Err(Error::of(409, code::JOB_RUNS, "A sub-job that goes on cannot be deleted."));
    }
    for (id, _) in jobs {
        if let Some(job) = world.huawei.jobs.get_mut(&id) {
            job.steps.retain(|step| !is_wanted(step));
        }
    }
    Ok(Value::Null)
}

/// GET `image-server-jobs`: the newest first.
pub(crate) fn list_image_jobs(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let mut jobs: Vec<_> = jobs(world, request, true).collect();
    jobs.retain(|(_, job)| request.wants("status", job.status.shown()));
    jobs.sort_by_key(|(_, job)| Reverse(job.begin_time));
    Ok(page(request, jobs.into_iter(), |(id, job)| model(id, job)))
}

/// GET `image-server-jobs/{job_id}`.
pub(crate) fn show_image_job(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let id = request.path("job_id");
    let job = need(&world.huawei.jobs, request, id)?;
    if !job.kind.is_about_images() {
        return Err(missing::<Job>(id));
    }
    let mut answer = model(id, job);
    answer["sub_jobs"] = job.steps.iter().map(|step| listed(id, job, step)).collect();
    Ok(answer)
}

/// GET `/v2/{project_id}/job/{job_id}`.
pub(crate) fn show(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let id = request.path("job_id");
    let job = find(&world.huawei.jobs, request, id).filter(|job| job.shown().is_some()).ok_or_else(|| unknown(id))?;
    let mut answer = model(id, job);
    let step = |step: &JobStep| {
        let mut shown = sub_job(id, job, step);
        shown["job_resource_info"] = entity(step);
        shown
    };
    answer["sub_jobs"] = job.steps.iter().map(step).collect();
    Ok(answer)
}

/// GET `/v1/{project_id}/job/{job_id}`: the same in the numbers of the billing system.
pub(crate) fn show_in_numbers(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let id = request.path("job_id");
    let job = find(&world.huawei.jobs, request, id).ok_or_else(|| unknown(id))?;
    let steps: Vec<Value> = job
        .steps
        .iter()
        .map(|step| {
            json!({
                "job_id": step.id,
                "job_type": 2,
                "begin_time": job.begin_time,
                "end_time": ended(job),
                "expected_end_time": job.end_time,
                "job_status": number(step.status),
                "execute_message": step.error,
                "entities": [entity(step)],
            })
        })
        .collect();
    Ok(json!({
        "job": {
            "job_id": id,
            "job_type": 1,
            "begin_time": job.begin_time,
            "end_time": ended(job),
            "expected_end_time": job.end_time,
            "job_status": number(job.status),
            "sub_jobs": steps,
        }
    }))
}

/// The error for a job that is not there, of the two operations that have no 404 among their answers.
fn unknown(id: &str) -> Error {
    missing::<Job>(id).with_status(400)
}

/// The jobs that the query asks for; several types stand in a row with commas between them.
fn jobs<'w>(world: &'w World, request: &'w Request, of_images: bool) -> impl Iterator<Item = (&'w str, &'w Job)> {
    let kinds = request.query_text("job_type").filter(|kinds| !kinds.is_empty());
    of_project(&world.huawei.jobs, request).filter(move |(id, job)| {
        let wants = |kind| kinds.is_none_or(|kinds| kinds.split(',').any(|wanted| wanted == kind));
        job.kind.is_about_images() == of_images && request.wants("job_id", id) && job.shown().is_some_and(wants)
    })
}

/// The sub-jobs that the query asks for, each with its job.
fn steps<'w>(
    world: &'w World,
    request: &'w Request,
    of_images: bool,
) -> impl Iterator<Item = (&'w str, &'w Job, &'w JobStep)> {
    let steps = jobs(world, request, of_images).flat_map(|(id, job)| job.steps.iter().map(move |step| (id, job, step)));
    steps.filter(|(_, _, step)| request.wants("status", step.status.shown()))
}

fn page_of_steps(world: &World, request: &Request, of_images: bool) -> Value {
    let mut steps: Vec<_> = steps(world, request, of_images).collect();
    steps.sort_by_key(|(_, job, _)| Reverse(job.begin_time));
    page(request, steps.into_iter(), |(id, job, step)| listed(id, job, step))
}

fn model(id: &str, job: &Job) -> Value {
    json!({
        "id": id,
        "job_type": job.shown(),
        "begin_time": job.begin_time,
        "end_time": ended(job),
        "status": job.status.shown(),
        "sub_jobs_total": job.steps.len(),
    })
}

/// A sub-job as lists show it.
fn listed(job_id: &str, job: &Job, step: &JobStep) -> Value {
    let mut shown = sub_job(job_id, job, step);
    shown["job_resource_info"] = json!({ "resource_id": step.resource_id, "resource_name": step.resource_name });
    shown["job_execute_info"] = json!({ "error_code": shown["error_code"], "error_message": step.error });
    shown
}

fn sub_job(job_id: &str, job: &Job, step: &JobStep) -> Value {
    json!({
        "id": step.id,
        "job_id": job_id,
        "job_type": job.shown(),
        "project_id": job.project_id,
        "begin_time": job.begin_time,
        "end_time": ended(job),
        "status": step.status.shown(),
        "error_code": step.error.as_ref().map(|_| code::JOB_FAILED),
        "error_message": step.error,
    })
}

fn entity(step: &JobStep) -> Value {
    json!({
        "resource_id": step.resource_id,
        "resource_name": step.resource_name,
        "resource_type": "hws.resource.type.workspace.appstream",
        "cloud_service_type": "hws.service.type.vdi",
        "is_main_resource": 1,
    })
}

fn ended(job: &Job) -> Value {
    if job.status == JobStatus::Running { Value::Null } else { json!(job.end_time) }
}

fn number(status: JobStatus) -> i64 {
    match status {
        JobStatus::Failed => 0,
        JobStatus::Success => 1,
        JobStatus::Running => 2,
    }
}
