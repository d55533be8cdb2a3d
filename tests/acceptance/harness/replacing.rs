//! Changing a text that a test is given: a configuration, a state, a page.
//!
//! `str::replace` returns a text without the place as it was, and the test then proves something else than it says.
//! Here the place must be there, as often as the test says.

/// Texts with something else in the place of something.
pub trait Replacing {
    /// The text with `to` in the place of `from`. Fails unless `from` is in it exactly once.
    #[track_caller]
    fn replacing(&self, from: &str, to: &str) -> String {
        self.replacing_each(1, from, to)
    }

    /// The text with `to` in each place of `from`. Fails unless there are exactly so many of them.
    #[track_caller]
    fn replacing_each(&self, places: usize, from: &str, to: &str) -> String;

    /// The text without the lines that hold `part`. Fails unless there are exactly so many of them.
    #[track_caller]
    fn without_lines(&self, lines: usize, part: &str) -> String;
}

impl Replacing for str {
    #[track_caller]
    fn replacing_each(&self, places: usize, from: &str, to: &str) -> String {
        let found = self.matches(from).count();
        assert_eq!(found, places, "{from:?} is to be replaced in {places} places and stands in {found}:\n{self}");
        self.split(from).collect::<Vec<_>>().join(to)
    }

    #[track_caller]
    fn without_lines(&self, lines: usize, part: &str) -> String {
        let (gone, kept): (Vec<_>, Vec<_>) = self.lines().partition(|line| line.contains(part));
        assert_eq!(gone.len(), lines, "{lines} lines with {part:?} are to go, and there are {}:\n{self}", gone.len());
        kept.join("\n")
    }
}

#[test]
fn a_text_is_replaced_as_often_as_it_is_said_to_stand_there() {
    assert_eq!("a = 1".replacing("1", "2"), "a = 2");
    assert_eq!("a = 1, b = 1".replacing_each(2, "1", "2"), "a = 2, b = 2");
    assert_eq!("a = 1\nb = 2\nc = 1".without_lines(2, "= 1"), "b = 2");
}

#[test]
#[should_panic(expected = "stands in 0")]
fn a_text_that_is_not_there_cannot_be_replaced() {
    let _ = "a = 1".replacing("3", "2");
}

#[test]
#[should_panic(expected = "stands in 2")]
fn a_text_that_is_there_twice_is_not_replaced_by_chance() {
    let _ = "a = 1, b = 1".replacing("1", "2");
}

#[test]
#[should_panic(expected = "there are 0")]
fn a_line_that_is_not_there_cannot_go() {
    let _ = "a = 1".without_lines(1, "b = ");
}
