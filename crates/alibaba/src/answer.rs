//! How the service says yes and no.

use cloud::{Answer, ErrorKind, Outcome, Refusal};
use serde::Deserialize;

/// What every answer of the service may hold. Some gateways write the names in lower case.
#[derive(Debug, Default, Deserialize)]
struct Envelope {
    #[serde(rename = "Code", alias = "code")]
    code: Option<String>,
    #[serde(rename = "Message", alias = "message")]
    message: Option<String>,
    #[serde(rename = "RequestId", alias = "requestId")]
    request_id: Option<String>,
}

fn envelope(answer: &Answer) -> Option<Envelope> {
    serde_json::from_slice(&answer.body).ok()
}

/// The service's id of the request.
pub(super) fn request_id(answer: &Answer) -> Option<String> {
    envelope(answer)
        .and_then(|envelope| envelope.request_id)
        .or_else(|| answer.header("x-acs-request-id").map(str::to_owned))
}

/// How the answer refuses, if it does: with its status, or with a code in spite of status 200.
pub(super) fn refusal(answer: &Answer) -> Option<Refusal> {
    let envelope = envelope(answer);
    let is_ours = envelope.is_some();
    let envelope = envelope.unwrap_or_default();
    let code = envelope.code.filter(|code| !means_success(code));
    if answer.is_success() && code.is_none() {
        return None;
    }
    let message = envelope.message.unwrap_or_default();
    let refusal = match &code {
        Some(code) => Refusal {
            kind: kind_of(answer.status, code),
            // Said by the service itself; only a failure inside leaves it open what it did before.
            outcome: if answer.status >= 500 { Outcome::Unknown } else { Outcome::NotDone },
            message,
            code: None,
        },
        None => without_code(answer.status, is_ours, message),
    };
    // A throttled call was turned away at the door, with whatever status.
    let outcome = match refusal.kind {
        ErrorKind::Throttled => Outcome::NotDone,
        _ => refusal.outcome,
    };
    Some(Refusal { outcome, code, ..refusal })
}

fn means_success(code: &str) -> bool {
    code.is_empty() || code == "200" || ["success", "ok"].contains(&&*code.to_ascii_lowercase())
}

/// A refusal that names no code: a proxy or a gateway in front, or nothing of the service at all.
fn without_code(status: u16, is_json: bool, message: String) -> Refusal {
    let (kind, outcome) = match status {
        429 => (ErrorKind::Throttled, Outcome::NotDone),
        401 => (ErrorKind::Credentials, Outcome::NotDone),
        403 => (ErrorKind::Forbidden, Outcome::NotDone),
        400 if is_json => (ErrorKind::InvalidParameter, Outcome::NotDone),
        400..500 => (ErrorKind::UnexpectedAnswer, Outcome::NotDone),
        500.. => (ErrorKind::Unavailable, Outcome::Unknown),
        _ => (ErrorKind::UnexpectedAnswer, Outcome::Unknown),
    };
    Refusal {
        kind,
        outcome,
        code: None,
        message: if message.is_empty() { "an answer without the service's error code".to_owned() } else { message },
    }
}

/// What a code that says that something is not there must be about, for a resource to be gone: a region, a product or
/// an account that the service does not know says nothing of a delivery group in it.
const THINGS: [&str; 6] = ["AppInstance", "Image", "OtaTask", "User", "Session", "Resource"];

/// Sorts the service's codes. They are words joined by dots, and the ones that every product shares come first.
fn kind_of(status: u16, code: &str) -> ErrorKind {
    let has = |part: &str| code.contains(part);
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| code.starts_with(prefix));
    if starts(&["Throttling"]) || has(".Throttling") || status == 429 {
        ErrorKind::Throttled
    } else if starts(&[
        "InvalidAccessKeyId",
        "InvalidSecurityToken",
        "MissingSecurityToken",
        "SignatureDoesNotMatch",
        "IncompleteSignature",
        "InvalidSignature",
        "SignatureNonceUsed",
        "InvalidTimeStamp",
        "IllegalTimestamp",
        "MissingAccessKeyId",
        "InvalidCredentials",
        "AuthenticationFail",
    ]) || status == 401
    {
        ErrorKind::Credentials
    } else if starts(&["InvalidAction", "InvalidApi", "InvalidVersion", "InvalidProduct"]) {
        // The endpoint does not serve this API: nothing that a resource could be missing.
        ErrorKind::UnexpectedAnswer
    } else if starts(&["Forbidden", "NoPermission", "AccessDenied"])
        || has("NoPermission")
        || has("Unauthorized")
        || status == 403
    {
        ErrorKind::Forbidden
    } else if (has("NotFound") || has("NotExist") || status == 404) && THINGS.iter().any(|thing| has(thing)) {
        ErrorKind::NotFound
    } else if status >= 500 {
        ErrorKind::Unavailable
    } else if starts(&["Invalid", "Missing", "IllegalParam", "ParamError"]) {
        if has("Status") || has("State") { ErrorKind::Conflict } else { ErrorKind::InvalidParameter }
    } else if status == 409
        || ["Running", "Conflict", "Status", "InProgress", "OperationDenied", "Occupied"].iter().any(|part| has(part))
    {
        ErrorKind::Conflict
    } else {
        ErrorKind::Rejected
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal_of(status: u16, body: &str) -> Option<(ErrorKind, Outcome)> {
        let answer = Answer { status, headers: reqwest::header::HeaderMap::new(), body: body.as_bytes().to_vec() };
        refusal(&answer).map(|refusal| (refusal.kind, refusal.outcome))
    }

    #[test]
    fn status_200_refuses_where_its_code_is_not_success() {
        for body in ["{}", r#"{"Code":"success"}"#, r#"{"Code":"","Message":"x"}"#] {
            assert_eq!(refusal_of(200, body), None, "{body}");
        }
        assert_eq!(
            refusal_of(200, r#"{"Code":"OtaTask.Running","Message":"running"}"#),
            Some((ErrorKind::Conflict, Outcome::NotDone))
        );
    }

    #[test]
    fn codes_are_sorted_into_kinds() {
        for (status, code, kind) in [
            (400, "Throttling", ErrorKind::Throttled),
            (503, "Throttling.Api", ErrorKind::Throttled),
            (429, "Throttling.User", ErrorKind::Throttled),
            (404, "InvalidAccessKeyId.NotFound", ErrorKind::Credentials),
            (400, "SignatureDoesNotMatch", ErrorKind::Credentials),
            (400, "InvalidTimeStamp.Expired", ErrorKind::Credentials),
            (404, "InvalidAction.NotFound", ErrorKind::UnexpectedAnswer),
            (404, "InvalidRegionId.NotFound", ErrorKind::InvalidParameter),
            (404, "Account.NotExist", ErrorKind::Rejected),
            (403, "Forbidden.RAM", ErrorKind::Forbidden),
            (404, "InvalidAppInstanceGroup.NotFound", ErrorKind::NotFound),
            (400, "AppInstanceGroup.NotExist", ErrorKind::NotFound),
            (400, "InvalidParameter.ProductType", ErrorKind::InvalidParameter),
            (400, "MissingParameter", ErrorKind::InvalidParameter),
            (400, "InvalidAppInstanceGroup.Status", ErrorKind::Conflict),
            (500, "InternalError", ErrorKind::Unavailable),
            (400, "Quota.Exceeded", ErrorKind::Rejected),
        ] {
            let body = format!(r#"{{"Code":"{code}","Message":"m","RequestId":"r"}}"#);
            let (found, outcome) = refusal_of(status, &body).unwrap();
            assert_eq!(found, kind, "{code}");
            assert_eq!(outcome == Outcome::Unknown, kind == ErrorKind::Unavailable, "{code}");
        }
    }

    #[test]
    fn a_page_of_something_else_is_never_taken_for_a_missing_group() {
        let html = "<html><h1>Not Found</h1></html>";
        assert_eq!(refusal_of(404, html), Some((ErrorKind::UnexpectedAnswer, Outcome::NotDone)));
        assert_eq!(refusal_of(502, html), Some((ErrorKind::Unavailable, Outcome::Unknown)));
    }
}
