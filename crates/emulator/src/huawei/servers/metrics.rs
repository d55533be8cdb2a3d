//! What a server measures, and its screen.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    super::{
        errors::{Error, code},
        request::Request,
    },
    Placed, named,
};
use crate::{
    call::Moment,
    world::{World, usage},
};

/// Points that one call answers at most.
const MOST_POINTS: usize = 1440;

/// GET `app-servers/server-metric-data/{server_id}`: a point for each period, of a load that follows the sessions; a
/// server that does not run measures nothing.
pub(crate) fn list(world: &World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let Placed { id, server, group, .. } = named(world, request)?;
    let time = |name: &str| {
        let text = request.query_text(name).unwrap_or_default();
        let number = text.parse::<i64>().ok().and_then(|number| Timestamp::from_millisecond(number).ok());
        number.ok_or_else(|| Error::invalid(name, "it must be a time in milliseconds"))
    };
    let (from, to) = (time("from")?, time("to")?.min(moment.now));
    let period = request.query_integer("period").filter(|period| *period > 0).unwrap_or(1).saturating_mul(1000);
    let made = server.created_at.unwrap_or(group.create_time);
    let steps = usize::try_from(period).unwrap_or(usize::MAX);
    let times = (from.max(made).as_millisecond()..=to.as_millisecond()).step_by(steps).take(MOST_POINTS);
    let name = request.query_text("metric_name").unwrap_or_default();
    let load = load(name, world.sessions_on(id, server));
    let filter = request.query_text("filter").unwrap_or("average");
    let points: Vec<Value> = times
        .filter(|_| server.runs())
        .map(|time| {
            let value = if filter == "variance" { 0 } else { load };
            json!({ "timestamp": time, "unit": unit(name), filter: value })
        })
        .collect();
    Ok(json!({
        "server_metrics": [{ "metric_name": name, "dimension_value": id, "datapoints": points }],
    }))
}

/// GET `app-servers/{server_id}/actions/vnc`.
pub(crate) fn show_screen(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let Placed { id, server, .. } = named(world, request)?;
    if !server.runs() {
        let message = format!("The server '{id}' does not run, it is {}.", server.status);
        return Err(Error::of(400, code::SERVER_STATE, message));
    }
    let url = format!("https://nova-novncproxy.{}.emulator.test:8002/vnc_auto.html?token={id}", request.region);
    Ok(json!({ "type": "novnc", "protocol": "vnc", "url": url }))
}

/// Something to look at: a little, and more with each session.
fn load(metric: &str, sessions: i64) -> i64 {
    if unit(metric) == "%" { usage(sessions) } else { 1024 * sessions }
}

fn unit(metric: &str) -> &'static str {
    if metric.contains("util") || metric.contains("Percent") { "%" } else { "byte/s" }
}
