//! Misbehaviour on command.

use serde::{Deserialize, Serialize};

use crate::{call::Cloud, random::Random};

/// The body of `POST /_emulator/faults`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FaultRequest {
    /// The operation to strike; every one where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The service to strike; both where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cloud: Option<Cloud>,
    /// Strike the next so many calls, then never again. The default, with 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
    /// Strike every n-th call: 3 strikes the third, the sixth, ...
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<u64>,
    /// Strike with this probability, from 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// What the probability's dice start from, so that a run can be repeated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// What happens.
    pub kind: FaultKind,
    /// `error` and `html`: the status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// `error`: the service's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// `error`: the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// `hang` and `slow`: for how long. `hang` is for ever where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// `error` and `throttle`: the answer's `Retry-After`, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
}

/// What a fault does to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FaultKind {
    /// Answers with an error and does nothing.
    Error,
    /// Answers that there were too many calls and does nothing.
    Throttle,
    /// Does nothing and does not answer.
    Hang,
    /// Closes the connection before doing anything.
    CloseBefore,
    /// Does what was asked, then closes the connection without an answer.
    CloseAfter,
    /// Waits, then does what was asked.
    Slow,
    /// Does what was asked and closes the connection in the middle of the answer.
    HalfAnswer,
    /// Does what was asked and answers 200 with something that is not JSON.
    NotJson,
    /// Does what was asked and answers 200 with an empty object, as a gateway may.
    Empty,
    /// Does what was asked and leaves of the answer only IDs, counts and page numbers.
    Bare,
    /// Does what was asked and leaves the IDs of things out of the answer.
    Nameless,
    /// Answers a read from the world before the last write.
    StaleRead,
    /// Answers a 5xx page in HTML, as a proxy would, and does nothing.
    Html,
}

/// A fault in force.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Fault {
    /// Names it in `DELETE /_emulator/faults/{id}`.
    pub id: u64,
    /// How many calls it has seen.
    pub seen: u64,
    /// How many it has struck.
    pub struck: u64,
    /// What was asked for.
    pub fault: FaultRequest,
    #[serde(skip)]
    dice: Random,
}

/// All faults in force.
#[derive(Debug, Default)]
pub(super) struct Faults {
    faults: Vec<Fault>,
    last: u64,
}

impl Faults {
    /// Puts a fault in force.
    pub(super) fn add(&mut self, mut request: FaultRequest) -> Result<&Fault, String> {
        let ways = [request.next.is_some(), request.every.is_some(), request.probability.is_some()];
        match ways.iter().filter(|given| **given).count() {
            0 => request.next = Some(1),
            1 => {}
            _ => return Err("give one of next, every and probability".to_owned()),
        }
        if request.every == Some(0) || request.next == Some(0) {
            return Err("next and every count from 1".to_owned());
        }
        if request.probability.is_some_and(|probability| !(0.0..=1.0).contains(&probability)) {
            return Err("probability is from 0 to 1".to_owned());
        }
        if request.seconds.is_some_and(|seconds| !(0.0..=86_400.0).contains(&seconds)) {
            return Err("seconds is from 0 to 86400".to_owned());
        }
        if request.status.is_some_and(|status| !(200..=599).contains(&status)) {
            return Err("status is from 200 to 599".to_owned());
        }
        self.last += 1;
        let dice = Random::from_seed(request.seed.unwrap_or(self.last));
        let position = self.faults.len();
        self.faults.push(Fault { id: self.last, seen: 0, struck: 0, fault: request, dice });
        Ok(&self.faults[position])
    }

    /// The faults in force.
    pub(super) fn all(&self) -> &[Fault] {
        &self.faults
    }

    /// Lifts one fault; `false` where there is none of this id.
    pub(super) fn remove(&mut self, id: u64) -> bool {
        let before = self.faults.len();
        self.faults.retain(|fault| fault.id != id);
        self.faults.len() < before
    }

    /// Lifts all faults.
    pub(super) fn clear(&mut self) {
        self.faults.clear();
    }

    /// The fault that strikes this call: the first that wants it. Every fault that could have struck counts the call.
    pub(super) fn strike(&mut self, cloud: Cloud, operation: &str) -> Option<FaultRequest> {
        let mut chosen = None;
        for fault in &mut self.faults {
            let concerned = fault.fault.operation.as_deref().is_none_or(|wanted| wanted == operation)
                && fault.fault.cloud.is_none_or(|wanted| wanted == cloud);
            if !concerned {
                continue;
            }
            fault.seen += 1;
            let wants = match (fault.fault.every, fault.fault.probability) {
                (Some(every), _) => fault.seen % every == 0,
                (_, Some(probability)) => fault.dice.fraction() < probability,
                _ => fault.struck < fault.fault.next.unwrap_or(1),
            };
            if wants && chosen.is_none() {
                fault.struck += 1;
                chosen = Some(fault.fault.clone());
            }
        }
        self.faults.retain(|fault| fault.fault.next.is_none_or(|next| fault.struck < next));
        chosen
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn faults(request: serde_json::Value) -> Faults {
        let mut faults = Faults::default();
        faults.add(serde_json::from_value(request).unwrap()).unwrap();
        faults
    }

    fn strikes(faults: &mut Faults, calls: usize) -> Vec<bool> {
        (0..calls).map(|_| faults.strike(Cloud::Alibaba, "A").is_some()).collect()
    }

    #[test]
    fn next_strikes_so_many_calls_and_is_gone() {
        let mut faults = faults(json!({"kind": "hang", "operation": "A", "next": 2}));
        assert!(faults.strike(Cloud::Alibaba, "B").is_none());
        assert_eq!(strikes(&mut faults, 3), [true, true, false]);
        assert!(faults.all().is_empty());
    }

    #[test]
    fn every_strikes_each_nth_call() {
        let mut faults = faults(json!({"kind": "error", "every": 3}));
        assert_eq!(strikes(&mut faults, 6), [false, false, true, false, false, true]);
    }

    #[test]
    fn a_probability_repeats_with_its_seed() {
        let request = json!({"kind": "error", "probability": 0.5, "seed": 7});
        let first = strikes(&mut faults(request.clone()), 200);
        assert_eq!(first, strikes(&mut faults(request), 200));
        let struck = first.iter().filter(|struck| **struck).count();
        assert!((70..130).contains(&struck), "{struck}");
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for request in [json!({"kind": "hang", "next": 1, "every": 2}), json!({"kind": "error", "every": 0})] {
            assert!(Faults::default().add(serde_json::from_value(request).unwrap()).is_err());
        }
        assert!(serde_json::from_value::<FaultRequest>(json!({"kind": "explode"})).is_err());
    }
}
