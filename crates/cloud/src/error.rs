//! What can go wrong with a call, and what it means for whoever made it.

use std::{error::Error as StdError, fmt, sync::Arc};

use super::secret::{Secret, scrub};

/// What went wrong, as far as it matters for what to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The configuration cannot work: no credentials found, an endpoint that is no URL, a
    /// certificate file that cannot be read. Nothing was sent.
    Configuration,
    /// The service knows neither the key nor the signature or token (usually status 401).
    Credentials,
    /// The key is right, and its user may not do this (status 403).
    Forbidden,
    /// What was asked for does not exist, said by the service itself. A 404 that does not come
    /// from the service (a wrong endpoint, a proxy) is [`ErrorKind::UnexpectedAnswer`], because a
    /// resource must not be forgotten for it.
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
    /// Terraform asked to stop.
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

/// What a call was about, for messages: `delivery group "aig-1"`. Never a secret.
pub type Subject = String;

/// A call that failed, with all a person needs to understand it.
#[derive(Clone, thiserror::Error)]
#[error(transparent)]
pub struct Error(Box<Details>);

#[derive(Debug, Clone)]
struct Details {
    kind: ErrorKind,
    outcome: Outcome,
    service: &'static str,
    operation: String,
    subject: Subject,
    endpoint: Option<String>,
    status: Option<u16>,
    code: Option<String>,
    message: String,
    request_id: Option<String>,
    attempts: u32,
    advice: Option<String>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error with a message, about no call yet.
    pub fn new(kind: ErrorKind, outcome: Outcome, message: impl Into<String>) -> Self {
        Self(Box::new(Details {
            kind,
            outcome,
            service: "",
            operation: String::new(),
            subject: Subject::new(),
            endpoint: None,
            status: None,
            code: None,
            message: message.into(),
            request_id: None,
            attempts: 0,
            advice: None,
            source: None,
        }))
    }

    /// A configuration that cannot work.
    pub fn configuration(service: &'static str, message: impl Into<String>) -> Self {
        let mut error = Self::new(ErrorKind::Configuration, Outcome::NotDone, message);
        error.0.service = service;
        error
    }

    /// The same, said of a call. An error that says already what failed stays as it is.
    #[must_use]
    pub fn during(mut self, service: &'static str, operation: &str, subject: impl Into<Subject>) -> Self {
        // An error from inside a call (its credentials, say) already knows what failed.
        if self.0.operation.is_empty() {
            self.0.service = service;
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

    /// The same with what to do next, instead of what follows from its kind.
    #[must_use]
    pub fn advise(mut self, advice: impl Into<String>) -> Self {
        self.0.advice = Some(advice.into());
        self
    }

    /// The same with the error behind it.
    #[must_use]
    pub fn caused_by(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.0.source = Some(Arc::new(source));
        self
    }

    /// The error of a call that could not even be signed. Whatever the identity service said,
    /// nothing of the call itself happened, and nothing that it is about is missing.
    #[must_use]
    pub fn before_signing(mut self) -> Self {
        self.0.outcome = Outcome::NotDone;
        self.0.kind = match self.0.kind {
            ErrorKind::NotFound
            | ErrorKind::InvalidParameter
            | ErrorKind::Conflict
            | ErrorKind::Rejected
            | ErrorKind::Unavailable
            | ErrorKind::UnexpectedAnswer => ErrorKind::Credentials,
            other => other,
        };
        self
    }

    /// Removes the secrets from what the service said.
    #[must_use]
    pub fn scrubbed(mut self, secrets: &[Secret]) -> Self {
        self.0.message = scrub(&self.0.message, secrets);
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

    /// What the call was about, such as `delivery group "aig-1"`.
    pub fn subject(&self) -> &str {
        &self.0.subject
    }

    /// The service's name, as a person knows it.
    pub fn service(&self) -> &str {
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

    /// The service's error code, such as `InvalidParameter.ProductType` or `APIGW.0301`.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The service's message, or what happened where the service said nothing.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The service's id of the request, which its support asks for.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
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

    /// Whether Terraform asked to stop.
    pub fn is_cancelled(&self) -> bool {
        self.0.kind == ErrorKind::Cancelled
    }

    /// Whether the call may have taken effect: read the present state before deciding anything.
    /// Only meaningful for calls that change something.
    pub fn outcome_unknown(&self) -> bool {
        self.0.outcome == Outcome::Unknown
    }

    /// What to do next, in a sentence or two.
    pub fn advice(&self) -> String {
        if let Some(advice) = &self.0.advice {
            return advice.clone();
        }
        let advice = match self.0.kind {
            ErrorKind::Configuration => {
                "Correct the provider's configuration or the environment, and run Terraform again."
            }
            ErrorKind::Credentials => {
                "Check that the access key, the secret key and, for temporary credentials, the \
                 security token belong together and are still valid, and that this machine's clock \
                 is right: a signature is only good for some minutes."
            }
            ErrorKind::Forbidden => {
                "Ask the account's administrator for the permission to call this operation, or use \
                 credentials that have it."
            }
            ErrorKind::NotFound => {
                "Check the id and the region: it may have been deleted, or belong to another \
                 account or region."
            }
            ErrorKind::InvalidParameter => "Correct the value that the service names.",
            ErrorKind::Throttled => {
                "The service accepts fewer calls than were needed in this time. Run again later, \
                 give the resource a longer timeout, or set max_requests_per_second in the \
                 provider block."
            }
            ErrorKind::Conflict => "Wait until what is going on has finished, and run Terraform again.",
            ErrorKind::Rejected => "See the service's error code for what it asks for.",
            ErrorKind::Unavailable => {
                "The service failed inside. Run Terraform again; when it stays, give the request id \
                 to the vendor's support."
            }
            ErrorKind::Transport => {
                "Check the endpoint and the region in the provider block, the network, and the \
                 proxy settings (HTTPS_PROXY, NO_PROXY)."
            }
            ErrorKind::Timeout => "Check the network, or give the resource a longer timeout, and run Terraform again.",
            ErrorKind::UnexpectedAnswer => {
                "Check that the endpoint is the service's own and that no proxy answers in its \
                 place."
            }
            ErrorKind::Cancelled => "Run Terraform again to continue.",
        };
        if self.outcome_unknown() {
            format!("{advice} The call may have taken effect: the next plan shows the present state.")
        } else {
            advice.to_owned()
        }
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
            write!(f, "{} answered with status {status}", self.service)?;
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

    #[test]
    fn the_text_names_operation_subject_status_code_message_and_request() {
        let error = Error::new(ErrorKind::NotFound, Outcome::NotDone, "The group is gone.")
            .during("App Streaming", "GetAppInstanceGroup", "delivery group \"aig-1\"")
            .answered(Some(404), Some("InvalidGroup.NotFound".to_owned()), Some("R-1".to_owned()))
            .after(2);
        assert_eq!(
            error.to_string(),
            "GetAppInstanceGroup for delivery group \"aig-1\": App Streaming answered with status \
             404, code InvalidGroup.NotFound: The group is gone. (request id R-1) (tried 2 times)"
        );
        assert!(error.is_not_found() && !error.outcome_unknown());
    }

    #[test]
    fn advice_says_when_the_call_may_have_taken_effect() {
        let known = Error::new(ErrorKind::Timeout, Outcome::NotDone, "");
        let unknown = Error::new(ErrorKind::Timeout, Outcome::Unknown, "");
        assert!(!known.advice().contains("may have taken effect"));
        assert!(unknown.advice().contains("may have taken effect"));
    }
}
