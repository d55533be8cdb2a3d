//! How the service says yes and no.

use cloud::{Answer, ErrorKind, Outcome, Refusal};
use serde::Deserialize;

/// What an error of the service, of the gateway before it, or of the identity service may hold.
#[derive(Debug, Default, Deserialize)]
struct Envelope {
    #[serde(alias = "errorCode")]
    error_code: Option<String>,
    #[serde(alias = "errorMsg", alias = "error_message")]
    error_msg: Option<String>,
    request_id: Option<String>,
    /// The identity service's own form.
    error: Option<IdentityError>,
}

#[derive(Debug, Default, Deserialize)]
struct IdentityError {
    message: Option<String>,
    title: Option<String>,
}

fn envelope(answer: &Answer) -> Option<Envelope> {
    serde_json::from_slice(&answer.body).ok()
}

/// The service's id of the request.
pub(super) fn request_id(answer: &Answer) -> Option<String> {
    answer
        .header("x-request-id")
        .map(str::to_owned)
        .or_else(|| envelope(answer).and_then(|envelope| envelope.request_id))
}

/// How the answer refuses, if it does.
pub(super) fn refusal(answer: &Answer) -> Option<Refusal> {
    if answer.is_success() {
        return None;
    }
    let envelope = envelope(answer).unwrap_or_default();
    let identity = envelope.error.unwrap_or_default();
    let code = envelope.error_code.or(identity.title).filter(|code| !code.is_empty());
    let message = envelope
        .error_msg
        .or(identity.message)
        .filter(|message| !message.is_empty())
        .unwrap_or_else(|| "an answer without the service's explanation".to_owned());
    let kind = kind_of(answer.status, code.as_deref());
    let outcome = match (kind, answer.status) {
        (ErrorKind::Throttled, _) | (_, 400..500) => Outcome::NotDone,
        _ => Outcome::Unknown,
    };
    Some(Refusal { kind, outcome, code, message })
}

fn kind_of(status: u16, code: Option<&str>) -> ErrorKind {
    match (status, code) {
        (429, _) | (_, Some("APIGW.0308")) => ErrorKind::Throttled,
        (401, _) | (_, Some("APIGW.0301")) => ErrorKind::Credentials,
        (403, _) => ErrorKind::Forbidden,
        // Codes of the gateway, or of whoever else answers, say nothing of a resource of this service.
        (404, Some(code)) if code.starts_with("WKS.") => ErrorKind::NotFound,
        (404, _) => ErrorKind::UnexpectedAnswer,
        (400, Some(_)) => ErrorKind::InvalidParameter,
        (409, _) => ErrorKind::Conflict,
        (400..500, Some(_)) => ErrorKind::Rejected,
        (500.., _) => ErrorKind::Unavailable,
        _ => ErrorKind::UnexpectedAnswer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status, headers: reqwest::header::HeaderMap::new(), body: body.as_bytes().to_vec() }
    }

    fn kind(status: u16, body: &str) -> (ErrorKind, Outcome) {
        let refusal = refusal(&answer(status, body)).unwrap();
        (refusal.kind, refusal.outcome)
    }

    #[test]
    fn codes_and_statuses_are_sorted_into_kinds() {
        let not_done = Outcome::NotDone;
        for (status, code, expected) in [
            (401, "APIGW.0301", ErrorKind::Credentials),
            (429, "APIGW.0308", ErrorKind::Throttled),
            (403, "WKS.0003", ErrorKind::Forbidden),
            (404, "WKS.0004", ErrorKind::NotFound),
            (404, "APIGW.0101", ErrorKind::UnexpectedAnswer),
            (404, "IAM.0004", ErrorKind::UnexpectedAnswer),
            (400, "WKS.0001", ErrorKind::InvalidParameter),
            (409, "WKS.0009", ErrorKind::Conflict),
            (405, "WKS.0005", ErrorKind::Rejected),
        ] {
            let body = format!(r#"{{"error_code":"{code}","error_msg":"m"}}"#);
            assert_eq!(kind(status, &body), (expected, not_done), "{code}");
        }
        assert_eq!(
            kind(500, r#"{"error_code":"WKS.9999","error_msg":"m"}"#),
            (ErrorKind::Unavailable, Outcome::Unknown)
        );
    }

    #[test]
    fn a_page_of_something_else_is_never_taken_for_a_missing_group() {
        assert_eq!(kind(404, "<html>").0, ErrorKind::UnexpectedAnswer);
    }

    #[test]
    fn the_identity_services_errors_are_read_too() {
        let body = r#"{"error":{"code":401,"message":"bad password","title":"Unauthorized"}}"#;
        let refusal = refusal(&answer(401, body)).unwrap();
        assert_eq!(refusal.code.as_deref(), Some("Unauthorized"));
        assert_eq!(refusal.message, "bad password");
    }
}
