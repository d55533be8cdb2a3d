//! Paths to a place inside a value.

use std::fmt;

/// Where in a value something is, from the root inwards (`tfplugin6.AttributePath`).
///
/// Elements of a set have no path of their own in the protocol: a path ends at their set.
///
/// ```
/// use tfplug::Path;
///
/// let path = Path::attribute("policy").then_attribute("max_size");
/// assert_eq!(path.to_string(), "policy.max_size");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(Vec<Step>);

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Into the attribute or block of this name.
    Attribute(String),
    /// Into the element of a map with this key.
    Key(String),
    /// Into the element of a list or tuple at this position, counted from 0.
    Index(i64),
}

impl Path {
    /// The path to the whole value.
    pub const ROOT: Self = Self(Vec::new());

    /// The path to an attribute of the root.
    pub fn attribute(name: impl Into<String>) -> Self {
        Self::ROOT.then_attribute(name)
    }

    /// This path, and from there into an attribute.
    #[must_use]
    pub fn then_attribute(&self, name: impl Into<String>) -> Self {
        self.then(Step::Attribute(name.into()))
    }

    /// This path, and from there into an element of a map.
    #[must_use]
    pub fn then_key(&self, key: impl Into<String>) -> Self {
        self.then(Step::Key(key.into()))
    }

    /// This path, and from there into an element of a list or tuple.
    #[must_use]
    pub fn then_index(&self, index: usize) -> Self {
        self.then(Step::Index(i64::try_from(index).unwrap_or(i64::MAX)))
    }

    /// The first steps of this path.
    #[must_use]
    pub(crate) fn truncated(&self, steps: usize) -> Self {
        Self(self.0.iter().take(steps).cloned().collect())
    }

    /// Whether it leads further into what `outer` leads to.
    pub(crate) fn is_within(&self, outer: &Self) -> bool {
        self.0.len() > outer.0.len() && self.0.starts_with(&outer.0)
    }

    /// Whether this is the path to the whole value.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The steps, outermost first.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// This path, and from there on as the other leads.
    #[must_use]
    pub(crate) fn followed_by(&self, other: &Self) -> Self {
        self.0.iter().chain(&other.0).cloned().collect()
    }

    fn then(&self, step: Step) -> Self {
        let mut steps = Vec::with_capacity(self.0.len() + 1);
        steps.extend_from_slice(&self.0);
        steps.push(step);
        Self(steps)
    }

    pub(crate) fn push(&mut self, step: Step) {
        self.0.push(step);
    }

    pub(crate) fn pop(&mut self) {
        self.0.pop();
    }
}

impl FromIterator<Step> for Path {
    fn from_iter<I: IntoIterator<Item = Step>>(steps: I) -> Self {
        Self(steps.into_iter().collect())
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Attribute(name) if position == 0 => f.write_str(name)?,
                Step::Attribute(name) => write!(f, ".{name}")?,
                Step::Key(key) => write!(f, "[{key:?}]")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_written_as_in_a_configuration() {
        let path = Path::attribute("rule").then_index(2).then_attribute("tags").then_key("a \"b\"");
        assert_eq!(path.to_string(), r#"rule[2].tags["a \"b\""]"#);
        assert_eq!(Path::ROOT.to_string(), "");
        assert_eq!(
            path.steps(),
            [
                Step::Attribute("rule".to_owned()),
                Step::Index(2),
                Step::Attribute("tags".to_owned()),
                Step::Key("a \"b\"".to_owned()),
            ]
        );
        assert_eq!(path.steps().iter().cloned().collect::<Path>(), path);
    }

    #[test]
    fn only_the_path_without_steps_is_the_root() {
        assert!(Path::ROOT.is_root());
        assert!(!Path::attribute("rule").is_root());
    }

    #[test]
    fn only_what_lies_deeper_is_within() {
        let outer = Path::attribute("rule").then_index(0);
        assert!(outer.then_attribute("port").is_within(&outer));
        for other in [outer.clone(), Path::attribute("rule"), Path::attribute("rule").then_index(1).then_key("a")] {
            assert!(!other.is_within(&outer), "{other}");
        }
    }

    #[test]
    fn a_path_can_end_earlier_and_go_in_and_out_again() {
        let mut path = Path::attribute("rule").then_index(0);
        assert_eq!(path.truncated(1), Path::attribute("rule"));
        assert_eq!(path.truncated(5), path);
        path.push(Step::Attribute("port".to_owned()));
        assert_eq!(path.to_string(), "rule[0].port");
        path.pop();
        assert_eq!(path.to_string(), "rule[0]");
    }
}
