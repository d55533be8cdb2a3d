//! A state store in memory: what is in it lasts as long as this process.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tfplug::{StateStore, prelude::*, schema::validate::Validator};

use super::user::Users;

/// States in memory.
#[derive(Clone, Default, Model)]
pub struct InMemory {
    /// Where they are.
    #[tf(required, validate(a_region()))]
    region: Attr<String>,
}

/// The words for another one are those that the tests look for.
fn a_region() -> Validator {
    Validator::known("us-east-1 or us-west-2", |configured| match configured.value {
        Value::String(name) if name != "us-east-1" && name != "us-west-2" => {
            Err(format!(r#"Attribute region value must be one of: ["us-east-1" "us-west-2"], got: {name:?}"#))
        }
        _ => Ok(()),
    })
}

/// What is in one region.
#[derive(Default)]
struct Region {
    states: BTreeMap<String, Vec<u8>>,
    locks: BTreeMap<String, Lock>,
}

struct Lock {
    id: String,
    operation: String,
}

static REGIONS: Mutex<BTreeMap<String, Region>> = Mutex::new(BTreeMap::new());

/// The name of a region.
pub struct Regional(String);

impl Regional {
    fn with<T>(&self, access: impl FnOnce(&mut Region) -> T) -> T {
        let mut regions: MutexGuard<'_, BTreeMap<String, Region>> =
            REGIONS.lock().unwrap_or_else(PoisonError::into_inner);
        access(regions.entry(self.0.clone()).or_default())
    }
}

#[state_store("framework_inmem")]
impl StateStore for InMemory {
    type Data = Users;
    type Store = Regional;

    async fn configure(&self, _: &mut Context<Users>, config: InMemory) -> Result<Regional> {
        Ok(Regional(config.region.require("region")?.clone()))
    }

    async fn states(&self, _: &mut Context<Users>, store: &Regional) -> Result<Vec<String>> {
        Ok(store.with(|region| region.states.keys().cloned().collect()))
    }

    async fn read(&self, _: &mut Context<Users>, store: &Regional, id: &str) -> Result<Option<Vec<u8>>> {
        Ok(store.with(|region| region.states.get(id).cloned()))
    }

    async fn write(&self, _: &mut Context<Users>, store: &Regional, id: &str, state: Vec<u8>) -> Result<()> {
        store.with(|region| region.states.insert(id.to_owned(), state));
        Ok(())
    }

    async fn delete(&self, _: &mut Context<Users>, store: &Regional, id: &str) -> Result<()> {
        let deleted = store.with(|region| region.states.remove(id));
        let missing = || Diagnostic::error(format!("There is no state {id}"), "It cannot be deleted.");
        Ok(deleted.map(drop).ok_or_else(missing)?)
    }

    async fn lock(
        &self,
        _: &mut Context<Users>,
        store: &Regional,
        id: &str,
        operation: &str,
    ) -> Result<Option<String>> {
        let lock = store.with(|region| match region.locks.get(id) {
            Some(Lock { id: lock, operation }) => {
                let detail = format!("The lock {lock} is held for the operation {operation:?}.");
                Err(Diagnostic::error(format!("Workspace is currently locked: {id}"), detail))
            }
            None => {
                let lock = uuid::Uuid::new_v4().to_string();
                region.locks.insert(id.to_owned(), Lock { id: lock.clone(), operation: operation.to_owned() });
                Ok(lock)
            }
        });
        Ok(Some(lock?))
    }

    async fn unlock(&self, _: &mut Context<Users>, store: &Regional, id: &str, lock: &str) -> Result<()> {
        let unlocked = store.with(|region| match region.locks.get(id) {
            Some(held) if held.id == lock => {
                region.locks.remove(id);
                Ok(())
            }
            _ => Err(Diagnostic::error(format!("{id} has another lock"), format!("It is not locked with {lock}."))),
        });
        Ok(unlocked?)
    }
}
