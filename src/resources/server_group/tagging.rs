//! Changing a server group's tags: only the difference, and never a moment without those that stay.

use cloud::{Bounds, Error, Look, Mutation, Persistence, carry_out};
use huawei::{ServerGroup, Tag};
use tfplug::{Diagnostics, Result};

use super::{
    calls::{Calls, PERSISTENCE},
    change::TagChange,
};
use crate::{failure::failed_at, server_group::tag_rules::MAX_TAGS};

/// What one call does to tags.
#[derive(Clone, Copy)]
enum Direction {
    Add,
    Remove,
}

impl Direction {
    /// Which of these tags a group shows not to have been added or removed yet, as they are to be sent then.
    fn left(self, group: &ServerGroup, tags: &[Tag]) -> Vec<Tag> {
        match self {
            Self::Add => tags.iter().filter(|tag| !group.tags.contains(tag)).cloned().collect(),
            Self::Remove => {
                let goes = |seen: &&Tag| tags.iter().any(|tag| tag.key == seen.key);
                group.tags.iter().filter(goes).cloned().collect()
            }
        }
    }
}

impl Calls<'_> {
    /// Removes what goes and adds what comes; what stays is there at every moment. After each call, `reached` gets the
    /// tags as they are by then.
    pub(super) async fn change_tags(
        &self,
        id: &str,
        change: &TagChange,
        mut tags: Vec<Tag>,
        mut reached: impl FnMut(&[Tag]) -> Result<()>,
    ) -> Result<()> {
        let fits = tags.len() + change.add.len() <= MAX_TAGS;
        let (add, remove) = ((Direction::Add, &change.add), (Direction::Remove, &change.remove));
        // Adding first leaves no gap; only where both together would be too many must the removal come first.
        for (direction, some) in if fits { [add, remove] } else { [remove, add] } {
            if some.is_empty() {
                continue;
            }
            self.send_tags(id, direction, some).await?;
            tags.retain(|tag| some.iter().all(|other| other.key != tag.key));
            if matches!(direction, Direction::Add) {
                tags.extend(some.iter().cloned());
            }
            reached(&tags)?;
        }
        Ok(())
    }

    /// Adds or removes tags. After a lost answer the group is read, and only what it shows to be left is sent again.
    async fn send_tags(&self, id: &str, direction: Direction, tags: &[Tag]) -> Result<()> {
        let sent = carry_out(Tagging { calls: self, id, direction, left: tags.to_vec() }, self.bounds).await;
        sent.map(|_| ()).map_err(|error| {
            let attempt = match direction {
                Direction::Add => "add tags to",
                Direction::Remove => "remove tags from",
            };
            failed_at(&format!("{attempt} server group {id:?}"), &error, &[("", "tags")]).into()
        })
    }
}

/// An addition or a removal of tags. Its effect is that none of them is left to be added or removed.
struct Tagging<'a> {
    calls: &'a Calls<'a>,
    id: &'a str,
    direction: Direction,
    left: Vec<Tag>,
}

impl Look for Tagging<'_> {
    type Seen = ();
    type Unreadable = Diagnostics;

    async fn look(&mut self, bounds: &Bounds) -> Result<Option<()>> {
        self.left = self.direction.left(&self.calls.read(self.id, bounds).await?, &self.left);
        Ok(self.left.is_empty().then_some(()))
    }
}

impl Mutation for Tagging<'_> {
    type Answer = ();

    fn persistence(&self) -> Persistence {
        PERSISTENCE
    }

    async fn send(&mut self, bounds: &Bounds) -> Result<(), Error> {
        match self.direction {
            Direction::Add => self.calls.client.add_server_group_tags(self.id, &self.left, bounds).await,
            Direction::Remove => self.calls.client.remove_server_group_tags(self.id, &self.left, bounds).await,
        }
    }
}
