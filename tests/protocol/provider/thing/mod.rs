//! A resource with everything: all kinds of attributes, identity, import, upgrade, move, and ways to fail.

mod model;
mod schema;

use serde_json::{Value as Json, json};
use tfplug::{
    Attr, Change, Context, DeferredReason, Diagnostic, Diagnostics, Import, MoveSource, Path, Resource, Result,
    schema::{IdentitySchema, Schema},
    value::Type,
};

use crate::{Meta, service::Service};

pub use self::model::{Identity, Model};

pub struct Thing;

impl Resource for Thing {
    type Data = Service;
    type Model = Model;
    type Identity = Identity;

    fn type_name(&self) -> &'static str {
        "tfplugtest_thing"
    }

    fn schema(&self) -> Schema {
        schema::schema()
    }

    fn identity_schema(&self) -> Option<IdentitySchema> {
        let schema = IdentitySchema::new().version(1);
        Some(schema.required("name", Type::String, "Its name.").optional("zone", Type::String, "Where it is."))
    }

    fn identity(&self, state: &Model) -> Option<Identity> {
        if is(&state.fail, "identity-panic") {
            panic!("the identity breaks");
        }
        Some(Identity { name: state.name.clone(), zone: state.zone.clone() })
    }

    fn validate(&self, config: &Model) -> Diagnostics {
        match config.name.as_str() {
            Some("panic") => panic!("the validation breaks"),
            Some("bad") => Diagnostic::error("A bad name", "Choose another.").at(Path::attribute("name")).into(),
            _ => Diagnostics::NONE,
        }
    }

    async fn plan(&self, cx: &mut Context<Service>, change: &mut Change<Model>) -> Result<()> {
        if let Some(state) = change.as_destroy() {
            let summary = format!("{} is going to be gone", state.name.as_str().unwrap_or_default());
            cx.warn(Diagnostic::warning(summary, "For ever."));
        }
        let Some(planned) = &mut change.planned else { return Ok(()) };
        match planned.fail.as_str() {
            Some("plan") => return Err(Diagnostic::error("No plan", "It fails.").at(Path::attribute("fail")).into()),
            Some("plan-panic") => panic!("the plan breaks"),
            Some("plan-breach") => planned.note = "not what is configured".into(),
            Some("defer") => {
                cx.defer(DeferredReason::AbsentPrerequisite);
            }
            _ => {}
        }
        // The last step of a plan sees what those before it came to.
        if planned.made_by.is_unknown() && planned.size.as_known() == Some(&42) {
            planned.made_by = format!("plan of {}", planned.policy.as_known().map_or("nothing", kind)).as_str().into();
        }
        Ok(())
    }

    async fn create(&self, cx: &mut Context<Service>, planned: Model) -> Result<Model> {
        self.put(cx, planned, 1).await
    }

    async fn read(&self, cx: &mut Context<Service>, mut state: Model) -> Result<Option<Model>> {
        let name = state.name.as_str().unwrap_or_default().to_owned();
        let Some(record) = cx.data()?.find(&name)? else { return Ok(None) };
        state.refresh(&record);
        if is(&state.fail, "read-breach") {
            state.note = Attr::Unknown;
        }
        if is(&state.fail, "identity-breach") {
            state.zone = "elsewhere".into();
        }
        // A service tells times in UTC, however they were written.
        if let Some(moment) = state.at.as_str().and_then(|at| at.parse::<jiff::Timestamp>().ok()) {
            state.at = moment.to_string().as_str().into();
        }
        Ok(Some(state))
    }

    async fn update(&self, cx: &mut Context<Service>, _: Model, planned: Model) -> Result<Model> {
        let revision: i64 = cx.private().get("revision").unwrap_or_default();
        self.put(cx, planned, revision + 1).await
    }

    async fn delete(&self, cx: &mut Context<Service>, state: Model) -> Result<()> {
        if is(&state.fail, "delete") {
            return Err(Diagnostic::error("It will not go", "It stays.").into());
        }
        cx.data()?.remove(state.name.as_str().unwrap_or_default())
    }

    async fn import(&self, cx: &mut Context<Service>, source: Import<Identity>) -> Result<Model> {
        let name = match source {
            Import::Id(id) => id,
            Import::Identity(identity) => identity.name.into_known().unwrap_or_default(),
        };
        let missing = || Diagnostic::error(format!("There is no thing {name:?}"), "It cannot be imported.");
        let record = cx.data()?.find(&name)?.ok_or_else(missing)?;
        cx.private_mut().set("revision", &100)?;
        Ok(Model::of(&name, &record))
    }

    fn upgrade(&self, version: i64, state: Json) -> Result<Json> {
        // Version 0 called the name a title.
        match (version, state) {
            (0, Json::Object(mut state)) => {
                let title = state.remove("title").unwrap_or_default();
                state.insert("name".to_owned(), title);
                Ok(Json::Object(state))
            }
            _ => Err(Diagnostic::error("An unknown version", format!("It is {version}.")).into()),
        }
    }

    fn upgrade_identity(&self, _: i64, identity: Json) -> Result<Json> {
        Ok(json!({ "name": identity["title"], "zone": "home" }))
    }

    fn move_from(&self, source: &MoveSource) -> Result<Option<Model>> {
        let built_in = source.provider_address == "terraform.io/builtin/terraform";
        match source.type_name.as_str() {
            "terraform_data" if built_in => {
                let name = source.state["input"]["value"].as_str().unwrap_or_default();
                let name = source.private.get("name").unwrap_or_else(|| name.to_owned());
                Ok(Some(Model { name: name.into(), ..Model::default() }))
            }
            _ => Ok(None),
        }
    }
}

impl Thing {
    /// Creates or changes it, in the two steps that a service might need, unless it is to fail.
    async fn put(&self, cx: &mut Context<Service>, planned: Model, revision: i64) -> Result<Model> {
        let mut state = planned.clone();
        let config: Option<Model> = cx.config()?;
        let password = config.and_then(|config| config.password.into_known());
        state.resolve(
            revision,
            cx.provider_meta::<Meta>()?.and_then(|meta| meta.module.into_known()),
            password.as_deref(),
        );
        let name = state.name.as_str().unwrap_or_default().to_owned();
        let fail = state.fail.as_str().unwrap_or_default().to_owned();
        if fail == "before" {
            return Err(Diagnostic::error("Nothing happened", "It failed before anything.").into());
        }
        cx.data()?.put(&name, &state.record())?;
        cx.private_mut().set("revision", &revision)?;
        // The state so far: the second step, the note, is not made yet.
        let half = Model { note: Attr::Null, rules: planned.rules, ..state.clone() };
        match fail.as_str() {
            "partial" | "panic" | "wait" => cx.checkpoint(&half)?,
            "breach" => state.note = "not what was planned".into(),
            "unknown" => state.note = Attr::Unknown,
            _ => {}
        }
        match fail.as_str() {
            "partial" => Err(Diagnostic::error("Half done", "The note is missing.").into()),
            "panic" => panic!("the thing breaks"),
            "wait" => {
                tracing::info!("waiting");
                cx.data()?.log("waiting")?;
                cx.cancellation().cancelled().await;
                Err(Diagnostic::error("Stopped", "The note is missing.").into())
            }
            _ => Ok(state),
        }
    }
}

fn is(attribute: &Attr<String>, text: &str) -> bool {
    attribute.as_str() == Some(text)
}

fn kind(policy: &model::Policy) -> &str {
    policy.kind.as_str().unwrap_or_default()
}
