//! What a failed call looks like to the person who runs Terraform.

mod advice;

use cloud::{Bounds, Error, Hint, People, Stop};
use tfplug::{Diagnostic, Path};

pub(crate) use self::advice::Block;

/// An error from a call: what was attempted, what the service answered, and what to do next.
///
/// `attempt` completes "Cannot …", and names the thing: `read delivery group "aig-1"`.
pub(super) fn failed(attempt: &str, error: &Error) -> Diagnostic {
    failed_because(attempt, error, &advice::advice(error))
}

/// The same with other advice, where it is known why the service refused.
pub(super) fn failed_because(attempt: &str, error: &Error, advice: &str) -> Diagnostic {
    Diagnostic::error(format!("Cannot {attempt}"), format!("{}\n\n{advice}", answer(attempt, error)))
}

/// The same, at the attribute that the service's error code speaks of, if it speaks of one of these.
///
/// `attributes` pairs a part of the code, such as `Image`, with the attribute's name.
pub(super) fn failed_at(attempt: &str, error: &Error, attributes: &[(&str, &'static str)]) -> Diagnostic {
    let diagnostic = failed(attempt, error);
    let code = error.code().unwrap_or_default();
    match attributes.iter().find(|(part, _)| code.contains(part)) {
        Some((_, attribute)) => diagnostic.at(Path::attribute(*attribute)),
        None => diagnostic,
    }
}

/// The same diagnostic at an attribute that lists people, where those are named: Terraform shows the lines of the
/// configuration beside it.
pub(super) fn at_people(people: &People, diagnostic: Diagnostic, attribute: &'static str) -> Diagnostic {
    if people.are_named() { diagnostic.at(Path::attribute(attribute)) } else { diagnostic }
}

/// An error of a plan, with the way around it for whoever only wants to destroy: Terraform plans what is configured
/// before that, and cannot say that it does so for a destruction.
pub(super) fn while_planning(mut error: Diagnostic) -> Diagnostic {
    let hint =
        "\n\nA destruction plans what is configured first, this too; `terraform destroy -refresh=false` does not.";
    error.detail.push_str(hint);
    error
}

/// Waiting ended too early, within `bounds`. `awaited` completes "… did not end in time", `state` says how things
/// stand.
pub(super) fn stopped(awaited: &str, stop: Stop, state: &str, bounds: &Bounds) -> Diagnostic {
    let another_run = match stop {
        Stop::Cancelled => "the next plan shows what has become of it",
        Stop::DeadlinePassed => "the next apply waits for it again and repeats nothing",
    };
    stopped_before_another_run(awaited, stop, state, another_run, bounds)
}

/// The same of something that another run does not find again; `another_run` completes "…; ".
pub(super) fn stopped_before_another_run(
    awaited: &str,
    stop: Stop,
    state: &str,
    another_run: &str,
    bounds: &Bounds,
) -> Diagnostic {
    let detail = format!("{state} It goes on without Terraform; {another_run}.");
    match stop {
        Stop::Cancelled => Diagnostic::error(format!("{awaited}: the wait was interrupted"), detail),
        Stop::DeadlinePassed => {
            let more = bounds.time_setting().map(|setting| format!(" A longer time can be given in `{setting}`."));
            let detail = format!("{detail}{}", more.unwrap_or_default());
            Diagnostic::error(format!("{awaited} did not end in time"), detail)
        }
    }
}

/// What was asked and answered, in a sentence.
fn answer(attempt: &str, error: &Error) -> String {
    let mut answer = Vec::new();
    if let Some(status) = error.status() {
        answer.push(format!("HTTP status {status}"));
    }
    if let Some(code) = error.code() {
        answer.push(format!("code {code}"));
    }
    if let Some(id) = error.request_id() {
        answer.push(format!("request id {id}"));
    }
    if error.attempts() > 1 {
        answer.push(format!("after {} attempts", error.attempts()));
    }
    let answer = if answer.is_empty() { String::new() } else { format!(" ({})", answer.join(", ")) };
    // What a call on the way was about, an agency for instance, is not what was attempted.
    let about = match error.subject() {
        subject if subject.is_empty() || attempt.contains(subject) => String::new(),
        subject => format!(" for {subject}"),
    };
    let asked = match (error.operation(), error.endpoint(), error.service()) {
        ("", _, None) => String::new(),
        ("", _, Some(service)) => format!("{}: ", service.name),
        (operation, Some(endpoint), _) => format!("{operation}{about} at {endpoint}: "),
        (operation, None, Some(service)) => format!("{operation}{about} of {}: ", service.name),
        (operation, None, None) => format!("{operation}{about}: "),
    };
    let message = match (error.hint(), error.service()) {
        (Some(Hint::NoCredentials(search)), Some(service)) => search.describe(service, "the provider block"),
        _ => error.message().trim_end_matches('.').to_owned(),
    };
    let pause = error.pause().map(|pause| format!("; {pause}")).unwrap_or_default();
    format!("{asked}{message}{answer}{pause}")
}
