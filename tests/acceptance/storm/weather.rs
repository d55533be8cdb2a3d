//! What goes wrong.

use serde_json::{Value, json};

use crate::{
    estate::names::{CHANGES, READS},
    harness::{
        Dice,
        faults::{each_kind, refusal, striking},
    },
};

/// How a run of Terraform ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum End {
    /// By itself.
    ItsOwn,
    /// It is interrupted once so many calls have been made.
    Interrupt { calls: u64 },
    /// Terraform and the provider are killed by then.
    Kill { calls: u64 },
    /// The provider is killed by then, and Terraform is not.
    KillProvider { calls: u64 },
}

/// What a run meets.
#[derive(Clone, Debug)]
pub struct Weather {
    pub faults: Vec<Value>,
    pub end: End,
    pub options: Vec<String>,
}

impl Weather {
    pub fn by_chance(dice: &mut Dice) -> Self {
        let faults = (0..1 + dice.below(4)).map(|_| fault(dice)).collect();
        let calls = 1 + u64::try_from(dice.below(30)).expect("a small number");
        let end = match dice.below(10) {
            0 | 1 => End::Interrupt { calls },
            2 => End::Kill { calls },
            3 => End::KillProvider { calls },
            _ => End::ItsOwn,
        };
        let options = vec![format!("-parallelism={}", dice.one(&[1, 2, 10, 10]))];
        Self { faults, end, options }
    }
}

fn fault(dice: &mut Dice) -> Value {
    let change = dice.one(&CHANGES);
    match dice.below(8) {
        0 => striking(refusal(change, "Forbidden.RAM"), &json!({ "next": 1 })),
        // Once: a service that goes on to show what was there before cannot be worked with. What lags lags for a time.
        1 => json!({ "kind": "stale_read", "operation": dice.one(&READS), "next": 1 }),
        2 | 3 => {
            let place =
                json!({ "probability": 0.1, "seed": dice.below(1000), "cloud": dice.one(&["alibaba", "huawei"]) });
            striking(passing(dice), &place)
        }
        4 => striking(passing(dice), &json!({ "operation": dice.one(&READS), "every": 2 })),
        _ => striking(passing(dice), &json!({ "operation": change, "next": 1 + dice.below(2) })),
    }
}

/// A fault that strikes the call itself, and passes.
fn passing(dice: &mut Dice) -> Value {
    let kinds = each_kind().into_iter().map(|(fault, _)| fault).filter(|fault| fault["kind"] != "stale_read");
    let kinds: Vec<_> = kinds.chain(["bare", "nameless"].map(|kind| json!({ "kind": kind }))).collect();
    dice.one(&kinds)
}
