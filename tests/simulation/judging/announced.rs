//! Whether a plan has said what its apply did to people.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tfplug::testing::PlannedAction;

use crate::{
    estate::{Call, LOG_OFF, Ledger, members_in_state, removed},
    run::Outcome,
    script::Step,
};

/// What a plan has said, by the difference that Terraform shows and in warnings.
pub struct Announced {
    /// Who leaves what, by the difference: the ID of the target, and the member.
    leaving: BTreeSet<(String, String)>,
    /// What the plan warned of.
    before: Vec<String>,
    /// What the apply warned of. Whom becoming exclusive has removed who came after the plan, it names.
    after: Vec<String>,
    /// The delivery groups in which nothing was going on when the run began, with the images that they had.
    quiet: BTreeMap<String, String>,
    /// The images that resources give back which somebody has tainted, with their groups: Terraform plans such a one as
    /// a creation, and with `create_before_destroy` plans only while it applies to destroy what was there.
    tainted: BTreeSet<(String, String)>,
    /// Whether what is replaced by hand was planned without a refresh: Terraform keeps no warning of the creation that
    /// it plans then, and what is planned before it knows nothing of an update that has failed since.
    is_blind: bool,
    /// Whether somebody asks by name for the replacement of a log-off, of which Terraform keeps no warning either.
    replaces_log_off: bool,
    /// Updates for which that is so, and of groups that had the image when they were planned, and have lost it since by
    /// somebody else or by a failure: Terraform before 1.16 plans a change once more at the apply, keeps nothing of the
    /// first plan and shows no warning of the second.
    pub overtaken: u64,
}

impl Announced {
    /// By a run, or by two of two states side by side.
    pub fn new(
        outcomes: &[Outcome],
        quiet: BTreeMap<String, String>,
        tainted: BTreeSet<(String, String)>,
        step: &Step,
    ) -> Self {
        let is_blind = !step.weather.refresh && step.replace.is_some();
        let replaces_log_off = step.replace.as_deref() == Some(LOG_OFF);
        let (leaving, before, after) = (BTreeSet::new(), Vec::new(), Vec::new());
        let mut announced = Self { leaving, before, after, quiet, tainted, is_blind, replaces_log_off, overtaken: 0 };
        outcomes.iter().for_each(|outcome| announced.add(outcome));
        announced
    }

    fn add(&mut self, outcome: &Outcome) {
        let changes = outcome.plan.iter().flat_map(|plan| plan.changes.values());
        let leaving = changes.filter(|planned| planned.action != PlannedAction::NoOp).flat_map(|planned| {
            let prior = planned.prior.as_ref().map(|prior| prior.stored()).unwrap_or_default();
            let after = if planned.action == PlannedAction::Update { planned.shown() } else { Value::Null };
            let stay: BTreeSet<_> = members_in_state(&after).collect();
            let target = target(&prior);
            members_in_state(&prior)
                .filter(move |it| !stay.contains(it))
                .map(move |it| (target.clone(), it))
                .collect::<Vec<_>>()
        });
        let warnings = outcome.told.warnings.iter().map(|(_, it)| format!("{} {}", it.summary, it.detail));
        let mut before: Vec<_> = warnings.collect();
        self.after.extend(before.split_off(outcome.warned_before.min(before.len())));
        self.before.extend(before);
        self.leaving.extend(leaving);
    }

    /// Fails where something was done to people that was not said before.
    pub fn expect_all_of(&mut self, ledger: &Ledger) {
        for call in ledger.acts() {
            self.expect_removals(call);
            if call.operation == "LogOffAllSessionsInAppInstanceGroup" {
                let group = call.parameter("AppInstanceGroupId");
                let is_said = self.before.iter().any(|text| text.contains("logged off") && text.contains(group));
                let is_exempt = self.is_blind || self.replaces_log_off;
                assert!(is_said || is_exempt, "no plan has said that {group} is logged off: {:#}", call.record);
            }
            if call.operation == "UpdateAppInstanceGroupImage" {
                let group = call.parameter("AppInstanceGroupId");
                let is_said = self.before.iter().any(|text| text.contains("disconnect") && text.contains(group));
                let image = call.parameter("AppCenterImageId");
                let is_exempt = self.is_blind
                    || self.quiet.get(group).is_some_and(|it| it == image)
                    || self.tainted.contains(&(group.to_owned(), image.to_owned()));
                self.overtaken += u64::from(!is_said && is_exempt);
                assert!(is_said || is_exempt, "no plan has said that {group} is updated: {:#}", call.record);
            }
        }
    }

    fn expect_removals(&self, call: &Call) {
        for (target, member) in removed(call) {
            let (id, named) = (target.id(), target.named());
            let is_said = self.leaving.contains(&(id.to_owned(), member.clone()))
                || self.before.iter().chain(&self.after).any(|text| text.contains(named) && text.contains(&member));
            assert!(is_said, "no plan has said that {member} is removed from {id}: {:#}", call.record);
        }
    }
}

/// What an authorization is for.
fn target(attributes: &Value) -> String {
    let of = |name: &str| attributes[name].as_str().map(str::to_owned);
    let names = ["persistent_session_id", "delivery_group_set_id", "delivery_group_id"];
    names.into_iter().find_map(of).unwrap_or_default()
}
