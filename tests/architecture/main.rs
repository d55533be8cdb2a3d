//! What `ARCHITECTURE.md` says of the rooms, and no compiler holds.
//!
//! Between crates the compiler holds the walls: what a manifest does not name cannot be used. Here it is checked that
//! the manifests are those of the page, that tests, benchmarks and programs, which see all crates, use what the page
//! allows, that the modules of no folder make a circle, that the paths and commands on the pages are there, and that no
//! line is wider than the formatter would make it.

#![allow(clippy::expect_used, reason = "a test that cannot go on says why and ends")]

mod arrows;
mod circles;
mod page;
mod pages_are_true;
mod source;
mod width;
mod workspace;

use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
