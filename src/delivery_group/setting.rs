//! What several resources of a run may make of one delivery group, each undoing what the other has done.

use tfplug::{Diagnostic, Path};

use super::GroupRef;
use crate::clouds::Clouds;

/// What a resource makes of a delivery group.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Setting {
    /// The image that it runs.
    Image,
    /// When its pending update begins.
    UpdateStart,
}

impl Setting {
    /// Its name among what is held, for one group.
    pub(crate) fn of(self, group: &GroupRef) -> String {
        match self {
            Self::Image => format!("image of {}", group.id),
            Self::UpdateStart => format!("start of the update of {}", group.id),
        }
    }

    /// Notes what the resource of this name is planned to make of a group, and says so where another one is planned to
    /// make something else of it. `None` is what is only known after apply.
    pub(crate) fn plan(self, clouds: &Clouds, group: &GroupRef, name: &str, value: Option<&str>) -> Option<Diagnostic> {
        let thing = self.of(group);
        clouds.settings.plan(&thing, name, value.map(str::to_owned));
        let (value, others) = (value?, clouds.settings.others(&thing, name));
        let other = others.each().flatten().find(|other| *other != value)?;
        let attribute = match self {
            Self::Image => "image_id",
            Self::UpdateStart => "start_time",
        };
        let detail = format!(
            "Another one has {attribute} = {other:?}, and this one {value:?}. As long as both are there, each apply \
             undoes what the other one has done. Keep one of them."
        );
        let id = &group.id;
        let warning = match self {
            Self::Image => Diagnostic::warning(format!("Two resources set the image of delivery group {id:?}"), detail),
            Self::UpdateStart => {
                Diagnostic::warning(format!("Two resources approve the update of delivery group {id:?}"), detail)
            }
        };
        Some(warning.at(Path::attribute(attribute)))
    }
}
