//! Log lines as Terraform takes them, at the level that the environment asks for.

use serde_json::Value;
use tfplug::proto::tfplugin6::validate_resource_config;

use crate::{
    certificate::anonymous_client,
    host::{Exit, Launch},
};

/// A provider's life with a line for every occasion: a stranger is refused, the host says goodbye.
async fn eventful_life(launch: Launch) -> Exit {
    let plugin = launch.start().await;
    let stranger = anonymous_client(plugin.certificate());
    if let Ok(mut stream) = plugin.tls(stranger).await {
        let _ = tokio::io::AsyncReadExt::read(&mut stream, &mut [0; 1]).await;
    }
    plugin.shutdown().await
}

fn levels(exit: &Exit) -> Vec<String> {
    let level = |line: &String| {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        for member in ["@level", "@message", "@module", "@timestamp"] {
            assert!(line[member].is_string(), "{member}: {line}");
        }
        line["@level"].as_str().unwrap().to_owned()
    };
    exit.stderr.iter().map(level).collect()
}

#[tokio::test]
async fn every_line_is_json_with_what_terraform_reads() {
    let exit = eventful_life(Launch::provider().env("TF_LOG", "TRACE")).await;
    let levels = levels(&exit);
    for level in ["warn", "debug"] {
        assert!(levels.iter().any(|seen| seen == level), "{level} is not in {levels:?}");
    }
    let refusal = exit.stderr.iter().find(|line| line.contains("refused")).expect("a word on the refusal");
    assert!(refusal.contains("peer sent no certificates"), "{refusal}");
}

#[tokio::test]
async fn a_level_shuts_out_what_is_below_it() {
    let exit = eventful_life(Launch::provider().env("TF_LOG", "WARN")).await;
    assert_eq!(levels(&exit), ["warn"]);
    let exit = eventful_life(Launch::provider().env("TF_LOG", "ERROR")).await;
    assert_eq!(levels(&exit), Vec::<String>::new());
}

#[tokio::test]
async fn the_provider_s_own_level_comes_first() {
    let launch = Launch::provider().env("TF_LOG", "TRACE").env("TF_LOG_PROVIDER", "OFF");
    assert_eq!(levels(&eventful_life(launch).await), Vec::<String>::new());
    let launch = Launch::provider().env("TF_LOG", "ERROR").env("TF_LOG_PROVIDER", "WARN");
    assert_eq!(levels(&eventful_life(launch).await), ["warn"]);
}

#[tokio::test]
async fn unasked_it_says_nothing_of_a_normal_life() {
    let exit = eventful_life(Launch::provider()).await;
    assert_eq!(exit.stderr, Vec::<String>::new());
}

#[tokio::test]
async fn a_line_says_which_rpc_and_type_it_belongs_to() {
    let mut plugin = Launch::provider().env("TF_LOG", "TRACE").start().await;
    let request = validate_resource_config::Request {
        type_name: "appstreaming_delivery_group_image".to_owned(),
        ..Default::default()
    };
    plugin.provider().await.validate_resource_config(request).await.unwrap();
    let line = plugin.process.stderr_line("a line of the RPC", |line| line.contains("ValidateResourceConfig")).await;
    let line: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(line["tf_type"], "appstreaming_delivery_group_image");
    assert!(line["tf_req_id"].is_u64(), "{line}");
    plugin.shutdown().await;
}
