//! When calls go wrong: nothing is done twice, nothing is lost, and the state is true.

mod each_change;
mod stopped_halfway;
mod whole_life;
