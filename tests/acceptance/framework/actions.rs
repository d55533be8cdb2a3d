//! Actions.

mod since_1_14 {
    use crate::framework::Site;

    fn append(attributes: &str) -> String {
        format!(
            "action \"tfplugtest_append\" \"it\" {{\n  config {{\n    text = \"hello\"\n    {attributes}\n  }}\n}}\n"
        )
    }

    fn triggered(attributes: &str) -> Site {
        Site::with(&format!(
            "{}resource \"tfplugtest_thing\" \"this\" {{\n  name = \"one\"\n  lifecycle {{\n    action_trigger \
             {{\n events = [after_create]\n      actions = [action.tfplugtest_append.it]\n    }}\n  }}\n}}\n",
            append(attributes)
        ))
    }

    #[test]
    fn an_action_runs_after_a_creation_and_tells_its_progress() {
        let site = triggered("times = 2");
        site.workspace.plan();
        assert!(site.log().is_empty(), "a plan does nothing");
        let run = site.workspace.apply();
        assert_eq!(site.log(), ["hello", "hello"]);
        assert!(run.stdout.contains("line 1 of 2") && run.stdout.contains("line 2 of 2"), "{run}");
        site.workspace.expect_no_changes();
        site.workspace.apply();
        assert_eq!(site.log().len(), 2, "nothing triggers it again");
    }

    #[test]
    fn an_action_is_invoked_alone() {
        let site = Site::with(&append(""));
        site.workspace.invoke("tfplugtest_append.it").expect(&[0]);
        assert_eq!(site.log(), ["hello"]);
    }

    #[test]
    fn a_failing_action_is_an_error() {
        let site = triggered("fail = \"invoke\"");
        let run = site.workspace.try_apply().expect(&[1]);
        assert!(run.errors().iter().any(|error| error.says("Too much")), "{run}");
        assert_eq!(site.workspace.state_list(), ["tfplugtest_thing.this"]);
    }

    #[test]
    fn an_action_is_checked_and_may_refuse_while_planning() {
        let site = triggered("times = 0");
        site.workspace.try_plan().expect(&[1]).only_error().must_say(&["Invalid times"]);
        let site = triggered("fail = \"plan\"");
        site.workspace.try_plan().expect(&[1]).only_error().must_say(&["Not now"]);
    }
}
