//! Changing a server group's tags: only the difference, and never a moment without those that stay.

use cloud::Error;
use huawei::{ServerGroup, Tag};
use tfplug::Result;

use super::{
    calls::{Calls, MAX_SENDS, settle},
    change::TagChange,
    schema::MAX_TAGS,
};
use crate::failure::failed_at;

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
        let mut tags = tags.to_vec();
        for send in 1..=MAX_SENDS {
            let Err(error) = self.send_tags_once(id, direction, &tags).await else { return Ok(()) };
            let must_look = self.must_look(&error);
            if must_look {
                let mut looks = self.looks(settle(send));
                loop {
                    tags = direction.left(&self.read(id).await?, &tags);
                    if tags.is_empty() {
                        return Ok(());
                    }
                    if !looks.again().await {
                        break;
                    }
                }
            }
            if !must_look || send == MAX_SENDS {
                let attempt = match direction {
                    Direction::Add => "add tags to",
                    Direction::Remove => "remove tags from",
                };
                return Err(failed_at(&format!("{attempt} server group {id:?}"), &error, &[("", "tags")]).into());
            }
        }
        Ok(())
    }

    async fn send_tags_once(&self, id: &str, direction: Direction, tags: &[Tag]) -> std::result::Result<(), Error> {
        match direction {
            Direction::Add => self.client.add_server_group_tags(id, tags, self.bounds).await,
            Direction::Remove => self.client.remove_server_group_tags(id, tags, self.bounds).await,
        }
    }
}
