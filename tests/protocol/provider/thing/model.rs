//! The structs of a thing.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use tfplug::{Attr, Value, timeouts::Timeouts, value::Number};

use crate::service::Record;

#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Model {
    pub id: Attr<String>,
    pub name: Attr<String>,
    pub zone: Attr<String>,
    pub size: Attr<i64>,
    pub note: Attr<String>,
    pub exact: Attr<Number>,
    pub at: Attr<String>,
    pub anything: Attr<Value>,
    pub users: Attr<BTreeSet<String>>,
    pub tags: Attr<BTreeMap<String, String>>,
    pub secret: Attr<String>,
    pub password: Attr<String>,
    pub password_length: Attr<i64>,
    pub old_note: Attr<String>,
    pub revision: Attr<i64>,
    pub made_by: Attr<String>,
    pub policy: Attr<Policy>,
    pub rules: Attr<Vec<Rule>>,
    pub members: Attr<Vec<Member>>,
    pub labels: Attr<BTreeMap<String, Label>>,
    pub limit: Attr<Limit>,
    pub step: Attr<Vec<Step>>,
    pub port: Attr<Vec<Port>>,
    pub timeouts: Attr<Timeouts>,
    /// Where it goes wrong, and how.
    pub fail: Attr<String>,
}

#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Policy {
    pub kind: Attr<String>,
    pub sessions: Attr<i64>,
    pub made: Attr<String>,
}

#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Rule {
    pub path: Attr<String>,
    pub number: Attr<i64>,
}

#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Member {
    pub user: Attr<String>,
    pub role: Attr<String>,
}

#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Label {
    pub text: Attr<String>,
}

#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Limit {
    pub max: Attr<i64>,
}

#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Step {
    pub title: Attr<String>,
    pub done: Attr<bool>,
}

#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Port {
    pub number: Attr<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    pub name: Attr<String>,
    pub zone: Attr<String>,
}

impl Model {
    /// What the service knows of a thing.
    pub fn of(name: &str, record: &Record) -> Self {
        let mut model = Self { name: name.into(), ..Self::default() };
        model.refresh(record);
        model
    }

    /// Takes over what the service knows.
    pub fn refresh(&mut self, record: &Record) {
        self.id = self.name.as_ref().map(|name| format!("id-of-{name}"));
        self.zone = record.zone.as_str().into();
        self.size = Attr::Known(record.size);
        self.note = record.note.clone().into();
    }

    /// What the service is to know.
    pub fn record(&self) -> Record {
        Record {
            zone: self.zone.as_str().unwrap_or("home").to_owned(),
            size: self.size.as_known().copied().unwrap_or_default(),
            note: self.note.as_str().map(str::to_owned),
        }
    }

    /// Gives everything a value that only a creation or a change can give.
    pub fn resolve(&mut self, revision: i64, module: Option<String>, password: Option<&str>) {
        let name = self.name.as_str().unwrap_or_default().to_owned();
        self.id.resolve(format!("id-of-{name}").into());
        self.zone.resolve("home".into());
        self.revision = Attr::Known(revision);
        self.made_by.resolve(module.into());
        self.password_length = password.map(|password| i64::try_from(password.len()).unwrap_or(i64::MAX)).into();
        if let Attr::Known(policy) = &mut self.policy {
            policy.made.resolve(format!("for {name}").into());
        }
        if let Attr::Known(rules) = &mut self.rules {
            for (number, rule) in (1..).zip(rules) {
                rule.number.resolve(Attr::Known(number));
            }
        }
    }
}
