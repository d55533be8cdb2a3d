//! A request as the service takes it: whose it is ([`signature`]), what it says ([`parameters`]), and how an operation
//! reads that ([`arguments`]).

pub(super) mod arguments;
pub(super) mod parameters;
pub(super) mod signature;
