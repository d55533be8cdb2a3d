//! Reads within a long wait, which a service that is down for a minute does not end.

use std::future::Future;

use super::{Backoff, Bounds, Error, Stop};

/// Why a read that was made [`patiently`] found nothing out.
#[derive(Debug, Clone)]
pub enum Unread {
    /// The service refused it, in a way that does not pass.
    Refused(Error),
    /// The wait ended first. The error is that of the last read, where one had failed before.
    Stopped(Stop, Option<Error>),
}

/// Makes a read within a long wait: as often as it takes, until an answer comes, `backoff` apart. That a service is
/// down for a minute is no reason to end the wait for something that takes an hour.
///
/// # Errors
/// [`Unread`], when the read fails with what does not pass ([`Error::is_transient`]), or the bounds end.
pub async fn patiently<T, Read>(
    bounds: &Bounds,
    mut backoff: Backoff,
    mut read: impl FnMut() -> Read,
) -> Result<T, Unread>
where
    Read: Future<Output = Result<T, Error>>,
{
    let mut last = None;
    loop {
        match read().await {
            Ok(answer) => return Ok(answer),
            // A read that was cut short says less than what is known already.
            Err(error) => match bounds.check() {
                // Of a read that somebody stopped there is nothing to say.
                Err(stop @ Stop::Cancelled) => return Err(Unread::Stopped(stop, last)),
                Err(stop) => return Err(Unread::Stopped(stop, last.or(Some(error)))),
                Ok(()) if !error.is_transient() => return Err(Unread::Refused(error)),
                Ok(()) => {
                    tracing::warn!(operation = error.operation(), kind = ?error.kind(), "cannot look now; it goes on");
                    last = Some(error);
                }
            },
        }
        if let Err(stop) = backoff.wait(bounds).await {
            return Err(Unread::Stopped(stop, last));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::{ErrorKind, Outcome};

    fn unbounded() -> Bounds {
        Bounds::new(CancellationToken::new())
    }

    fn error(kind: ErrorKind) -> Error {
        Error::new(kind, Outcome::NotDone, "no")
    }

    fn slowly() -> Backoff {
        Backoff::new(Duration::from_secs(1), Duration::from_secs(8))
    }

    #[tokio::test(start_paused = true)]
    async fn a_read_within_a_long_wait_is_made_until_it_is_answered_or_refused_for_good() {
        let bounds = unbounded();
        let read = async |failures: &[ErrorKind]| {
            let mut failures = failures.iter();
            let answer = || std::future::ready(failures.next().map_or(Ok(7), |kind| Err(error(*kind))));
            patiently(&bounds, slowly(), answer).await
        };
        let transient = [
            ErrorKind::Unavailable,
            ErrorKind::Transport,
            ErrorKind::Timeout,
            ErrorKind::UnexpectedAnswer,
            ErrorKind::Throttled,
        ];
        assert_eq!(read(&transient).await.unwrap(), 7);
        let Err(Unread::Refused(refused)) = read(&[ErrorKind::Unavailable, ErrorKind::Forbidden]).await else {
            panic!("it was not refused")
        };
        assert_eq!(refused.kind(), ErrorKind::Forbidden);
    }

    #[tokio::test(start_paused = true)]
    async fn a_read_that_never_works_ends_with_the_wait_and_says_why_it_did_not_work() {
        let bounds = unbounded().with_timeout(Duration::from_secs(60));
        let down = || std::future::ready(Err::<(), _>(error(ErrorKind::Unavailable)));
        let Err(Unread::Stopped(stop, Some(last))) = patiently(&bounds, slowly(), down).await else {
            panic!("it ended")
        };
        assert_eq!((stop, last.kind()), (Stop::DeadlinePassed, ErrorKind::Unavailable));

        let cancelled = unbounded();
        cancelled.cancellation().cancel();
        let cut_short = || std::future::ready(Err::<(), _>(error(ErrorKind::Cancelled)));
        let Err(Unread::Stopped(stop, last)) = patiently(&cancelled, slowly(), cut_short).await else {
            panic!("it ended")
        };
        assert_eq!((stop, last.is_none()), (Stop::Cancelled, true));
    }
}
