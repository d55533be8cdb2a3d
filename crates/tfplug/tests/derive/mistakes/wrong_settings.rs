//! Mistakes in `#[tf(...)]`, all of which are told at once.

use tfplug::prelude::*;

/// A thing.
#[derive(Clone, Model)]
#[tf(verson = 2)]
struct Thing {
    /// A word that does not exist.
    #[tf(requird)]
    misspelt: Attr<String>,
    /// What cannot be both.
    #[tf(required, default = "a")]
    contradictory: Attr<String>,
    #[tf(optional)]
    undocumented: Attr<String>,
}

fn main() {}
