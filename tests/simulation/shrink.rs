//! From a history that fails to the shortest one that still does.

use crate::{
    history::{Failure, History},
    script::Script,
};

/// How many histories are tried for it at most.
const MOST: usize = 400;

/// Leaves out one thing after another, as long as what is left fails for the same reason. Answers with how many steps
/// are left, and how that fails.
pub fn shrunk(script: Script, failure: Failure) -> (usize, Failure) {
    let (mut shortest, mut failure) = (script, failure);
    let mut tried = 0;
    'shorter: loop {
        for script in shortest.shorter().collect::<Vec<_>>() {
            tried += 1;
            if tried > MOST {
                break 'shorter;
            }
            if let (_, Some(other)) = History::run(&script, false)
                && other.kind() == failure.kind()
            {
                (shortest, failure) = (script, other);
                continue 'shorter;
            }
        }
        break;
    }
    (shortest.steps.len(), failure)
}
