//! A resource that others have a part in: somebody gives it titles. Its objects say nothing without a value.

use serde::{Deserialize, Serialize};
use tfplug::{
    Attr, Change, Context, NoIdentity, Resource, Result, Value,
    schema::{Attribute, Schema},
};

use crate::service::{Record, Service};

pub struct Share;

#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Model {
    id: Attr<String>,
    name: Attr<String>,
    size: Attr<i64>,
    title: Attr<String>,
    backup: Attr<Switch>,
    door: Attr<Switch>,
}

#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Switch {
    enabled: Attr<bool>,
}

impl Resource for Share {
    type Data = Service;
    type Model = Model;
    type Identity = NoIdentity;

    fn type_name(&self) -> &'static str {
        "tfplugtest_share"
    }

    fn schema(&self) -> Schema {
        let off = Value::object([("enabled", Value::from(false))]);
        let enabled = || Attribute::bool("Whether it is on.");
        let given = |attribute: Attribute| attribute.optional().computed().use_state_for_unknown();
        Schema::new("Something that several people have.")
            .attribute("id", Attribute::string("Its ID.").computed().use_state_for_unknown())
            .attribute("name", Attribute::string("Its name.").required().requires_replace())
            .attribute("size", Attribute::number("Its size.").default(1))
            .attribute("title", Attribute::string("What people call it.").informational().use_state_for_unknown())
            .attribute(
                "backup",
                Attribute::object("Backups; off by default.", [("enabled", enabled().default(false))])
                    .default(off)
                    .requires_replace(),
            )
            .attribute(
                "door",
                given(Attribute::object("Its door; the service decides.", [("enabled", given(enabled()))]))
                    .requires_replace(),
            )
    }

    async fn plan(&self, _: &mut Context<Service>, change: &mut Change<Model>) -> Result<()> {
        // What most are called. The framework knows that by the end of a creation it may be anything.
        if let Some(planned) = &mut change.planned {
            planned.title.resolve("untitled".into());
        }
        Ok(())
    }

    async fn create(&self, cx: &mut Context<Service>, planned: Model) -> Result<Model> {
        self.put(cx, planned)
    }

    async fn read(&self, cx: &mut Context<Service>, mut state: Model) -> Result<Option<Model>> {
        let name = state.name.as_str().unwrap_or_default();
        let Some(record) = cx.data()?.find(name)? else { return Ok(None) };
        state.title = record.note.into();
        Ok(Some(state))
    }

    async fn update(&self, cx: &mut Context<Service>, _: Model, planned: Model) -> Result<Model> {
        self.put(cx, planned)
    }

    async fn delete(&self, cx: &mut Context<Service>, state: Model) -> Result<()> {
        cx.data()?.remove(state.name.as_str().unwrap_or_default())
    }
}

impl Share {
    /// Creates or changes it; what people call it stays.
    fn put(&self, cx: &mut Context<Service>, planned: Model) -> Result<Model> {
        let service = cx.data()?;
        let name = planned.name.require("name")?.clone();
        let title = service.find(&name)?.and_then(|record| record.note).unwrap_or_else(|| "untitled".to_owned());
        let size = *planned.size.require("size")?;
        service.put(&name, &Record { zone: "home".to_owned(), size, note: Some(title.clone()) })?;
        let mut state = planned;
        state.id.resolve(format!("id-of-{name}").into());
        // The service's own word, whatever was planned.
        state.title = title.into();
        state.door.resolve(Attr::Known(Switch { enabled: Attr::Unknown }));
        if let Attr::Known(door) = &mut state.door {
            door.enabled.resolve(Attr::Known(true));
        }
        Ok(state)
    }
}
