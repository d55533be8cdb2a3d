//! What came with one version of Terraform or another: ephemeral resources and write-only attributes.

mod since_1_10 {
    use crate::framework::Site;

    #[test]
    fn an_ephemeral_resource_is_opened_and_closed_and_leaves_no_trace() {
        let site = Site::with(
            "ephemeral \"tfplugtest_token\" \"it\" { name = \"ann\" }\n\
             provider \"tfplugtest\" {\n  alias = \"second\"\n  folder = ephemeral.tfplugtest_token.it.token\n}\n\
             resource \"tfplugtest_trigger\" \"this\" { provider = tfplugtest.second }\n",
        );
        site.workspace.apply();
        let log = site.log();
        assert!(log.starts_with(&["open ann".to_owned()]) && log.ends_with(&["close ann".to_owned()]), "{log:?}");
        assert_eq!(
            log.iter().filter(|line| *line == "open ann").count(),
            log.iter().filter(|line| *line == "close ann").count()
        );
        assert!(!site.state().to_string().contains("token-of-ann"));
    }
}

mod since_1_11 {
    use crate::framework::Site;

    #[test]
    fn a_write_only_value_goes_in_and_never_comes_out() {
        let thing = |password| {
            format!("resource \"tfplugtest_thing\" \"this\" {{\n  name = \"one\"\n  password = \"{password}\"\n}}\n")
        };
        let site = Site::with(&thing("swordfish"));
        let plan = site.workspace.plan();
        let after = &plan.change("tfplugtest_thing.this")["after"];
        assert!(after["password"].is_null());
        site.workspace.apply_plan();
        let state = site.workspace.attributes("tfplugtest_thing.this");
        assert_eq!((state["password_length"].as_i64(), state["password"].as_str()), (Some(9), None));
        assert!(!site.state().to_string().contains("swordfish"));
        site.workspace.configure(&thing("another"));
        site.workspace.expect_no_changes();
    }
}
