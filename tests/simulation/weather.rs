//! What goes wrong in a run, and how it ends.

use std::time::Duration;

use serde_json::{Value, json};

use crate::estate::{
    Dice,
    names::{CHANGES, READS},
};

/// How a run of Terraform ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// By itself.
    ItsOwn,
    /// It is interrupted at this moment, counted in what happens in the process.
    Interrupt { at: usize },
    /// Terraform and the provider are killed at this moment.
    Kill { at: usize },
}

/// What a run meets.
#[derive(Clone, Debug)]
pub struct Weather {
    pub faults: Vec<Value>,
    pub end: End,
    pub parallelism: usize,
    pub refresh: bool,
    /// Something that is so for a time.
    pub spell: Option<Spell>,
    /// Whether the images are broken: an update of a delivery group fails on the service's side.
    pub breaks: bool,
}

/// A fault that comes, and goes again.
#[derive(Clone, Debug, PartialEq)]
pub struct Spell {
    pub after: Duration,
    pub lasting: Duration,
    pub fault: Value,
}

impl Weather {
    pub fn calm() -> Self {
        Self { faults: Vec::new(), end: End::ItsOwn, parallelism: 10, refresh: true, spell: None, breaks: false }
    }

    /// Each way in which it could be a little better.
    pub fn calmer(&self) -> Vec<Self> {
        let mut all: Vec<_> = (0..self.faults.len())
            .map(|at| {
                let mut weather = self.clone();
                weather.faults.remove(at);
                weather
            })
            .collect();
        if self.end != End::ItsOwn {
            all.push(Self { end: End::ItsOwn, ..self.clone() });
        }
        if self.parallelism != 1 {
            all.push(Self { parallelism: 1, ..self.clone() });
        }
        if self.spell.is_some() {
            all.push(Self { spell: None, ..self.clone() });
        }
        if self.breaks {
            all.push(Self { breaks: false, ..self.clone() });
        }
        if !self.refresh {
            all.push(Self { refresh: true, ..self.clone() });
        }
        all
    }

    pub fn by_chance(dice: &mut Dice) -> Self {
        let faults = (0..1 + dice.below(4)).map(|_| fault(dice)).collect();
        // Where things happen side by side, an early moment is as likely as a late one.
        let latest = 1 << (3 + dice.below(7));
        let at = 1 + dice.below(latest);
        let end = match dice.below(10) {
            0 | 1 => End::Interrupt { at },
            2 | 3 => End::Kill { at },
            _ => End::ItsOwn,
        };
        let spell = dice.percent(15).then(|| Spell::by_chance(dice));
        let (parallelism, refresh, breaks) = (dice.one(&[1, 2, 10, 10]), !dice.percent(10), dice.percent(10));
        Self { faults, end, parallelism, refresh, spell, breaks }
    }
}

impl Spell {
    /// Both services are down; or a permission is taken away, and given back.
    fn by_chance(dice: &mut Dice) -> Self {
        let after = Duration::from_secs(u64::try_from(dice.below(90)).unwrap_or_default());
        let lasting = Duration::from_secs(dice.one(&[5, 60, 600, 3600]));
        let fault = if dice.percent(50) {
            json!({ "kind": "html", "status": 503, "every": 1 })
        } else {
            let operation = if dice.percent(50) { dice.one(&CHANGES) } else { dice.one(&READS) };
            with(refused(), &json!({ "operation": operation, "every": 1 }))
        };
        Self { after, lasting, fault }
    }
}

fn refused() -> Value {
    json!({ "kind": "error", "status": 403, "code": "Forbidden.RAM", "message": "No." })
}

fn fault(dice: &mut Dice) -> Value {
    let change = dice.one(&CHANGES);
    let read = dice.one(&READS);
    match dice.below(10) {
        0 => with(refused(), &json!({ "operation": change, "next": 1 })),
        // A permission is taken away, and given back after the run.
        9 => with(refused(), &json!({ "operation": if dice.percent(50) { change } else { read }, "every": 1 })),
        // Once: a service that goes on to show what was there before cannot be worked with. What lags lags for a time.
        1 => json!({ "kind": "stale_read", "operation": read, "next": 1 }),
        2 | 3 => {
            let place =
                json!({ "probability": 0.1, "seed": dice.below(1000), "cloud": dice.one(&["alibaba", "huawei"]) });
            with(passing(dice), &place)
        }
        4 => with(passing(dice), &json!({ "operation": read, "every": 2 })),
        _ => with(passing(dice), &json!({ "operation": change, "next": 1 + dice.below(2) })),
    }
}

fn with(mut fault: Value, place: &Value) -> Value {
    for (name, value) in place.as_object().into_iter().flatten() {
        fault[name] = value.clone();
    }
    fault
}

/// A fault that strikes the call itself, and passes.
fn passing(dice: &mut Dice) -> Value {
    // The last of them comes to the service when whoever waits for it has just looked for the last time.
    let (hang, slow, pause) = (dice.one(&[1, 70, 600]), dice.one(&[1, 20, 90, 119]), dice.one(&[2, 30, 400]));
    dice.one(&[
        json!({ "kind": "throttle" }),
        json!({ "kind": "throttle", "retry_after": pause }),
        json!({ "kind": "error", "status": 503, "code": "Busy", "message": "Later.", "retry_after": pause }),
        json!({ "kind": "error", "status": 500, "code": "InternalError", "message": "Oh." }),
        json!({ "kind": "html", "status": 502 }),
        json!({ "kind": "close_before" }),
        json!({ "kind": "close_after" }),
        json!({ "kind": "half_answer" }),
        json!({ "kind": "not_json" }),
        json!({ "kind": "empty" }),
        json!({ "kind": "bare" }),
        json!({ "kind": "nameless" }),
        json!({ "kind": "hang", "seconds": hang }),
        json!({ "kind": "slow", "seconds": slow }),
    ])
}
