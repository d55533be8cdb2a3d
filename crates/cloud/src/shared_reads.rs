//! Reads of many things of one kind, which go through a list where that costs fewer calls.

use std::{
    collections::HashMap,
    fmt,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::{
    FutureExt, StreamExt, TryStreamExt,
    future::{Shared, WeakShared},
    stream,
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::{Bounds, Error, Page, PageRequest};

/// So many reads are calls of their own before a list is asked for.
const FEW: u64 = 3;

/// How many pages are asked for side by side.
const SIDE_BY_SIDE: usize = 10;

/// How long a list may be used from the moment in which its first page was asked for.
const HOLDS: Duration = Duration::from_secs(30);

/// How long all pages of a list may take.
const LONGEST: Duration = Duration::from_secs(60);

/// Things of one kind that a service answers one by one, and in a list.
pub trait Listing: Clone + Send + Sync + 'static {
    /// One of them.
    type Item: Send + Sync + 'static;

    /// The one with this ID.
    fn one(&self, id: &str, bounds: &Bounds) -> impl Future<Output = Result<Self::Item, Error>> + Send;

    /// A page of all that there are, each with its ID.
    fn page(
        &self,
        asked: PageRequest,
        bounds: &Bounds,
    ) -> impl Future<Output = Result<Page<(String, Self::Item)>, Error>> + Send;

    /// How many changes of the service have been begun or ended from here: what was listed before the last of them is
    /// not used.
    fn changes(&self) -> u64;
}

/// A thing that was read.
#[derive(Debug)]
pub enum Found<T> {
    /// By itself.
    Alone(T),
    /// In a list, which may lack some of what is answered for one alone, and may be some seconds older.
    Listed(Arc<T>),
}

/// What reads of one kind of thing in one place have in common.
///
/// The first few are calls of their own. Once as many have been asked for as the list has pages, the list is asked for,
/// its pages side by side, and answers all that wait and come by, for half a minute. It is used only where nothing was
/// changed from here since it was asked for. What is not in it is read by itself: a list says of nothing that it is
/// gone. A list that is refused, or fails, is not asked for again.
pub struct SharedReads<L: Listing> {
    shared: Arc<Mutex<State<L::Item>>>,
    size: u32,
}

struct State<T> {
    /// How many reads were asked for since the last whole list.
    asked: u64,
    /// How many pages the list has, as far as that is known.
    pages: Option<u64>,
    list: Option<Arc<List<T>>>,
    flight: Option<Flying<T>>,
    /// How many reads are calls of their own before a list is asked for.
    few: u64,
    is_off: bool,
}

/// What a list answered.
struct List<T> {
    since: Instant,
    changes: u64,
    items: HashMap<String, Arc<T>>,
    /// Whether that is all of it, and not its first page.
    is_whole: bool,
}

type Listed<T> = Option<Arc<List<T>>>;
type Flight<T> = Shared<Pin<Box<dyn Future<Output = Listed<T>> + Send>>>;

/// A list that is on its way: as long as somebody waits for it.
struct Flying<T> {
    changes: u64,
    flight: WeakShared<Pin<Box<dyn Future<Output = Listed<T>> + Send>>>,
}

/// How one read goes on.
enum Way<T> {
    Alone,
    Listed(Arc<T>),
    Await(Flight<T>),
}

impl<L: Listing> fmt::Debug for SharedReads<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedReads").field("size", &self.size).finish_non_exhaustive()
    }
}

impl<L: Listing> Clone for SharedReads<L> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), size: self.size }
    }
}

impl<L: Listing> SharedReads<L> {
    /// Nothing is known yet; a page of the list has `size` items at most.
    pub fn new(size: u32) -> Self {
        let state = State { asked: 0, pages: None, list: None, flight: None, few: FEW, is_off: false };
        Self { shared: Arc::new(Mutex::new(state)), size }
    }

    /// The same, in which each read is a call of its own.
    #[must_use]
    pub fn off(self) -> Self {
        self.state().is_off = true;
        self
    }

    /// The same, in which a list is asked for at once where it has one page.
    #[must_use]
    pub fn eager(self) -> Self {
        self.state().few = 0;
        self
    }

    /// Reads the thing with this ID.
    ///
    /// # Errors
    /// Those of [`Listing::one`].
    pub async fn read(&self, listing: &L, id: &str, bounds: &Bounds) -> Result<Found<L::Item>, Error> {
        let listed = match self.way(listing, id) {
            Way::Alone => None,
            Way::Listed(item) => Some(item),
            // Whoever has to stop meanwhile is told so by the call.
            Way::Await(flight) => {
                let list = bounds.run(flight).await.ok().flatten();
                list.filter(|list| list.changes == listing.changes()).and_then(|list| list.items.get(id).cloned())
            }
        };
        match listed {
            Some(item) => Ok(Found::Listed(item)),
            None => listing.one(id, bounds).await.map(Found::Alone),
        }
    }

    fn state(&self) -> MutexGuard<'_, State<L::Item>> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn way(&self, listing: &L, id: &str) -> Way<L::Item> {
        let changes = listing.changes();
        let mut state = self.state();
        if state.is_off {
            return Way::Alone;
        }
        state.asked += 1;
        state.forget_what_is_too_old(changes);
        if let Some(list) = &state.list {
            match list.items.get(id) {
                Some(item) => return Way::Listed(Arc::clone(item)),
                None if list.is_whole => return Way::Alone,
                None => {}
            }
        }
        let flying = state.flight.as_ref().filter(|it| it.changes == changes);
        if let Some(flight) = flying.and_then(|it| it.flight.upgrade()) {
            return Way::Await(flight);
        }
        if !state.is_worth_a_list() {
            return Way::Alone;
        }
        let flight = self.list(listing.clone(), changes).boxed().shared();
        state.flight = flight.downgrade().map(|flight| Flying { changes, flight });
        Way::Await(flight)
    }

    /// Asks for the list: all of it where as many reads were asked for as it has pages, else its first page.
    fn list(&self, listing: L, changes: u64) -> impl Future<Output = Listed<L::Item>> + Send + use<L> {
        let this = self.clone();
        async move {
            // Nobody's time is the list's.
            let bounds = Bounds::new(CancellationToken::new()).with_timeout(LONGEST);
            let listed = this.pages(&listing, changes, &bounds).await;
            let mut state = this.state();
            state.flight = None;
            match listed {
                Ok(list) => {
                    let list = Arc::new(list);
                    state.list = Some(Arc::clone(&list));
                    if list.is_whole {
                        state.asked = 0;
                    }
                    Some(list)
                }
                Err(error) => {
                    state.is_off = true;
                    tracing::warn!(
                        operation = error.operation(),
                        kind = ?error.kind(),
                        code = error.code(),
                        "cannot list; each is read by itself from now on"
                    );
                    None
                }
            }
        }
    }

    async fn pages(&self, listing: &L, changes: u64, bounds: &Bounds) -> Result<List<L::Item>, Error> {
        let since = Instant::now();
        let first = listing.page(PageRequest::nth(0, self.size), bounds).await?;
        // Where nobody counts, a page that is not full is the last one.
        let count = first.count.unwrap_or(first.items.len() as u64);
        let is_counted = first.count.is_some() || count < u64::from(self.size);
        let pages = count.div_ceil(u64::from(self.size)).max(1);
        let is_worth_all = {
            let mut state = self.state();
            state.pages = Some(pages);
            is_counted && pages - 1 <= state.asked
        };
        let mut items: HashMap<_, _> = keyed(first).collect();
        if is_worth_all {
            let ask = |index| listing.page(PageRequest::nth(index, self.size), bounds);
            let others = stream::iter(1..u32::try_from(pages).unwrap_or(u32::MAX)).map(ask).buffered(SIDE_BY_SIDE);
            let others: Vec<_> = others.try_collect().await?;
            items.extend(others.into_iter().flat_map(keyed));
        }
        Ok(List { since, changes, items, is_whole: is_worth_all })
    }
}

fn keyed<T>(page: Page<(String, T)>) -> impl Iterator<Item = (String, Arc<T>)> {
    page.items.into_iter().map(|(id, item)| (id, Arc::new(item)))
}

impl<T> State<T> {
    fn forget_what_is_too_old(&mut self, changes: u64) {
        let is_too_old = |list: &Arc<List<T>>| list.changes != changes || list.since.elapsed() >= HOLDS;
        if self.list.as_ref().is_some_and(is_too_old) {
            self.list = None;
        }
    }

    /// Whether as many reads were asked for, and may come again, as the list has pages.
    fn is_worth_a_list(&self) -> bool {
        self.asked > self.few && self.asked >= self.pages.unwrap_or(1)
    }
}

#[cfg(test)]
mod tests;
