//! The whole provider and both clouds in one process, in simulated time: random histories, each of which can be run
//! again from its seed.
//!
//! Terraform's part is that of `tfplug::testing`. Nothing here has a socket, a thread or a clock of the machine's, so
//! that an hour takes milliseconds, and the same seed does the same to the letter.

#![allow(clippy::expect_used, reason = "a test that cannot go on says why and ends")]

#[path = "../estate/mod.rs"]
mod estate;

mod clouds;
mod found;
mod history;
mod judging;
#[cfg(test)]
mod mistakes;
mod over_time;
mod run;
mod script;
mod shrink;
mod side;
mod tally;
mod weather;

use std::{
    env,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use self::{
    estate::seeds::{number, run_each},
    history::History,
    script::Script,
    shrink::shrunk,
    tally::Tally,
};

/// A third of a history's time went into the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[test]
fn a_seed_does_the_same_to_the_letter_each_time() {
    for seed in 1..=5 {
        let script = Script::of(seed);
        let story = History::story(&script);
        assert!(story.len() > 100, "{} lines", story.len());
        assert_eq!(story, History::story(&script), "{seed}");
    }
}

#[test]
fn in_any_history_cloud_state_and_configuration_say_the_same_in_the_end_and_nothing_is_done_twice() {
    let (first, last) = match number("SIMULATE_SEED") {
        Some(seed) => (seed, seed),
        None => {
            let first = number("SIMULATE_FIRST").unwrap_or(1);
            (first, first + number("SIMULATE_HISTORIES").unwrap_or(100) - 1)
        }
    };
    let (is_alone, tally) = (first == last, Mutex::new(Tally::default()));
    // Whoever has put a mistake into the code asks only after how many histories it shows.
    let is_a_search = env::var_os("SIMULATE_UNTIL_FAILED").is_some();
    let is_found = AtomicBool::new(false);
    let threads = thread::available_parallelism().map_or(2, usize::from);
    let failures = run_each(first..=last, threads, |seed| {
        if is_a_search && is_found.load(Ordering::Relaxed) {
            return Ok(());
        }
        let script = Script::of(seed);
        let (counts, failure) = History::run(&script, is_alone);
        tally.lock().expect("nobody panics with it").add(&counts);
        let Some(failure) = failure else { return Ok(()) };
        if is_a_search {
            is_found.store(true, Ordering::Relaxed);
            return Err(format!("history {seed} failed: {}", failure.kind()));
        }
        let (steps, shortest) = shrunk(script, failure);
        Err(format!(
            "history {seed} failed; run it alone with `make simulate SEED={seed}`. What is left of it, with {steps} \
             steps, fails so:\n{shortest}"
        ))
    });
    let tally = tally.into_inner().expect("nobody panics with it");
    println!("tally: {}", serde_json::to_string(&tally).expect("numbers"));
    assert!(failures.is_empty(), "these histories failed: {failures:?}");
}
