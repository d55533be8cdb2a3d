//! Environment variables as a value, so that tests do not touch the process.

use std::{collections::HashMap, env, fmt, path::PathBuf, sync::Arc};

use crate::set;

type Lookup = dyn Fn(&str) -> Option<String> + Send + Sync;

/// Where environment variables are read from.
#[derive(Clone)]
pub struct Environment(Arc<Lookup>);

impl Environment {
    /// The variables of this process, read at each use.
    pub fn process() -> Self {
        Self(Arc::new(|name| env::var(name).ok()))
    }

    /// A fixed set of variables and nothing else.
    pub fn fixed<K: Into<String>, V: Into<String>>(variables: impl IntoIterator<Item = (K, V)>) -> Self {
        let variables: HashMap<String, String> =
            variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        Self(Arc::new(move |name| variables.get(name).cloned()))
    }

    /// The value of a variable, as [`set`] reads it: one that is set to nothing counts as not set, as in the vendors'
    /// own tools.
    pub fn get(&self, name: &str) -> Option<String> {
        set(self.exact(name))
    }

    /// The value of a variable to the last character, for a password or a path; also then an empty one is none.
    pub fn exact(&self, name: &str) -> Option<String> {
        (self.0)(name).filter(|value| !value.is_empty())
    }

    /// The first of the variables that is set, and its name.
    pub fn first<'n>(&self, names: &[&'n str]) -> Option<(&'n str, String)> {
        names.iter().find_map(|name| self.get(name).map(|value| (*name, value)))
    }

    /// Whether a variable is set to `true` or `1`.
    pub fn is_true(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value.eq_ignore_ascii_case("true") || value == "1")
    }

    /// The user's home folder: `HOME`, or `USERPROFILE` on Windows.
    pub fn home(&self) -> Option<PathBuf> {
        ["HOME", "USERPROFILE"].into_iter().find_map(|name| self.exact(name)).map(PathBuf::from)
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The values hold keys and passwords.
        f.write_str("Environment(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_variable_that_holds_something_wins() {
        let environment = Environment::fixed([("A", ""), ("B", "b"), ("C", "c")]);
        assert_eq!(environment.first(&["A", "B", "C"]), Some(("B", "b".to_owned())));
        assert_eq!(environment.get("A"), None);
        assert_eq!(environment.exact("A"), None);
    }

    #[test]
    fn white_space_around_a_value_is_not_part_of_it_unless_it_is_asked_for() {
        let environment = Environment::fixed([("A", " \n"), ("B", " b\r\n"), ("HOME", "/home/tom ")]);
        assert_eq!(environment.first(&["A", "B"]), Some(("B", "b".to_owned())));
        assert_eq!(environment.exact("B").as_deref(), Some(" b\r\n"));
        assert_eq!(environment.home(), Some(PathBuf::from("/home/tom ")));
    }

    #[test]
    fn a_switch_is_on_with_true_or_1_and_with_nothing_else() {
        for (value, expected) in
            [("true", true), ("TRUE", true), ("1", true), ("false", false), ("0", false), ("", false)]
        {
            assert_eq!(Environment::fixed([("SWITCH", value)]).is_true("SWITCH"), expected, "{value}");
        }
        assert!(!Environment::fixed([("OTHER", "true")]).is_true("SWITCH"));
    }

    #[test]
    fn the_home_folder_is_where_either_system_has_it() {
        let home = |name| Environment::fixed([(name, "/home/tom")]).home();
        assert_eq!(home("HOME"), Some(PathBuf::from("/home/tom")));
        assert_eq!(home("USERPROFILE"), Some(PathBuf::from("/home/tom")));
        assert_eq!(home("OTHER"), None);
    }

    #[test]
    fn the_process_has_its_own_variables_and_none_of_them_is_shown() {
        let (name, value) = env::vars().find(|(_, value)| value.len() > 8).unwrap();
        assert_eq!(Environment::process().get(&name), Some(value.clone()));
        assert_eq!(Environment::process().get("NO_SUCH_VARIABLE_7F3A"), None);
        assert!(!format!("{:?}", Environment::process()).contains(&value));
        assert_eq!(format!("{:?}", Environment::process()), "Environment(..)");
    }
}
