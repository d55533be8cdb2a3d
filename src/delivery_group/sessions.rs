//! Which of a delivery group's app instances are sessions of people.

use alibaba::{Client, Session, SessionFilter};
use cloud::{Bounds, Principal};
use tfplug::Diagnostic;

/// Whether somebody has this session. `ListAppInstances` also shows instances that wait for the next person: those have
/// no user, or the session status `idle`.
pub(crate) fn is_session(instance: &Session) -> bool {
    let has_user = || {
        let user = instance.bind_info.as_ref().and_then(|bound| bound.end_user_id.as_ref());
        user.is_some_and(|user| !user.reveal().is_empty())
    };
    let lives = !matches!(instance.status.as_deref(), Some("DELETED" | "DELETING" | "RELEASED"));
    lives
        && match instance.session_status.as_deref() {
            // A session that is disconnected goes on, with what is open in it.
            Some("connect" | "disconnect") => true,
            Some("idle") => false,
            _ => has_user(),
        }
}

/// How many people lose something: "1 session will be cut off". Credentials that may not list the sessions only make it
/// shorter.
pub(crate) async fn count_of_sessions(client: &Client, group_id: &str, bounds: &Bounds) -> String {
    match client.sessions(group_id, &SessionFilter::default(), bounds).await {
        Ok(instances) => match instances.iter().filter(|instance| is_session(instance)).count() {
            0 => "Nobody has a session at the moment; whoever has one then is disconnected".to_owned(),
            1 => "1 session will be cut off".to_owned(),
            count => format!("{count} sessions will be cut off"),
        },
        Err(error) => {
            tracing::debug!(code = error.code(), "cannot count the sessions");
            "All of its sessions will be cut off".to_owned()
        }
    }
}

/// The sessions of a delivery group that somebody has.
pub(crate) async fn sessions(client: &Client, group_id: &str, bounds: &Bounds) -> Result<Vec<Session>, cloud::Error> {
    let mut instances = client.sessions(group_id, &SessionFilter::default(), bounds).await?;
    instances.retain(is_session);
    Ok(instances)
}

/// Which session one is: the next person on the same instance has another.
pub(super) fn identity(session: &Session) -> (String, Option<Principal>) {
    let user = session.bind_info.as_ref().and_then(|bound| bound.end_user_id.clone());
    (session.app_instance_id.clone().unwrap_or_default(), user)
}

/// What cannot be told of sessions that may not be listed.
pub(crate) fn cannot_list(group_id: &str, error: &cloud::Error) -> Diagnostic {
    crate::failure::failed(&format!("list the sessions of delivery group {group_id:?}"), error)
}

#[cfg(test)]
mod tests {
    use alibaba::BindInfo;

    use super::*;

    fn instance(status: &str, session_status: Option<&str>, user: Option<&str>) -> Session {
        Session {
            status: Some(status.to_owned()),
            session_status: session_status.map(str::to_owned),
            bind_info: user.map(|user| BindInfo { end_user_id: Some(user.into()), usage_duration: None }),
            ..Session::default()
        }
    }

    #[test]
    fn only_what_somebody_uses_is_a_session() {
        for (instance, expected) in [
            (instance("RUNNING", Some("connect"), Some("alice")), true),
            (instance("RUNNING", Some("disconnect"), Some("alice")), true),
            (instance("RUNNING", Some("connect"), None), true),
            (instance("RUNNING", None, Some("alice")), true),
            (instance("RUNNING", Some("idle"), None), false),
            (instance("RUNNING", Some("idle"), Some("alice")), false),
            (instance("RUNNING", None, None), false),
            (instance("RUNNING", None, Some("")), false),
            (instance("INIT", None, None), false),
            (instance("DELETED", Some("disconnect"), Some("alice")), false),
        ] {
            assert_eq!(is_session(&instance), expected, "{instance:?}");
        }
    }
}
