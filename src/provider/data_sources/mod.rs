//! Data sources: what is read and never changed.

pub(super) mod servers;
