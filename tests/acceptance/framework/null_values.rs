//! A required value that is null, as that of a variable without one is, and a null among elements.

use super::Site;

const THING: &str = "tfplugtest_thing.this";
const VARIABLE: &str = "variable \"lost\" {\n  type    = string\n  default = null\n}\n";

fn thing(attributes: &str) -> String {
    format!("{VARIABLE}resource \"tfplugtest_thing\" \"this\" {{\n  {attributes}\n}}\n")
}

/// What must not be null and is, in a thing, and what is said of it.
const NULLS: [(&str, &str); 12] = [
    ("name = null", "Missing name"),
    ("name = var.lost", "Missing name"),
    ("name = \"one\"\n  rules = [{ path = \"/\" }, { path = null }]", "Missing rules[1].path"),
    ("name = \"one\"\n  members = [{ user = var.lost }]", "Missing members.user"),
    ("name = \"one\"\n  labels = { a = { text = null } }", "Missing labels[\"a\"].text"),
    ("name = \"one\"\n  step { title = var.lost }", "Missing step[0].title"),
    ("name = \"one\"\n  port { number = null }", "Missing port.number"),
    ("name = \"one\"\n  users = [\"ann\", null]", "Null in users"),
    ("name = \"one\"\n  users = [\"ann\", var.lost]", "Null in users"),
    ("name = \"one\"\n  tags = { desk = null }", "Null in tags"),
    ("name = \"one\"\n  rules = [null]", "Null in rules"),
    ("name = \"one\"\n  labels = { a = null }", "Null in labels"),
];

#[test]
fn nothing_is_created() {
    for (attributes, summary) in NULLS {
        let site = Site::with(&thing(attributes));
        let error = site.workspace.try_apply().expect(&[1]).only_error();
        assert_eq!(error.summary, summary, "{error:?}");
        assert!(site.record("one").is_null() && site.workspace.state_list().is_empty());
    }
}

#[test]
fn nothing_is_replaced_or_changed() {
    let site = Site::with(&thing("name = \"one\""));
    site.workspace.apply();
    let before = site.record("one");
    for (attributes, summary) in NULLS {
        site.workspace.configure(&thing(attributes));
        let error = site.workspace.try_plan().expect(&[1]).only_error();
        assert_eq!(error.summary, summary, "{error:?}");
        assert_eq!(site.workspace.try_apply().expect(&[1]).only_error().summary, summary);
        assert_eq!(site.record("one"), before);
    }
}

#[test]
fn what_turns_out_to_be_null_at_the_apply_changes_nothing() {
    let later = "resource \"terraform_data\" \"it\" {\n  input = { text = null, texts = [\"ann\", null] }\n}\n";
    for (attributes, summary) in [
        ("name = \"one\"\n  rules = [{ path = terraform_data.it.output.text }]", "Missing rules[0].path"),
        ("name = \"one\"\n  users = terraform_data.it.output.texts", "Null in users"),
        ("name = \"one\"\n  tags = { desk = terraform_data.it.output.text }", "Null in tags"),
        // Terraform destroys before it knows what it is to create, unless it is told to create first.
        ("name = terraform_data.it.output.text\n  lifecycle {\n    create_before_destroy = true\n  }", "Missing name"),
    ] {
        let site = Site::with(&thing("name = \"one\""));
        site.workspace.apply();
        let before = site.record("one");
        site.workspace.configure(&[later, &thing(attributes)].concat());
        site.workspace.try_plan().expect(&[2]);
        assert_eq!(site.workspace.try_apply().expect(&[1]).only_error().summary, summary);
        assert_eq!(site.record("one"), before, "it is neither changed nor destroyed");
        assert_eq!(site.workspace.attributes(THING)["name"], "one");
    }
}

#[test]
fn the_description_of_what_is_missing_is_told() {
    let site = Site::with(&thing("name = var.lost"));
    site.workspace.try_plan().expect(&[1]).only_error().must_say(&["a variable without a value", "Its name."]);
}

#[test]
fn a_data_source_is_not_read() {
    let site = Site::with(&[VARIABLE, "data \"tfplugtest_thing\" \"this\" {\n  name = var.lost\n}\n"].concat());
    assert_eq!(site.workspace.try_plan().expect(&[1]).only_error().summary, "Missing name");
}

#[test]
fn a_provider_is_not_configured() {
    let resource = "resource \"tfplugtest_trigger\" \"this\" {}\n";
    for (proxy, summary) in [
        ("{ address = null }", "Missing proxy.address"),
        ("{ address = var.lost }", "Missing proxy.address"),
        ("{ address = \"a\", exceptions = [var.lost] }", "Null in proxy.exceptions"),
    ] {
        let site = Site::bare();
        let provider = format!("provider \"tfplugtest\" {{\n  proxy = {proxy}\n}}\n");
        site.workspace.configure(&[VARIABLE, &provider, resource].concat());
        assert_eq!(site.workspace.try_apply().expect(&[1]).only_error().summary, summary);
        assert!(site.workspace.state_list().is_empty());
    }
}

mod since_1_10 {
    use super::*;

    #[test]
    fn an_ephemeral_resource_is_not_opened() {
        let site = Site::with(&[VARIABLE, "ephemeral \"tfplugtest_token\" \"it\" {\n  name = var.lost\n}\n"].concat());
        assert_eq!(site.workspace.try_plan().expect(&[1]).only_error().summary, "Missing name");
        assert!(site.log().is_empty());
    }
}

mod since_1_14 {
    use super::*;

    #[test]
    fn an_action_is_not_done() {
        let action = "action \"tfplugtest_append\" \"it\" {\n  config {\n    text = var.lost\n  }\n}\n";
        let site = Site::with(&[VARIABLE, action].concat());
        let run = site.workspace.invoke("tfplugtest_append.it").expect(&[1]);
        assert_eq!(run.only_error().summary, "Missing text");
        assert!(site.log().is_empty());
    }

    #[test]
    fn nothing_is_listed() {
        let site = Site::with("");
        site.put("a1", 1, "n");
        let config = "provider = tfplugtest\n  config {\n    names = [\"a1\", null]\n  }";
        let list = format!("list \"tfplugtest_thing\" \"all\" {{\n  {config}\n}}\n");
        site.workspace.write("all.tfquery.hcl", &list);
        let run = site.workspace.run(&["query", "-json"]).expect(&[1]);
        assert_eq!(run.only_error().summary, "Null in names");
        assert!(!run.stdout.contains("list_resource_found"), "{run}");
    }
}
