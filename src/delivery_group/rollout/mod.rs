//! How an image update treats whoever uses the group: when it may be sent, for whom it waits, and what becomes of those
//! who are left.

mod drain;
mod gate;
mod told;
mod window;

use std::time::Duration;

use tfplug::{prelude::*, timeouts};

use self::window::{Window, WindowModel};

pub(crate) use self::{
    drain::{Drain, Drainer, drained_by, without_drain},
    gate::{Gate, Passed},
    told::{Told, is_drained, is_still_drained},
};

/// The nested attribute `rollout`.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct RolloutModel {
    /// The most sessions at which the update is sent; `0` for none, so that it disconnects nobody. They are counted
    /// right before it is sent (`ListAppInstances`). Without it, it is sent however many there are.
    #[tf(validate(range(0..=1_000_000)))]
    max_sessions: Attr<i64>,
    /// How long it is waited until no more sessions are left than `max_sessions`, for instance `90s`, `30m` or
    /// `1h30m`. It counts anew in each apply, and not for `timeouts`. Without it, more sessions are an error at once.
    #[tf(validate(timeouts::duration()))]
    wait_for_sessions: Attr<String>,
    /// Whether the group takes no newly bound users while it is waited (the tag
    /// `System/Scheduler/STOP_NEW_USER_CONNECTION`). Whoever is bound already may come back. Default `false`.
    drain: Attr<bool>,
    /// What becomes of those who have a session when the wait is over. `never`: they keep it, and the apply is an
    /// error. `after_wait`: all sessions of the group are logged off (`LogOffAllSessionsInAppInstanceGroup`), and the
    /// update is sent if no more than `max_sessions` are there then; for pay-as-you-go groups that scale by schedule,
    /// outside their scheduled periods. Default `never`.
    log_off: Attr<LogOffChoice>,
    /// When the update may be sent. Without it, at any time.
    window: Attr<WindowModel>,
    /// What an apply does outside of the window. `error`: it fails before anything is changed. `wait`: it waits until
    /// the window opens, which does not count for `timeouts`. Default `error`.
    outside_window: Attr<OutsideWindow>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Model)]
#[serde(rename_all = "snake_case")]
enum LogOffChoice {
    Never,
    AfterWait,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Model)]
#[serde(rename_all = "snake_case")]
enum OutsideWindow {
    Error,
    Wait,
}

/// What is configured of a rollout, where all of it is known.
#[derive(Clone, Debug)]
pub(crate) struct Rollout {
    max_sessions: Option<usize>,
    /// None where more sessions are an error at once.
    wait: Option<Duration>,
    /// As it is configured.
    wait_text: String,
    drains: bool,
    logs_off: bool,
    window: Option<Window>,
    waits_for_window: bool,
}

impl Rollout {
    /// What an attribute says; `None` where it says nothing.
    ///
    /// # Errors
    /// [`Unknown`], where a part of it is only known after apply.
    pub(crate) fn of(attribute: &Attr<RolloutModel>) -> Result<Option<Self>, Unknown> {
        let model = match attribute {
            Attr::Null => return Ok(None),
            Attr::Unknown => return Err(Unknown),
            Attr::Known(model) => model,
        };
        let is_unknown = model.max_sessions.is_unknown()
            || model.wait_for_sessions.is_unknown()
            || model.drain.is_unknown()
            || model.log_off.is_unknown()
            || model.outside_window.is_unknown()
            || model.window.is_unknown();
        if is_unknown {
            return Err(Unknown);
        }
        let window = model.window.as_known().map(|window| Window::of(window).ok_or(Unknown)).transpose()?;
        let wait_text = model.wait_for_sessions.as_str().unwrap_or_default().to_owned();
        Ok(Some(Self {
            max_sessions: model.max_sessions.as_known().and_then(|most| usize::try_from(*most).ok()),
            wait: timeouts::parse(&wait_text),
            wait_text,
            drains: model.drain.as_known().copied().unwrap_or_default(),
            logs_off: model.log_off.as_known() == Some(&LogOffChoice::AfterWait),
            window,
            waits_for_window: model.outside_window.as_known() == Some(&OutsideWindow::Wait),
        }))
    }

    /// The same when it is applied, which knows all.
    ///
    /// # Errors
    /// Where that is not so.
    pub(crate) fn applied(attribute: &Attr<RolloutModel>) -> Result<Option<Self>, Diagnostics> {
        Self::of(attribute).map_err(|Unknown| {
            let detail = "A part of it is not known although it is applied.";
            Diagnostic::error("Invalid rollout", detail).at(Path::attribute("rollout")).into()
        })
    }
}

/// Whether a drain belongs to it.
pub(crate) fn drains(attribute: &Attr<RolloutModel>) -> bool {
    attribute.as_known().is_some_and(|model| model.drain.as_known() == Some(&true))
}

/// A part of a rollout is only known after apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unknown;

/// What is wrong with what several of its parts say together.
pub(crate) fn validate(attribute: &Attr<RolloutModel>) -> Diagnostics {
    let Attr::Known(model) = attribute else { return Diagnostics::NONE };
    let mut diagnostics = Diagnostics::NONE;
    let mut needs = |name: &'static str, what: &str| {
        let detail = format!("{name} says nothing without {what}. Set {what}, or remove {name}.");
        let error = Diagnostic::error(format!("Invalid rollout.{name}"), detail);
        diagnostics.push(error.at(Path::attribute("rollout").then_attribute(name)));
    };
    if !model.wait_for_sessions.is_null() && model.max_sessions.is_null() {
        needs("wait_for_sessions", "max_sessions");
    }
    if model.drain.as_known() == Some(&true) && model.wait_for_sessions.is_null() {
        needs("drain", "wait_for_sessions");
    }
    if model.log_off.as_known() == Some(&LogOffChoice::AfterWait) && model.wait_for_sessions.is_null() {
        needs("log_off", "wait_for_sessions");
    }
    if !model.outside_window.is_null() && model.window.is_null() {
        needs("outside_window", "window");
    }
    if diagnostics.is_empty() && model.max_sessions.is_null() && model.window.is_null() {
        let detail = "It holds nothing back. Set max_sessions or window, or remove rollout.";
        diagnostics.push(Diagnostic::error("Invalid rollout", detail).at(Path::attribute("rollout")));
    }
    diagnostics
}
