//! What others can change at any time, from the plan to the refresh after the apply.

use serde::{Deserialize, Serialize};

use super::{
    provider::{Data, broken},
    *,
};
use crate::{Attr, Change, Context, NoIdentity, Result};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Share {
    id: Attr<String>,
    name: Attr<String>,
    zone: Attr<String>,
    title: Attr<String>,
    visits: Attr<i64>,
}

/// A folder that several people have, who give it titles and visit it.
#[derive(Clone)]
pub(super) struct Shares {
    plan: fn(&mut Change<Share>),
    create: fn(Share) -> Share,
    update: fn(&mut Context<Data>, Share) -> Result<Share>,
    read: fn(Share) -> Share,
}

impl Default for Shares {
    fn default() -> Self {
        Self { plan: |_| (), create: |planned| planned, update: |_, planned| Ok(planned), read: |state| state }
    }
}

impl Resource for Shares {
    type Data = Data;
    type Model = Share;
    type Identity = NoIdentity;

    fn type_name(&self) -> &'static str {
        "test_share"
    }

    fn schema(&self) -> Schema {
        Schema::new("A share.")
            .attribute("id", Attribute::string("Its ID.").computed().use_state_for_unknown())
            .attribute("name", Attribute::string("Its name.").required())
            .attribute("zone", Attribute::string("Its zone.").requires_replace())
            .attribute("title", Attribute::string("Its title.").informational().use_state_for_unknown())
            .attribute("visits", Attribute::number("How often it was visited.").informational())
    }

    async fn plan(&self, _: &mut Context<Data>, change: &mut Change<Share>) -> Result<()> {
        (self.plan)(change);
        Ok(())
    }

    async fn create(&self, _: &mut Context<Data>, planned: Share) -> Result<Share> {
        Ok((self.create)(planned))
    }

    async fn read(&self, _: &mut Context<Data>, state: Share) -> Result<Option<Share>> {
        Ok(Some((self.read)(state)))
    }

    async fn update(&self, cx: &mut Context<Data>, _: Share, planned: Share) -> Result<Share> {
        (self.update)(cx, planned)
    }

    async fn delete(&self, _: &mut Context<Data>, _: Share) -> Result<()> {
        Ok(())
    }
}

fn share_type() -> Type {
    Shares::default().schema().ty()
}

/// Host of a provider whose shares behave so.
fn sharing(shares: Shares) -> Host {
    Host::new(TestProvider { shares, ..TestProvider::default() })
}

impl Host {
    async fn plan_share(&self, prior: &Json, config: &Json, proposed: &Json) -> (Json, Vec<String>) {
        let ty = share_type();
        let request = proto::plan_resource_change::Request {
            type_name: "test_share".to_owned(),
            prior_state: wire(prior, &ty),
            proposed_new_state: wire(proposed, &ty),
            config: wire(config, &ty),
            ..Default::default()
        };
        let response = self.service.plan_resource_change(Request::new(request)).await.unwrap().into_inner();
        assert_eq!(told(&response.diagnostics), [""; 0]);
        (read(response.planned_state.as_ref(), &ty), response.requires_replace.iter().map(place).collect())
    }

    async fn apply_share(&self, prior: &Json, planned: &Json) -> (Json, Vec<String>) {
        let ty = share_type();
        let request = proto::apply_resource_change::Request {
            type_name: "test_share".to_owned(),
            prior_state: wire(prior, &ty),
            planned_state: wire(planned, &ty),
            config: wire(&json!({"name": planned["name"]}), &ty),
            ..Default::default()
        };
        let response = self.service.apply_resource_change(Request::new(request)).await.unwrap().into_inner();
        (read(response.new_state.as_ref(), &ty), told(&response.diagnostics))
    }

    async fn refresh_share(&self, state: &Json) -> Json {
        let ty = share_type();
        let request = proto::read_resource::Request {
            type_name: "test_share".to_owned(),
            current_state: wire(state, &ty),
            ..Default::default()
        };
        let response = self.service.read_resource(Request::new(request)).await.unwrap().into_inner();
        assert_eq!(told(&response.diagnostics), [""; 0]);
        read(response.new_state.as_ref(), &ty)
    }
}

fn created(title: &str) -> Json {
    json!({"name": "a", "id": "1", "title": title, "visits": 1})
}

/// Somebody gave it another title, and it was visited.
fn meanwhile(share: Share) -> Share {
    Share { title: "new".into(), visits: Attr::Known(9), ..share }
}

#[tokio::test]
async fn in_a_creation_it_is_unknown_even_where_the_plan_foresaw_it() {
    let plan = |change: &mut Change<Share>| {
        let planned = change.planned.as_mut().unwrap();
        (planned.id, planned.title) = ("foreseen".into(), "foreseen".into());
    };
    let host = sharing(Shares { plan, ..Shares::default() });
    let config = json!({"name": "a"});
    let (planned, _) = host.plan_share(&Json::Null, &config, &config).await;
    assert_eq!(planned, json!({"name": "a", "id": "foreseen", "title": UNKNOWN, "visits": UNKNOWN}));
}

#[tokio::test]
async fn what_is_created_has_it_as_it_is_by_then() {
    let create = |planned: Share| meanwhile(Share { id: "1".into(), ..planned });
    let host = sharing(Shares { create, ..Shares::default() });
    let planned = json!({"name": "a", "id": UNKNOWN, "title": UNKNOWN, "visits": UNKNOWN});
    let expected = json!({"name": "a", "id": "1", "title": "new", "visits": 9});
    assert_eq!(host.apply_share(&Json::Null, &planned).await, (expected, vec![]));
}

#[tokio::test]
async fn a_replacement_plans_it_as_the_creation_that_it_is() {
    let host = sharing(Shares::default());
    let config = json!({"name": "a", "zone": "z"});
    let prior = created("old");
    let proposed = json!({"name": "a", "zone": "z", "id": "1", "title": "old", "visits": 1});
    let (_, replaces) = host.plan_share(&prior, &config, &proposed).await;
    assert_eq!(replaces, ["zone"]);
    // Terraform then plans again, as if there were nothing.
    let (planned, _) = host.plan_share(&Json::Null, &config, &config).await;
    assert_eq!((&planned["title"], &planned["id"]), (&json!(UNKNOWN), &json!(UNKNOWN)));
}

#[tokio::test]
async fn a_change_plans_it_as_any_computed_value() {
    let host = sharing(Shares::default());
    let proposed = json!({"name": "b", "id": "1", "title": "old", "visits": 1});
    let (planned, _) = host.plan_share(&created("old"), &json!({"name": "b"}), &proposed).await;
    assert_eq!(planned, json!({"name": "b", "id": "1", "title": "old", "visits": UNKNOWN}));
}

#[tokio::test]
async fn a_change_answers_with_it_as_planned_and_the_next_refresh_shows_what_it_has_become() {
    let host = sharing(Shares { update: |_, planned| Ok(meanwhile(planned)), read: meanwhile, ..Shares::default() });
    let planned = json!({"name": "b", "id": "1", "title": "old", "visits": UNKNOWN});
    let (state, told) = host.apply_share(&created("old"), &planned).await;
    assert_eq!(told, [""; 0], "Terraform would refuse another title");
    assert_eq!(state, json!({"name": "b", "id": "1", "title": "old", "visits": 9}));
    assert_eq!(host.refresh_share(&state).await, json!({"name": "b", "id": "1", "title": "new", "visits": 9}));
}

#[tokio::test]
async fn an_id_that_a_change_makes_another_is_told_and_never_taken_for_information() {
    let update = |_: &mut Context<Data>, planned| Ok(Share { id: "2".into(), ..meanwhile(planned) });
    let host = sharing(Shares { update, ..Shares::default() });
    let planned = json!({"name": "b", "id": "1", "title": "old", "visits": 1});
    let (state, told) = host.apply_share(&created("old"), &planned).await;
    refused(&told, "error id: Provider produced inconsistent result after apply: test_share.id: ");
    assert_eq!(state["id"], "2", "what happened is stored");
}

#[tokio::test]
async fn beside_an_error_it_is_as_it_was_reached() {
    let update = |cx: &mut Context<Data>, planned: Share| {
        cx.checkpoint(&meanwhile(planned))?;
        Err(broken())
    };
    let host = sharing(Shares { update, ..Shares::default() });
    let planned = json!({"name": "b", "id": "1", "title": "old", "visits": UNKNOWN});
    let (state, told) = host.apply_share(&created("old"), &planned).await;
    assert_eq!((&state["title"], told), (&json!("new"), vec!["error: Broken: It is broken.".to_owned()]));
}
