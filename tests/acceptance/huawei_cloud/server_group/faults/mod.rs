//! When calls go wrong: nothing is lost, doubled or left behind.

mod lost_answers;
