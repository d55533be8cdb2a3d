//! What each operation of the service takes and answers: the text `operations.txt`, read once.

use std::sync::OnceLock;

use crate::shape::table::Table;

/// The operations that the service has.
pub(crate) fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    // The text is part of the program, and a test reads it.
    TABLE.get_or_init(|| Table::parse(include_str!("operations.txt")).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::every_pattern_compiles;

    #[test]
    fn the_table_can_be_read() {
        let table = Table::parse(include_str!("operations.txt")).unwrap();
        assert!(table.operations().len() >= 145);
        for operation in table.operations() {
            let fields = operation.parameters().chain(operation.in_path.iter());
            fields.chain(operation.body.iter().flat_map(|body| body.iter())).for_each(every_pattern_compiles);
        }
    }
}
