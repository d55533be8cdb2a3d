//! A provider with one of everything, whose remote service is a map in memory.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard},
};

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::{
    Action, Arguments, Attr, ConfigureContext, Context, DataSource, Diagnostic, EphemeralResource, Function,
    FunctionError, Import, ListResource, Listed, Listing, MoveSource, Opened, Parameter, Progress, Provider, Registry,
    Resource, Result, Signature, Value,
    schema::{Attribute, Block, IdentitySchema, NestedBlock, Nesting, Schema},
    testing::Host,
    value::Type,
};

/// What the service knows of a bed: its state, without what is never stored.
pub(super) type Beds = BTreeMap<String, Bed>;

/// The service.
#[derive(Clone, Default)]
pub(super) struct Service {
    beds: Arc<Mutex<Beds>>,
    log: Arc<Mutex<Vec<String>>>,
}

impl Service {
    pub(super) fn beds(&self) -> MutexGuard<'_, Beds> {
        self.beds.lock().unwrap()
    }

    pub(super) fn log(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }

    fn tell(&self, line: impl Into<String>) {
        self.log.lock().unwrap().push(line.into());
    }
}

/// A host whose provider is configured, and the service behind it.
pub(super) async fn garden() -> (Host, Service) {
    let service = Service::default();
    let host = Host::in_process(Garden(service.clone())).await.unwrap();
    host.configure(&json!({})).await.unwrap();
    (host, service)
}

pub(super) struct Garden(pub(super) Service);

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Config {
    climate: Attr<String>,
}

impl Provider for Garden {
    type Config = Config;
    type Data = Service;

    fn version(&self) -> &'static str {
        "1.0.0"
    }

    fn schema(&self) -> Schema {
        Schema::new("A garden.").attribute("climate", Attribute::string("Its climate."))
    }

    fn meta_schema(&self) -> Option<Schema> {
        Some(Schema::new("A module.").attribute("climate", Attribute::string("What it wants.")))
    }

    async fn configure(&self, cx: &mut ConfigureContext, config: Config) -> Result<Service> {
        if config.climate.as_str() == Some("desert") {
            cx.warn(Diagnostic::warning("It is dry", "Water it."));
        }
        self.0.tell(format!("configure {}", cx.terraform_version));
        Ok(self.0.clone())
    }

    fn register(&self, registry: &mut Registry<Service>) {
        registry
            .resource(BedResource)
            .data_source(BedData)
            .list_resource(BedList)
            .action(Water)
            .ephemeral_resource(Key)
            .function(Area);
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Bed {
    name: Attr<String>,
    id: Attr<String>,
    pub(super) size: Attr<i64>,
    password: Attr<String>,
    pub(super) note: Attr<String>,
    plants: Attr<BTreeSet<Plant>>,
    rows: Attr<BTreeMap<String, Row>>,
    fail: Attr<String>,
    step: Attr<Vec<Step>>,
    fence: Attr<Fence>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Plant {
    kind: String,
    count: Option<i64>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Row {
    length: Attr<i64>,
    mark: Attr<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Step {
    title: Attr<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Fence {
    height: Attr<i64>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct BedIdentity {
    name: Attr<String>,
    garden: Attr<String>,
}

struct BedResource;

impl Bed {
    /// With what the service says of it.
    fn made(mut self) -> Self {
        let name = self.name.as_str().unwrap_or_default().to_owned();
        self.id.resolve(format!("bed-{name}").into());
        self.note.resolve("fresh".to_owned().into());
        if let Attr::Known(rows) = &mut self.rows {
            for (key, row) in rows {
                row.mark.resolve(format!("mark-{key}").into());
            }
        }
        self
    }
}

fn fails(bed: &Bed, when: &str) -> bool {
    bed.fail.as_str() == Some(when)
}

impl Resource for BedResource {
    type Data = Service;
    type Model = Bed;
    type Identity = BedIdentity;

    fn type_name(&self) -> &'static str {
        "garden_bed"
    }

    fn schema(&self) -> Schema {
        let plants = [
            ("kind", Attribute::string("What grows.").required()),
            ("count", Attribute::number("How many.").default(1)),
        ];
        let rows = [
            ("length", Attribute::number("In metres.").required()),
            ("mark", Attribute::string("Its mark.").computed().use_state_for_unknown()),
        ];
        let step = Block::new("A step.").attribute("title", Attribute::string("What to do.").required());
        let fence = Block::new("A fence.").attribute("height", Attribute::number("In metres."));
        Schema::new("A bed.")
            .version(2)
            .attribute("name", Attribute::string("Its name.").required().requires_replace())
            .attribute("id", Attribute::string("Its ID.").computed().use_state_for_unknown())
            .attribute("size", Attribute::number("Its size.").default(1))
            .attribute("password", Attribute::string("Of its gate.").write_only())
            .attribute("note", Attribute::string("What it is like.").optional().computed().use_state_for_unknown())
            .attribute("plants", Attribute::nested(Nesting::Set, "What grows.", plants))
            .attribute("rows", Attribute::nested(Nesting::Map, "Its rows.", rows))
            .attribute("fail", Attribute::string("When to fail."))
            .block("step", NestedBlock::list(step))
            .block("fence", NestedBlock::single(fence))
    }

    fn identity_schema(&self) -> Option<IdentitySchema> {
        let schema = IdentitySchema::new().version(1).required("name", Type::String, "Its name.");
        Some(schema.optional("garden", Type::String, "Where it lies."))
    }

    fn identity(&self, state: &Bed) -> Option<BedIdentity> {
        Some(BedIdentity { name: state.name.clone(), garden: "home".to_owned().into() })
    }

    async fn create(&self, cx: &mut Context<Service>, planned: Bed) -> Result<Bed> {
        let service = cx.data()?;
        let password = cx.config::<Bed>()?.and_then(|config| config.password.into_known());
        service.tell(format!("create with {}", password.as_deref().unwrap_or("no password")));
        let made = planned.made();
        if fails(&made, "before") {
            return Err(Diagnostic::error("No bed", "Nothing happened.").into());
        }
        service.beds().insert(made.name.as_str().unwrap_or_default().to_owned(), made.clone());
        cx.private_mut().set("made", &true)?;
        cx.checkpoint(&made)?;
        if fails(&made, "after") {
            return Err(Diagnostic::error("Half a bed", "It rains.").into());
        }
        if fails(&made, "wait") {
            service.tell("waiting");
            cx.cancellation().cancelled().await;
            return Err(Diagnostic::error("Stopped", "As asked.").into());
        }
        Ok(made)
    }

    async fn read(&self, cx: &mut Context<Service>, state: Bed) -> Result<Option<Bed>> {
        Ok(cx.data()?.beds().get(state.name.as_str().unwrap_or_default()).cloned())
    }

    async fn update(&self, cx: &mut Context<Service>, _: Bed, planned: Bed) -> Result<Bed> {
        let made = planned.made();
        if fails(&made, "update") {
            return Err(Diagnostic::error("No change", "It rains.").into());
        }
        cx.data()?.beds().insert(made.name.as_str().unwrap_or_default().to_owned(), made.clone());
        Ok(made)
    }

    async fn delete(&self, cx: &mut Context<Service>, state: Bed) -> Result<()> {
        let service = cx.data()?;
        service.tell(format!("delete {}", state.name.as_str().unwrap_or_default()));
        if fails(&state, "delete") {
            return Err(Diagnostic::error("It stays", "It has roots.").into());
        }
        service.beds().remove(state.name.as_str().unwrap_or_default());
        Ok(())
    }

    async fn import(&self, cx: &mut Context<Service>, source: Import<BedIdentity>) -> Result<Bed> {
        let name = match source {
            Import::Id(id) => id,
            Import::Identity(identity) => identity.name.require("name")?.clone(),
        };
        let found = cx.data()?.beds().get(&name).cloned();
        Ok(found.unwrap_or_else(|| empty(&name)))
    }

    fn upgrade(&self, version: i64, mut state: Json) -> Result<Json> {
        if version == 0 {
            return Err(Diagnostic::error("Too old", "There is no way.").into());
        }
        state["name"] = state["title"].take();
        Ok(state)
    }

    fn upgrade_identity(&self, _: i64, identity: Json) -> Result<Json> {
        Ok(json!({ "name": identity["title"], "garden": "home" }))
    }

    fn move_from(&self, source: &MoveSource) -> Result<Option<Bed>> {
        let name = source.state["label"].as_str().map(str::to_owned);
        let name = name.filter(|_| source.type_name == "field_strip");
        Ok(name.map(|name| Bed { id: Attr::Unknown, ..empty(&name) }.made()))
    }
}

fn empty(name: &str) -> Bed {
    Bed {
        name: name.to_owned().into(),
        id: Attr::Null,
        size: Attr::Known(1),
        password: Attr::Null,
        note: Attr::Null,
        plants: Attr::Null,
        rows: Attr::Null,
        fail: Attr::Null,
        step: Attr::Null,
        fence: Attr::Null,
    }
}

#[derive(Clone, Serialize, Deserialize)]
struct Named {
    name: Attr<String>,
    result: Attr<String>,
}

fn named() -> Schema {
    Schema::new("By name.")
        .attribute("name", Attribute::string("Its name.").required())
        .attribute("result", Attribute::string("What came of it.").computed())
}

struct BedData;

impl DataSource for BedData {
    type Data = Service;
    type Model = Named;

    fn type_name(&self) -> &'static str {
        "garden_bed"
    }

    fn schema(&self) -> Schema {
        named()
    }

    async fn read(&self, cx: &mut Context<Service>, mut config: Named) -> Result<Named> {
        let found = cx.data()?.beds().contains_key(config.name.as_str().unwrap_or_default());
        config.result = if found { "there" } else { "gone" }.to_owned().into();
        Ok(config)
    }
}

#[derive(Clone, Serialize, Deserialize)]
struct Filter {
    prefix: Attr<String>,
}

struct BedList;

impl ListResource for BedList {
    type Data = Service;
    type Config = Filter;
    type Resource = BedResource;

    fn type_name(&self) -> &'static str {
        "garden_bed"
    }

    fn schema(&self) -> Schema {
        Schema::new("Beds.").attribute("prefix", Attribute::string("What their names begin with."))
    }

    async fn list(&self, cx: &mut Context<Service>, config: Filter, listing: &mut Listing<'_, Self>) -> Result<()> {
        let beds = cx.data()?.beds().clone();
        let prefix = config.prefix.into_known().unwrap_or_default();
        for (name, bed) in beds.into_iter().filter(|(name, _)| name.starts_with(&prefix)) {
            let identity = BedIdentity { name: name.clone().into(), garden: "home".to_owned().into() };
            listing.push(Listed { identity, display_name: name, resource: Some(bed) })?;
        }
        Ok(())
    }
}

struct Water;

impl Action for Water {
    type Data = Service;
    type Model = Filter;

    fn type_name(&self) -> &'static str {
        "garden_water"
    }

    fn schema(&self) -> Schema {
        Schema::new("Waters.").attribute("prefix", Attribute::string("Which beds."))
    }

    async fn invoke(&self, cx: &mut Context<Service>, config: Filter, progress: Progress) -> Result<()> {
        progress.tell("opening the tap");
        progress.tell("closing the tap");
        cx.data()?.tell(format!("water {}", config.prefix.as_str().unwrap_or("all")));
        if config.prefix.as_str() == Some("fail") {
            return Err(Diagnostic::error("No water", "The well is dry.").into());
        }
        Ok(())
    }
}

struct Key;

impl EphemeralResource for Key {
    type Data = Service;
    type Model = Named;

    fn type_name(&self) -> &'static str {
        "garden_key"
    }

    fn schema(&self) -> Schema {
        named()
    }

    async fn open(&self, cx: &mut Context<Service>, mut config: Named) -> Result<Opened<Named>> {
        cx.private_mut().set("name", &config.name.as_str())?;
        config.result = "a key".to_owned().into();
        Ok(Opened { result: config, renew_at: Some(std::time::SystemTime::UNIX_EPOCH) })
    }

    async fn renew(&self, cx: &mut Context<Service>) -> Result<Option<std::time::SystemTime>> {
        let name: Option<String> = cx.private().get("name");
        cx.data()?.tell(format!("renew {}", name.unwrap_or_default()));
        Ok(None)
    }

    async fn close(&self, cx: &mut Context<Service>) -> Result<()> {
        let name: Option<String> = cx.private().get("name");
        cx.data()?.tell(format!("close {}", name.unwrap_or_default()));
        Ok(())
    }
}

struct Area;

impl Function for Area {
    fn name(&self) -> &'static str {
        "area"
    }

    fn signature(&self) -> Signature {
        Signature::new(Type::Number, "The area", "Length by width, and so on.")
            .parameter(Parameter::new("length", Type::Number, "In metres."))
            .variadic(Parameter::new("others", Type::Number, "In metres."))
    }

    fn call(&self, arguments: &Arguments) -> Result<Value, FunctionError> {
        let mut area: i64 = arguments.get(0)?;
        for position in 1..arguments.values().len() {
            let other: i64 = arguments.get(position)?;
            if other < 0 {
                return Err(FunctionError::at(position, "It is less than nothing."));
            }
            area *= other;
        }
        arguments.result(&area)
    }
}
