//! A state, and the part of the estate that it is for.

use std::{cell::RefCell, collections::BTreeMap};

use serde_json::{Value, json};
use tfplug::testing::{Configuration, Declared, Import, Moved, Removed, StateFile, Stored};

use crate::estate::{Block, Estate, Object, names::REGION};

/// What makes the object of a resource another one.
const TARGET: [&str; 3] = ["delivery_group_id", "delivery_group_set_id", "persistent_session_id"];
/// The resources that keep their region as long as they are, wherever the provider is.
const KEEPING: [&str; 2] = ["appstreaming_delivery_group_image", "appstreaming_delivery_group_authorization"];

pub struct Side<'f> {
    pub estate: Estate,
    pub file: &'f RefCell<StateFile>,
}

impl Side<'_> {
    /// The estate as Terraform's part takes it, while the world is so; `replaced` is to be replaced.
    pub fn configuration(&self, world: &Value, replaced: Option<&str>) -> Configuration {
        let estate = &self.estate;
        let resources = estate.blocks().into_iter().map(|block| {
            let address = block.address();
            let declared = self.declared(block, &address, replaced);
            (address, declared)
        });
        let moved = estate.moved.iter().map(|(from, to)| Moved { from: from.clone(), to: to.clone() });
        let imports = estate.imported.iter().filter_map(|to| {
            let id = estate.import_id(to, world)?;
            Some(Import { to: to.clone(), id })
        });
        Configuration {
            resources: resources.collect::<BTreeMap<_, _>>(),
            moved: moved.collect(),
            imports: imports.collect(),
            removed: estate.forgotten.iter().map(|from| Removed { from: from.clone() }).collect(),
        }
    }

    fn declared(&self, block: Block, address: &str, replaced: Option<&str>) -> Declared {
        let type_name = format!("appstreaming_{}", block.kind);
        let mut config = block.arguments;
        let is_of_a_group = TARGET.iter().any(|name| config[*name].is_string());
        // What is made while the provider's region is another one says where it is; what is there stays where it is.
        if self.estate.is_elsewhere && is_of_a_group && config["region"].is_null() {
            let file = self.file.borrow();
            let known = file.current(address).filter(|it| !it.state.is_tainted && replaced != Some(address));
            let is_it = |stored: &&Stored| TARGET.iter().all(|name| stored.state.stored()[*name] == config[*name]);
            if !KEEPING.contains(&&*type_name) || known.filter(is_it).is_none() {
                config["region"] = json!(REGION);
            }
        }
        Declared { type_name, config, create_before_destroy: block.creates_first, ..Declared::default() }
    }
}

/// `terraform taint`, of what is there.
pub fn taint(file: &RefCell<StateFile>, address: &str) {
    let stored = file.borrow().current(address).cloned();
    if let Some(mut stored) = stored {
        stored.state.is_tainted = true;
        file.borrow_mut().put(address, None, Some(stored));
    }
}

/// A state as the judge reads it.
pub fn shown(file: &StateFile) -> Vec<Object> {
    let object = |address: &str, stored: &Stored, is_deposed| Object {
        address: address.to_owned(),
        attributes: stored.state.stored(),
        is_tainted: stored.state.is_tainted,
        is_deposed,
    };
    let current = file.instances.iter().filter_map(|(address, it)| Some(object(address, it.current.as_ref()?, false)));
    let deposed = file.deposed().map(|(address, _, stored)| object(address, stored, true));
    current.chain(deposed).collect()
}
