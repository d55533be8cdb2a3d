//! A folder with a configuration in it, and Terraform's commands there.

use std::{
    borrow::Cow,
    env, fs,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use serde_json::Value;
use tempfile::TempDir;

use super::{Emulator, Plan, Run, Running, SECRET_KEY};

const APPLY: [&str; 4] = ["apply", "-json", "-input=false", "-auto-approve"];

/// A root module of one's own: its configuration, its state, and a home folder with nothing in it.
pub struct Workspace {
    directory: TempDir,
    environment: Vec<(String, String)>,
}

impl Workspace {
    /// An empty one, with the provider's binary of this build as a development override, so that no `init` is needed.
    pub fn new() -> Self {
        let workspace = Self { directory: tempfile::tempdir().expect("a folder"), environment: Vec::new() };
        let programs = Path::new(env!("CARGO_BIN_EXE_terraform-provider-appstreaming"));
        let programs = programs.parent().expect("a program lies in a folder");
        workspace.write_cli_configuration(&format!(
            "provider_installation {{\n  dev_overrides {{\n    \"appstreaming/appstreaming\" = {programs:?}\n  }}\n}}\n"
        ));
        workspace
    }

    /// One whose configuration points both clouds at `emulator`, with `resources` in it.
    pub fn with(emulator: &Emulator, resources: &str) -> Self {
        let workspace = Self::new();
        workspace.write("provider.tf", &super::provider_block(emulator));
        workspace.configure(resources);
        workspace
    }

    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Replaces the resources.
    pub fn configure(&self, resources: &str) {
        self.write("main.tf", resources);
    }

    /// Writes a file of the root module.
    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).expect("a file can be written");
    }

    /// Replaces Terraform's own settings, where providers come from among them.
    pub fn write_cli_configuration(&self, text: &str) {
        self.write("terraform.rc", &format!("disable_checkpoint = true\n{text}"));
    }

    /// Sets an environment variable for all further commands.
    pub fn set(&mut self, name: &str, value: &str) {
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    /// Runs one of Terraform's commands, whatever comes of it.
    #[track_caller]
    pub fn run(&self, arguments: &[&str]) -> Run {
        without_secret(arguments, self.start(arguments).wait())
    }

    /// Starts one of Terraform's commands.
    pub fn start(&self, arguments: &[&str]) -> Running {
        Running::start(&mut self.command(arguments))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(terraform());
        command
            .args(arguments)
            .current_dir(self.path())
            // Nothing of whoever runs the tests gets in: credentials, proxies, Terraform settings, a home folder.
            .env_clear()
            .env("PATH", env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.path())
            .env("TF_CLI_CONFIG_FILE", self.path().join("terraform.rc"))
            .env("TF_IN_AUTOMATION", "1")
            .env("CHECKPOINT_DISABLE", "1")
            // Its runs are short: a fifth of their processor time would go into clearing up memory that its end frees.
            .env("GOGC", "400")
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Plans and returns the plan, saved in the file `plan`. Fails when planning fails.
    #[track_caller]
    pub fn plan(&self) -> Plan {
        self.try_plan().expect(&[0, 2]);
        Plan::new(self.show(&["plan"]))
    }

    /// Plans, whatever comes of it: exit code 0 is no change, 1 an error, 2 a change.
    #[track_caller]
    pub fn try_plan(&self) -> Run {
        self.run(&["plan", "-json", "-input=false", "-detailed-exitcode", "-out=plan"])
    }

    /// Fails unless a plan finds nothing to do.
    #[track_caller]
    pub fn expect_no_changes(&self) {
        self.try_plan().expect(&[0]);
    }

    /// Plans and applies. Fails when that fails.
    #[track_caller]
    pub fn apply(&self) -> Run {
        self.try_apply().expect(&[0])
    }

    /// Plans and applies, whatever comes of it.
    #[track_caller]
    pub fn try_apply(&self) -> Run {
        self.try_apply_with(&[])
    }

    /// Plans and applies with further options, whatever comes of it.
    #[track_caller]
    pub fn try_apply_with(&self, options: &[&str]) -> Run {
        let run = self.run(&[&APPLY, options].concat());
        self.expect_no_secret_in_state();
        run
    }

    /// Plans and applies until that succeeds, three times at most, as a person would while calls go wrong.
    #[track_caller]
    pub fn apply_in_the_end(&self, options: &[&str]) {
        if (0..2).all(|_| self.try_apply_with(options).code != 0) {
            self.try_apply_with(options).expect(&[0]);
        }
    }

    /// Starts to plan and apply with further options.
    pub fn start_apply(&self, options: &[&str]) -> Running {
        self.start(&[&APPLY, options].concat())
    }

    /// Starts to plan and apply, in a process group of its own so that it can be killed with all that it has started.
    pub fn start_apply_in_group(&self, options: &[&str]) -> Running {
        Running::start(self.command(&[&APPLY, options].concat()).process_group(0))
    }

    /// Invokes an action, whatever comes of it.
    #[track_caller]
    pub fn invoke(&self, address: &str) -> Run {
        self.try_apply_with(&[&invocation(address)])
    }

    /// Starts to invoke an action.
    pub fn start_invocation(&self, address: &str) -> Running {
        self.start_apply(&[&invocation(address)])
    }

    /// Takes over what is there into the state, and changes nothing else. Fails when that fails.
    #[track_caller]
    pub fn refresh(&self) -> Run {
        self.try_apply_with(&["-refresh-only"]).expect(&[0])
    }

    /// Applies the plan that [`Self::plan`] saved. Fails when that fails.
    #[track_caller]
    pub fn apply_plan(&self) -> Run {
        self.run(&["apply", "-json", "-input=false", "plan"]).expect(&[0])
    }

    /// Destroys everything. Fails when that fails.
    #[track_caller]
    pub fn destroy(&self) -> Run {
        self.try_destroy().expect(&[0])
    }

    /// Destroys everything, whatever comes of it.
    #[track_caller]
    pub fn try_destroy(&self) -> Run {
        self.try_apply_with(&["-destroy"])
    }

    /// Runs `terraform import`, whatever comes of it.
    #[track_caller]
    pub fn import(&self, address: &str, id: &str) -> Run {
        let run = self.run(&["import", "-no-color", "-input=false", address, id]);
        self.expect_no_secret_in_state();
        run
    }

    /// The attributes of the resource at `address` in the state. Fails when it is not there.
    #[track_caller]
    pub fn attributes(&self, address: &str) -> Value {
        let state = self.show(&[]);
        let resources = state.pointer("/values/root_module/resources").and_then(Value::as_array);
        let mut resources = resources.into_iter().flatten();
        match resources.find(|resource| resource["address"] == address) {
            Some(resource) => resource["values"].clone(),
            None => panic!("{address} is not in the state: {state}"),
        }
    }

    /// The addresses of all resources in the state.
    #[track_caller]
    pub fn state_list(&self) -> Vec<String> {
        let state = self.show(&[]);
        let resources = state.pointer("/values/root_module/resources").and_then(Value::as_array);
        let addresses = resources.into_iter().flatten().filter_map(|resource| resource["address"].as_str());
        addresses.map(str::to_owned).collect()
    }

    /// The state as it is written to disk; null where there is none.
    pub fn state_file(&self) -> Value {
        let state = fs::read_to_string(self.path().join("terraform.tfstate")).unwrap_or_default();
        serde_json::from_str(&state).unwrap_or(Value::Null)
    }

    /// What `terraform show -json` says of the state, or of a saved plan.
    #[track_caller]
    pub fn show(&self, file: &[&str]) -> Value {
        let run = self.run(&[&["show", "-json"], file].concat()).expect(&[0]);
        serde_json::from_str(&run.stdout).expect("terraform show -json prints JSON")
    }

    #[track_caller]
    fn expect_no_secret_in_state(&self) {
        let state = fs::read_to_string(self.path().join("terraform.tfstate")).unwrap_or_default();
        assert!(!state.contains(SECRET_KEY), "the state holds the secret key");
    }
}

fn invocation(address: &str) -> String {
    format!("-invoke=action.{address}")
}

/// Whatever a test is about, no run may show the secret key. The message must not show it either.
#[track_caller]
fn without_secret(arguments: &[&str], run: Run) -> Run {
    assert!(
        !without_configuration(&run.stdout).contains(SECRET_KEY) && !run.stderr.contains(SECRET_KEY),
        "terraform {arguments:?} printed the secret key"
    );
    run
}

/// A plan as JSON repeats the configuration as it was written, and the secret key is written in it.
fn without_configuration(output: &str) -> Cow<'_, str> {
    match serde_json::from_str::<Value>(output) {
        Ok(Value::Object(mut plan)) => {
            plan.remove("configuration");
            Value::Object(plan).to_string().into()
        }
        _ => output.into(),
    }
}

/// The Terraform of `TERRAFORM_PATH`, else the one in the build folder, fetched when it is missing.
fn terraform() -> &'static Path {
    static TERRAFORM: OnceLock<PathBuf> = OnceLock::new();
    TERRAFORM.get_or_init(|| {
        if let Some(path) = env::var_os("TERRAFORM_PATH") {
            return path.into();
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/terraform/fetch");
        let run = Run::of(&mut Command::new(script)).expect(&[0]);
        run.stdout.trim().into()
    })
}
