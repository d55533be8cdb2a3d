use std::collections::BTreeMap;

use futures_util::future::join_all;
use tokio::time::{advance, sleep};

use super::*;
use crate::{ErrorKind, Outcome};

const SIZE: u32 = 100;
/// How long each call takes.
const WAY: Duration = Duration::from_millis(50);

/// A service with so many things, by ID, and what it was asked for.
#[derive(Clone)]
struct Service(Arc<Mutex<World>>);

struct World {
    things: BTreeMap<String, u64>,
    /// What the list does not show.
    unlisted: Vec<String>,
    calls: Vec<String>,
    changes: u64,
    /// Which page is refused.
    refused: Option<u32>,
}

impl Service {
    fn with(count: usize) -> Self {
        let things = (0..count).map(|at| (name(at), 0)).collect();
        let (unlisted, calls) = (Vec::new(), Vec::new());
        Self(Arc::new(Mutex::new(World { things, unlisted, calls, changes: 0, refused: None })))
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap()
    }

    /// How many calls there were, for one thing and for a page.
    fn calls(&self) -> (usize, usize) {
        let world = self.world();
        let pages = world.calls.iter().filter(|call| call.starts_with("page")).count();
        (world.calls.len() - pages, pages)
    }

    /// Changes a thing, as this process does.
    fn change(&self, id: &str) {
        let mut world = self.world();
        world.changes += 1;
        *world.things.entry(id.to_owned()).or_default() += 1;
    }
}

impl Listing for Service {
    type Item = u64;

    async fn one(&self, id: &str, bounds: &Bounds) -> Result<u64, Error> {
        self.world().calls.push(format!("one {id}"));
        bounds.sleep(WAY).await.map_err(|_| Error::new(ErrorKind::Cancelled, Outcome::NotDone, "stopped"))?;
        let found = self.world().things.get(id).copied();
        found.ok_or_else(|| Error::new(ErrorKind::NotFound, Outcome::NotDone, "there is none"))
    }

    async fn page(&self, asked: PageRequest, _: &Bounds) -> Result<Page<(String, u64)>, Error> {
        self.world().calls.push(format!("page {}", asked.number()));
        // What is answered is what was there when it was asked for.
        let page = {
            let world = self.world();
            let listed: Vec<_> = world.things.iter().filter(|(id, _)| !world.unlisted.contains(id)).collect();
            let (offset, size) = (usize::try_from(asked.offset()).unwrap(), asked.size() as usize);
            let items = listed.iter().skip(offset).take(size).map(|(id, thing)| ((*id).clone(), **thing)).collect();
            Page { items, count: Some(listed.len() as u64) }
        };
        sleep(WAY).await;
        if self.world().refused == Some(asked.number()) {
            return Err(Error::new(ErrorKind::Forbidden, Outcome::NotDone, "no"));
        }
        Ok(page)
    }

    fn changes(&self) -> u64 {
        self.world().changes
    }
}

fn name(at: usize) -> String {
    format!("thing-{at:05}")
}

fn unbounded() -> Bounds {
    Bounds::new(CancellationToken::new())
}

fn value(found: &Found<u64>) -> u64 {
    match found {
        Found::Alone(value) => *value,
        Found::Listed(value) => **value,
    }
}

async fn read(
    reads: &SharedReads<Service>,
    service: &Service,
    at: usize,
    bounds: &Bounds,
) -> Result<Found<u64>, Error> {
    reads.read(service, &name(at), bounds).await
}

/// Reads these, so many at a time, as Terraform does.
async fn read_all(reads: &SharedReads<Service>, service: &Service, all: Vec<usize>, parallelism: usize) -> Vec<u64> {
    let read = |at: usize| async move { reads.read(service, &name(at), &unbounded()).await.map(|it| value(&it)) };
    stream::iter(all).map(read).buffered(parallelism).try_collect().await.unwrap()
}

/// Lets a list come: after the few that are read by themselves, one more.
async fn with_a_list(service: &Service) -> SharedReads<Service> {
    let reads = SharedReads::new(SIZE);
    read_all(&reads, service, (0..4).collect(), 1).await;
    assert_eq!(service.calls(), (3, 1));
    reads
}

#[tokio::test(start_paused = true)]
async fn a_few_reads_are_calls_of_their_own() {
    for count in 1..=3 {
        let (service, reads) = (Service::with(1000), SharedReads::new(SIZE));
        read_all(&reads, &service, (0..count).collect(), 10).await;
        assert_eq!(service.calls(), (count, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn a_thousand_reads_cost_as_many_calls_as_the_list_has_pages_and_a_few() {
    for (count, parallelism, most) in [(1000, 10, 13), (1000, 1, 21), (1000, 1000, 13), (10_000, 10, 201)] {
        let (service, reads) = (Service::with(count), SharedReads::new(SIZE));
        service.world().things.values_mut().zip(1..).for_each(|(thing, at)| *thing = at);
        let began = Instant::now();
        let values = read_all(&reads, &service, (0..count).collect(), parallelism).await;
        assert_eq!(values, (1..=count as u64).collect::<Vec<_>>());
        let (alone, pages) = service.calls();
        assert!(alone + pages <= most, "{count} things, {parallelism} at a time: {alone} and {pages} pages");
        if parallelism > 1 && count == 1000 {
            assert!(began.elapsed() <= WAY * 3, "its pages come side by side: {:?}", began.elapsed());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_few_reads_among_many_things_cost_one_page_more_at_most() {
    for count in 4..90 {
        let (service, reads) = (Service::with(10_000), SharedReads::new(SIZE));
        let last = 9_999;
        read_all(&reads, &service, (0..count).map(|at| last - at).collect(), 10).await;
        assert_eq!(service.calls(), (count, 1), "{count} reads");
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_list_does_not_show_is_read_by_itself_and_only_that_says_that_it_is_gone() {
    let service = Service::with(50);
    service.world().unlisted = vec![name(7)];
    let reads = with_a_list(&service).await;
    assert!(matches!(reads.read(&service, &name(7), &unbounded()).await, Ok(Found::Alone(0))));
    let gone = reads.read(&service, "nothing", &unbounded()).await.unwrap_err();
    assert_eq!(gone.kind(), ErrorKind::NotFound);
    assert_eq!(service.calls(), (5, 1));
}

#[tokio::test(start_paused = true)]
async fn what_was_listed_before_a_change_is_not_used_after_it() {
    let service = Service::with(50);
    let reads = with_a_list(&service).await;
    service.change(&name(20));
    let found = reads.read(&service, &name(20), &unbounded()).await.unwrap();
    assert_eq!(value(&found), 1);

    // Nor what was on its way then.
    let (service, reads) = (Service::with(50), SharedReads::new(SIZE));
    read_all(&reads, &service, (0..3).collect(), 1).await;
    let read = async { reads.read(&service, &name(30), &unbounded()).await.map(|it| value(&it)) };
    let change = async {
        sleep(WAY / 2).await;
        service.change(&name(30));
    };
    let (read, ()) = tokio::join!(read, change);
    assert_eq!(read.unwrap(), 1);
    // And nobody waits for it any more.
    let (service, reads) = (Service::with(50), SharedReads::new(SIZE));
    read_all(&reads, &service, (0..3).collect(), 1).await;
    let early = async { reads.read(&service, &name(30), &unbounded()).await.map(|it| value(&it)) };
    let late = async {
        sleep(WAY / 2).await;
        service.change(&name(31));
        reads.read(&service, &name(31), &unbounded()).await.map(|it| value(&it))
    };
    let (early, late) = tokio::join!(early, late);
    assert_eq!((early.unwrap(), late.unwrap()), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn a_list_is_used_for_half_a_minute() {
    let service = Service::with(50);
    let reads = with_a_list(&service).await;
    let is_listed = async || matches!(reads.read(&service, &name(9), &unbounded()).await, Ok(Found::Listed(_)));
    advance(HOLDS - WAY * 2).await;
    assert!(is_listed().await);
    assert_eq!(service.calls(), (3, 1));
    advance(WAY * 2).await;
    assert!(!is_listed().await, "there were too few reads for another one");
    assert_eq!(service.calls(), (4, 1));
}

#[tokio::test(start_paused = true)]
async fn a_list_that_is_refused_is_asked_for_once() {
    for refused in [1, 7] {
        let (service, reads) = (Service::with(1000), SharedReads::new(SIZE));
        service.world().refused = Some(refused);
        assert_eq!(read_all(&reads, &service, (0..200).collect(), 10).await, [0; 200]);
        let (alone, pages) = service.calls();
        assert_eq!(alone, 200);
        assert!(pages <= 10, "{pages}");
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_stops_waiting_does_not_end_the_list_for_the_others() {
    let (service, reads) = (Service::with(50), SharedReads::new(SIZE));
    read_all(&reads, &service, (0..3).collect(), 1).await;
    let token = CancellationToken::new();
    let (impatient, patient) = (Bounds::new(token.clone()), unbounded());
    let (stops, stays, ()) =
        tokio::join!(read(&reads, &service, 10, &impatient), read(&reads, &service, 11, &patient), async {
            sleep(WAY / 2).await;
            token.cancel();
        });
    assert_eq!(stops.unwrap_err().kind(), ErrorKind::Cancelled);
    assert!(matches!(stays, Ok(Found::Listed(_))));
    let (_, pages) = service.calls();
    assert_eq!(pages, 1);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_nobody_waits_for_any_more_is_given_up_and_the_next_one_is_another() {
    let (service, reads) = (Service::with(50), SharedReads::new(SIZE));
    read_all(&reads, &service, (0..3).collect(), 1).await;
    let bounds = unbounded();
    let dropped = tokio::time::timeout(WAY / 2, read(&reads, &service, 10, &bounds)).await;
    assert!(dropped.is_err());
    advance(HOLDS * 2).await;
    let all = join_all((0..5).map(|at| read(&reads, &service, at, &bounds))).await;
    assert!(all.into_iter().all(|it| it.is_ok()));
    assert_eq!(service.calls(), (3, 2));
}

#[tokio::test(start_paused = true)]
async fn where_it_is_off_each_read_is_a_call() {
    let (service, reads) = (Service::with(50), SharedReads::new(SIZE).off());
    read_all(&reads, &service, (0..50).collect(), 10).await;
    assert_eq!(service.calls(), (50, 0));
}
