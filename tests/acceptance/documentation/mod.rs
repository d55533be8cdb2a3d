//! What the guides, the README and the pipelines show is right: every block of configuration is formatted and accepted
//! by the real provider, what the first guide promises happens, and every diagnostic has its entry.

mod page;
mod summaries;

use std::{collections::BTreeSet, fs, path::Path};

use page::{Page, all_pages, pages};
use saphyr::{LoadableYamlNode, Yaml};

use crate::harness::{
    ACCESS_KEY, Diagnostic, Emulator, REQUIRED_PROVIDERS, Replacing, SECRET_KEY, Workspace, world::GROUP,
};

/// Terraform does not look at the configuration of a provider that nothing uses.
const USE: &str = r#"resource "appstreaming_delivery_group_image" "so_that_the_provider_is_used" {
  delivery_group_id = "aig-hangzhou-fixed"
  image_id          = "img-office-1"
}
"#;

fn guide(name: &str) -> Page {
    let path = format!("docs/guides/{name}.md");
    pages().into_iter().find(|page| page.path == path).unwrap_or_else(|| panic!("there is no {path}"))
}

#[test]
fn every_guide_says_what_it_is_about() {
    for page in pages().iter().filter(|page| page.path.starts_with("docs/guides/")) {
        let head = page.text.strip_prefix("---\n").and_then(|text| text.split_once("\n---\n"));
        let (head, body) = head.unwrap_or_else(|| panic!("{} has no front matter", page.path));
        let head = Yaml::load_from_str(head).unwrap_or_else(|error| panic!("{}: {error}", page.path));
        let value = |key: &str| head[0].as_mapping_get(key).and_then(Yaml::as_str).unwrap_or_default().to_owned();
        assert!(body.contains(&format!("\n# {}\n", value("page_title"))), "{}: another title than its own", page.path);
        assert!(!value("description").is_empty(), "{} has no description", page.path);
        let subcategories = ["", "Alibaba Cloud App Streaming", "Huawei Cloud Workspace"];
        assert!(subcategories.contains(&value("subcategory").as_str()), "{}: an unknown subcategory", page.path);
    }
}

#[test]
fn every_link_to_a_page_leads_somewhere() {
    for page in all_pages() {
        for link in page.links() {
            let (file, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let target = if file.is_empty() { page.file() } else { page.folder().join(file) };
            assert!(target.exists(), "{} links to {link}", page.path);
            if !anchor.is_empty() {
                let text = fs::read_to_string(target).expect("a page");
                assert!(page::anchors(&text).contains(anchor), "{} links to {link}", page.path);
            }
        }
    }
}

#[test]
fn every_block_is_formatted() {
    let workspace = Workspace::new();
    for page in all_pages() {
        for (number, block) in page.blocks.iter().filter(|block| block.is_terraform()).enumerate() {
            workspace.write(&format!("{}-{number}.tf", page.flat_name()), &block.text);
        }
    }
    workspace.run(&["fmt", "-check", "-diff", "-no-color"]).expect(&[0]);
}

#[test]
fn the_first_guide_does_what_it_says() {
    let page = guide("getting-started");
    let emulator = Emulator::start();
    let workspace = Workspace::new();
    let shown = &page.file_block("main.tf").text;
    // The emulators of these tests have a port and a key pair of their own.
    let main = [
        ("http://127.0.0.1:8787", emulator.endpoint()),
        ("emulator-access-key", ACCESS_KEY),
        ("emulator-secret-key", SECRET_KEY),
    ];
    let main = main.iter().fold(shown.clone(), |text, (from, to)| text.replacing(from, to));
    workspace.configure(&main);
    workspace.apply();
    assert_eq!(emulator.calls_of("UpdateAppInstanceGroupImage").len(), 0, "the group runs the image already");
    assert_eq!(emulator.authorized_users(GROUP), ["alice", "bob", "carol", "david"]);

    let sed = page.blocks.iter().find(|block| block.text.starts_with("sed -i ")).expect("the change");
    let changed = sed.text.split('\'').nth(1).expect("what sed does").split("; ").fold(main, |text, step| {
        let parts: Vec<_> = step.split('/').collect();
        let ["s", from, to, ""] = parts[..] else { panic!("another command of sed: {step}") };
        text.replacing(from, to)
    });
    workspace.configure(&changed);
    let plan = workspace.try_plan().expect(&[2]);
    let [warning] = &plan.warnings()[..] else { panic!("{plan}") };
    page.must_show(&warning.summary);
    page.must_show(&warning.detail);
    assert!(plan.stdout.contains("Plan: 0 to add, 2 to change, 0 to destroy."), "{plan}");
    workspace.apply();
    assert_eq!(emulator.delivery_group(GROUP)["image_id"], "img-office-2");
    workspace.expect_no_changes();

    let destroyed = workspace.destroy();
    page.must_show(&destroyed.warnings()[0].summary);
    assert_eq!(emulator.authorized_users(GROUP), ["alice", "bob"]);
    assert_eq!(emulator.delivery_group(GROUP)["image_id"], "img-office-2");
}

#[test]
fn the_users_of_an_export_are_authorized_and_strangers_are_named() {
    let page = guide("users-from-a-directory");
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &page.file_block("main.tf").text);
    workspace.write("users.csv", &page.file_block("users.csv").text);
    let plan = workspace.try_plan().expect(&[2]);
    let [warning] = &plan.warnings()[..] else { panic!("{plan}") };
    warning.must_say(&["will lose access to aig-hangzhou-usage", "alice", "bob"]);
    workspace.apply();
    assert_eq!(emulator.authorized_users("aig-hangzhou-usage"), ["carol", "david"]);
    workspace.expect_no_changes();
}

#[test]
fn the_images_of_the_rollout_guide_are_rolled_out_and_come_back() {
    let page = guide("image-rollout");
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, "");
    let shown = &page.file_block("main.tf").text;
    // The provider's block is the test's.
    let (_, variable) = shown.split_once("\nvariable ").expect("a variable");
    workspace.configure(&format!("variable {variable}"));
    let images = &page.file_block("images.auto.tfvars").text;
    workspace.write("images.auto.tfvars", images);
    workspace.apply();
    for group in [GROUP, "aig-shanghai-fixed"] {
        assert_eq!(emulator.delivery_group(group)["image_id"], "img-office-2");
    }
    workspace.write("images.auto.tfvars", &images.replacing_each(2, "img-office-2", "img-office-1"));
    let plan = workspace.try_plan().expect(&[2]);
    for group in [GROUP, "aig-shanghai-fixed"] {
        let said = |warning: &Diagnostic| warning.says("disconnects the users") && warning.says(group);
        assert_eq!(plan.warnings().iter().filter(|warning| said(warning)).count(), 1, "{plan}");
    }
    workspace.apply();
    assert_eq!(emulator.delivery_group(GROUP)["image_id"], "img-office-1");
}

#[test]
fn every_diagnostic_has_an_entry_in_its_own_words() {
    let page = guide("troubleshooting");
    let entries: BTreeSet<_> = page.text.lines().filter_map(|line| line.strip_prefix("### ")).collect();
    let given = summaries::of_the_provider();
    let missing: Vec<_> = given.iter().filter(|summary| !entries.contains(summary.as_str())).collect();
    assert!(missing.is_empty(), "{} has no entry for {missing:#?}", page.path);

    let (own, _) = page.text.split_once("\n## Terraform and the state\n").expect("the framework's section");
    let stale = own.lines().filter_map(|line| line.strip_prefix("### ")).filter(|entry| !given.contains(*entry));
    let stale: Vec<_> = stale.collect();
    assert!(stale.is_empty(), "{} has entries for what nothing says: {stale:#?}", page.path);
}

#[test]
fn the_pipelines_are_valid_yaml_and_run_what_the_guides_say() {
    for name in ["github-actions.yml", "gitlab-ci.yml"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/ci").join(name);
        let text = fs::read_to_string(path).expect("a pipeline");
        let documents = Yaml::load_from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let [pipeline] = &documents[..] else { panic!("{name} is not one document") };
        let jobs = pipeline.as_mapping_get("jobs").unwrap_or(pipeline);
        for (job, commands) in [
            ("plan", &["terraform fmt -check", "terraform validate", "terraform plan -lock=false -no-color"][..]),
            ("apply", &["terraform plan -lock-timeout=30m -out=plan", "terraform show -json plan", "terraform apply"]),
            // An output of the guide.
            ("apply", &["jq -e --argjson most", ".planned_values.outputs.sessions_cut_off.value"]),
        ] {
            let job = jobs.as_mapping_get(job).unwrap_or_else(|| panic!("{name} has no job {job}"));
            let script = script(job);
            for command in commands {
                assert!(script.contains(command), "{name} does not run {command:?}:\n{script}");
            }
        }
        // No key is stored anywhere.
        for word in ["ACCESS_KEY", "SECRET_KEY", "secrets."] {
            assert!(!text.contains(word), "{name} speaks of {word}");
        }
    }
}

#[test]
fn a_pipeline_tests_against_the_image_that_a_release_pushes_and_that_says_that_it_is_healthy() {
    let read = |path: &str| fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect(path);
    let yaml = |path: &str| Yaml::load_from_str(&read(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    let documents = yaml("examples/ci/github-actions-test.yml");
    let job = documents[0].as_mapping_get("jobs").and_then(|jobs| jobs.as_mapping_get("test")).expect("a job");
    assert!(script(job).contains("terraform test\n"), "{}", script(job));
    let service = job.as_mapping_get("services").and_then(|services| services.as_mapping_get("emulator"));
    let image = service.and_then(|service| service.as_mapping_get("image")).and_then(Yaml::as_str).expect("an image");
    assert_eq!(image, format!("ghcr.io/appstreaming/appstreaming-emulator:{}", env!("CARGO_PKG_VERSION")));

    let documents = yaml(".github/workflows/release.yml");
    let job = documents[0].as_mapping_get("jobs").and_then(|jobs| jobs.as_mapping_get("image")).expect("a job");
    let script = script(job);
    for command in ["/appstreaming-emulator:${GITHUB_REF_NAME#v}", "State.Health.Status", "docker push"] {
        assert!(script.contains(command), "nothing runs {command:?}:\n{script}");
    }
    assert!(read("crates/emulator/Containerfile").contains("HEALTHCHECK"));
}

#[test]
fn a_release_is_built_on_every_platform_and_signed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/workflows/release.yml");
    let documents = Yaml::load_from_str(&fs::read_to_string(path).expect("the workflow")).expect("YAML");
    let jobs = documents[0].as_mapping_get("jobs").expect("jobs");
    let job = |name: &str| jobs.as_mapping_get(name).unwrap_or_else(|| panic!("there is no job {name}"));
    let matrix = job("build").as_mapping_get("strategy").and_then(|strategy| strategy.as_mapping_get("matrix"));
    let include = matrix.and_then(|matrix| matrix.as_mapping_get("include")).and_then(Yaml::as_sequence);
    let platforms = include.expect("a matrix").iter().map(|entry| entry.as_mapping_get("platform"));
    let platforms: Vec<_> = platforms.map(|platform| platform.and_then(Yaml::as_str).expect("a platform")).collect();
    assert_eq!(platforms, ["linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64", "windows_amd64"]);
    assert!(script(job("build")).contains("scripts/release\n"));
    let publish = script(job("publish"));
    for command in ["scripts/release --sums", "--detach-sign", "gh release create"] {
        assert!(publish.contains(command), "nothing runs {command:?}:\n{publish}");
    }
    // The key is in the hands of the one job that signs.
    let with_key = ["test", "build"].map(|name| format!("{:?}", job(name)).contains("GPG_PRIVATE_KEY"));
    assert_eq!(with_key, [false, false]);
}

#[test]
fn the_walk_through_a_new_resource_shows_lines_that_are_there() {
    let pages = pages();
    let page = pages.iter().find(|page| page.path == "CONTRIBUTING.md").expect("a page");
    let mut shown = 0;
    for block in page.blocks.iter().filter(|block| block.language == "diff") {
        let mut file = None;
        for line in block.text.lines() {
            if let Some(path) = line.strip_prefix("+++ b/") {
                let text =
                    fs::read_to_string(page.folder().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
                file = Some((path, text));
                continue;
            }
            let (path, text) = file.as_ref().unwrap_or_else(|| panic!("{line} is of no file"));
            let added = line.strip_prefix('+').unwrap_or_else(|| panic!("{line} is not added"));
            assert!(text.lines().any(|there| there == added), "{path} has no line {added:?}");
            shown += 1;
        }
    }
    assert!(shown > 10, "only {shown} lines are shown");
}

/// All commands of a job: GitHub's are in the `run` of its steps, GitLab's are its `script`.
fn script(job: &Yaml<'_>) -> String {
    let list = |key: &str| job.as_mapping_get(key).and_then(|list| list.as_vec()).cloned().unwrap_or_default();
    let steps = list("steps");
    for step in &steps {
        let does = step.as_mapping_get("run").or_else(|| step.as_mapping_get("uses"));
        assert!(does.and_then(Yaml::as_str).is_some(), "a step does nothing: {step:?}");
    }
    let runs = steps.iter().filter_map(|step| step.as_mapping_get("run")?.as_str().map(str::to_owned));
    let lines = list("script");
    assert!(lines.iter().all(|line| line.as_str().is_some()), "a line of the script is not text: {lines:?}");
    let lines = lines.iter().filter_map(|line| line.as_str().map(str::to_owned));
    runs.chain(lines).collect::<Vec<_>>().join("\n")
}

mod since_1_14 {
    use super::*;

    /// Blocks under a file's name make up one folder, as the reader has it by then; every other block stands alone.
    #[test]
    fn every_block_is_accepted_by_the_provider() {
        for page in pages() {
            let folder = Workspace::new();
            for block in page.blocks.iter().filter(|block| block.file.is_some()) {
                folder.write(block.file.as_deref().unwrap_or_default(), &block.text);
            }
            for block in page.blocks.iter().filter(|block| block.is_terraform()) {
                let alone = Workspace::new();
                let workspace = match &block.file {
                    Some(_) => &folder,
                    None => &alone,
                };
                let name = if block.is_query() { "block.tfquery.hcl" } else { "block.tf" };
                let text = if block.file.is_some() { "" } else { &block.text };
                workspace.write(name, text);
                workspace.write("use.tf", USE);
                let named = page.blocks.iter().filter(|other| block.file.is_some() && other.file.is_some());
                if !named.chain([block]).any(|block| block.text.contains("required_providers")) {
                    workspace.write("terraform.tf", REQUIRED_PROVIDERS);
                }
                println!("{}:\n{}", page.path, block.text);
                workspace.run(&["validate", "-query", "-no-color"]).expect(&[0]);
            }
        }
    }

    #[test]
    fn the_approvals_of_the_calendar_are_approved() {
        let page = guide("ota-calendar");
        let emulator = Emulator::start();
        let workspace = Workspace::with(&emulator, &page.file_block("main.tf").text);
        let calendar = &page.file_block("ota.auto.tfvars").text;
        let one = calendar.without_lines(1, "aig-shanghai-fixed");
        workspace.write("ota.auto.tfvars", &one);
        workspace.apply();
        assert_eq!(emulator.calls_of("ApproveOtaTask").len(), 1);
        workspace.expect_no_changes();

        // Another way of writing the same instant is no change, as the guide says.
        let utc = one.replacing("2030-08-04T02:00:00+08:00", "2030-08-03T18:00:00Z");
        workspace.write("ota.auto.tfvars", &utc);
        workspace.apply();
        assert_eq!(emulator.calls_of("ApproveOtaTask").len(), 1);
        let warnings = workspace.destroy().warnings();
        assert!(warnings.iter().any(|warning| warning.says("cannot be taken back")), "{warnings:?}");
    }

    #[test]
    fn the_calendars_action_approves_without_a_state() {
        let page = guide("ota-calendar");
        let block =
            page.blocks.iter().find(|block| block.text.contains("_approve_ota\" \"office\"")).expect("an action");
        let emulator = Emulator::start();
        let workspace = Workspace::with(&emulator, &block.text);
        let shown = "-invoke=action.appstreaming_delivery_group_approve_ota.office";
        page.must_show(shown);
        workspace.try_apply_with(&[shown]).expect(&[0]);
        assert_eq!(emulator.calls_of("ApproveOtaTask").len(), 1);
        assert!(workspace.state_list().is_empty());
    }

    #[test]
    fn what_the_guide_to_adoption_finds_is_imported_without_a_change() {
        let page = guide("adopting-with-terraform-query");
        let emulator = Emulator::start();
        let workspace = Workspace::with(&emulator, "");
        workspace.write("adopt.tfquery.hcl", &page.file_block("adopt.tfquery.hcl").text);
        workspace.run(&["query", "-no-color", "-generate-config-out=adopted.tf"]).expect(&[0]);
        let plan = workspace.try_plan().expect(&[0, 2]);
        let summary = plan.stdout.lines().find(|line| line.contains("\"change_summary\"")).expect("a summary");
        let summary: serde_json::Value = serde_json::from_str(summary).expect("JSON");
        let changes = &summary["changes"];
        assert!(changes["import"].as_u64().is_some_and(|imports| imports >= 9), "{changes}");
        assert_eq!([&changes["add"], &changes["change"], &changes["remove"]], [0, 0, 0], "{plan}");
    }
}
