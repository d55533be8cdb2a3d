//! The records of how people came to applications and to servers. Each session leaves one of either kind.

use jiff::Timestamp;
use serde_json::Value;

use super::{
    super::{errors::Error, records::page, request::Request},
    model, newest_first,
};
use crate::{
    call::Moment,
    world::{AppSession, World},
};

/// POST `session/app-connection`: of applications alone.
pub(crate) fn list_of_apps(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    list(world, request, ["brokering_start_time", "brokering_end_time"], |session| session.app_name.is_some())
}

/// POST `session/user-connection`.
pub(crate) fn list_of_users(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    list(world, request, ["login_start_time", "login_end_time"], |_| true)
}

/// Those that began in the span of time, and have everything else that the body says.
fn list(world: &World, request: &Request, span: [&str; 2], kind: fn(&AppSession) -> bool) -> Result<Value, Error> {
    let time = |name: &str| -> Result<Option<Timestamp>, Error> {
        let text = request.text(name).filter(|text| !text.is_empty());
        text.map(|text| text.parse().map_err(|_| Error::invalid(name, "it must be a time"))).transpose()
    };
    let (from, to) = (time(span[0])?, time(span[1])?);
    let rows = newest_first(world, request).into_iter().filter(|(_, session)| {
        kind(session)
            && from.is_none_or(|from| session.started_at >= from)
            && to.is_none_or(|to| session.started_at <= to)
    });
    let wanted: Vec<(&str, &str)> = request
        .body()
        .iter()
        .filter(|(name, _)| !span.contains(&name.as_str()) && *name != "update_time")
        .filter_map(|(name, value)| Some((name.as_str(), value.as_str().filter(|text| !text.is_empty())?)))
        .collect();
    let shown = rows
        .map(|(id, session)| model(world, request, id, session))
        .filter(|row| wanted.iter().all(|(name, text)| row[*name].as_str().is_some_and(|value| value.contains(text))));
    Ok(page(request, shown, |row| row))
}
