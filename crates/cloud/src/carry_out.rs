//! Changes whose answer can be lost: send, look whether it happened, and send again only what did not.
//!
//! This is the one loop of its kind. A [`Mutation`] says how it is sent, how to look for its effect, and how long to
//! go on; what may be concluded from which answer is decided here.

use std::{fmt, future::Future, time::Duration};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{Bounds, Error, ErrorKind};

/// The waits between looks: what takes a second is noticed in a second.
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(2);
/// What the last look in grace may take for its answer.
const LAST_LOOK: Duration = Duration::from_secs(5);

/// How long to go on with a change whose answers are lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Persistence {
    /// How often it is sent at most, 1 or more. Each further time, the service has shown no effect for `settle`.
    pub sends: u32,
    /// How long the effect of a change may take to show.
    pub settle: Duration,
}

impl Persistence {
    /// For a change that is never sent a second time; only looked for, as long as its effect may take to show.
    pub const fn once(settle: Duration) -> Self {
        Self { sends: 1, settle }
    }
}

/// How it is known that a change was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CarriedOut<A, S> {
    /// The service said so.
    Answered(A),
    /// The answer was lost, and a look showed the effect.
    Seen(S),
}

/// A look whether something has been made.
pub trait Look: Send {
    /// What a look finds where it has been made.
    type Seen: Send;
    /// Why a look finds nothing out.
    type Unreadable: Send;

    /// Looks, within the bounds given; `None` where nothing shows it.
    fn look(&mut self, bounds: &Bounds) -> impl Future<Output = Result<Option<Self::Seen>, Self::Unreadable>> + Send;
}

/// A change that may have been made although its answer was lost. What a look finds to be left of it may change what is
/// sent the next time.
pub trait Mutation: Look<Unreadable: fmt::Display> {
    /// What the service answers.
    type Answer: Send;

    /// How long to go on with it.
    fn persistence(&self) -> Persistence;

    /// Sends it, within the bounds given.
    fn send(&mut self, bounds: &Bounds) -> impl Future<Output = Result<Self::Answer, Error>> + Send;
}

/// Makes a change, and finds out whether it was made where the answer does not say.
///
/// - An answer, or a refusal, is the end. But a refusal after a lost answer may be what the lost one has brought about
///   (the name is taken, the thing is gone), and so is believed only when a look shows no effect.
/// - After a lost answer it is looked for until a look shows the effect, for [`Persistence::settle`] at most, or longer
///   where the bounds say so ([`Bounds::settle`]). Where no answer came in time, it is looked for as long again as that
///   was waited for: what has kept the service from answering may keep it from acting. A look that fails proves
///   nothing, and is repeated.
/// - Only when the last look shows no effect is the change sent again, [`Persistence::sends`] times in all, and not
///   before the time is over for which the service asked to be left alone.
/// - Once the caller asks to stop, or its time is over, nothing is sent any more; the fate of what was sent is looked
///   for all the same, for [`GRACE`](super::GRACE) at most.
///
/// # Errors
/// The refusal, or the last lost answer, which may have taken effect ([`Error::outcome_unknown`]). Where its fate could
/// not be looked at, it says why ([`Error::unseen`]).
pub async fn carry_out<M: Mutation>(mut mutation: M, bounds: &Bounds) -> Result<CarriedOut<M::Answer, M::Seen>, Error> {
    let persistence = mutation.persistence();
    let settle = bounds.settle(persistence.settle);
    let mut sent = 0;
    let mut lost = None;
    loop {
        let began = Instant::now();
        let error = match mutation.send(bounds).await {
            Ok(answer) => return Ok(CarriedOut::Answered(answer)),
            Err(error) => error,
        };
        let asked = error.pause().map(|pause| Instant::now() + pause.asked);
        let is_lost = error.outcome_unknown();
        if !is_lost && sent == 0 {
            return Err(error);
        }
        sent += 1;
        // A refusal of what is sent again says nothing of what was sent before.
        let may_have_happened = lost.get_or_insert_with(|| error.clone());
        if is_lost {
            may_have_happened.clone_from(&error);
        }
        let settle = if error.kind() == ErrorKind::Timeout { settle.max(began.elapsed()) } else { settle };
        tracing::warn!(operation = error.operation(), sent, "no answer; looking whether it happened");
        match look_for(&mut mutation, settle, bounds).await {
            Ok(Some(seen)) => return Ok(CarriedOut::Seen(seen)),
            Ok(None) => {}
            Err(unreadable) => return Err(may_have_happened.clone().unseen_because(unreadable)),
        }
        if !is_lost || sent >= persistence.sends || bounds.check().is_err() {
            return Err(error);
        }
        if let Some(asked) = asked {
            let is_too_long = error.pause().is_some_and(|pause| pause.is_too_long());
            if is_too_long || bounds.sleep_until(asked).await.is_err() {
                return Err(error);
            }
        }
    }
}

/// Looks until a change that was answered shows, in the way that [`carry_out`] does after a lost answer, and for
/// `settle`, or longer where the bounds say so. `None`, when even the last look did not show it.
///
/// Reads of these services lag behind. Whoever keeps what a read shows should not end before the read shows what was
/// done: the next one, seconds later, may else take it for undone by somebody else.
///
/// # Errors
/// That of the last look, when it failed.
pub async fn until_shown<L: Look>(
    mut look: L,
    settle: Duration,
    bounds: &Bounds,
) -> Result<Option<L::Seen>, L::Unreadable> {
    look_for(&mut look, bounds.settle(settle), bounds).await
}

/// Looks for an effect that may not show at once. `None`, when the last look, at the end of `settle`, did not show it.
async fn look_for<L: Look>(look: &mut L, settle: Duration, bounds: &Bounds) -> Result<Option<L::Seen>, L::Unreadable> {
    let mut end = Instant::now() + settle;
    let mut within = bounds.clone();
    let mut is_in_grace = false;
    let mut wait = FIRST_WAIT;
    loop {
        // A look that the caller's end has cut short says nothing: there is one more in any case.
        if !is_in_grace && bounds.check().is_err() {
            is_in_grace = true;
            end = end.min(Instant::now() + bounds.grace());
            within = Bounds::new(CancellationToken::new()).with_deadline(end + LAST_LOOK);
        }
        let seen = look.look(&within).await;
        if matches!(seen, Ok(Some(_))) || Instant::now() >= end && (is_in_grace || bounds.check().is_ok()) {
            return seen;
        }
        // Where the caller asks to stop meanwhile, the next look is in grace, and at once.
        let _ = within.sleep_until(end.min(Instant::now() + wait)).await;
        wait = (wait + wait / 2).min(LONGEST_WAIT);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use super::*;
    use crate::{ErrorKind, Outcome, Pause};

    const PERSISTENCE: Persistence = Persistence { sends: 3, settle: Duration::from_secs(6) };

    fn bounds() -> Bounds {
        Bounds::new(CancellationToken::new())
    }

    fn lost() -> Result<u32, Error> {
        Err(Error::new(ErrorKind::Timeout, Outcome::Unknown, "lost"))
    }

    fn refused(kind: ErrorKind) -> Result<u32, Error> {
        Err(Error::new(kind, Outcome::NotDone, "no"))
    }

    /// A service that answers as it is told, and shows an effect from a time on.
    struct Service {
        answers: VecDeque<Result<u32, Error>>,
        persistence: Persistence,
        started: Instant,
        shows_after: Option<Duration>,
        looks: u32,
        unreadable_looks: u32,
        /// After so many looks, none can be read.
        unreadable_after: u32,
        /// How long a send takes.
        takes: Duration,
    }

    impl Service {
        fn new(answers: impl IntoIterator<Item = Result<u32, Error>>, shows_after: Option<u64>) -> Self {
            Self {
                answers: answers.into_iter().collect(),
                persistence: PERSISTENCE,
                started: Instant::now(),
                shows_after: shows_after.map(Duration::from_secs),
                looks: 0,
                unreadable_looks: 0,
                unreadable_after: u32::MAX,
                takes: Duration::ZERO,
            }
        }

        async fn run(&mut self, bounds: &Bounds) -> Result<CarriedOut<u32, &'static str>, Error> {
            carry_out(self, bounds).await
        }
    }

    impl Look for &mut Service {
        type Seen = &'static str;
        type Unreadable = &'static str;

        async fn look(&mut self, bounds: &Bounds) -> Result<Option<&'static str>, &'static str> {
            bounds.check().map_err(|_| "stopped")?;
            self.looks += 1;
            if self.looks <= self.unreadable_looks || self.looks > self.unreadable_after {
                return Err("unreadable");
            }
            let shows = self.shows_after.is_some_and(|after| self.started.elapsed() >= after);
            Ok(shows.then_some("there"))
        }
    }

    impl Mutation for &mut Service {
        type Answer = u32;

        fn persistence(&self) -> Persistence {
            self.persistence
        }

        async fn send(&mut self, _: &Bounds) -> Result<u32, Error> {
            tokio::time::sleep(self.takes).await;
            self.answers.pop_front().expect("no more sends than these")
        }
    }

    fn kind(result: Result<CarriedOut<u32, &'static str>, Error>) -> ErrorKind {
        match result {
            Err(error) if error.unseen().is_none() => error.kind(),
            other => panic!("expected the error of a call whose fate was looked at: {other:?}"),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_left_without_an_answer_is_looked_for_as_long_again() {
        for (shows_after, sends) in [(119, 1), (121, 2)] {
            let mut service = Service::new([lost(), Ok(7)], Some(shows_after));
            service.takes = Duration::from_secs(60);
            let outcome = service.run(&bounds()).await.unwrap();
            assert_eq!(matches!(outcome, CarriedOut::Seen("there")), sends == 1, "{shows_after}");
            assert_eq!(2 - service.answers.len(), sends, "{shows_after}");
        }
        // A connection that broke says nothing of how long the service takes.
        let broken = Err(Error::new(ErrorKind::Transport, Outcome::Unknown, "broken"));
        let mut service = Service::new([broken, Ok(7)], Some(119));
        service.takes = Duration::from_secs(60);
        assert_eq!(service.run(&bounds()).await.unwrap(), CarriedOut::Answered(7));
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_is_the_end_and_nothing_is_looked_at() {
        let mut service = Service::new([Ok(7)], None);
        assert_eq!(service.run(&bounds()).await.unwrap(), CarriedOut::Answered(7));
        assert_eq!(service.looks, 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_first_refusal_is_the_end() {
        let mut service = Service::new([refused(ErrorKind::Conflict), Ok(1)], Some(0));
        assert_eq!(kind(service.run(&bounds()).await), ErrorKind::Conflict);
        assert_eq!((service.answers.len(), service.looks), (1, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn a_lost_answer_whose_effect_shows_is_not_sent_again() {
        let mut service = Service::new([lost(), Ok(1)], Some(5));
        assert_eq!(service.run(&bounds()).await.unwrap(), CarriedOut::Seen("there"));
        assert_eq!(service.answers.len(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn what_shows_no_effect_for_the_whole_time_is_sent_again_so_often_and_no_more() {
        let mut service = Service::new([lost(), lost(), lost(), Ok(1)], None);
        assert_eq!(kind(service.run(&bounds()).await), ErrorKind::Timeout);
        assert_eq!(service.answers.len(), 1);
        assert_eq!(service.started.elapsed(), PERSISTENCE.settle * 3);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_sent_again_waits_as_long_as_the_service_asked_or_is_not_sent_again() {
        let asking = |left| {
            let pause = Pause { asked: Duration::from_secs(60), left: Duration::from_secs(left) };
            Err(Error::new(ErrorKind::Unavailable, Outcome::Unknown, "busy").asked_to_wait(pause))
        };
        let mut service = Service::new([asking(600), Ok(1)], None);
        assert_eq!(service.run(&bounds()).await.unwrap(), CarriedOut::Answered(1));
        assert_eq!(service.started.elapsed(), Duration::from_secs(60));

        let mut service = Service::new([asking(30), Ok(1)], None);
        assert_eq!(kind(service.run(&bounds()).await), ErrorKind::Unavailable);
        assert_eq!((service.answers.len(), service.started.elapsed()), (1, PERSISTENCE.settle));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_to_be_sent_once_is_only_looked_for() {
        let mut service = Service::new([lost(), Ok(1)], None);
        service.persistence = Persistence::once(PERSISTENCE.settle);
        assert_eq!(kind(service.run(&bounds()).await), ErrorKind::Timeout);
        assert_eq!(service.answers.len(), 1);
        assert_eq!(service.started.elapsed(), PERSISTENCE.settle);
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_after_a_lost_answer_is_believed_only_when_no_effect_shows() {
        for refusal in [ErrorKind::Conflict, ErrorKind::NotFound, ErrorKind::InvalidParameter] {
            // The first send's effect shows only when the second has been refused for it.
            let mut service = Service::new([lost(), refused(refusal)], Some(7));
            assert_eq!(service.run(&bounds()).await.unwrap(), CarriedOut::Seen("there"), "{refusal:?}");
            let mut service = Service::new([lost(), refused(refusal)], None);
            assert_eq!(kind(service.run(&bounds()).await), refusal);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn looks_that_fail_prove_nothing_and_never_lead_to_a_second_send() {
        let mut service = Service::new([lost(), Ok(1)], None);
        service.unreadable_looks = u32::MAX;
        let error = service.run(&bounds()).await.unwrap_err();
        assert_eq!((error.unseen(), error.outcome_unknown()), (Some("unreadable"), true));
        assert_eq!(service.answers.len(), 1);

        // What was sent first may have happened, although what was sent again is refused.
        let mut service = Service::new([lost(), refused(ErrorKind::Conflict)], None);
        service.unreadable_after = 12;
        let error = service.run(&bounds()).await.unwrap_err();
        assert_eq!((error.unseen(), error.outcome_unknown()), (Some("unreadable"), true));
        assert_eq!((error.kind(), service.answers.len()), (ErrorKind::Timeout, 0));

        let mut service = Service::new([lost(), Ok(1)], Some(0));
        service.unreadable_looks = 3;
        assert_eq!(service.run(&bounds()).await.unwrap(), CarriedOut::Seen("there"));
        assert_eq!(service.answers.len(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_while_looking_waits_until_the_fate_is_known() {
        let token = CancellationToken::new();
        let mut service = Service::new([lost(), Ok(1)], Some(5));
        let bounds = Bounds::new(token.clone());
        let (result, ()) = tokio::join!(service.run(&bounds), async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            token.cancel();
        });
        assert_eq!(result.unwrap(), CarriedOut::Seen("there"));
        assert_eq!(service.answers.len(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_stop_nothing_is_sent_again_and_the_looking_ends() {
        let token = CancellationToken::new();
        token.cancel();
        let mut service = Service::new([lost(), Ok(1)], None);
        service.persistence = Persistence { sends: 3, settle: Duration::from_secs(600) };
        assert_eq!(kind(service.run(&Bounds::new(token)).await), ErrorKind::Timeout);
        assert_eq!(service.answers.len(), 1);
        assert_eq!(service.started.elapsed(), crate::GRACE);
    }

    #[tokio::test(start_paused = true)]
    async fn when_the_time_is_over_the_fate_is_looked_for_in_grace() {
        let mut service = Service::new([lost(), Ok(1)], Some(5));
        let over = bounds().with_timeout(Duration::ZERO);
        assert_eq!(service.run(&over).await.unwrap(), CarriedOut::Seen("there"));
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_answered_is_looked_at_until_it_shows_and_no_longer_than_it_may_take() {
        let mut service = Service::new([], Some(2));
        assert_eq!(until_shown(&mut service, PERSISTENCE.settle, &bounds()).await, Ok(Some("there")));
        assert!(service.started.elapsed() < PERSISTENCE.settle);

        let mut service = Service::new([], None);
        assert_eq!(until_shown(&mut service, PERSISTENCE.settle, &bounds()).await, Ok(None));
        assert_eq!(service.started.elapsed(), PERSISTENCE.settle);
        let mut service = Service::new([], None);
        let longer = bounds().with_least_settle(PERSISTENCE.settle * 2);
        assert_eq!(until_shown(&mut service, PERSISTENCE.settle, &longer).await, Ok(None));
        assert_eq!(service.started.elapsed(), PERSISTENCE.settle * 2);

        let mut service = Service::new([], Some(0));
        service.unreadable_looks = u32::MAX;
        assert_eq!(until_shown(&mut service, PERSISTENCE.settle, &bounds()).await, Err("unreadable"));
    }
}
