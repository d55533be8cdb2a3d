//! A table of the world that remembers what its rows were before recent writes.
//!
//! The memory serves three things: a refused call leaves no trace, the record of calls can say what a call changed, and
//! a read can be answered from the past (eventual consistency, or the fault of a stale read) without a copy of the
//! whole world at every write.

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Rows by id, in the order of their ids.
#[derive(Debug, Clone)]
pub(crate) struct Table<T> {
    rows: BTreeMap<String, Arc<T>>,
    journal: Vec<Change<T>>,
    stamp: Stamp,
}

/// A row as it was before a write.
#[derive(Debug, Clone)]
pub(crate) struct Change<T> {
    stamp: Stamp,
    id: String,
    before: Option<Arc<T>>,
}

/// Which write, and when on the emulator's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// Writes count from 1.
    pub write: u64,
    /// The time of the write.
    pub at: Timestamp,
}

impl Default for Stamp {
    fn default() -> Self {
        Self { write: 0, at: Timestamp::UNIX_EPOCH }
    }
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { rows: BTreeMap::new(), journal: Vec::new(), stamp: Stamp::default() }
    }
}

impl<T: Clone> Table<T> {
    /// The row with this id.
    pub(crate) fn get(&self, id: &str) -> Option<&T> {
        self.rows.get(id).map(Arc::as_ref)
    }

    /// All rows, by id.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.rows.iter().map(|(id, row)| (id.as_str(), row.as_ref()))
    }

    /// The row with this id, to change it.
    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        let row = self.rows.get_mut(id)?;
        self.journal.push(Change { stamp: self.stamp, id: id.to_owned(), before: Some(Arc::clone(row)) });
        Some(Arc::make_mut(row))
    }

    /// Adds or replaces a row.
    pub(crate) fn insert(&mut self, id: impl Into<String>, row: T) {
        let id = id.into();
        let before = self.rows.insert(id.clone(), Arc::new(row));
        self.journal.push(Change { stamp: self.stamp, id, before });
    }

    /// Removes a row.
    pub(crate) fn remove(&mut self, id: &str) {
        if let Some(before) = self.rows.remove(id) {
            self.journal.push(Change { stamp: self.stamp, id: id.to_owned(), before: Some(before) });
        }
    }

    /// Changes from here on belong to `stamp`.
    pub(super) fn begin(&mut self, stamp: Stamp) {
        self.stamp = stamp;
    }

    /// Whether the write in progress changed a row.
    pub(super) fn changed(&self) -> bool {
        self.journal.last().is_some_and(|change| change.stamp.write == self.stamp.write)
    }

    /// Whether a row changed after `cutoff`.
    pub(super) fn changed_since(&self, cutoff: Timestamp) -> bool {
        self.journal.last().is_some_and(|change| change.stamp.at > cutoff)
    }

    /// The rows that `write` changed, each once: id, before, now.
    pub(super) fn changes(&self, write: u64) -> Vec<(&str, Option<&T>, Option<&T>)> {
        let mut seen: Vec<(&str, Option<&T>, Option<&T>)> = Vec::new();
        for change in self.journal.iter().filter(|change| change.stamp.write == write) {
            if !seen.iter().any(|(id, ..)| *id == change.id) {
                seen.push((&change.id, change.before.as_deref(), self.get(&change.id)));
            }
        }
        seen
    }

    /// Takes back every change for which `taken_back` says so.
    pub(super) fn undo(&mut self, taken_back: impl Fn(&Stamp) -> bool) {
        // The journal is in the order of time, so whatever is taken back is its tail.
        while self.journal.last().is_some_and(|change| taken_back(&change.stamp)) {
            let Some(change) = self.journal.pop() else {
                return;
            };
            match change.before {
                Some(row) => self.rows.insert(change.id, row),
                None => self.rows.remove(&change.id),
            };
        }
    }

    /// Forgets what changed in the writes for which `kept` says no.
    pub(super) fn forget(&mut self, kept: impl Fn(&Stamp) -> bool) {
        self.journal.retain(|change| kept(&change.stamp));
    }
}

impl<T: Clone> FromIterator<(String, T)> for Table<T> {
    fn from_iter<I: IntoIterator<Item = (String, T)>>(rows: I) -> Self {
        let rows = rows.into_iter().map(|(id, row)| (id, Arc::new(row))).collect();
        Self { rows, ..Self::default() }
    }
}

impl<T: Serialize> Serialize for Table<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.rows.iter().map(|(id, row)| (id, row.as_ref())))
    }
}

impl<'de, T: Clone + Deserialize<'de>> Deserialize<'de> for Table<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        BTreeMap::<String, T>::deserialize(deserializer).map(Self::from_iter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(write: u64) -> Stamp {
        Stamp { write, at: Timestamp::from_second(i64::try_from(write).unwrap()).unwrap() }
    }

    fn table() -> Table<i32> {
        let mut table: Table<i32> = [("a".to_owned(), 1), ("b".to_owned(), 2)].into_iter().collect();
        table.begin(stamp(1));
        *table.get_mut("a").unwrap() = 10;
        table.begin(stamp(2));
        *table.get_mut("a").unwrap() = 100;
        table.remove("b");
        table.insert("c", 3);
        table
    }

    fn rows(table: &Table<i32>) -> Vec<(String, i32)> {
        table.iter().map(|(id, row)| (id.to_owned(), *row)).collect()
    }

    #[test]
    fn undoing_the_last_write_restores_changed_removed_and_added_rows() {
        let mut table = table();
        table.undo(|stamp| stamp.write == 2);
        assert_eq!(rows(&table), [("a".into(), 10), ("b".into(), 2)]);
        table.undo(|stamp| stamp.write == 1);
        assert_eq!(rows(&table), [("a".into(), 1), ("b".into(), 2)]);
    }

    #[test]
    fn a_write_is_told_as_before_and_after() {
        let table = table();
        assert_eq!(table.changes(2), [("a", Some(&10), Some(&100)), ("b", Some(&2), None), ("c", None, Some(&3))]);
    }
}
