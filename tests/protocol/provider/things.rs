//! Finding things: a data source and a list resource.

use serde::{Deserialize, Serialize};
use tfplug::{
    Attr, Context, DataSource, Diagnostic, ListResource, Listed, Listing, Path, Result,
    schema::{Attribute, Schema},
    value::Type,
};

use crate::{
    service::Service,
    thing::{Identity, Model, Thing},
};

pub struct ThingData;

#[derive(Clone, Serialize, Deserialize)]
pub struct Found {
    name: Attr<String>,
    size: Attr<i64>,
    note: Attr<String>,
}

impl DataSource for ThingData {
    type Data = Service;
    type Model = Found;

    fn type_name(&self) -> &'static str {
        "tfplugtest_thing"
    }

    fn schema(&self) -> Schema {
        Schema::new("A thing that exists.")
            .attribute("name", Attribute::string("Its name.").required())
            .attribute("size", Attribute::number("Its size.").computed())
            .attribute("note", Attribute::string("Its note.").computed())
    }

    async fn read(&self, cx: &mut Context<Service>, mut config: Found) -> Result<Found> {
        let name = config.name.as_str().unwrap_or_default();
        let missing = || Diagnostic::error(format!("There is no thing {name:?}"), "").at(Path::attribute("name"));
        let record = cx.data()?.find(name)?.ok_or_else(missing)?;
        config.size = Attr::Known(record.size);
        config.note = record.note.into();
        Ok(config)
    }
}

pub struct Things;

#[derive(Clone, Serialize, Deserialize)]
pub struct Filter {
    prefix: Attr<String>,
    names: Attr<Vec<String>>,
    fail: Attr<bool>,
}

impl ListResource for Things {
    type Data = Service;
    type Config = Filter;
    type Resource = Thing;

    fn type_name(&self) -> &'static str {
        "tfplugtest_thing"
    }

    fn schema(&self) -> Schema {
        Schema::new("Things that exist.")
            .attribute("prefix", Attribute::string("What their names begin with."))
            .attribute("names", Attribute::list(Type::String, "Their names; any by default."))
            .attribute("fail", Attribute::bool("Whether it fails after what it found."))
    }

    async fn list(&self, cx: &mut Context<Service>, config: Filter, listing: &mut Listing<'_, Self>) -> Result<()> {
        let service = cx.data()?;
        let prefix = config.prefix.as_str().unwrap_or_default();
        let is_named = |name: &String| config.names.as_known().is_none_or(|names| names.contains(name));
        for name in service.names()?.into_iter().filter(|name| name.starts_with(prefix) && is_named(name)) {
            if listing.is_full() {
                break;
            }
            let Some(record) = service.find(&name)? else { continue };
            let identity = Identity { name: name.as_str().into(), zone: record.zone.as_str().into() };
            let resource = listing.wants_resources().then(|| Model::of(&name, &record));
            listing.push(Listed { identity, display_name: format!("Thing {name}"), resource })?;
        }
        match config.fail.as_known() {
            Some(true) => Err(Diagnostic::error("Listing failed", "There may be more.").into()),
            _ => Ok(()),
        }
    }
}
