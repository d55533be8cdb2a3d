//! What an import names: `[REGION/]GROUP[/SESSION][/ad]`, or `[REGION/]set/SET`.

use tfplug::{Attr, Diagnostic, Result};

use super::Identity;

/// The parts of an import's ID. They are told apart by how the service begins its IDs: delivery groups' begin with
/// `aig-`, and no region's does.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct AuthorizationId<'a> {
    region: Option<&'a str>,
    group: Option<&'a str>,
    set: Option<&'a str>,
    session: Option<&'a str>,
    is_ad: bool,
}

impl<'a> AuthorizationId<'a> {
    /// # Errors
    /// When it is none, with the forms that there are.
    pub(super) fn parse(id: &'a str) -> Result<Self> {
        let mut parts: Vec<_> = id.split('/').collect();
        let mut parsed = Self::default();
        if parts.len() > 1 && !begins_a_target(parts[0]) && (begins_a_target(parts[1]) || is_a_region(parts[0])) {
            parsed.region = Some(parts.remove(0));
        }
        if parts.len() > 1 && parts.last() == Some(&"ad") {
            parsed.is_ad = true;
            parts.pop();
        }
        match parts[..] {
            ["set", set] => parsed.set = Some(set),
            [group] => parsed.group = Some(group),
            [group, session] => (parsed.group, parsed.session) = (Some(group), Some(session)),
            _ => return Err(wrong(id).into()),
        }
        let given = [parsed.region, parsed.group, parsed.set, parsed.session];
        if given.into_iter().flatten().any(str::is_empty) { Err(wrong(id).into()) } else { Ok(parsed) }
    }
}

fn begins_a_target(part: &str) -> bool {
    part.starts_with("aig-") || part == "set"
}

/// `cn-hangzhou`, `ap-southeast-1`: two letters of a country or an area, and a name.
fn is_a_region(part: &str) -> bool {
    part.split_once('-')
        .is_some_and(|(area, name)| area.len() == 2 && name.starts_with(|c: char| c.is_ascii_alphabetic()))
}

fn wrong(id: &str) -> Diagnostic {
    let detail = format!(
        "{id:?} is none of the forms GROUP, GROUP/PERSISTENT_SESSION and set/SET, with REGION/ before it where the \
         region is not the provider's, and /ad after it for the users of an AD domain."
    );
    Diagnostic::error("The ID of the import cannot be read", detail)
}

impl From<AuthorizationId<'_>> for Identity {
    fn from(id: AuthorizationId<'_>) -> Self {
        let text = |part: Option<&str>| Attr::from(part.map(str::to_owned));
        Self {
            delivery_group_id: text(id.group),
            delivery_group_set_id: text(id.set),
            persistent_session_id: text(id.session),
            region: text(id.region),
            user_type: text(id.is_ad.then_some("ad")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_are_told_apart_by_how_they_begin() {
        let group = |group| AuthorizationId { group: Some(group), ..AuthorizationId::default() };
        let region = Some("cn-hangzhou");
        for (text, expected) in [
            ("aig-1", group("aig-1")),
            ("cn-hangzhou/aig-1", AuthorizationId { region, ..group("aig-1") }),
            ("aig-1/p-1", AuthorizationId { session: Some("p-1"), ..group("aig-1") }),
            ("cn-hangzhou/aig-1/p-1", AuthorizationId { region, session: Some("p-1"), ..group("aig-1") }),
            ("aig-1/ad", AuthorizationId { is_ad: true, ..group("aig-1") }),
            (
                "cn-hangzhou/aig-1/p-1/ad",
                AuthorizationId { region, session: Some("p-1"), is_ad: true, ..group("aig-1") },
            ),
            ("set/s-1", AuthorizationId { set: Some("s-1"), ..AuthorizationId::default() }),
            ("cn-hangzhou/set/s-1", AuthorizationId { region, set: Some("s-1"), ..AuthorizationId::default() }),
        ] {
            assert_eq!(AuthorizationId::parse(text).unwrap(), expected, "{text}");
        }
        for wrong in ["", "aig-1/", "/aig-1", "aig-1/p-1/q", "set/", "cn-hangzhou/"] {
            assert!(AuthorizationId::parse(wrong).is_err(), "{wrong}");
        }
    }
}
