//! What there is for the account to choose from ([`catalogue`]), and its settings ([`tenant`]).

pub(super) mod catalogue;
pub(super) mod tenant;
