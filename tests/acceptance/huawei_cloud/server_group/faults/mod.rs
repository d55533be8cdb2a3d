//! When calls go wrong: nothing is lost, doubled or left behind.

mod each_change;
mod lost_answers;
mod whole_life;

const CREATE: &str = "CreateServerGroup";
