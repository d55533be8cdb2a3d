//! How long the shortest provider is, from its first line to the end of `main`, without blank lines.

const DERIVED: &str = include_str!("../../examples/null.rs");
const BY_HAND: &str = include_str!("../../examples/null_by_hand.rs");

fn lines(source: &str) -> usize {
    source.lines().filter(|line| !line.trim().is_empty()).count()
}

#[test]
fn a_whole_provider_takes_at_most_25_lines_and_40_by_hand() {
    assert!(lines(DERIVED) <= 25, "{}", lines(DERIVED));
    assert!(lines(BY_HAND) <= 40, "{}", lines(BY_HAND));
}

#[test]
fn the_readme_shows_the_shortest_provider() {
    let (_, code) = DERIVED.split_once('\n').unwrap();
    assert!(include_str!("../../README.md").contains(code));
}
