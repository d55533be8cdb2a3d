//! What each operation of the service takes and answers: the text `operations.txt`, read once.

use std::sync::OnceLock;

use super::errors::Error;
use crate::shape::table::{Operation, Table};

/// Operations that answer their own errors with status 200 and a `Code`.
const ERRORS_IN_BAND: [&str; 8] = [
    "ApproveOtaTask",
    "CreateImageByInstance",
    DELETE_IMAGE,
    "GetResourcePrice",
    "LogOffAllSessionsInAppInstanceGroup",
    "RenewAppInstanceGroup",
    "StartTaskForDistributeImage",
    "UpdateAppInstanceGroupImage",
];

/// The operation whose `Code` is a status of HTTP.
const DELETE_IMAGE: &str = "DeleteImage";

/// The operations that the service has.
pub(crate) fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    // The text is part of the program, and a test reads it.
    TABLE.get_or_init(|| Table::parse(include_str!("operations.txt")).unwrap_or_default())
}

/// Whether an operation answers its own errors with status 200 and a `Code`.
pub(super) fn errors_in_band(operation: &Operation) -> bool {
    ERRORS_IN_BAND.contains(&operation.name.as_str())
}

/// The `Code` with which an operation answers an error in its body.
pub(super) fn code_in_band(operation: &Operation, error: &Error) -> String {
    if operation.name == DELETE_IMAGE { error.status.to_string() } else { error.code.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_can_be_read() {
        assert_eq!(Table::parse(include_str!("operations.txt")).unwrap().operations().len(), 54);
    }
}
