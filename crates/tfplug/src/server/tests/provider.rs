//! A provider with one of everything. What its parts do, each test says where it matters: as functions in place of the
//! methods.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::SystemTime,
};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::informational::Shares;
use crate::{
    Action, Arguments, Attr, Change, ConfigureContext, Context, DataSource, Diagnostic, Diagnostics, EphemeralResource,
    Function, FunctionError, Import, ListResource, Listing, MoveSource, Opened, Parameter, Progress, Provider,
    Registry, Resource, Result, Signature, Value,
    schema::{Attribute, Block, IdentitySchema, NestedBlock, Nesting, PlanModifier, Schema, Validator, validate},
    value::Type,
};

/// What the parts get to work with: the configured region.
pub(super) type Data = String;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Config {
    pub(super) region: Attr<String>,
    pub(super) token: Attr<String>,
    pub(super) parts: Attr<Parts>,
}

/// What every block may have: an object with what must not be null, and with collections of what must not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Parts {
    user: Attr<String>,
    routes: Attr<Vec<Mount>>,
    order: Attr<Vec<String>>,
    tags: Attr<BTreeSet<String>>,
    labels: Attr<BTreeMap<String, String>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Meta {
    pub(super) module: Attr<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Disk {
    pub(super) id: Attr<String>,
    pub(super) name: Attr<String>,
    pub(super) zone: Attr<String>,
    pub(super) size: Attr<i64>,
    pub(super) label: Attr<String>,
    pub(super) etag: Attr<String>,
    pub(super) secret: Attr<String>,
    pub(super) former: Attr<String>,
    pub(super) parts: Attr<Parts>,
    pub(super) mount: Attr<Vec<Mount>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Mount {
    pub(super) path: Attr<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct DiskIdentity {
    pub(super) id: Attr<String>,
    pub(super) zone: Attr<String>,
}

/// What the data source, the list, the action and the ephemeral resource have in common.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Query {
    pub(super) name: Attr<String>,
    pub(super) result: Attr<String>,
    pub(super) parts: Attr<Parts>,
    pub(super) mount: Attr<Vec<Mount>>,
}

#[derive(Clone)]
pub(super) struct Disks {
    pub(super) identity: fn(&Disk) -> Option<DiskIdentity>,
    pub(super) validate: fn(&Disk) -> Diagnostics,
    pub(super) plan: fn(&mut Context<Data>, &mut Change<Disk>) -> Result<()>,
    pub(super) create: fn(&mut Context<Data>, Disk) -> Result<Disk>,
    pub(super) read: fn(&mut Context<Data>, Disk) -> Result<Option<Disk>>,
    pub(super) update: fn(&mut Context<Data>, Disk, Disk) -> Result<Disk>,
    pub(super) delete: fn(&mut Context<Data>, Disk) -> Result<()>,
    pub(super) import: fn(&mut Context<Data>, Import<DiskIdentity>) -> Result<Disk>,
    pub(super) upgrade: fn(i64, Json) -> Result<Json>,
    pub(super) upgrade_identity: fn(i64, Json) -> Result<Json>,
    pub(super) move_from: fn(&MoveSource) -> Result<Option<Disk>>,
    pub(super) generate_config: fn(Disk) -> Disk,
    pub(super) same_label: fn(&Value, &Value) -> bool,
    pub(super) identity_schema: fn(IdentitySchema) -> IdentitySchema,
}

impl Default for Disks {
    fn default() -> Self {
        Self {
            identity: |disk| disk.id.is_known().then(|| DiskIdentity { id: disk.id.clone(), zone: disk.zone.clone() }),
            validate: |_| Diagnostics::NONE,
            plan: |_, _| Ok(()),
            create: |_, planned| Ok(Disk { id: "disk-1".into(), etag: "e1".into(), ..planned }),
            read: |_, state| Ok(Some(state)),
            update: |_, _, planned| Ok(Disk { etag: "e2".into(), ..planned }),
            delete: |_, _| Ok(()),
            import: |_, source| match source {
                Import::Id(id) => Ok(Disk { id: id.into(), ..Disk::default() }),
                Import::Identity(identity) => Ok(Disk { id: identity.id, zone: identity.zone, ..Disk::default() }),
            },
            upgrade: |_, state| Ok(state),
            upgrade_identity: |_, identity| Ok(identity),
            move_from: |_| Ok(None),
            generate_config: |config| config,
            identity_schema: |schema| schema,
            same_label: |one, other| match (one, other) {
                (Value::String(one), Value::String(other)) => one.eq_ignore_ascii_case(other),
                _ => false,
            },
        }
    }
}

fn parts() -> Attribute {
    let path = Attribute::string("The path.").required();
    Attribute::object(
        "Its parts.",
        [
            ("user", Attribute::string("Whose it is.").required()),
            ("routes", Attribute::nested(Nesting::List, "The ways to it.", [("path", path)])),
            ("order", Attribute::list(Type::String, "What comes first.")),
            ("tags", Attribute::set(Type::String, "Words.")),
            ("labels", Attribute::map(Type::String, "Words by keys.")),
        ],
    )
}

/// A label; the check of one that is called `unchecked` breaks, and the plan of `unplanned`.
fn labels(same_label: fn(&Value, &Value) -> bool) -> Attribute {
    Attribute::string("Its label.")
        .semantic_equality(same_label)
        .validate(Validator::known("a label", |it| {
            assert!(*it.value != "unchecked".into(), "boom");
            Ok(())
        }))
        .modify_plan(PlanModifier::new("Looks at it.", |it| assert!(*it.planned != "unplanned".into(), "boom")))
}

fn mounts() -> NestedBlock {
    NestedBlock::list(Block::new("Where it is mounted.").attribute("path", Attribute::string("The path.").required()))
}

impl Resource for Disks {
    type Data = Data;
    type Model = Disk;
    type Identity = DiskIdentity;

    fn type_name(&self) -> &'static str {
        "test_disk"
    }

    fn schema(&self) -> Schema {
        let same_label = self.same_label;
        Schema::new("A disk.")
            .version(2)
            .attribute("id", Attribute::string("Its ID.").computed().use_state_for_unknown())
            .attribute("name", Attribute::string("Its name.").required().validate(validate::length(1..=10)))
            .attribute("zone", Attribute::string("Its zone.").requires_replace())
            .attribute("size", Attribute::number("Its size.").default(1))
            .attribute("label", labels(same_label))
            .attribute("etag", Attribute::string("Changes with it.").computed())
            .attribute("secret", Attribute::string("Its key.").write_only())
            .attribute("former", Attribute::string("Its former name.").deprecated("Use name."))
            .attribute("parts", parts())
            .block("mount", mounts())
    }

    fn identity_schema(&self) -> Option<IdentitySchema> {
        let schema = (self.identity_schema)(IdentitySchema::new().version(2));
        Some(schema.required("id", Type::String, "The ID.").optional("zone", Type::String, "The zone."))
    }

    fn identity(&self, state: &Disk) -> Option<DiskIdentity> {
        (self.identity)(state)
    }

    fn validate(&self, config: &Disk) -> Diagnostics {
        (self.validate)(config)
    }

    async fn plan(&self, cx: &mut Context<Data>, change: &mut Change<Disk>) -> Result<()> {
        (self.plan)(cx, change)
    }

    async fn create(&self, cx: &mut Context<Data>, planned: Disk) -> Result<Disk> {
        (self.create)(cx, planned)
    }

    async fn read(&self, cx: &mut Context<Data>, state: Disk) -> Result<Option<Disk>> {
        (self.read)(cx, state)
    }

    async fn update(&self, cx: &mut Context<Data>, prior: Disk, planned: Disk) -> Result<Disk> {
        (self.update)(cx, prior, planned)
    }

    async fn delete(&self, cx: &mut Context<Data>, state: Disk) -> Result<()> {
        (self.delete)(cx, state)
    }

    async fn import(&self, cx: &mut Context<Data>, source: Import<DiskIdentity>) -> Result<Disk> {
        (self.import)(cx, source)
    }

    fn upgrade(&self, version: i64, state: Json) -> Result<Json> {
        (self.upgrade)(version, state)
    }

    fn upgrade_identity(&self, version: i64, identity: Json) -> Result<Json> {
        (self.upgrade_identity)(version, identity)
    }

    fn move_from(&self, source: &MoveSource) -> Result<Option<Disk>> {
        (self.move_from)(source)
    }

    fn generate_config(&self, config: Disk) -> Disk {
        (self.generate_config)(config)
    }
}

/// A resource that keeps to what the traits do by themselves.
#[derive(Clone)]
pub(super) struct Plain;

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct PlainModel {
    name: Attr<String>,
}

impl Resource for Plain {
    type Data = Data;
    type Model = PlainModel;
    type Identity = crate::NoIdentity;

    fn type_name(&self) -> &'static str {
        "test_plain"
    }

    fn schema(&self) -> Schema {
        Schema::new("Plain.").attribute("name", Attribute::string("Its name."))
    }

    async fn create(&self, _: &mut Context<Data>, planned: PlainModel) -> Result<PlainModel> {
        Ok(planned)
    }

    async fn read(&self, _: &mut Context<Data>, state: PlainModel) -> Result<Option<PlainModel>> {
        Ok(Some(state))
    }

    async fn update(&self, _: &mut Context<Data>, _: PlainModel, planned: PlainModel) -> Result<PlainModel> {
        Ok(planned)
    }

    async fn delete(&self, _: &mut Context<Data>, _: PlainModel) -> Result<()> {
        Ok(())
    }
}

/// Data source, list resource, action and ephemeral resource.
#[derive(Clone)]
pub(super) struct Queries {
    pub(super) validate: fn(&Query) -> Diagnostics,
    pub(super) read: fn(&mut Context<Data>, Query) -> Result<Query>,
    pub(super) list: fn(&mut Context<Data>, Query, &mut Listing<'_, DiskList>) -> Result<()>,
    pub(super) plan: fn(&mut Context<Data>, &Query) -> Result<()>,
    pub(super) invoke: fn(&mut Context<Data>, Query, Progress) -> Result<()>,
    pub(super) open: fn(&mut Context<Data>, Query) -> Result<Opened<Query>>,
    pub(super) renew: fn(&mut Context<Data>) -> Result<Option<SystemTime>>,
    pub(super) close: fn(&mut Context<Data>) -> Result<()>,
}

impl Default for Queries {
    fn default() -> Self {
        Self {
            validate: |_| Diagnostics::NONE,
            read: |_, query| Ok(Query { result: "found".into(), ..query }),
            list: |_, _, _| Ok(()),
            plan: |_, _| Ok(()),
            invoke: |_, _, _| Ok(()),
            open: |_, query| Ok(Opened { result: Query { result: "opened".into(), ..query }, renew_at: None }),
            renew: |_| Ok(None),
            close: |_| Ok(()),
        }
    }
}

pub(super) fn query_schema() -> Schema {
    Schema::new("A query.")
        .attribute("name", Attribute::string("A name.").required().validate(validate::length(1..=10)))
        .attribute("result", Attribute::string("What came of it.").computed())
        .attribute("parts", parts())
        .block("mount", mounts())
}

pub(super) struct DiskData(Queries);

impl DataSource for DiskData {
    type Data = Data;
    type Model = Query;

    fn type_name(&self) -> &'static str {
        "test_disk"
    }

    fn schema(&self) -> Schema {
        query_schema()
    }

    fn validate(&self, config: &Query) -> Diagnostics {
        (self.0.validate)(config)
    }

    async fn read(&self, cx: &mut Context<Data>, config: Query) -> Result<Query> {
        (self.0.read)(cx, config)
    }
}

pub(super) struct DiskList(Queries);

impl ListResource for DiskList {
    type Data = Data;
    type Config = Query;
    type Resource = Disks;

    fn type_name(&self) -> &'static str {
        "test_disk"
    }

    fn schema(&self) -> Schema {
        query_schema()
    }

    fn validate(&self, config: &Query) -> Diagnostics {
        (self.0.validate)(config)
    }

    async fn list(&self, cx: &mut Context<Data>, config: Query, listing: &mut Listing<'_, Self>) -> Result<()> {
        (self.0.list)(cx, config, listing)
    }
}

/// The list of a resource without an identity, which cannot be.
struct PlainList;

impl ListResource for PlainList {
    type Data = Data;
    type Config = Query;
    type Resource = Plain;

    fn type_name(&self) -> &'static str {
        "test_plain"
    }

    fn schema(&self) -> Schema {
        query_schema()
    }

    async fn list(&self, _: &mut Context<Data>, _: Query, _: &mut Listing<'_, Self>) -> Result<()> {
        Ok(())
    }
}

struct DiskAction(Queries);

impl Action for DiskAction {
    type Data = Data;
    type Model = Query;

    fn type_name(&self) -> &'static str {
        "test_format"
    }

    fn schema(&self) -> Schema {
        query_schema()
    }

    fn validate(&self, config: &Query) -> Diagnostics {
        (self.0.validate)(config)
    }

    async fn plan(&self, cx: &mut Context<Data>, config: &Query) -> Result<()> {
        (self.0.plan)(cx, config)
    }

    async fn invoke(&self, cx: &mut Context<Data>, config: Query, progress: Progress) -> Result<()> {
        (self.0.invoke)(cx, config, progress)
    }
}

struct DiskKey(Queries);

impl EphemeralResource for DiskKey {
    type Data = Data;
    type Model = Query;

    fn type_name(&self) -> &'static str {
        "test_key"
    }

    fn schema(&self) -> Schema {
        query_schema()
    }

    fn validate(&self, config: &Query) -> Diagnostics {
        (self.0.validate)(config)
    }

    async fn open(&self, cx: &mut Context<Data>, config: Query) -> Result<Opened<Query>> {
        (self.0.open)(cx, config)
    }

    async fn renew(&self, cx: &mut Context<Data>) -> Result<Option<SystemTime>> {
        (self.0.renew)(cx)
    }

    async fn close(&self, cx: &mut Context<Data>) -> Result<()> {
        (self.0.close)(cx)
    }
}

/// Joins texts: the first argument, and any number of others, between them.
struct Join;

impl Function for Join {
    fn name(&self) -> &'static str {
        "join"
    }

    fn signature(&self) -> Signature {
        Signature::new(Type::String, "Joins.", "Joins **texts**.")
            .deprecated("Use `format`.")
            .parameter(Parameter::new("separator", Type::String, "Between them.").validate(validate::length(0..=10)))
            .variadic(
                Parameter::new("texts", Type::String, "The texts.")
                    .allow_null()
                    .allow_unknown()
                    .validate(validate::pattern("[a-z]*", "small letters")),
            )
    }

    fn call(&self, arguments: &Arguments) -> Result<Value, FunctionError> {
        let separator: String = arguments.get(0)?;
        let texts = (1..arguments.values().len()).map(|position| arguments.get::<String>(position));
        let texts = texts.collect::<Result<Vec<_>, _>>()?;
        assert!(separator != "panic", "boom");
        if separator == "stopped" {
            return arguments.result(&arguments.cancellation().is_cancelled().to_string());
        }
        if separator == "number" { Ok(7.into()) } else { arguments.result(&texts.join(&separator)) }
    }
}

pub(super) struct TestProvider {
    pub(super) disks: Disks,
    pub(super) queries: Queries,
    pub(super) shares: Shares,
    pub(super) validate: fn(&Config) -> Diagnostics,
    pub(super) waits_for: fn(&Config) -> bool,
    pub(super) configure: fn(&mut ConfigureContext, Config) -> Result<Data>,
}

impl Default for TestProvider {
    fn default() -> Self {
        Self {
            disks: Disks::default(),
            queries: Queries::default(),
            shares: Shares::default(),
            validate: |_| Diagnostics::NONE,
            waits_for: |_| true,
            configure: |_, config| Ok(config.region.as_str().unwrap_or("nowhere").to_owned()),
        }
    }
}

impl Provider for TestProvider {
    type Config = Config;
    type Data = Data;

    fn version(&self) -> &'static str {
        "1.2.3"
    }

    fn schema(&self) -> Schema {
        Schema::new("A provider for tests.")
            .attribute("region", Attribute::string("The region.").validate(validate::length(1..=10)))
            .attribute("token", Attribute::string("The token.").sensitive())
            .attribute("parts", parts())
    }

    fn meta_schema(&self) -> Option<Schema> {
        Some(Schema::new("What a module says.").attribute("module", Attribute::string("Its name.")))
    }

    fn validate(&self, config: &Config) -> Diagnostics {
        (self.validate)(config)
    }

    fn waits_for(&self, config: &Config) -> bool {
        (self.waits_for)(config)
    }

    fn configure(&self, cx: &mut ConfigureContext, config: Config) -> impl Future<Output = Result<Data>> + Send {
        // A future that somebody wrote by hand may have worked before it is first asked.
        std::future::ready((self.configure)(cx, config))
    }

    fn register(&self, registry: &mut Registry<Data>) {
        registry
            .resource(self.disks.clone())
            .resource(Plain)
            .resource(self.shares.clone())
            .data_source(DiskData(self.queries.clone()))
            .list_resource(DiskList(self.queries.clone()))
            .list_resource(PlainList)
            .action(DiskAction(self.queries.clone()))
            .ephemeral_resource(DiskKey(self.queries.clone()))
            .function(Join);
    }
}

/// An error that a provider's code may end with.
pub(super) fn broken() -> Diagnostics {
    Diagnostic::error("Broken", "It is broken.").into()
}

/// The configured region, as a part of the provider sees it.
pub(super) fn region(cx: &Context<Data>) -> String {
    cx.data().map_or("none".to_owned(), Arc::unwrap_or_clone)
}
