//! `terraform query`.

mod since_1_14 {
    use std::fs;

    use crate::framework::Site;
    use serde_json::Value;

    use crate::harness::Run;

    fn with_things(query: &str) -> Site {
        let site = Site::with("");
        for (name, size) in [("a1", 1), ("a2", 22), ("b1", 3)] {
            site.put(name, size, &format!("note of {name}"));
        }
        let query = format!("list \"tfplugtest_thing\" \"all\" {{\n  provider = tfplugtest\n{query}\n}}\n");
        site.workspace.write("all.tfquery.hcl", &query);
        site
    }

    /// What was found, in the order in which Terraform tells it.
    fn found(run: &Run) -> Vec<Value> {
        let lines = run.stdout.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        lines.filter_map(|line| line.get("list_resource_found").cloned()).collect()
    }

    fn names(run: &Run) -> Vec<String> {
        found(run).iter().filter_map(|it| Some(it["display_name"].as_str()?.to_owned())).collect()
    }

    #[test]
    fn it_finds_things_with_their_identity() {
        let site = with_things("config {\n    prefix = \"a\"\n  }");
        let run = site.workspace.run(&["query", "-json"]).expect(&[0]);
        assert_eq!(names(&run), ["Thing a1", "Thing a2"]);
        assert_eq!(found(&run)[0]["identity"], serde_json::json!({ "name": "a1", "zone": "home" }));
    }

    #[test]
    fn it_keeps_to_a_limit_and_tells_states_where_asked() {
        let site = with_things("limit = 2\n  include_resource = true");
        let run = site.workspace.run(&["query", "-json"]).expect(&[0]);
        assert_eq!(names(&run), ["Thing a1", "Thing a2"]);
        assert_eq!(found(&run)[1]["resource_object"]["size"], 22, "{run}");
    }

    #[test]
    fn an_error_is_told() {
        let site = with_things("config {\n    fail = true\n  }");
        let run = site.workspace.run(&["query", "-json"]).expect(&[1]);
        assert!(run.errors().iter().any(|error| error.says("Listing failed")), "{run}");
    }

    #[test]
    fn what_it_finds_can_be_taken_over() {
        let site = with_things("config {\n    prefix = \"a\"\n  }");
        site.workspace.run(&["query", "-no-color", "-generate-config-out=found.tf"]).expect(&[0]);
        fs::remove_file(site.workspace.path().join("all.tfquery.hcl")).expect("a file can be removed");
        let plan = site.workspace.try_plan().expect(&[0, 2]);
        assert!(plan.errors().is_empty(), "{plan}");
        site.workspace.apply();
        assert_eq!(site.workspace.state_list().len(), 2);
        site.workspace.expect_no_changes();
    }
}
