//! Provider functions.

mod since_1_8 {
    use crate::framework::Site;
    use serde_json::json;

    fn outputs(expressions: &[(&str, &str)]) -> Site {
        let outputs: String =
            expressions.iter().map(|(name, it)| format!("output \"{name}\" {{ value = {it} }}\n")).collect();
        Site::with(&outputs)
    }

    #[test]
    fn functions_are_called() {
        let site = outputs(&[
            ("joined", "provider::tfplugtest::join_all(\"-\", \"a\", \"b\", \"c\")"),
            ("both", "provider::tfplugtest::both(0.1)"),
            ("port", "provider::tfplugtest::port(\"http\", \"localhost:8080\")"),
            ("other", "provider::tfplugtest::or_else(null, \"b\")"),
        ]);
        site.workspace.apply();
        let state = site.state();
        let value = |name: &str| state["outputs"][name]["value"].clone();
        assert_eq!((value("joined"), value("both")), (json!("a-b-c"), json!([0.1, 0.1])));
        assert_eq!((value("port"), value("other")), (json!(8080), json!("b")));
    }

    #[test]
    fn a_failing_argument_is_pointed_at() {
        let site = outputs(&[("port", "provider::tfplugtest::port(\"http\", \"localhost\")")]);
        let error = site.workspace.try_plan().expect(&[1]).only_error();
        error.must_say(&["\"address\"", "\"localhost\" has no port."]);
    }

    #[test]
    fn a_panic_is_an_error_of_the_call() {
        let site = outputs(&[("panic", "provider::tfplugtest::panic()")]);
        site.workspace.try_plan().expect(&[1]).only_error().must_say(&["the function breaks"]);
    }
}
