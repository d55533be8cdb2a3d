//! Taking over what an account has: identities in `import` blocks, and `terraform query`.

mod since_1_12 {
    use serde_json::{Map, json};

    use crate::{
        alibaba_cloud::{APPROVE, AUTHORIZE, UPDATE_IMAGE, authorization, image, ota_approval},
        harness::{
            Emulator, Replacing, Workspace,
            world::{GROUP, IMAGE, users},
        },
    };

    const RESOURCE: &str = "appstreaming_delivery_group_authorization.this";
    const OF_GROUP: &str = "delivery_group_id = \"aig-hangzhou-fixed\"";

    /// Fails unless the resource takes over what is there as it is, by its identity, and plans no change after that.
    #[track_caller]
    fn expect_adopted(emulator: &Emulator, kind: &str, identity: &str, resource: &str) {
        let address = format!("appstreaming_delivery_group_{kind}.this");
        let block = format!("import {{\n  to = {address}\n  identity = {{ {identity} }}\n}}\n");
        let workspace = Workspace::with(emulator, &(block + resource));
        assert_eq!(workspace.plan().actions(&address), ["no-op"]);
        workspace.apply_plan();
        workspace.expect_no_changes();
    }

    #[test]
    fn an_image_is_imported_by_its_identity() {
        let emulator = Emulator::start();
        let identity = format!("{OF_GROUP}, region = \"cn-hangzhou\"");
        expect_adopted(&emulator, "image", &identity, &image(IMAGE, ""));
        assert!(emulator.calls_of(UPDATE_IMAGE).is_empty());
    }

    #[test]
    fn an_authorization_is_imported_by_its_identity() {
        let emulator = Emulator::start();
        expect_adopted(&emulator, "authorization", OF_GROUP, &authorization(&["alice", "bob"], ""));
        assert!(emulator.calls_of(AUTHORIZE).is_empty());
    }

    #[test]
    fn an_authorization_of_nobody_is_imported_for_a_configuration_that_lists_nobody() {
        let emulator = Emulator::start();
        emulator.authorize_exactly(GROUP, &[]);
        let block = format!("import {{\n  to = {RESOURCE}\n  identity = {{ {OF_GROUP} }}\n}}\n");
        let workspace = Workspace::with(&emulator, &(block + &authorization(&[""; 0], "")));
        workspace.apply();
        workspace.expect_no_changes();
        assert!(emulator.calls_of(AUTHORIZE).is_empty());
    }

    #[test]
    fn an_authorization_of_many_is_imported_from_all_pages() {
        let emulator = Emulator::start_with(&["--users", "250"]);
        let names = users(1..=250);
        let authorized: Map<_, _> = names.iter().map(|name| (name.clone(), json!([]))).collect();
        let authorized = json!({ "authorized_users": authorized, "authorized_user_groups": ["ug-design"] });
        emulator.change_delivery_group(GROUP, authorized);
        let names = [&["alice".to_owned(), "bob".to_owned()], &names[..]].concat();
        let resource = authorization(&names, "user_group_ids = [\"ug-design\"]");
        expect_adopted(&emulator, "authorization", OF_GROUP, &resource);
        assert!(emulator.calls_of(AUTHORIZE).is_empty());
    }

    #[test]
    fn an_approval_is_imported_by_its_identity() {
        let emulator = Emulator::start();
        let approved = json!({ "status": "Approved", "start_time": "2099-02-28T18:00:00Z" });
        emulator.change_world(&json!({ "alibaba": { "ota_tasks": { "ota-hangzhou-fixed-1": approved } } }));
        let identity = format!("{OF_GROUP}, region = \"cn-hangzhou\"");
        expect_adopted(&emulator, "ota_approval", &identity, &ota_approval("2099-03-01T02:00:00+08:00"));
        assert!(emulator.calls_of(APPROVE).is_empty());
    }

    #[test]
    fn an_authorization_by_session_is_imported_by_its_identity() {
        let emulator = Emulator::start();
        let users = json!({ "authorized_users": { "carol": ["p-personal-1"], "erin": ["p-personal-2"] } });
        emulator.change_delivery_group("aig-hangzhou-session", users);
        let identity = "delivery_group_id = \"aig-hangzhou-session\", persistent_session_id = \"p-personal-1\"";
        let resource = authorization(&["carol"], "persistent_session_id = \"p-personal-1\"");
        let resource = resource.replacing(GROUP, "aig-hangzhou-session");
        expect_adopted(&emulator, "authorization", identity, &resource);
    }
}

mod since_1_14 {
    use crate::harness::{
        Emulator, Replacing, Run, Workspace,
        faults::{refusal, striking},
    };

    fn list(kind: &str, config: &str) -> String {
        format!("list \"{kind}\" \"all\" {{\n  provider = appstreaming\n  config {{\n{config}\n}}\n}}\n")
    }

    fn query(workspace: &Workspace, arguments: &[&str]) -> Run {
        workspace.run(&[&["query", "-json"], arguments].concat()).expect(&[0])
    }

    /// The display names of what was found.
    fn found(run: &Run) -> Vec<String> {
        let lines = run.stdout.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        let names = lines.filter_map(|line| line["list_resource_found"]["display_name"].as_str().map(str::to_owned));
        names.collect()
    }

    #[test]
    fn the_delivery_groups_of_an_account_are_found_by_filter() {
        let emulator = Emulator::start();
        let workspace = Workspace::with(&emulator, "");
        workspace.write("all.tfquery.hcl", &list("appstreaming_delivery_group_image", "region = \"cn-shanghai\""));
        assert_eq!(found(&query(&workspace, &[])), ["Office tools Shanghai", "Shift desk Shanghai"]);
        workspace.write("all.tfquery.hcl", &list("appstreaming_delivery_group_authorization", "name = \"Drawing\""));
        assert_eq!(found(&query(&workspace, &[])), ["Drawing"]);
    }

    #[test]
    fn users_of_a_domain_are_found_beside_the_services_own() {
        let emulator = Emulator::start();
        let dora = serde_json::json!({ "dora": { "account_type": "ad" } });
        emulator.change_world(&serde_json::json!({ "alibaba": { "users": dora } }));
        let list = list("appstreaming_delivery_group_authorization", "name = \"Drawing\"");
        for (people, kinds) in [
            (&["alice"][..], &["Drawing"][..]),
            (&["alice", "dora"], &["Drawing", "Drawing (AD)"]),
            (&["dora"], &["Drawing (AD)"]),
        ] {
            emulator.authorize_exactly("aig-hangzhou-usage", people);
            let workspace = Workspace::with(&emulator, "");
            workspace.write("all.tfquery.hcl", &list);
            assert_eq!(found(&query(&workspace, &[])), kinds, "{people:?}");
            query(&workspace, &["-generate-config-out=generated.tf"]);
            let generated = std::fs::read_to_string(workspace.path().join("generated.tf")).expect("a configuration");
            assert!(people.iter().all(|name| generated.matches(name).count() == 1), "{generated}");
        }
    }

    #[test]
    fn one_group_that_cannot_be_read_does_not_hide_the_others() {
        let emulator = Emulator::start();
        let workspace = Workspace::with(&emulator, "");
        workspace.write("all.tfquery.hcl", &list("appstreaming_delivery_group_authorization", ""));
        let all = found(&query(&workspace, &[])).len();
        emulator.fault(&striking(refusal("ListAuthorizedUsers", "NoPermission"), &serde_json::json!({ "next": 1 })));
        let run = query(&workspace, &[]);
        assert_eq!(found(&run).len(), all - 1, "{run}");
        assert!(run.warnings().iter().any(|warning| warning.says("ListAuthorizedUsers")), "{run}");
    }

    #[test]
    fn the_delivery_groups_of_a_large_account_are_found_on_all_pages() {
        let emulator = Emulator::start_with(&["--delivery-groups", "230"]);
        let workspace = Workspace::with(&emulator, "");
        workspace.write(
            "all.tfquery.hcl",
            &list("appstreaming_delivery_group_image", "").replacing("\" {\n", "\" {\n  limit = 300\n"),
        );
        let (run, calls) = emulator.calls_during(|| query(&workspace, &[]));
        assert_eq!(found(&run).len(), 239);
        assert_eq!(calls.iter().filter(|call| call.operation == "ListAppInstanceGroup").count(), 3);
    }

    /// What `terraform query` generates is applied as it is, and then there is nothing to do.
    fn adopted(kind: &str, emulator: &Emulator) -> Vec<String> {
        let workspace = Workspace::with(emulator, "");
        workspace.write("all.tfquery.hcl", &list(kind, "region = \"cn-hangzhou\""));
        query(&workspace, &["-generate-config-out=generated.tf"]);
        let plan = workspace.try_plan().expect(&[0, 2]);
        assert!(!plan.stdout.contains("will be created"), "{plan}");
        workspace.apply();
        workspace.expect_no_changes();
        workspace.state_list()
    }

    #[test]
    fn the_images_of_an_account_are_adopted_with_generated_configuration() {
        let emulator = Emulator::start();
        assert_eq!(adopted("appstreaming_delivery_group_image", &emulator).len(), 6);
        assert!(emulator.calls_of("UpdateAppInstanceGroupImage").is_empty());
    }

    #[test]
    fn the_authorizations_of_an_account_are_adopted_with_generated_configuration() {
        let emulator = Emulator::start();
        let users = serde_json::json!({ "authorized_users": { "carol": ["p-personal-1"], "erin": ["p-personal-2"] } });
        emulator.change_delivery_group("aig-hangzhou-session", users);
        // Four that authorize as a whole, and two sessions; the one that authorizes by application is left out.
        assert_eq!(adopted("appstreaming_delivery_group_authorization", &emulator).len(), 6);
        assert!(emulator.calls_of("AuthorizeInstanceGroup").is_empty());
    }
}
