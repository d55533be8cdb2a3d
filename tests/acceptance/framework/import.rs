//! Taking over what exists.

use serde_json::json;

use super::Site;
use crate::harness::Replacing;

const THING: &str = "tfplugtest_thing.this";
const CONFIGURATION: &str =
    "resource \"tfplugtest_thing\" \"this\" {\n  name = \"one\"\n  size = 7\n  note = \"n\"\n}\n";

#[test]
fn a_thing_is_imported_by_its_id() {
    let site = Site::with(CONFIGURATION);
    site.put("one", 7, "n");
    site.workspace.import(THING, "one").expect(&[0]);
    site.workspace.expect_no_changes();
    site.workspace.configure(&CONFIGURATION.replacing("\"n\"", "\"m\""));
    site.workspace.apply();
    assert_eq!(site.workspace.attributes(THING)["revision"], 101, "private data of the import has come back");
}

#[test]
fn an_import_of_what_is_not_there_fails() {
    let site = Site::with(CONFIGURATION);
    let run = site.workspace.import(THING, "one").expect(&[1]);
    assert!(run.stderr.contains("There is no thing \"one\"") || run.stdout.contains("There is no thing"), "{run}");
}

#[test]
fn terraform_writes_the_configuration_of_what_it_imports() {
    let site = Site::with("import {\n  to = tfplugtest_thing.this\n  id = \"one\"\n}\n");
    site.put("one", 7, "n");
    site.workspace.run(&["plan", "-input=false", "-no-color", "-generate-config-out=generated.tf"]).expect(&[0]);
    let generated = std::fs::read_to_string(site.workspace.path().join("generated.tf")).expect("a configuration");
    assert!(generated.contains("name") && !generated.contains("id-of-one"), "{generated}");
    site.workspace.apply();
    site.workspace.expect_no_changes();
    assert_eq!(site.workspace.attributes(THING)["size"], 7);
}

mod since_1_8 {
    use super::*;

    #[test]
    fn a_resource_of_another_provider_is_taken_over() {
        let site = Site::with("resource \"terraform_data\" \"this\" { input = \"one\" }\n");
        site.put("one", 7, "n");
        site.workspace.apply();
        site.workspace.configure(&format!(
            "{CONFIGURATION}moved {{\n  from = terraform_data.this\n  to = tfplugtest_thing.this\n}}\n"
        ));
        let plan = site.workspace.plan();
        assert_eq!(plan.actions(THING), ["no-op"]);
        site.workspace.apply();
        assert_eq!(site.workspace.state_list(), [THING]);
        site.workspace.expect_no_changes();
    }

    #[test]
    fn a_resource_that_cannot_become_another_says_so() {
        let site = Site::with("resource \"tfplugtest_trigger\" \"this\" {}\n");
        site.workspace.apply();
        site.workspace.configure(&format!(
            "{CONFIGURATION}moved {{\n  from = tfplugtest_trigger.this\n  to = tfplugtest_thing.this\n}}\n"
        ));
        let errors = site.workspace.try_plan().expect(&[1]).errors();
        assert!(
            errors.iter().any(|error| error.says("tfplugtest_trigger cannot become tfplugtest_thing")),
            "{errors:#?}"
        );
    }
}

mod since_1_12 {
    use super::*;

    #[test]
    fn a_thing_is_imported_by_its_identity() {
        let site = Site::with(&format!(
            "{CONFIGURATION}import {{\n  to = tfplugtest_thing.this\n  identity = {{ name = \"one\" }}\n}}\n"
        ));
        site.put("one", 7, "n");
        let plan = site.workspace.plan();
        assert_eq!(plan.actions(THING), ["no-op"]);
        assert_eq!(plan.change(THING)["importing"]["identity"], json!({ "name": "one", "zone": "home" }));
        site.workspace.apply_plan();
        site.workspace.expect_no_changes();
    }

    #[test]
    fn an_identity_is_in_the_state_through_a_thing_s_whole_life() {
        let site = Site::with(CONFIGURATION);
        site.workspace.apply();
        let identity = |site: &Site| site.state()["resources"][0]["instances"][0]["identity"].clone();
        assert_eq!(identity(&site), json!({ "name": "one", "zone": "home" }));
        site.workspace.configure(&CONFIGURATION.replacing("\"n\"", "\"m\""));
        site.workspace.apply();
        assert_eq!(identity(&site), json!({ "name": "one", "zone": "home" }));
        site.workspace.configure(&CONFIGURATION.replacing("one", "two"));
        site.workspace.apply();
        assert_eq!(identity(&site), json!({ "name": "two", "zone": "home" }));
    }

    #[test]
    fn an_identity_of_an_older_version_is_rewritten() {
        let site = Site::with(CONFIGURATION);
        site.workspace.apply();
        site.edit_state(|state| {
            let instance = &mut state["resources"][0]["instances"][0];
            instance["identity_schema_version"] = json!(0);
            instance["identity"] = json!({ "title": "one" });
        });
        site.workspace.refresh();
        let instance = &site.state()["resources"][0]["instances"][0];
        assert_eq!(instance["identity"], json!({ "name": "one", "zone": "home" }));
        site.workspace.expect_no_changes();
    }
}
