//! Random histories by their seeds, some at the same time.

use std::{
    env,
    fmt::Display,
    ops::RangeInclusive,
    panic::{self, AssertUnwindSafe},
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

/// A number from the environment.
pub fn number(name: &str) -> Option<u64> {
    let text = env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is to be a number, not {text:?}")))
}

/// Passes through a history; the error is the message of what it panicked with.
pub fn pass(history: impl FnOnce()) -> Result<(), String> {
    panic::catch_unwind(AssertUnwindSafe(history)).map_err(|panic| {
        let message = panic.downcast_ref::<String>().cloned();
        let message = message.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        message.unwrap_or_default()
    })
}

/// Runs the history of each seed, so many at the same time. Says how those go that fail, and answers with their seeds.
pub fn run_each<E: Display>(
    seeds: RangeInclusive<u64>,
    threads: usize,
    run: impl Fn(u64) -> Result<(), E> + Sync,
) -> Vec<u64> {
    let (next, failures) = (AtomicU64::new(*seeds.start()), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed > *seeds.end() {
                        return;
                    }
                    if let Err(failure) = run(seed) {
                        eprintln!("{failure}\n");
                        failures.lock().expect("nobody panics with it").push(seed);
                    }
                }
            });
        }
    });
    let mut failures = failures.into_inner().expect("nobody panics with it");
    failures.sort_unstable();
    failures
}
