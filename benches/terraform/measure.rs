//! How each figure is taken.

use std::{
    env, fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P521_SHA512};
use tempfile::TempDir;
use tfplug::plugin::{COOKIE_NAME, COOKIE_VALUE};

use crate::shared::{median, run, said_by, terraform};

const PROVIDER: &str = "terraform-provider-trivial";
const ADDRESS: &str = "registry.terraform.io/appstreaming/trivial";
/// Builds the same resource on tf-provider, and says where it is.
const PEER: &str = "benches/tf-provider/build";

/// Terraform, the provider, and settings that make the one find the other.
pub struct Bench {
    terraform: PathBuf,
    provider: PathBuf,
    settings: TempDir,
}

impl Bench {
    pub fn new() -> Self {
        let program = env::current_exe().expect("this program has a path");
        let profile = program.ancestors().nth(2).expect("cargo puts benchmarks two folders down");
        let provider = profile.join("examples").join(PROVIDER);
        assert!(provider.exists(), "{} is missing: start this with `make bench`", provider.display());

        let settings = tempfile::tempdir().expect("a folder");
        let peer = said_by(PEER);
        let folder = |program: &Path| program.parent().expect("a program lies in a folder").to_owned();
        let (ours, theirs) = (folder(&provider), folder(&peer));
        let text = format!(
            "disable_checkpoint = true\n\
             provider_installation {{\n  dev_overrides {{\n    \"appstreaming/trivial\" = {ours:?}\n    \
             \"appstreaming/null\" = {theirs:?}\n  }}\n}}\n"
        );
        fs::write(settings.path().join("terraform.rc"), text).expect("a file can be written");
        Self { terraform: terraform(), provider, settings }
    }

    pub fn terraform_version(&self) -> String {
        let output = self.command(self.settings.path()).arg("version").output().expect("Terraform runs");
        String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().to_owned()
    }

    /// A folder in which this many resources of a type, with one map each, are applied.
    pub fn applied(&self, resource: &str, attribute: &str, count: usize) -> TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        let (provider, _) = resource.split_once('_').expect("a resource's name begins with its provider's");
        let configuration = format!(
            r#"
            terraform {{
              required_providers {{
                {provider} = {{ source = "appstreaming/{provider}" }}
              }}
            }}
            resource "{resource}" "this" {{
              count       = {count}
              {attribute} = {{ number = tostring(count.index), name = "resource-${{count.index}}" }}
            }}
            "#
        );
        // Without the block, Terraform starts no plugin for what is built in.
        let configuration = match resource {
            "terraform_data" => &configuration[configuration.find("resource").expect("a resource")..],
            _ => &configuration,
        };
        fs::write(folder.path().join("main.tf"), configuration).expect("a file can be written");
        run(self.command(folder.path()).args(["apply", "-auto-approve", "-input=false"]));
        folder
    }

    /// How long a plan takes, which finds nothing to do.
    pub fn plan(&self, folder: &TempDir) -> Duration {
        let mut command = self.command(folder.path());
        command.args(["plan", "-input=false", "-detailed-exitcode"]);
        run(&mut command)
    }

    fn command(&self, folder: &Path) -> Command {
        let mut command = Command::new(&self.terraform);
        command
            .current_dir(folder)
            .env("TF_CLI_CONFIG_FILE", self.settings.path().join("terraform.rc"))
            .env("CHECKPOINT_DISABLE", "1")
            .env("TMPDIR", self.temporary())
            .stdin(Stdio::null());
        command
    }

    /// Where Terraform and the provider put what they need for a while: a provider that is killed leaves it there.
    fn temporary(&self) -> &Path {
        self.settings.path()
    }
}

/// How long the provider takes from its start to the line that says where it listens, asked for mutual TLS.
pub fn handshake(bench: &Bench, starts: usize) -> Duration {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P521_SHA512).expect("a key like Terraform's");
    let parameters = CertificateParams::new(["localhost".to_owned()]).expect("parameters");
    let certificate = parameters.self_signed(&key).expect("a certificate").pem();
    let times = (0..starts).map(|_| {
        let start = Instant::now();
        let mut plugin = Guard(
            Command::new(&bench.provider)
                .env(COOKIE_NAME, COOKIE_VALUE)
                .env("PLUGIN_PROTOCOL_VERSIONS", "6")
                .env("PLUGIN_CLIENT_CERT", &certificate)
                .env("TMPDIR", bench.temporary())
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .expect("the provider starts"),
        );
        let line = first_line_with(&mut plugin.0, "|");
        let elapsed = start.elapsed();
        assert!(line.starts_with("1|6|") && line.contains("|grpc|"), "unexpected handshake {line:?}");
        elapsed
    });
    median(times.collect())
}

/// What the provider holds in memory after it has planned, in KiB, where the system tells.
pub fn resident_memory_after_plan(bench: &Bench, resources: usize) -> Option<u64> {
    let folder = bench.applied("trivial_thing", "triggers", resources);
    // In this mode the provider outlives Terraform, so that it can be looked at afterwards.
    let mut provider = Guard(
        Command::new(&bench.provider)
            .arg("--debug")
            .env("TMPDIR", bench.temporary())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the provider starts"),
    );
    let line = first_line_with(&mut provider.0, "TF_REATTACH_PROVIDERS=");
    let (_, reattach) = line.split_once("TF_REATTACH_PROVIDERS=").expect("the line has just been found");
    let reattach = reattach.trim().trim_matches('\'');
    assert!(reattach.contains(ADDRESS), "unexpected way to attach {reattach:?}");
    run(bench.command(folder.path()).args(["plan", "-input=false"]).env("TF_REATTACH_PROVIDERS", reattach));

    let status = fs::read_to_string(format!("/proc/{}/status", provider.0.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}

fn first_line_with(child: &mut Child, text: &str) -> String {
    let stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
    let mut lines = stdout.lines().map_while(Result::ok);
    lines.find(|line| line.contains(text)).unwrap_or_else(|| panic!("the provider ended before it printed {text:?}"))
}

/// A child that ends with the measurement.
struct Guard(Child);

impl Drop for Guard {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
