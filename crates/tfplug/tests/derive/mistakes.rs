//! What a compiler says of mistakes. Those in `#[tf(...)]` are told one by one in the unit tests of tfplug-derive.

#[test]
#[ignore = "trybuild compiles all dependencies once more, and another version of the compiler puts it differently"]
fn mistakes_are_told_where_they_are() {
    trybuild::TestCases::new().compile_fail("tests/derive/mistakes/*.rs");
}
