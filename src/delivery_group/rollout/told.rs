//! What a plan says of a rollout: whom it spares, for whom it waits, and what becomes of those who are left.

use alibaba::{Client, DeliveryGroup};
use cloud::Bounds;
use jiff::{SignedDuration, Timestamp};
use tfplug::{Attr, Diagnostic, Path};

use super::{
    super::{LogOff, count_of_sessions, sessions},
    Rollout, RolloutModel, Unknown,
    drain::{Drained, Drainer, drained_by},
    gate::{at_most, have},
};

/// What is said of an image update and those who use the group.
pub(crate) struct Told<'a> {
    client: &'a Client,
    group_id: &'a str,
    rollout: Result<Option<Rollout>, Unknown>,
}

impl<'a> Told<'a> {
    pub(crate) fn new(client: &'a Client, group_id: &'a str, rollout: &Attr<RolloutModel>) -> Self {
        Self { client, group_id, rollout: Rollout::of(rollout) }
    }

    /// The warning of an image update that is planned; `update` says in sentences which one it is.
    pub(crate) async fn warning(&self, update: &str, bounds: &Bounds) -> Diagnostic {
        let (id, detail) = (self.group_id, format!("{update} {}", self.people(bounds).await));
        match self.rollout {
            Ok(Some(Rollout { max_sessions: Some(_), .. })) => {
                Diagnostic::warning(format!("The image update depends on the users of delivery group {id:?}"), detail)
            }
            _ => {
                Diagnostic::warning(format!("The image update disconnects the users of delivery group {id:?}"), detail)
            }
        }
    }

    /// Whom it cuts off.
    pub(crate) async fn people(&self, bounds: &Bounds) -> String {
        let unsaved = "what those people have not saved can be lost";
        match &self.rollout {
            Err(Unknown) => {
                let who = count_of_sessions(self.client, self.group_id, bounds).await;
                format!("{who}, and {unsaved}, unless the rollout, which is only known after apply, spares them.")
            }
            Ok(Some(rollout)) if rollout.max_sessions.is_some() => {
                format!("{}{}", self.spared(rollout, bounds).await, self.when(rollout))
            }
            Ok(rollout) => {
                let who = count_of_sessions(self.client, self.group_id, bounds).await;
                let when = rollout.as_ref().map(|rollout| self.when(rollout)).unwrap_or_default();
                format!("{who}, and {unsaved}.{when}")
            }
        }
    }

    /// With the number of now.
    async fn spared(&self, rollout: &Rollout, bounds: &Bounds) -> String {
        let most = rollout.max_sessions.unwrap_or_default();
        let now = match sessions::sessions(self.client, self.group_id, bounds).await {
            Ok(there) => format!("{} now", have(there.len())),
            Err(error) => {
                tracing::debug!(code = error.code(), "cannot count the sessions");
                "How many sessions there are cannot be looked at with these credentials, without which the apply fails"
                    .to_owned()
            }
        };
        let whom = match most {
            0 => "so that it disconnects nobody who is there then",
            1 => "which it disconnects",
            _ => "which it disconnects, and what those people have not saved can be lost",
        };
        let drains = if rollout.drains {
            ", while newly bound users cannot connect (whoever is bound may come back, and then it may never come to \
             that)"
        } else {
            ""
        };
        let after = match (&rollout.wait, rollout.logs_off) {
            (None, _) => "If that is not so at the apply, it fails and sends nothing.".to_owned(),
            (Some(_), logs_off) => {
                let end = if logs_off {
                    "all sessions are logged off, which disconnects everybody, and it is looked again"
                } else {
                    "it fails and sends nothing"
                };
                format!("The apply waits for that for up to {}{drains}; after that {end}.", rollout.wait_text)
            }
        };
        format!("{now}; the update is sent when {}, {whom}. {after}", at_most(most))
    }

    fn when(&self, rollout: &Rollout) -> String {
        let Some(window) = &rollout.window else { return String::new() };
        let now = self.client.now();
        let outside = if rollout.waits_for_window { "the apply waits for it" } else { "the apply fails" };
        let mut outside = format!("; outside of it {outside}");
        let is_open = match (window.closing(now), window.opening(now)) {
            (Some(closes), _) if closes.duration_since(now) > SignedDuration::from_hours(7 * 24) => {
                outside.clear();
                "which is always open".to_owned()
            }
            (Some(closes), _) => format!("which is open now, until {}", window.shown(closes)),
            (None, Some(opens)) => format!("which opens next on {}", window.shown(opens)),
            (None, None) => "which does not open".to_owned(),
        };
        format!(" It is sent in its window alone ({window}), {is_open}{outside}.")
    }

    /// Why a log-off at the end of the wait could not work.
    pub(crate) fn refusal(&self, group: &DeliveryGroup) -> Option<Diagnostic> {
        let Ok(Some(rollout)) = &self.rollout else { return None };
        if !rollout.logs_off {
            return None;
        }
        let at = rollout.end_of_wait(self.client.now());
        let reason = LogOff::refusal_at(group, at)?;
        let drained = if drained_by(group).is_some() {
            " The group is drained now: newly bound users cannot connect to it. An apply without log_off ends that, \
             where it was one of this provider that has left it so."
        } else {
            ""
        };
        let detail = format!(
            "log_off = \"after_wait\" would log off the sessions of delivery group {:?}, which the service refuses. \
             {reason}{drained}",
            self.group_id
        );
        let error = Diagnostic::error("Invalid log_off", detail);
        Some(error.at(Path::attribute("rollout").then_attribute("log_off")))
    }
}

impl Rollout {
    /// When the wait ends of an apply that begins now.
    fn end_of_wait(&self, now: Timestamp) -> Timestamp {
        let begins = match &self.window {
            Some(window) if !window.is_open(now) => window.opening(now).unwrap_or(now),
            _ => now,
        };
        begins.checked_add(self.wait.unwrap_or_default()).unwrap_or(begins)
    }
}

/// What is said of a drain which was left behind.
pub(crate) fn is_still_drained(group_id: &str, drainer: Drainer) -> Diagnostic {
    let end = match drainer {
        Drainer::Resource => {
            "An apply that updates or destroys this resource ends that, whatever comes of the rest; where it is taken \
             out of the state alone, nothing does but UntagResources with these two tags."
        }
        Drainer::Action => "Another invocation ends that, whatever comes of the rest.",
    };
    let detail = format!(
        "An apply has drained it and has not taken that back: newly bound users cannot connect to it \
         (System/Scheduler/STOP_NEW_USER_CONNECTION, terraform-drained-by). {end} If that apply still runs, let it end \
         first."
    );
    Diagnostic::warning(format!("Delivery group {group_id:?} is still drained"), detail)
}

/// What a refresh says of a group that somebody else drains.
pub(crate) fn is_drained(group_id: &str, drained: Drained<'_>) -> Diagnostic {
    let detail = format!(
        "{drained}: newly bound users cannot connect to it, and nothing here changes that. If nobody \
         means it any more, take the tag System/Scheduler/STOP_NEW_USER_CONNECTION away from it (UntagResources){}.",
        drained.remedy()
    );
    Diagnostic::warning(format!("Delivery group {group_id:?} takes no new users"), detail)
}
