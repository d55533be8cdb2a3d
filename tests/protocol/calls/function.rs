//! Functions: their signatures, and what calls come to. They need no configured provider.

use tfplug::{
    proto::tfplugin6 as proto,
    value::{Type, Value},
};

use super::{
    session::Session,
    values::{received, sent},
};

async fn call(session: &mut Session, name: &str, arguments: &[(Value, Type)]) -> proto::call_function::Response {
    let arguments = arguments.iter().map(|(value, ty)| sent(value, ty)).collect();
    let request = proto::call_function::Request { name: name.to_owned(), arguments };
    session.client.call_function(request).await.unwrap().into_inner()
}

fn text(text: &str) -> (Value, Type) {
    (text.into(), Type::String)
}

/// What is wrong, and with which argument.
#[track_caller]
fn error(answer: &proto::call_function::Response) -> (&str, Option<i64>) {
    assert!(answer.result.is_none());
    let error = answer.error.as_ref().expect("an error");
    (&error.text, error.function_argument)
}

#[tokio::test]
async fn signatures_are_told() {
    let mut session = Session::start().await;
    let answer = session.client.get_functions(proto::get_functions::Request {}).await.unwrap().into_inner();
    assert_eq!(answer.functions, session.schemas.functions);
    let join = &answer.functions["join_all"];
    assert_eq!(join.parameters.len(), 1);
    assert_eq!(join.variadic_parameter.as_ref().unwrap().name, "texts");
    assert_eq!(join.r#return.as_ref().unwrap().r#type.as_ref(), b"\"string\"");
    let first = &answer.functions["or_else"].parameters[0];
    assert!(first.allow_null_value && !first.allow_unknown_values);
    session.shutdown().await;
}

#[tokio::test]
async fn a_call_takes_any_number_of_further_arguments() {
    let mut session = Session::start().await;
    let answer = call(&mut session, "join_all", &[text("-"), text("a"), text("b"), text("c")]).await;
    assert_eq!(received(answer.result.as_ref(), &Type::String), "a-b-c".into());
    let answer = call(&mut session, "join_all", &[text("-")]).await;
    assert_eq!(received(answer.result.as_ref(), &Type::String), "".into());
    session.shutdown().await;
}

#[tokio::test]
async fn numbers_are_exact_and_nulls_arrive_where_they_are_allowed() {
    let mut session = Session::start().await;
    let number = Value::Number("12345678901234567890.125".parse().unwrap());
    let answer = call(&mut session, "both", &[(number.clone(), Type::Number)]).await;
    let both = received(answer.result.as_ref(), &Type::list(Type::Number));
    assert_eq!(both, Value::List(vec![number.clone(), number]));
    let answer = call(&mut session, "or_else", &[(Value::Null, Type::String), text("b")]).await;
    assert_eq!(received(answer.result.as_ref(), &Type::String), "b".into());
    session.shutdown().await;
}

#[tokio::test]
async fn a_failing_argument_is_named_by_its_position() {
    let mut session = Session::start().await;
    let answer = call(&mut session, "port", &[text("http"), text("example.com")]).await;
    assert_eq!(error(&answer), ("\"example.com\" has no port", Some(1)));
    let answer = call(&mut session, "port", &[text("http"), (true.into(), Type::Bool)]).await;
    assert_eq!(error(&answer).1, Some(1), "one of another type too");
    let answer = call(&mut session, "or_else", &[text("a"), text("b"), text("c")]).await;
    assert_eq!(error(&answer).1, Some(2), "and one too many");
    session.shutdown().await;
}

#[tokio::test]
async fn what_is_no_function_or_panics_is_an_error_of_the_call() {
    let mut session = Session::start().await;
    let answer = call(&mut session, "nothing", &[]).await;
    assert!(error(&answer).0.contains("\"nothing\""));
    let answer = call(&mut session, "panic", &[]).await;
    assert!(error(&answer).0.contains("the function breaks"));
    let answer = call(&mut session, "join_all", &[text("-")]).await;
    assert!(answer.error.is_none(), "the plugin lives on");
    session.shutdown().await;
}
