//! What the emulator's built-in world holds, as far as the tests use it, and ways to change it behind Terraform's back.

use std::ops::RangeInclusive;

use serde_json::{Value, json};

use super::Emulator;

pub use crate::estate::names::{GROUP, IMAGE, NEXT_IMAGE, OTHER_GROUP, SCHEDULED, SET, THIRD_IMAGE};

/// An update to it ends in `MAINTAIN_FAILED`.
pub const BROKEN_IMAGE: &str = "img-broken";
/// The project of the region `cn-north-4`.
pub const PROJECT: &str = "a0000000000000000000000000000004";

/// Names of users that an emulator with `--users` knows, by their numbers.
pub fn users(numbers: RangeInclusive<usize>) -> Vec<String> {
    numbers.map(|number| format!("user{number:05}")).collect()
}

impl Emulator {
    /// A delivery group as it is now.
    pub fn delivery_group(&self, id: &str) -> Value {
        self.world()["alibaba"]["delivery_groups"][id].clone()
    }

    /// The names of the users who may use a delivery group, in alphabetical order.
    pub fn authorized_users(&self, id: &str) -> Vec<String> {
        let group = self.delivery_group(id);
        group["authorized_users"].as_object().into_iter().flat_map(|users| users.keys().cloned()).collect()
    }

    /// Somebody changes these fields of a delivery group in the console.
    pub fn change_delivery_group(&self, id: &str, fields: Value) {
        assert!(self.delivery_group(id).is_object(), "there is no {id} to change");
        self.change_world(&json!({ "alibaba": { "delivery_groups": { id: fields } } }));
    }

    /// The names of the users who may use a set of delivery groups, in alphabetical order.
    pub fn authorized_users_of_set(&self, id: &str) -> Vec<String> {
        let set = self.world()["alibaba"]["delivery_group_sets"][id].clone();
        set["authorized_users"].as_object().into_iter().flat_map(|users| users.keys().cloned()).collect()
    }

    /// Somebody changes these fields of a set of delivery groups in the console.
    pub fn change_delivery_group_set(&self, id: &str, fields: Value) {
        assert!(self.world()["alibaba"]["delivery_group_sets"][id].is_object(), "there is no {id} to change");
        self.change_world(&json!({ "alibaba": { "delivery_group_sets": { id: fields } } }));
    }

    /// Somebody moves a delivery group's scheduled hours to another day, so that now is outside of them.
    pub fn leave_schedule(&self, id: &str) {
        // The service means days in the time of China.
        let today = jiff::Timestamp::now().to_zoned(jiff::tz::Offset::constant(8).to_time_zone()).weekday();
        let other = today.wrapping_add(3).to_monday_one_offset();
        let hours = json!({ "start_time": "08:00", "end_time": "20:00", "amount": 4 });
        let recurrence = json!({ "recurrence_type": "weekly", "recurrence_values": [other], "timer_periods": [hours] });
        self.change_delivery_group(id, json!({ "node_pool": { "recurrence_schedules": [recurrence] } }));
    }

    /// Somebody deletes a delivery group in the console.
    pub fn delete_delivery_group(&self, id: &str) {
        self.change_delivery_group(id, Value::Null);
    }

    /// Somebody authorizes these users, and no others, in the console.
    pub fn authorize_exactly(&self, id: &str, names: &[&str]) {
        let gone = self.authorized_users(id).into_iter().map(|name| (name, Value::Null));
        let there = names.iter().map(|name| ((*name).to_owned(), json!([])));
        let users: serde_json::Map<_, _> = gone.chain(there).collect();
        self.change_delivery_group(id, json!({ "authorized_users": users }));
    }

    /// The one server group of that name, with its id; `None` when there is none.
    pub fn server_group(&self, name: &str) -> Option<(String, Value)> {
        let world = self.world();
        let groups = world["huawei"]["server_groups"].as_object().expect("server groups");
        let mut found = groups.iter().filter(|(_, group)| group["name"] == name);
        let (id, group) = found.next()?;
        assert!(found.next().is_none(), "there is more than one server group {name}");
        Some((id.clone(), group.clone()))
    }

    /// Somebody changes these fields of a server group in the console.
    pub fn change_server_group(&self, id: &str, fields: Value) {
        assert!(self.world()["huawei"]["server_groups"][id].is_object(), "there is no {id} to change");
        self.change_world(&json!({ "huawei": { "server_groups": { id: fields } } }));
    }

    /// Somebody deletes a server group in the console.
    pub fn delete_server_group(&self, id: &str) {
        self.change_server_group(id, Value::Null);
    }
}
