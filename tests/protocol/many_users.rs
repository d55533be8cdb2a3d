//! `appstreaming_delivery_group_authorization` with up to ten thousand users: how many calls a change takes, and that
//! nobody who stays is ever removed. By the protocol alone: Terraform takes minutes to compare such sets.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};
use tfplug::testing::{Applied, Host, State};

use crate::emulated::{AUTHORIZATION as TYPE, Emulator, configured};

const AUTHORIZE: &str = "AuthorizeInstanceGroup";
/// The most names in one list of a call.
const MOST: usize = 100;

/// The authorizations since call `since`, and the number of the last call.
async fn authorizations_since(emulator: &Emulator, since: &mut u64) -> Vec<Sent> {
    let calls = emulator.control(reqwest::Method::GET, &format!("requests?since={since}"), None).await;
    let calls = calls.as_array().unwrap();
    *since = calls.last().and_then(|call| call["sequence"].as_u64()).unwrap_or(*since);
    calls.iter().filter(|call| call["operation"] == AUTHORIZE).map(Sent::new).collect()
}

/// One call.
#[derive(Debug)]
struct Sent {
    added: Vec<String>,
    removed: Vec<String>,
    succeeded: bool,
}

impl Sent {
    fn new(call: &Json) -> Self {
        let list = |name: &str| {
            let names = call["parameters"][name].as_array().into_iter().flatten();
            names.map(|name| name.as_str().unwrap().to_owned()).collect()
        };
        Self { added: list("AuthorizeUserIds"), removed: list("UnAuthorizeUserIds"), succeeded: call["status"] == 200 }
    }
}

type Users = BTreeSet<String>;

/// So many users, from number `first` on.
fn users(first: usize, count: usize) -> Users {
    (first..first + count).map(|number| format!("user{number:05}")).collect()
}

/// A resource that is created, changed and destroyed over the wire.
struct Authorization<'h> {
    host: &'h Host,
    group: String,
    state: Option<State>,
}

impl<'h> Authorization<'h> {
    fn new(host: &'h Host, number: usize) -> Self {
        Self { host, group: format!("aig-load-{number:05}"), state: None }
    }

    /// Plans and applies, whatever comes of it. `None` destroys.
    async fn try_become(&mut self, wanted: Option<&Users>) -> Applied {
        let planned = match (wanted, &self.state) {
            (Some(names), state) => {
                let config = json!({ "delivery_group_id": self.group, "user_names": names });
                self.host.plan(TYPE, state.as_ref(), &config).await
            }
            (None, Some(state)) => self.host.plan_destroy(state).await,
            (None, None) => panic!("there is nothing to destroy"),
        };
        let applied = self.host.apply(&planned.unwrap()).await;
        self.state.clone_from(&applied.state);
        applied
    }

    async fn become_without_trouble(&mut self, wanted: Option<&Users>) {
        let applied = self.try_become(wanted).await;
        assert_eq!(applied.outcome, Ok(()));
    }

    /// Who is in the state.
    fn listed(&self) -> Users {
        let state = self.state.as_ref().map(State::shown).unwrap_or_default();
        let names = state["user_names"].as_array().into_iter().flatten();
        names.map(|name| name.as_str().unwrap().to_owned()).collect()
    }
}

/// Fails unless the calls lead from one to the other, with no more of them and of names than that takes.
#[track_caller]
fn expect_no_more_than_needed(calls: &[Sent], from: &Users, to: &Users) {
    let added: Vec<_> = to.difference(from).cloned().collect();
    let removed: Vec<_> = from.difference(to).cloned().collect();
    assert_eq!(calls.len(), added.len().div_ceil(MOST).max(removed.len().div_ceil(MOST)));
    assert!(calls.iter().all(|call| call.added.len() <= MOST && call.removed.len() <= MOST));
    let times = |names: Vec<&String>| {
        let mut times = BTreeMap::new();
        names.into_iter().for_each(|name| *times.entry(name.clone()).or_insert(0) += 1);
        times
    };
    let once = |names: Vec<String>| names.into_iter().map(|name| (name, 1)).collect::<BTreeMap<_, _>>();
    // Everybody once, and of those who stay nobody.
    assert_eq!(times(calls.iter().flat_map(|call| &call.added).collect()), once(added));
    assert_eq!(times(calls.iter().flat_map(|call| &call.removed).collect()), once(removed));
}

#[tokio::test]
async fn a_change_takes_no_more_calls_than_its_names_need() {
    let sizes = [0, 1, 100, 101, 250, 10_000];
    let emulator = Emulator::start(15_000, sizes.len()).await;
    let host = configured(&emulator).await;
    let mut since = 0;
    for (number, size) in sizes.into_iter().enumerate() {
        let mut authorization = Authorization::new(&host, number + 1);
        // A creation, a change that adds and removes, one that changes nothing, and a destruction.
        let steps = [users(1, size), users(1 + size / 4, size + size / 8), users(1 + size / 4, size + size / 8)];
        let mut before = Users::new();
        for wanted in steps {
            authorization.become_without_trouble(Some(&wanted)).await;
            let calls = authorizations_since(&emulator, &mut since).await;
            expect_no_more_than_needed(&calls, &before, &wanted);
            assert_eq!(emulator.authorized(&authorization.group).await, wanted);
            assert_eq!(authorization.listed(), wanted);
            before = wanted;
        }
        authorization.become_without_trouble(None).await;
        let calls = authorizations_since(&emulator, &mut since).await;
        expect_no_more_than_needed(&calls, &before, &Users::new());
        assert_eq!(emulator.authorized(&authorization.group).await, Users::new());
    }
    host.shutdown().await.unwrap();
}

#[tokio::test]
async fn when_a_call_fails_the_state_holds_what_the_calls_before_it_did() {
    let emulator = Emulator::start(600, 6).await;
    let host = configured(&emulator).await;
    let mut since = 0;
    for failing in 1..=3 {
        for (kind, from) in [(0, Users::new()), (3, users(1, 260))] {
            let mut authorization = Authorization::new(&host, failing + kind);
            if !from.is_empty() {
                authorization.become_without_trouble(Some(&from)).await;
            }
            // 250 to add and, in a change, 250 to remove; ten stay.
            let wanted = if from.is_empty() { users(251, 250) } else { users(251, 260) };
            let fault = json!({
                "operation": AUTHORIZE, "kind": "error", "every": failing, "status": 403, "code": "Forbidden.RAM",
                "message": "No.",
            });
            emulator.control(reqwest::Method::POST, "faults", Some(&fault)).await;
            authorizations_since(&emulator, &mut since).await;
            let applied = authorization.try_become(Some(&wanted)).await;
            assert!(applied.outcome.unwrap_err().to_string().contains("Forbidden.RAM"));
            let calls = authorizations_since(&emulator, &mut since).await;
            assert_eq!(calls.len(), failing, "nothing is sent after the call that failed");
            emulator.control(reqwest::Method::DELETE, "faults", None).await;

            let mut reached = from.clone();
            for call in calls.iter().filter(|call| call.succeeded) {
                reached.extend(call.added.iter().cloned());
                reached.retain(|name| !call.removed.contains(name));
            }
            assert_eq!(reached.difference(&from).count(), 100 * (failing - 1));
            assert_eq!(emulator.authorized(&authorization.group).await, reached);
            assert_eq!(authorization.listed(), reached);

            authorization.become_without_trouble(Some(&wanted)).await;
            let calls = authorizations_since(&emulator, &mut since).await;
            expect_no_more_than_needed(&calls, &reached, &wanted);
            assert_eq!(emulator.authorized(&authorization.group).await, wanted);
        }
    }
    host.shutdown().await.unwrap();
}
