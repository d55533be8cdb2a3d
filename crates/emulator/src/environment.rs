//! What points Terraform at an emulator: environment variables, or an override of a provider's block.

use std::{fmt::Write as _, path::PathBuf};

use clap::ValueEnum;

use crate::options;

/// What `appstreaming-emulator env` is asked for.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Print a provider_override.tf for this provider instead of environment variables
    #[arg(long, value_name = "PROVIDER")]
    r#override: Option<Provider>,

    /// Where the emulator listens
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8787")]
    endpoint: String,

    /// Certificate of the emulator's authority, as --tls-self-signed writes it
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,

    /// Access key id
    #[arg(long, value_name = "ID", default_value = options::ACCESS_KEY)]
    access_key: String,

    /// Secret of the access key
    #[arg(long, value_name = "SECRET", default_value = options::SECRET_KEY)]
    secret_key: String,

    /// Region of App Streaming
    #[arg(long, value_name = "REGION", default_value = "cn-hangzhou")]
    alibaba_region: String,

    /// Region of Workspace
    #[arg(long, value_name = "REGION", default_value = "cn-north-4")]
    huawei_region: String,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Provider {
    /// This project's
    Appstreaming,
    /// The vendor's for Huawei Cloud
    Huaweicloud,
}

impl Arguments {
    fn ca(&self) -> Option<String> {
        self.ca.as_ref().map(|ca| ca.display().to_string())
    }

    /// The identity service as both providers take it: with its version.
    fn auth_url(&self) -> String {
        format!("{}/v3", self.endpoint.trim_end_matches('/'))
    }
}

/// What is printed.
pub(crate) fn print(arguments: &Arguments) -> String {
    match arguments.r#override {
        None => variables(arguments),
        Some(Provider::Appstreaming) => appstreaming(arguments),
        Some(Provider::Huaweicloud) => huaweicloud(arguments),
    }
}

/// Lines for a POSIX shell. No provider takes the services' endpoints from its environment, the identity service's
/// both do.
fn variables(arguments: &Arguments) -> String {
    let ca = arguments.ca();
    let auth_url = arguments.auth_url();
    let pairs = [
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", Some(arguments.access_key.as_str())),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", Some(&arguments.secret_key)),
        ("ALIBABA_CLOUD_REGION_ID", Some(&arguments.alibaba_region)),
        ("HW_ACCESS_KEY", Some(&arguments.access_key)),
        ("HW_SECRET_KEY", Some(&arguments.secret_key)),
        ("HW_REGION_NAME", Some(&arguments.huawei_region)),
        ("HW_AUTH_URL", Some(&auth_url)),
        ("OS_CACERT", ca.as_deref()),
    ];
    pairs.into_iter().fold(String::new(), |mut text, (name, value)| {
        if let Some(value) = value {
            let value = value.replace('\'', r"'\''");
            let _ = writeln!(text, "export {name}='{value}'");
        }
        text
    })
}

fn appstreaming(arguments: &Arguments) -> String {
    let block = |region: &str, more: &[(&str, String)]| {
        let mut fields = vec![
            ("region", region.to_owned()),
            ("endpoint", arguments.endpoint.clone()),
            ("access_key", arguments.access_key.clone()),
            ("secret_key", arguments.secret_key.clone()),
        ];
        fields.extend_from_slice(more);
        fields.extend(arguments.ca().map(|ca| ("ca_certificate", ca)));
        assignments(&fields, 4)
    };
    format!(
        "provider \"appstreaming\" {{\n  alibaba_cloud = {{\n{}  }}\n  huawei_cloud = {{\n{}  }}\n}}\n",
        block(&arguments.alibaba_region, &[]),
        block(&arguments.huawei_region, &[("auth_url", arguments.auth_url())])
    )
}

fn huaweicloud(arguments: &Arguments) -> String {
    let mut fields = vec![
        ("region", arguments.huawei_region.clone()),
        ("access_key", arguments.access_key.clone()),
        ("secret_key", arguments.secret_key.clone()),
        ("auth_url", arguments.auth_url()),
    ];
    fields.extend(arguments.ca().map(|ca| ("cacert_file", ca)));
    // Without its own name for the identity service that provider would ask the real one for the project.
    let endpoints = ["appstream", "iam", "workspace"].map(|service| (service, arguments.endpoint.clone()));
    format!(
        "provider \"huaweicloud\" {{\n{}  endpoints = {{\n{}  }}\n}}\n",
        assignments(&fields, 2),
        assignments(&endpoints, 4)
    )
}

/// Lines as `terraform fmt` leaves them.
fn assignments(fields: &[(&str, String)], indent: usize) -> String {
    let width = fields.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    fields.iter().fold(String::new(), |mut text, (name, value)| {
        let _ = writeln!(text, "{:indent$}{name:width$} = {}", "", quoted(value));
        text
    })
}

/// A text as HCL takes it.
fn quoted(text: &str) -> String {
    // `${` and `%{` would begin a template; the rest of what has to be escaped is as in JSON.
    serde_json::Value::from(text).to_string().replace("${", "$${").replace("%{", "%%{")
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Program {
        #[command(flatten)]
        arguments: Arguments,
    }

    fn printed(arguments: &[&str]) -> String {
        print(&Program::parse_from([&["env"], arguments].concat()).arguments)
    }

    #[test]
    fn a_shell_takes_the_variables_as_they_are() {
        let text = printed(&["--secret-key", "it's $HOME", "--ca", "ca.pem"]);
        assert!(text.contains("export HW_SECRET_KEY='it'\\''s $HOME'\n"), "{text}");
        assert!(text.contains("export HW_AUTH_URL='http://127.0.0.1:8787/v3'\n"), "{text}");
        assert!(text.ends_with("export OS_CACERT='ca.pem'\n"), "{text}");
        assert!(!printed(&[]).contains("OS_CACERT"));
    }

    #[test]
    fn an_override_names_endpoint_keys_and_authority() {
        let text = printed(&["--override", "appstreaming", "--endpoint", "https://localhost:1", "--ca", "ca.pem"]);
        assert_eq!(text.matches("endpoint       = \"https://localhost:1\"").count(), 2, "{text}");
        assert_eq!(text.matches("ca_certificate = \"ca.pem\"").count(), 2, "{text}");
        assert!(text.contains("auth_url       = \"https://localhost:1/v3\""), "{text}");
        let text = printed(&["--override", "huaweicloud", "--secret-key", "${x}\"", "--huawei-region", "cn-east-3"]);
        assert!(text.contains("  secret_key = \"$${x}\\\"\"\n"), "{text}");
        assert!(text.contains("  region     = \"cn-east-3\"\n"), "{text}");
        assert!(text.contains("    appstream = \"http://127.0.0.1:8787\"\n"), "{text}");
        assert!(!text.contains("cacert_file"), "{text}");
    }
}
