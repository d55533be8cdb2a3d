//! What every measurement does with Terraform.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// The Terraform to measure with.
pub fn terraform() -> PathBuf {
    let fetch = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/terraform/fetch");
    let output = Command::new(fetch).stderr(Stdio::inherit()).output().expect("Terraform can be fetched");
    assert!(output.status.success(), "there is no Terraform to measure with");
    String::from_utf8_lossy(&output.stdout).trim().into()
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
