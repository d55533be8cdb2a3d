//! Who is next: what several resources do to one thing in a run of Terraform, one after the other.
//!
//! Terraform walks resources side by side, ten at a time, and to it two resources about one delivery group have nothing
//! to do with each other. The service sees one group. So whoever changes a group takes a turn at it first, and of those
//! who wait, the ones that give something to people go before those that take something away.
//!
//! The turns belong to one configuration of the provider: under `--debug` a process outlives a run, and no run must
//! wait for another's.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use cloud::{Bounds, Stop};
use tokio::sync::Notify;

/// What is done in a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Intent {
    /// It gives, or does both: nobody must wait for it longer than for what it waits for itself.
    Give,
    /// It takes something away, for which there is always time after all others.
    Take,
}

/// The turns at all things, by what each is called.
#[derive(Debug, Default)]
pub(crate) struct Turns(Mutex<HashMap<String, Arc<Queue>>>);

/// The queue at one thing.
#[derive(Debug, Default)]
struct Queue {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    is_taken: bool,
    /// Those who wait, in the order in which they go: by intent, then first come, first served.
    waiting: BTreeSet<(Intent, u64)>,
    next_number: u64,
}

/// A turn at one thing. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Turn(Arc<Queue>);

impl Turns {
    /// Waits for a turn at the thing of this name.
    ///
    /// # Errors
    /// When the bounds of the caller end first.
    pub(crate) async fn take(&self, thing: &str, intent: Intent, bounds: &Bounds) -> Result<Turn, Stop> {
        let queue = {
            let mut queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(queues.entry(thing.to_owned()).or_default())
        };
        let waiting = Waiting::new(Arc::clone(&queue), intent);
        loop {
            let changed = queue.changed.notified();
            tokio::pin!(changed);
            // From here on no change is missed.
            changed.as_mut().enable();
            {
                let mut state = queue.state();
                if !state.is_taken && state.waiting.first() == Some(&waiting.place) {
                    state.is_taken = true;
                    break;
                }
            }
            bounds.run(changed).await?;
        }
        Ok(Turn(queue))
    }
}

impl Turn {
    /// Whether somebody waits who gives. Then what is to be taken away in this turn is better done in another.
    pub(crate) fn is_wanted_to_give(&self) -> bool {
        self.0.state().waiting.first().is_some_and(|(intent, _)| *intent == Intent::Give)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.state().is_taken = false;
        self.0.changed.notify_waiters();
    }
}

impl Queue {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody who waits, until they have their turn or give up.
struct Waiting {
    queue: Arc<Queue>,
    place: (Intent, u64),
}

impl Waiting {
    fn new(queue: Arc<Queue>, intent: Intent) -> Self {
        let place = {
            let mut state = queue.state();
            let number = state.next_number;
            state.next_number += 1;
            state.waiting.insert((intent, number));
            (intent, number)
        };
        Self { queue, place }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.queue.state().waiting.remove(&self.place);
        self.queue.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio_util::sync::CancellationToken;

    use super::*;

    fn bounds() -> Bounds {
        Bounds::new(CancellationToken::new())
    }

    #[tokio::test(start_paused = true)]
    async fn one_thing_is_changed_by_one_at_a_time_and_two_things_are_not_in_each_others_way() {
        let turns = Turns::default();
        let first = turns.take("a", Intent::Give, &bounds()).await.unwrap();
        turns.take("b", Intent::Take, &bounds()).await.unwrap();
        let short = bounds().with_timeout(Duration::from_secs(1));
        assert_eq!(turns.take("a", Intent::Give, &short).await.unwrap_err(), Stop::DeadlinePassed);
        drop(first);
        turns.take("a", Intent::Take, &bounds()).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn of_those_who_wait_the_ones_that_give_go_first() {
        let turns = Turns::default();
        let order = Mutex::new(Vec::new());
        let bounds = bounds();
        let first = turns.take("a", Intent::Take, &bounds).await.unwrap();
        let one = async |name, intent| {
            let turn = turns.take("a", intent, &bounds).await.unwrap();
            order.lock().unwrap().push(name);
            tokio::time::sleep(Duration::from_secs(1)).await;
            drop(turn);
        };
        tokio::join!(
            one("takes 1", Intent::Take),
            one("gives 1", Intent::Give),
            one("takes 2", Intent::Take),
            one("gives 2", Intent::Give),
            async {
                tokio::time::sleep(Duration::from_secs(1)).await;
                assert!(first.is_wanted_to_give());
                drop(first);
            }
        );
        let order = order.into_inner().unwrap();
        assert_eq!(order, ["gives 1", "gives 2", "takes 1", "takes 2"]);
    }

    #[tokio::test(start_paused = true)]
    async fn who_gives_up_waiting_holds_nobody_up() {
        let turns = Turns::default();
        let first = turns.take("a", Intent::Give, &bounds()).await.unwrap();
        let short = bounds().with_timeout(Duration::from_secs(1));
        turns.take("a", Intent::Give, &short).await.unwrap_err();
        assert!(!first.is_wanted_to_give());
        drop(first);
        turns.take("a", Intent::Take, &bounds()).await.unwrap();
    }
}
