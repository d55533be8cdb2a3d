//! `GetFunctions` and `CallFunction`.

use super::*;

impl Host {
    /// Calls a function: its result, or its error and the argument at fault.
    async fn call(&self, name: &str, arguments: Vec<DynamicValue>) -> Result<Json, (String, Option<i64>)> {
        let request = proto::call_function::Request { name: name.to_owned(), arguments };
        let response = self.service.call_function(Request::new(request)).await.unwrap().into_inner();
        match response.error {
            Some(error) => Err((error.text, error.function_argument)),
            None => Ok(read(response.result.as_ref(), &Type::String)),
        }
    }

    async fn join(&self, texts: &[&str]) -> Result<Json, (String, Option<i64>)> {
        let arguments = texts.iter().map(|text| wire(&json!(text), &Type::String).unwrap());
        self.call("join", arguments.collect()).await
    }
}

#[tokio::test]
async fn a_function_is_served_with_its_signature() {
    let host = Host::new(TestProvider::default());
    let request = Request::new(proto::get_functions::Request {});
    let functions = host.service.get_functions(request).await.unwrap().into_inner().functions;
    let join = &functions["join"];
    assert_eq!((join.summary.as_str(), join.description.as_str()), ("Joins.", "Joins **texts**."));
    assert_eq!(join.description_kind(), proto::StringKind::Markdown);
    assert_eq!(join.deprecation_message, "Use `format`.");
    assert_eq!(join.r#return.as_ref().unwrap().r#type.to_vec(), Type::String.to_json_bytes());
    let told = |parameter: &proto::function::Parameter| {
        assert_eq!(parameter.r#type.to_vec(), Type::String.to_json_bytes());
        (
            parameter.name.clone(),
            parameter.description.clone(),
            parameter.allow_null_value,
            parameter.allow_unknown_values,
        )
    };
    let [separator] = join.parameters.as_slice() else { panic!("{join:?}") };
    assert_eq!(told(separator), ("separator".to_owned(), "Between them.".to_owned(), false, false));
    let texts = join.variadic_parameter.as_ref().unwrap();
    assert_eq!(told(texts), ("texts".to_owned(), "The texts.".to_owned(), true, true));
}

#[tokio::test]
async fn a_function_is_called_with_its_arguments() {
    let host = Host::new(TestProvider::default());
    assert_eq!(host.join(&["-"]).await, Ok(json!("")));
    assert_eq!(host.join(&["-", "a", "b", "c"]).await, Ok(json!("a-b-c")));
}

#[tokio::test]
async fn an_argument_that_does_not_fit_is_named_by_its_position() {
    let host = Host::new(TestProvider::default());
    let null = DynamicValue { msgpack: vec![0xc0].into(), json: Default::default() };
    let separator = wire(&json!("-"), &Type::String).unwrap();
    let (text, argument) = host.call("join", vec![separator.clone(), null]).await.unwrap_err();
    assert_eq!((text.as_str(), argument), ("a string is required, and the value is null", Some(1)));
    let number = DynamicValue { msgpack: vec![7].into(), json: Default::default() };
    let (text, argument) = host.call("join", vec![separator, number]).await.unwrap_err();
    assert!(text.starts_with("A value cannot be read: a string is expected"), "{text}");
    assert_eq!(argument, Some(1));
    let missing = host.call("join", vec![]).await;
    assert_eq!(missing, Err(("An argument is missing".to_owned(), None)));
}

#[tokio::test]
async fn an_argument_that_a_validator_refuses_does_not_reach_the_function() {
    let host = Host::new(TestProvider::default());
    let refused = host.join(&["a long separator"]).await;
    let text = "It must have 0 to 10 characters; \"a long separator\" has 16".to_owned();
    assert_eq!(refused, Err((text, Some(0))));
    // Each of any number of arguments is checked.
    let (text, argument) = host.join(&["-", "a", "!"]).await.unwrap_err();
    assert!(text.starts_with("It must consist of small letters"), "{text}");
    assert_eq!(argument, Some(2));
    let (text, _) = host.join(&["panic", "boom"]).await.unwrap_err();
    assert!(text.contains("panicked"), "{text}");
}

#[tokio::test]
async fn a_function_learns_that_terraform_asks_to_stop() {
    let host = Host::new(TestProvider::default());
    assert_eq!(host.join(&["stopped"]).await, Ok(json!("false")));
    host.stop().await;
    assert_eq!(host.join(&["stopped"]).await, Ok(json!("true")));
}

#[tokio::test]
async fn what_goes_wrong_in_a_function_is_told() {
    let host = Host::new(TestProvider::default());
    let (text, _) = host.join(&["panic"]).await.unwrap_err();
    assert!(text.contains("panicked") && text.contains("boom"), "{text}");
    // A result that is not of the type that the signature promises.
    let (text, _) = host.join(&["number"]).await.unwrap_err();
    assert!(text.starts_with("A mistake in the provider: the value is not of type \"string\""), "{text}");
    let unknown = host.call("split", vec![]).await;
    assert_eq!(unknown, Err(("The provider has no function \"split\"".to_owned(), None)));
}

#[test]
fn an_argument_beyond_the_last_parameter_has_no_type() {
    let one = crate::Signature::new(Type::String, "", "").parameter(crate::Parameter::new("a", Type::Bool, ""));
    let name = |signature: &crate::Signature, position| signature.parameter_of(position).map(|it| it.name.clone());
    assert_eq!((name(&one, 0), name(&one, 1)), (Some("a".to_owned()), None));
    let many = one.variadic(crate::Parameter::new("b", Type::Number, ""));
    assert_eq!([0, 1, 7].map(|position| name(&many, position).unwrap()), ["a", "b", "b"]);
}
