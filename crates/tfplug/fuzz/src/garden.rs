//! A provider with one of everything, and no service: what it is given is what there is.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use tfplug::{
    Arguments, Function, FunctionError, MoveSource, Parameter, Signature, StateStore, Upgrades,
    prelude::*,
    value::{Number, Type},
};

/// A garden.
#[derive(Clone, Model)]
pub struct Garden {
    /// Its climate.
    climate: Attr<String>,
}

impl Garden {
    /// Without a climate.
    pub const NEW: Self = Self { climate: Attr::Null };
}

#[provider]
impl Provider for Garden {
    type Data = ();

    fn meta_schema(&self) -> Option<Schema> {
        Some(Self::schema_of_module())
    }

    async fn configure(&self, _: &mut ConfigureContext, _: Garden) -> Result<()> {
        Ok(())
    }

    fn register(&self, registry: &mut Registry<()>) {
        registry
            .resource(BedResource)
            .data_source(BedData)
            .list_resource(BedList { first: Attr::Null })
            .action(Water { beds: Attr::Null })
            .ephemeral_resource(Key { bed: Attr::Null, code: Attr::Null })
            .state_store(Shed::default())
            .function(Join);
    }
}

impl Garden {
    fn schema_of_module() -> Schema {
        Schema::new("A module.").attribute("climate", Attribute::string("What it wants."))
    }
}

/// A bed.
#[derive(Clone, Debug, PartialEq, Model)]
#[tf(version = 2)]
pub struct Bed {
    /// Its name.
    #[tf(required, requires_replace, validate(length(1..=64), pattern("[a-z]*", "letters")))]
    name: Attr<String>,
    /// Its ID.
    #[tf(computed, use_state_for_unknown)]
    id: Attr<String>,
    /// Its size.
    #[tf(default = 1, validate(range(1..=64)))]
    size: Attr<i64>,
    /// How wet it is.
    #[tf(default = 0.1)]
    water: Attr<f64>,
    /// How much it costs, to the last digit.
    price: Attr<Number>,
    /// Whether it lies in the sun.
    #[tf(optional, computed)]
    sunny: Attr<bool>,
    /// Of its gate.
    #[tf(write_only)]
    password: Attr<String>,
    /// What it is like.
    #[tf(informational, semantic_equality = |one, other| one.is_null() == other.is_null())]
    note: Attr<String>,
    /// What grows.
    plants: Attr<BTreeSet<Plant>>,
    /// Its rows.
    rows: Attr<BTreeMap<String, Row>>,
    /// What it lies beside.
    #[tf(allow_null_elements, default = ["path"])]
    beside: Attr<Vec<Attr<String>>>,
    /// Anything.
    label: Attr<Value>,
    /// Its soil.
    soil: Attr<Soil>,
    /// What is to be done.
    #[tf(block(max_items = 4))]
    step: Attr<Vec<Step>>,
    /// Its fence.
    #[tf(block)]
    fence: Attr<Fence>,
    #[tf(timeouts(create = "30m"))]
    timeouts: Attr<Timeouts>,
}

/// What grows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Model)]
struct Plant {
    /// Its kind.
    kind: String,
    /// How many.
    #[tf(default = 1)]
    count: Option<i64>,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Model)]
struct Row {
    /// In metres.
    #[tf(required)]
    length: Attr<i64>,
    /// Its mark.
    #[tf(computed, use_state_for_unknown)]
    mark: Attr<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Model)]
#[serde(rename_all = "kebab-case")]
enum Soil {
    Sand,
    BlackEarth,
}

/// A step.
#[derive(Clone, Debug, PartialEq, Model)]
struct Step {
    /// What to do.
    #[tf(required)]
    title: Attr<String>,
}

/// A fence.
#[derive(Clone, Debug, PartialEq, Model)]
struct Fence {
    /// In metres.
    height: Attr<i64>,
}

/// A bed, as version 0 stored it.
#[derive(Clone, Model)]
struct OldBed {
    /// Its name.
    #[tf(required)]
    name: Attr<String>,
    /// Its size, in words.
    size: Attr<String>,
}

/// Which bed it is.
#[derive(Clone, Identity)]
#[tf(version = 1)]
pub struct BedIdentity {
    /// Its name.
    #[tf(required)]
    name: Attr<String>,
    /// Where it lies.
    garden: Attr<String>,
}

impl Bed {
    fn named(name: Attr<String>) -> Self {
        Self {
            id: Attr::Null,
            size: Attr::Known(1),
            water: Attr::Null,
            price: Attr::Null,
            sunny: Attr::Null,
            password: Attr::Null,
            note: Attr::Null,
            plants: Attr::Null,
            rows: Attr::Null,
            beside: Attr::Null,
            label: Attr::Null,
            soil: Attr::Null,
            step: Attr::Known(Vec::new()),
            fence: Attr::Null,
            timeouts: Attr::Null,
            name,
        }
    }

    fn made(mut self) -> Self {
        self.id.resolve("bed".to_owned().into());
        self.sunny.resolve(true.into());
        self.note.resolve("fresh".to_owned().into());
        if let Attr::Known(rows) = &mut self.rows {
            rows.values_mut().for_each(|row| row.mark.resolve("mark".to_owned().into()));
        }
        self
    }
}

impl From<OldBed> for Bed {
    fn from(old: OldBed) -> Self {
        let size = old.size.as_str().and_then(|size| size.parse().ok());
        Self { size: size.into(), ..Self::named(old.name) }
    }
}

struct BedResource;

#[resource("garden_bed")]
impl Resource for BedResource {
    type Data = ();
    type Model = Bed;
    type Identity = BedIdentity;

    fn identity(&self, state: &Bed) -> Option<BedIdentity> {
        Some(BedIdentity { name: state.name.clone(), garden: "home".to_owned().into() })
    }

    async fn create(&self, _: &mut Context<()>, planned: Bed) -> Result<Bed> {
        Ok(planned.made())
    }

    async fn read(&self, _: &mut Context<()>, state: Bed) -> Result<Option<Bed>> {
        Ok(Some(state))
    }

    async fn update(&self, _: &mut Context<()>, _: Bed, planned: Bed) -> Result<Bed> {
        Ok(planned.made())
    }

    async fn delete(&self, _: &mut Context<()>, _: Bed) -> Result<()> {
        Ok(())
    }

    async fn import(&self, _: &mut Context<()>, source: Import<BedIdentity>) -> Result<Bed> {
        Ok(Bed::named(match source {
            Import::Id(name) => name.into(),
            Import::Identity(identity) => identity.name,
        }))
    }

    fn upgrades(&self) -> Upgrades<Bed> {
        Upgrades::new().from(|old: OldBed| Ok(old.into()))
    }

    fn move_from(&self, source: &MoveSource) -> Result<Option<Bed>> {
        (source.type_name == "garden_plot").then(|| source.read::<OldBed>().map(Into::into)).transpose()
    }
}

struct BedData;

#[data_source("garden_bed")]
impl DataSource for BedData {
    type Data = ();
    type Model = Bed;

    async fn read(&self, _: &mut Context<()>, config: Bed) -> Result<Bed> {
        Ok(config.made())
    }
}

/// All beds.
#[derive(Clone, Model)]
struct BedList {
    /// The name of the first.
    first: Attr<String>,
}

#[list_resource("garden_bed")]
impl ListResource for BedList {
    type Resource = BedResource;

    async fn list(&self, _: &mut Context<()>, config: BedList, listing: &mut Listing<'_, Self>) -> Result<()> {
        listing.push(Listed {
            identity: BedIdentity { name: config.first.clone(), garden: Attr::Null },
            display_name: "the first".to_owned(),
            resource: Some(Bed::named(config.first)),
        })
    }
}

/// Waters beds.
#[derive(Clone, Model)]
struct Water {
    /// Their names.
    #[tf(required)]
    beds: Attr<Vec<String>>,
}

#[action("garden_water")]
impl Action for Water {
    async fn invoke(&self, _: &mut Context<()>, config: Water, progress: Progress) -> Result<()> {
        config.beds.require("beds")?.iter().for_each(|bed| progress.tell(bed));
        Ok(())
    }
}

/// The key of a gate.
#[derive(Clone, Model)]
struct Key {
    /// The name of the bed.
    #[tf(required)]
    bed: Attr<String>,
    /// What opens it.
    #[tf(computed)]
    code: Attr<String>,
}

#[ephemeral_resource("garden_key")]
impl EphemeralResource for Key {
    async fn open(&self, cx: &mut Context<()>, config: Key) -> Result<Opened<Key>> {
        cx.private_mut().set("bed", &config.bed.as_str())?;
        Ok(Opened { result: Key { code: "1234".to_owned().into(), ..config }, renew_at: None })
    }
}

/// Keeps states.
#[derive(Clone, Default, Model)]
pub struct Shed {
    #[serde(skip)]
    states: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
}

#[state_store("garden_shed")]
impl StateStore for Shed {
    type Store = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

    async fn configure(&self, _: &mut Context<()>, _: Shed) -> Result<Self::Store> {
        Ok(Arc::clone(&self.states))
    }

    async fn states(&self, _: &mut Context<()>, states: &Self::Store) -> Result<Vec<String>> {
        Ok(states.lock().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect())
    }

    async fn read(&self, _: &mut Context<()>, states: &Self::Store, id: &str) -> Result<Option<Vec<u8>>> {
        Ok(states.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned())
    }

    async fn write(&self, _: &mut Context<()>, states: &Self::Store, id: &str, state: Vec<u8>) -> Result<()> {
        states.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned(), state);
        Ok(())
    }

    async fn delete(&self, _: &mut Context<()>, states: &Self::Store, id: &str) -> Result<()> {
        states.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
        Ok(())
    }
}

/// Joins texts.
struct Join;

impl Function for Join {
    fn name(&self) -> &'static str {
        "join"
    }

    fn signature(&self) -> Signature {
        Signature::new(Type::String, "Joined", "Texts in one.")
            .parameter(Parameter::new("separator", Type::String, "What stands between.").allow_null())
            .variadic(Parameter::new("parts", Type::String, "The texts."))
    }

    fn call(&self, arguments: &Arguments) -> Result<Value, FunctionError> {
        let separator = arguments.get::<Attr<String>>(0)?;
        let parts = arguments.values()[1..].iter().filter_map(|it| match it {
            Value::String(it) => Some(it.as_str()),
            _ => None,
        });
        arguments.result(&parts.collect::<Vec<_>>().join(separator.as_str().unwrap_or_default()))
    }
}
