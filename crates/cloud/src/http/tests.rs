use reqwest::header::HeaderMap;
use tokio::net::TcpListener;

use super::*;
use crate::{
    Answering, Lost, Machine,
    stub::{Reply, Seen, Stub},
};

const PATIENCE: Duration = Duration::from_secs(30);

fn http() -> Http {
    Http::new(HttpOptions::default()).unwrap()
}

fn get(url: &str) -> Outgoing {
    Outgoing { method: Method::GET, url: url.parse().unwrap(), headers: Vec::new(), body: Vec::new() }
}

/// The failure of a request, and what is known of its outcome.
async fn failure(request: Outgoing, timeout: Duration) -> (ErrorKind, bool, String) {
    let Err(error) = http().send(request, timeout).await else { panic!("it was answered") };
    (error.kind(), error.outcome_unknown(), error.message().to_owned())
}

#[tokio::test]
async fn a_request_goes_out_whole_and_its_answer_is_read_to_the_end() {
    let stub = Stub::scripted(vec![Reply::json(201, "the answer").with_header("x-id", "R-1")]).await;
    let request = Outgoing {
        method: Method::PUT,
        url: format!("{}/a?b=c", stub.url).parse().unwrap(),
        headers: vec![("x-one", "1".to_owned()), ("x-two", "2".to_owned())],
        body: b"the body".to_vec(),
    };
    let answer = http().send(request, PATIENCE).await.ok().unwrap();
    assert_eq!((answer.status, answer.text().as_str(), answer.header("x-id")), (201, "the answer", Some("R-1")));
    let Seen { method, target, body, headers } = &stub.seen()[0];
    assert_eq!((method.as_str(), target.as_str(), body.as_str()), ("PUT", "/a?b=c", "the body"));
    assert_eq!((headers["x-one"].as_str(), headers["x-two"].as_str()), ("1", "2"));
    assert!(!headers.contains_key("user-agent"), "who does not say who it is says nothing: {headers:?}");
}

#[test]
fn of_an_error_with_causes_the_first_of_them_is_told() {
    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Layer(&'static str, #[source] Option<Box<Layer>>);
    let error = Layer("the request failed", Some(Layer("no connection", Some(Layer("refused", None).into())).into()));
    assert_eq!(root_cause(&error), "refused");
}

#[tokio::test]
async fn a_request_that_did_not_leave_did_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let (kind, unknown, message) = failure(get(&url), PATIENCE).await;
    assert_eq!((kind, unknown), (ErrorKind::Transport, false));
    assert!(message.starts_with(&format!("cannot connect to {url}: ")), "{message}");
    assert!(message.to_lowercase().contains("refused"), "the cause is told: {message}");
}

#[tokio::test]
async fn a_header_that_cannot_be_sent_is_named_and_its_value_is_not() {
    let stub = Stub::scripted(vec![Reply::json(200, "")]).await;
    let request = Outgoing { headers: vec![("x-token", "the-secret\n".to_owned())], ..get(&stub.url) };
    let (kind, unknown, message) = failure(request, PATIENCE).await;
    assert_eq!((kind, unknown), (ErrorKind::Configuration, false));
    assert!(message.contains("x-token") && !message.contains("the-secret"), "{message}");
    assert_eq!(stub.count(), 0);
}

#[tokio::test]
async fn an_answer_that_breaks_off_or_never_comes_leaves_the_outcome_open() {
    for reply in [Reply::Close, Reply::Half] {
        let stub = Stub::scripted(vec![reply.clone()]).await;
        let (kind, unknown, message) = failure(get(&stub.url), PATIENCE).await;
        assert_eq!((kind, unknown), (ErrorKind::Transport, true), "{reply:?}");
        assert!(message.starts_with(&format!("the connection to {} broke", stub.url)), "{message}");
    }
    let stub = Stub::scripted(vec![Reply::Hang]).await;
    let (kind, unknown, message) = failure(get(&format!("{}/p?secret=1", stub.url)), Duration::from_millis(50)).await;
    assert_eq!((kind, unknown), (ErrorKind::Timeout, true));
    assert_eq!(message, format!("{} did not answer within 50.0ms", stub.url));
}

#[tokio::test]
async fn a_refusal_whose_explanation_is_lost_is_still_one_but_to_a_read() {
    let posts = [(400, true), (404, true), (499, true), (399, false), (500, false)].map(|row| (Method::POST, row));
    let gets = [(404, false), (500, false)].map(|row| (Method::GET, row));
    for (method, (status, is_answer)) in posts.into_iter().chain(gets) {
        let stub = Stub::scripted(vec![Reply::Cut { status }]).await;
        match http().send(Outgoing { method, ..get(&stub.url) }, PATIENCE).await {
            Ok(answer) => {
                assert_eq!((answer.status, answer.body.len()), (status, 0));
                assert!(is_answer, "{status}");
            }
            Err(error) => {
                assert_eq!((error.kind(), error.outcome_unknown()), (ErrorKind::Transport, true));
                assert!(!is_answer, "{status}");
            }
        }
    }
}

#[tokio::test]
async fn an_answer_without_end_is_not_read_to_its_end() {
    let stub = Stub::scripted(vec![Reply::json(200, "x".repeat(LARGEST_ANSWER))]).await;
    let answer = http().send(get(&stub.url), PATIENCE).await.ok().unwrap();
    assert_eq!(answer.body.len(), LARGEST_ANSWER);
    let stub = Stub::scripted(vec![Reply::json(200, "x".repeat(LARGEST_ANSWER + 1))]).await;
    let (kind, unknown, message) = failure(get(&stub.url), PATIENCE).await;
    assert_eq!((kind, unknown), (ErrorKind::UnexpectedAnswer, true));
    assert_eq!(message, format!("{} answers without end", stub.url));
}

#[tokio::test]
async fn one_client_is_made_and_used_for_all_requests_of_its_kind() {
    let stub = Stub::scripted(vec![Reply::json(200, "")]).await;
    let http = http();
    for _ in 0..3 {
        http.send(get(&stub.url), PATIENCE).await.ok().unwrap();
    }
    assert_eq!(stub.connections(), 1);
    assert!(http.direct.lock().unwrap().is_some() && http.proxied.lock().unwrap().is_none());
}

#[test]
fn only_what_leaves_the_host_may_go_through_a_proxy() {
    const OWN: [Ipv4Addr; 1] = [Ipv4Addr::new(100, 100, 100, 200)];
    let own = HttpOptions { host_addresses: &OWN, ..HttpOptions::default() };
    for (options, url, is_direct) in [
        (own.clone(), "http://100.100.100.200/x", true),
        (HttpOptions::default(), "http://100.100.100.200/x", false),
        (own, "https://example.com", false),
        (HttpOptions::default(), "http://169.254.169.254", true),
    ] {
        let http = Http::new(options).unwrap();
        http.client(&url.parse().unwrap()).unwrap();
        assert_eq!(http.direct.lock().unwrap().is_some(), is_direct, "{url}");
        assert_eq!(http.proxied.lock().unwrap().is_some(), !is_direct, "{url}");
    }
}

#[test]
fn a_program_whose_name_cannot_be_sent_is_told_so() {
    let http = Http::new(HttpOptions { user_agent: "a\nb".to_owned(), ..HttpOptions::default() }).unwrap();
    let error = http.client(&"http://127.0.0.1".parse().unwrap()).unwrap_err();
    assert_eq!((error.kind(), error.outcome_unknown()), (ErrorKind::Configuration, false));
    assert!(StdError::source(&error).is_some());
}

#[test]
fn a_certificate_that_cannot_be_used_is_named() {
    let http = |source: &str| {
        Http::new(HttpOptions { ca_certificate: Some(source.to_owned()), ..HttpOptions::default() }).map(|_| ())
    };
    let missing = http("/nowhere/ca.pem").unwrap_err();
    assert!(missing.starts_with("ca_certificate: cannot read \"/nowhere/ca.pem\": "), "{missing}");
    let garbled = http("-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n").unwrap_err();
    assert_eq!(garbled, "ca_certificate holds a certificate that is not valid PEM");

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, "no certificate").unwrap();
    let empty = http(file.to_str().unwrap()).unwrap_err();
    assert_eq!(empty, format!("ca_certificate: \"{}\" holds no PEM certificate", file.display()));
}

/// Signed by itself; nobody has its key.
const CERTIFICATE: &str = "\
-----BEGIN CERTIFICATE-----
MIIBmTCCAT+gAwIBAgIUUKaMQya4mKkED9k8AS97lu0VH3gwCgYIKoZIzj0EAwIw
ITEfMB0GA1UEAwwWQW4gYXV0aG9yaXR5IGZvciB0ZXN0czAgFw0yNjExMjYyMDEy
MjdaGA8yMTI2MTEwMjIwMTIyN1owITEfMB0GA1UEAwwWQW4gYXV0aG9yaXR5IGZv
ciB0ZXN0czBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABC3f6wfbQE+FkJDB9zom
RcB63b0Jt+ESSejvudxTCmd5nIfh0PUg8mDvTyCm0SGZWzKLekz8f5lq8xvKdgej
9cmjUzBRMB0GA1UdDgQWBBQF2zNHDOt7F/UFbgdgi41gqgV3GTAfBgNVHSMEGDAW
gBQF2zNHDOt7F/UFbgdgi41gqgV3GTAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49
BAMCA0gAMEUCIQCMNFF7IYcDqLcavaggyZC+Ta65e7eA+9TpViP2v/bvcQIgepfy
wiu5T+PsnKrOq4cyhBKsFP0Pvcx5EJNfFLorkNk=
-----END CERTIFICATE-----
";

#[test]
fn certificates_come_from_a_text_or_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, CERTIFICATE.repeat(2)).unwrap();
    for source in [CERTIFICATE, file.to_str().unwrap()] {
        let http =
            Http::new(HttpOptions { ca_certificate: Some(source.to_owned()), ..HttpOptions::default() }).unwrap();
        assert!(http.client(&"https://127.0.0.1".parse().unwrap()).is_ok());
    }
}

/// A door behind which everything is answered so.
fn behind_a_door(answer: impl Fn() -> Answering + Send + Sync + 'static) -> Http {
    let machine = Machine::default().with_service(move |_| answer());
    Http::new(HttpOptions { door: machine.door(), ..HttpOptions::default() }).unwrap()
}

#[tokio::test]
async fn what_a_service_in_the_process_answers_is_the_answer() {
    let machine = Machine::default().with_service(|request| {
        let body = [request.url.path().as_bytes(), b" ", &request.body].concat();
        Box::pin(async move { Ok(Answer { status: 201, headers: HeaderMap::new(), body }) })
    });
    let http = Http::new(HttpOptions { door: machine.door(), ..HttpOptions::default() }).unwrap();
    let request = Outgoing { body: b"the body".to_vec(), ..get("https://no.such.host.example/a") };
    let answer = http.send(request, PATIENCE).await.ok().unwrap();
    assert_eq!((answer.status, answer.text().as_str()), (201, "/a the body"));
}

#[tokio::test(start_paused = true)]
async fn what_is_lost_behind_a_door_or_comes_too_late_may_have_happened() {
    let lost = behind_a_door(|| Box::pin(async { Err(Lost) }));
    let late = behind_a_door(|| Box::pin(std::future::pending()));
    for (http, kind, says) in [(lost, ErrorKind::Transport, "broke"), (late, ErrorKind::Timeout, "within 30.0s")] {
        let error = http.send(get("https://host.example/"), PATIENCE).await.err().unwrap();
        assert_eq!((error.kind(), error.outcome_unknown()), (kind, true));
        assert!(error.message().contains("https://host.example") && error.message().contains(says), "{error}");
    }
}
