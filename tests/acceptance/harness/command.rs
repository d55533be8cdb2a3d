//! One run of a program to its end, with a limit in time so that a test which hangs fails and says where.

use std::{
    io::Read,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use serde_json::Value;

/// No run may take longer. It is a guard against hanging, far above what any run needs, and no measurement.
const LIMIT: Duration = Duration::from_secs(180);

/// How a run of Terraform ended and what it printed.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
    /// For the message of a failed assertion.
    description: String,
}

/// An error or a warning as `-json` output shows it.
#[derive(Debug)]
pub struct Diagnostic {
    pub summary: String,
    pub detail: String,
    /// The resource that it is about; empty when it is about none, or about the configuration before there is one.
    pub address: String,
    /// The block of the configuration that it points at, as `resource "terraform_data" "this"`; empty for none.
    pub context: String,
    /// The lines of the configuration that it points at; empty when it points at none.
    pub code: String,
}

impl Diagnostic {
    fn new(json: &Value) -> Self {
        let text = |pointer| json.pointer(pointer).and_then(Value::as_str).unwrap_or("").to_owned();
        Self {
            summary: text("/summary"),
            detail: text("/detail"),
            address: text("/address"),
            context: text("/snippet/context"),
            code: text("/snippet/code"),
        }
    }

    /// Whether the summary or the detail holds `text`.
    pub fn says(&self, text: &str) -> bool {
        self.summary.contains(text) || self.detail.contains(text)
    }

    /// Fails unless the summary or the detail holds each of `texts`.
    #[track_caller]
    pub fn must_say(&self, texts: &[&str]) {
        for text in texts {
            assert!(self.says(text), "expected {text:?} in {self:#?}");
        }
    }
}

/// A run that has not ended yet.
pub struct Running {
    child: Child,
    output: [thread::JoinHandle<String>; 2],
    ended: mpsc::Receiver<()>,
    description: String,
}

impl Running {
    /// Starts `command`.
    pub fn start(command: &mut Command) -> Self {
        let description = format!("{command:?}");
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {description}: {error}"));
        let (sender, ended) = mpsc::channel();
        let stdout = read_to_end(child.stdout.take().expect("stdout is piped"), sender.clone());
        let stderr = read_to_end(child.stderr.take().expect("stderr is piped"), sender);
        Self { child, output: [stdout, stderr], ended, description }
    }

    /// Does what Ctrl-C does.
    pub fn interrupt(&self) {
        let status = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        assert!(status.is_ok_and(|status| status.success()), "{} cannot be interrupted", self.description);
    }

    /// Kills it without a warning, together with whatever it has started in its process group.
    pub fn kill_group(&self) {
        let group = format!("-{}", self.child.id());
        let status = Command::new("kill").args(["-KILL", "--", &group]).status();
        assert!(status.is_ok_and(|status| status.success()), "the group of {} cannot be killed", self.description);
    }

    /// Kills those of its children without a warning whose command lines hold `part`; answers whether there were any.
    pub fn kill_children(&self, part: &str) -> bool {
        let parent = self.child.id().to_string();
        let killed = Command::new("pkill").args(["-KILL", "-f", "-P", &parent, part]).status();
        killed.expect("pkill can be started").success()
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("a child can be asked").is_some()
    }

    /// Waits for the end.
    pub fn wait(mut self) -> Run {
        for _ in &self.output {
            if self.ended.recv_timeout(LIMIT).is_err() {
                self.child.kill().expect("a child that was not waited for can be killed");
                self.child.wait().expect("a killed child can be waited for");
                panic!("{} did not end within {LIMIT:?}", self.description);
            }
        }
        let status = self.child.wait().expect("a child can be waited for");
        let [stdout, stderr] = self.output.map(|output| output.join().expect("the reader does not panic"));
        Run { code: status.code().unwrap_or(-1), stdout, stderr, description: self.description }
    }
}

impl Run {
    /// Starts `command` and waits for its end.
    pub fn of(command: &mut Command) -> Self {
        Running::start(command).wait()
    }

    /// Fails unless the exit code is one of `codes`.
    #[track_caller]
    pub fn expect(self, codes: &[i32]) -> Self {
        assert!(codes.contains(&self.code), "{self}");
        self
    }

    /// The errors among the lines of `-json` output.
    pub fn errors(&self) -> Vec<Diagnostic> {
        self.diagnostics("error")
    }

    /// The warnings among the lines of `-json` output, less Terraform's own about running a development build.
    pub fn warnings(&self) -> Vec<Diagnostic> {
        let mut warnings = self.diagnostics("warning");
        warnings.retain(|warning| warning.summary != "Provider development overrides are in effect");
        warnings
    }

    /// The one error of a run that failed. Fails when there is none or more than one.
    #[track_caller]
    pub fn only_error(&self) -> Diagnostic {
        let mut errors = self.errors();
        assert_eq!(errors.len(), 1, "expected exactly one error: {self}");
        errors.remove(0)
    }

    fn diagnostics(&self, severity: &str) -> Vec<Diagnostic> {
        self.stdout
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .filter_map(|line| line.get("diagnostic").cloned())
            .filter(|diagnostic| diagnostic["severity"] == severity)
            .map(|diagnostic| Diagnostic::new(&diagnostic))
            .collect()
    }
}

impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { code, stdout, stderr, description } = self;
        write!(f, "{description}\nended with exit code {code}\n{stdout}\n{stderr}")
    }
}

fn read_to_end(mut pipe: impl Read + Send + 'static, done: mpsc::Sender<()>) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.read_to_end(&mut bytes);
        // Nobody listens any more when the run was given up.
        let _ = done.send(());
        String::from_utf8_lossy(&bytes).into_owned()
    })
}
