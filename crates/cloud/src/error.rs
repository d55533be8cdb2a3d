//! What can go wrong with a call, and what it means for whoever made it.

use std::{error::Error as StdError, fmt, sync::Arc, time::Duration};

use super::{
    Search, Service, Stop,
    secret::{Secret, scrub},
};

/// What went wrong, as far as it matters for what to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The configuration cannot work: no credentials found, an endpoint that is no URL, a certificate file that cannot
    /// be read. Nothing was sent.
    Configuration,
    /// The service knows neither the key nor the signature or token (usually status 401).
    Credentials,
    /// The key is right, and its user may not do this (status 403).
    Forbidden,
    /// What was asked for does not exist, said by the service itself. A 404 that does not come from the service (a
    /// wrong endpoint, a proxy) is [`ErrorKind::UnexpectedAnswer`], because a resource must not be forgotten for it.
    NotFound,
    /// The service does not accept a parameter.
    InvalidParameter,
    /// The service accepts no more calls for now, and the time to wait for it is over.
    Throttled,
    /// The call contradicts the present state (an update is already running, a name is taken).
    Conflict,
    /// The service refused for a reason of its own; its code and message say which.
    Rejected,
    /// The service failed inside (status 5xx).
    Unavailable,
    /// No connection, or it broke.
    Transport,
    /// No answer in time.
    Timeout,
    /// An answer that is not the service's: cut short, not JSON, a field of another type.
    UnexpectedAnswer,
    /// The caller asked to stop.
    Cancelled,
}

/// What is known about whether the call took effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The request never left, or the service refused it before acting.
    NotDone,
    /// The request may have reached the service and may have been carried out.
    Unknown,
}

/// What a client knows about a failure beyond its kind, for whoever tells a person what to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Hint {
    /// No place holds credentials: these were looked at.
    NoCredentials(Search),
    /// A profile that was named is not there, or gives no credentials.
    Profile,
    /// No region is set, and the service's endpoint follows from it.
    NoRegion,
    /// The service is not known to be in this region; an endpoint that is set is used all the same.
    UnknownRegion,
    /// The credentials see no project with the name that was looked up.
    UnknownProject,
    /// The endpoint that is set is for one region, and the call is for another.
    EndpointOfAnotherRegion,
}

/// A wait that a service asked for with its refusal (`Retry-After`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    /// What the service asked for.
    pub asked: Duration,
    /// What was left of the call's time.
    pub left: Duration,
}

impl fmt::Display for Pause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the service asked for a wait of {} s before the next call", self.asked.as_secs_f64().ceil())?;
        if self.is_too_long() {
            write!(f, ", longer than the {} s that this one had left", self.left.as_secs())?;
        }
        Ok(())
    }
}

impl Pause {
    /// Whether the call could not wait as long.
    pub fn is_too_long(&self) -> bool {
        self.asked >= self.left
    }
}

/// What a call was about, for messages: `group "g-1"`. Never a secret.
pub type Subject = String;

/// How a service said no.
#[derive(Debug)]
pub struct Refusal {
    /// What it means.
    pub kind: ErrorKind,
    /// Whether the call may have taken effect all the same.
    pub outcome: Outcome,
    /// The service's error code.
    pub code: Option<String>,
    /// The service's words.
    pub message: String,
}

impl Refusal {
    /// An answer that is not what the API promises. What it is an answer to may have been carried out.
    pub fn unexpected(message: impl Into<String>) -> Self {
        Self { kind: ErrorKind::UnexpectedAnswer, outcome: Outcome::Unknown, code: None, message: message.into() }
    }

    /// An answer that is not the one that was asked for, or too little to be known as that.
    pub(crate) fn proves_nothing(lacking: impl std::fmt::Display) -> Self {
        Self::unexpected(format!("an answer that proves nothing: {lacking}"))
    }
}

/// A call that failed, with all a person needs to understand it.
#[derive(Clone, thiserror::Error)]
#[error(transparent)]
pub struct Error(Box<Details>);

#[derive(Debug, Clone)]
struct Details {
    kind: ErrorKind,
    outcome: Outcome,
    service: Option<Service>,
    operation: String,
    subject: Subject,
    endpoint: Option<String>,
    status: Option<u16>,
    code: Option<String>,
    message: String,
    request_id: Option<String>,
    attempts: u32,
    pause: Option<Pause>,
    hint: Option<Hint>,
    time_setting: Option<&'static str>,
    unseen: Option<String>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error with a message, about no call yet.
    pub fn new(kind: ErrorKind, outcome: Outcome, message: impl Into<String>) -> Self {
        Self(Box::new(Details {
            kind,
            outcome,
            service: None,
            operation: String::new(),
            subject: Subject::new(),
            endpoint: None,
            status: None,
            code: None,
            message: message.into(),
            request_id: None,
            attempts: 0,
            pause: None,
            hint: None,
            time_setting: None,
            unseen: None,
            source: None,
        }))
    }

    /// A configuration that cannot work.
    pub fn configuration(service: Service, message: impl Into<String>) -> Self {
        let mut error = Self::new(ErrorKind::Configuration, Outcome::NotDone, message);
        error.0.service = Some(service);
        error
    }

    /// Work that was stopped. `outcome` says whether a request of it is on its way.
    pub fn stopped(stop: Stop, outcome: Outcome) -> Self {
        let before = match outcome {
            Outcome::NotDone => "the request was sent",
            Outcome::Unknown => "the service had answered",
        };
        match stop {
            Stop::Cancelled => Self::new(ErrorKind::Cancelled, outcome, format!("stopped before {before}")),
            Stop::DeadlinePassed => {
                let message = format!("the time for the operation was over before {before}");
                Self::new(ErrorKind::Timeout, outcome, message)
            }
        }
    }

    /// The same, said of a call. An error that says already what failed stays as it is.
    #[must_use]
    pub fn during(mut self, service: Service, operation: &str, subject: impl Into<Subject>) -> Self {
        // An error from inside a call (its credentials, say) already knows what failed.
        if self.0.operation.is_empty() {
            self.0.service = Some(service);
            self.0.operation = operation.to_owned();
            self.0.subject = subject.into();
        }
        self
    }

    /// The same with the base URL that was asked, unless it has one.
    #[must_use]
    pub fn at(mut self, endpoint: impl Into<String>) -> Self {
        self.0.endpoint.get_or_insert_with(|| endpoint.into());
        self
    }

    /// The same with what the service answered: status, code, and its ID of the request.
    #[must_use]
    pub fn answered(mut self, status: Option<u16>, code: Option<String>, request_id: Option<String>) -> Self {
        self.0.status = status;
        self.0.code = code;
        self.0.request_id = request_id;
        self
    }

    /// The same with the number of times that the request was tried.
    #[must_use]
    pub fn after(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    /// The same with what the client knows beyond the kind.
    #[must_use]
    pub fn hinting(mut self, hint: Hint) -> Self {
        self.0.hint = Some(hint);
        self
    }

    /// The same with the name of the setting that gives such a call more time, where there is one.
    #[must_use]
    pub fn timed_by(mut self, setting: Option<&'static str>) -> Self {
        self.0.time_setting = setting;
        self
    }

    /// The same of a change that may have taken effect, with why that could not be looked at.
    #[must_use]
    pub fn unseen_because(mut self, why: impl fmt::Display) -> Self {
        self.0.unseen = Some(why.to_string());
        self
    }

    /// The same with the error behind it.
    #[must_use]
    pub fn caused_by(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.0.source = Some(Arc::new(source));
        self
    }

    /// The error of a call that could not even be signed. Whatever the identity service said, nothing of the call
    /// itself happened, and nothing that it is about is missing.
    #[must_use]
    pub fn before_signing(mut self) -> Self {
        self.0.outcome = Outcome::NotDone;
        self.0.kind = match self.0.kind {
            ErrorKind::NotFound | ErrorKind::InvalidParameter | ErrorKind::Conflict | ErrorKind::Rejected => {
                ErrorKind::Credentials
            }
            other => other,
        };
        self
    }

    /// The same with the time that the service asked to be left alone for.
    #[must_use]
    pub fn asked_to_wait(mut self, pause: Pause) -> Self {
        self.0.pause = Some(pause);
        self
    }

    /// The same of a call that changes nothing, whatever became of it.
    #[must_use]
    pub(crate) fn without_effect(mut self) -> Self {
        self.0.outcome = Outcome::NotDone;
        self
    }

    /// Removes the secrets from what the service said: its message, its code and its ID of the request.
    #[must_use]
    pub fn scrubbed(mut self, secrets: &[Secret]) -> Self {
        self.0.message = scrub(&self.0.message, secrets);
        self.0.code = self.0.code.map(|code| scrub(&code, secrets));
        self.0.request_id = self.0.request_id.map(|id| scrub(&id, secrets));
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The API operation, as its documentation names it.
    pub fn operation(&self) -> &str {
        &self.0.operation
    }

    /// What the call was about, such as `group "g-1"`.
    pub fn subject(&self) -> &str {
        &self.0.subject
    }

    /// The service that was, or was to be, called; `None` for an error about no call yet.
    pub fn service(&self) -> Option<Service> {
        self.0.service
    }

    /// The base URL that was asked, when one was.
    pub fn endpoint(&self) -> Option<&str> {
        self.0.endpoint.as_deref()
    }

    /// The HTTP status, when there was an answer.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The service's error code, in its own words.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The service's message, or what happened where the service said nothing.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What the client knows beyond the kind.
    pub fn hint(&self) -> Option<&Hint> {
        self.0.hint.as_ref()
    }

    /// The setting that gives such a call more time, by its name in the caller's configuration
    /// ([`Bounds::with_time_setting`](crate::Bounds::with_time_setting)).
    pub fn time_setting(&self) -> Option<&'static str> {
        self.0.time_setting
    }

    /// Why it could not be looked at whether the call has taken effect, if it could not.
    pub fn unseen(&self) -> Option<&str> {
        self.0.unseen.as_deref()
    }

    /// The service's id of the request, which its support asks for.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// How long the service asked to be left alone, if it did.
    pub fn pause(&self) -> Option<Pause> {
        self.0.pause
    }

    /// How many times the request was tried.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Whether the service said that what was asked for does not exist.
    pub fn is_not_found(&self) -> bool {
        self.0.kind == ErrorKind::NotFound
    }

    /// Whether the service accepts no more calls for now.
    pub fn is_throttled(&self) -> bool {
        self.0.kind == ErrorKind::Throttled
    }

    /// Whether a change of which no answer came seems not to have been made: it was looked for, and nothing showed it.
    pub fn has_not_arrived(&self) -> bool {
        self.outcome_unknown() && self.unseen().is_none()
    }

    /// Whether it may pass by itself, so that whoever waits for something else all the same can ask again: the service
    /// is busy or down, or what lies between does not let an answer through.
    pub fn is_transient(&self) -> bool {
        match self.0.kind {
            ErrorKind::Throttled
            | ErrorKind::Unavailable
            | ErrorKind::Transport
            | ErrorKind::Timeout
            | ErrorKind::UnexpectedAnswer => true,
            ErrorKind::Configuration
            | ErrorKind::Credentials
            | ErrorKind::Forbidden
            | ErrorKind::NotFound
            | ErrorKind::InvalidParameter
            | ErrorKind::Conflict
            | ErrorKind::Rejected
            | ErrorKind::Cancelled => false,
        }
    }

    /// Whether the caller asked to stop.
    pub fn is_cancelled(&self) -> bool {
        self.0.kind == ErrorKind::Cancelled
    }

    /// Whether the call may have taken effect: read the present state before deciding anything. Only meaningful for
    /// calls that change something.
    pub fn outcome_unknown(&self) -> bool {
        self.0.outcome == Outcome::Unknown
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.operation.is_empty() {
            write!(f, "{}", self.operation)?;
            if !self.subject.is_empty() {
                write!(f, " for {}", self.subject)?;
            }
            f.write_str(": ")?;
        }
        if let Some(status) = self.status {
            let service = self.service.map_or("the service", |service| service.name);
            write!(f, "{service} answered with status {status}")?;
            if let Some(code) = &self.code {
                write!(f, ", code {code}")?;
            }
            if !self.message.is_empty() {
                write!(f, ": {}", self.message)?;
            }
        } else {
            f.write_str(&self.message)?;
        }
        if let Some(request_id) = &self.request_id {
            write!(f, " (request id {request_id})")?;
        }
        if self.attempts > 1 {
            write!(f, " (tried {} times)", self.attempts)?;
        }
        if let Some(pause) = self.pause {
            write!(f, " ({pause})")?;
        }
        Ok(())
    }
}

impl StdError for Details {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stub::SERVICE;

    #[test]
    fn the_text_names_operation_subject_status_code_message_and_request() {
        let error = Error::new(ErrorKind::NotFound, Outcome::NotDone, "The group is gone.")
            .during(SERVICE, "GetGroup", "group \"g-1\"")
            .answered(Some(404), Some("InvalidGroup.NotFound".to_owned()), Some("R-1".to_owned()))
            .after(2);
        assert_eq!(
            error.to_string(),
            "GetGroup for group \"g-1\": The Service answered with status \
             404, code InvalidGroup.NotFound: The group is gone. (request id R-1) (tried 2 times)"
        );
        assert!(error.is_not_found() && !error.outcome_unknown());
    }

    #[test]
    fn an_error_without_an_answer_says_what_happened_and_only_that() {
        let error = Error::new(ErrorKind::Transport, Outcome::Unknown, "the connection broke");
        assert_eq!(error.to_string(), "the connection broke");
        assert_eq!((error.service(), error.operation(), error.subject(), error.attempts()), (None, "", "", 0));
        assert_eq!((error.status(), error.code(), error.request_id(), error.endpoint()), (None, None, None, None));
        assert_eq!((error.hint(), error.time_setting(), error.pause()), (None, None, None));
        assert!(error.outcome_unknown() && !error.is_not_found() && !error.is_throttled());
        assert_eq!(error.clone().timed_by(Some("timeouts.read")).time_setting(), Some("timeouts.read"));
        let about_nothing = error.during(SERVICE, "List", "").after(1);
        assert_eq!(about_nothing.to_string(), "List: the connection broke");
    }

    #[test]
    fn an_answer_without_words_is_told_by_its_status() {
        let error = Error::new(ErrorKind::Unavailable, Outcome::Unknown, "").answered(Some(502), None, None);
        assert_eq!(error.to_string(), "the service answered with status 502");
        assert_eq!(error.status(), Some(502));
    }

    #[test]
    fn what_an_error_says_first_of_its_call_and_its_endpoint_stays() {
        let inner = Error::new(ErrorKind::Forbidden, Outcome::NotDone, "no")
            .during(SERVICE, "AssumeRole", "role \"r\"")
            .at("https://sts.example");
        let outer = inner.during(SERVICE, "List", "groups").at("https://api.example");
        assert_eq!((outer.operation(), outer.subject()), ("AssumeRole", "role \"r\""));
        assert_eq!(outer.endpoint(), Some("https://sts.example"));
    }

    #[test]
    fn what_could_not_be_signed_never_happened_and_is_not_missing() {
        for (kind, expected) in [
            (ErrorKind::NotFound, ErrorKind::Credentials),
            (ErrorKind::InvalidParameter, ErrorKind::Credentials),
            (ErrorKind::Conflict, ErrorKind::Credentials),
            (ErrorKind::Rejected, ErrorKind::Credentials),
            (ErrorKind::Unavailable, ErrorKind::Unavailable),
            (ErrorKind::UnexpectedAnswer, ErrorKind::UnexpectedAnswer),
            (ErrorKind::Configuration, ErrorKind::Configuration),
            (ErrorKind::Forbidden, ErrorKind::Forbidden),
            (ErrorKind::Throttled, ErrorKind::Throttled),
            (ErrorKind::Timeout, ErrorKind::Timeout),
            (ErrorKind::Cancelled, ErrorKind::Cancelled),
        ] {
            let error = Error::new(kind, Outcome::Unknown, "no").before_signing();
            assert_eq!((error.kind(), error.outcome_unknown()), (expected, false), "{kind:?}");
        }
    }

    #[test]
    fn work_that_was_stopped_says_why_and_what_had_been_sent_by_then() {
        let of = |stop, outcome| Error::stopped(stop, outcome);
        let cancelled = of(Stop::Cancelled, Outcome::NotDone);
        assert!(cancelled.is_cancelled() && !cancelled.outcome_unknown() && !cancelled.is_throttled());
        assert_eq!(cancelled.message(), "stopped before the request was sent");
        let late = of(Stop::DeadlinePassed, Outcome::Unknown);
        assert_eq!((late.kind(), late.outcome_unknown(), late.is_cancelled()), (ErrorKind::Timeout, true, false));
        assert_eq!(late.message(), "the time for the operation was over before the service had answered");
    }

    #[test]
    fn what_the_service_asked_to_wait_is_told_and_what_was_left_where_that_was_less() {
        let asking = |asked, left| {
            let pause = Pause { asked: Duration::from_secs(asked), left: Duration::from_secs(left) };
            Error::configuration(SERVICE, "busy").asked_to_wait(pause).to_string()
        };
        assert_eq!(asking(7, 60), "busy (the service asked for a wait of 7 s before the next call)");
        let expected = "busy (the service asked for a wait of 86400 s before the next call, longer than the 60 s that \
                        this one had left)";
        assert_eq!(asking(86_400, 60), expected);
    }

    #[test]
    fn a_secret_is_taken_out_of_the_code_and_the_request_id_too() {
        let echo = || Some("x-the-secret-x".to_owned());
        let error = Error::new(ErrorKind::Rejected, Outcome::NotDone, "a the-secret")
            .answered(Some(400), echo(), echo())
            .scrubbed(&[Secret::new("the-secret")]);
        assert_eq!((error.message(), error.code(), error.request_id()), ("a ***", Some("x-***-x"), Some("x-***-x")));
    }

    #[test]
    fn the_error_behind_it_can_be_asked_for() {
        let error = Error::configuration(SERVICE, "no").caused_by(fmt::Error);
        assert!(error.source().is_some_and(|source| source.is::<fmt::Error>()));
        assert!(Error::configuration(SERVICE, "no").source().is_none());
        let shown = format!("{:?}", Error::configuration(SERVICE, "a message"));
        assert!(shown.contains("a message") && shown.contains("Configuration"), "{shown}");
    }
}
