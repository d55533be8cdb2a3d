//! What every measurement does with Terraform.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// The Terraform to measure with.
pub fn terraform() -> PathBuf {
    said_by("scripts/terraform/fetch")
}

/// The path that a script of the repository prints at its end.
pub fn said_by(script: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(script);
    let output = Command::new(path).stderr(Stdio::inherit()).output().expect("a script can be run");
    assert!(output.status.success(), "{script} failed; why is said above");
    let said = String::from_utf8_lossy(&output.stdout);
    said.lines().last().unwrap_or_default().trim().into()
}

/// Runs a command to its end, which must be a good one, and answers how long that took.
pub fn run(command: &mut Command) -> Duration {
    let start = Instant::now();
    let output = command.output().expect("Terraform runs");
    let time = start.elapsed();
    assert!(
        output.status.success(),
        "{command:?} failed:\n{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    time
}

/// The median of an odd number of measurements.
pub fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
