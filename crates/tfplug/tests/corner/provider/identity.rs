//! A resource with an identity, and one that such a resource, or one of another provider, can become.

use tfplug::{MoveSource, prelude::*};

use super::user::Users;

/// The one ID that there is.
const ID: &str = "id-123";

pub struct Identified;

/// A thing with an identity.
#[derive(Clone, Model)]
pub struct IdentifiedModel {
    /// The ID.
    #[tf(computed, use_state_for_unknown)]
    id: Attr<String>,
    /// The name.
    #[tf(required)]
    name: Attr<String>,
}

/// Which thing it is.
#[derive(Clone, Identity)]
pub struct IdentifiedIdentity {
    /// The ID.
    #[tf(required)]
    id: Attr<String>,
    /// The name.
    #[tf(optional)]
    name: Attr<String>,
}

#[resource("framework_identity")]
impl Resource for Identified {
    type Data = Users;
    type Model = IdentifiedModel;
    type Identity = IdentifiedIdentity;

    fn identity(&self, state: &IdentifiedModel) -> Option<IdentifiedIdentity> {
        Some(IdentifiedIdentity { id: state.id.clone(), name: state.name.clone() })
    }

    async fn create(&self, _: &mut Context<Users>, planned: IdentifiedModel) -> Result<IdentifiedModel> {
        Ok(IdentifiedModel { id: ID.into(), ..planned })
    }

    async fn read(&self, _: &mut Context<Users>, state: IdentifiedModel) -> Result<Option<IdentifiedModel>> {
        if state.id.as_str() != Some(ID) {
            let detail = format!("The one that there is has the ID {ID:?}.");
            return Err(Diagnostic::error("Unexpected ID value", detail).at(Path::attribute("id")).into());
        }
        // What its name was before is forgotten: somebody else's would be another identity.
        Ok(Some(IdentifiedModel { name: "tom".into(), ..state }))
    }

    async fn update(
        &self,
        _: &mut Context<Users>,
        _: IdentifiedModel,
        planned: IdentifiedModel,
    ) -> Result<IdentifiedModel> {
        Ok(planned)
    }

    async fn delete(&self, _: &mut Context<Users>, _: IdentifiedModel) -> Result<()> {
        Ok(())
    }

    async fn import(&self, _: &mut Context<Users>, source: Import<IdentifiedIdentity>) -> Result<IdentifiedModel> {
        let id = match source {
            Import::Id(id) => id.into(),
            Import::Identity(identity) => identity.id,
        };
        Ok(IdentifiedModel { id, name: Attr::Null })
    }
}

pub struct Moved;

/// A thing that was another one before.
#[derive(Clone, Model)]
pub struct MovedModel {
    /// What it was then.
    #[tf(computed)]
    moved_random_string: Attr<String>,
}

/// Which thing it is.
#[derive(Clone, Identity)]
pub struct MovedIdentity {
    /// The ID.
    #[tf(required)]
    id: Attr<String>,
}

/// The part of hashicorp/random's `random_string` that is used here.
#[derive(Clone, Model)]
struct RandomString {
    /// The string.
    result: Attr<String>,
}

#[resource("framework_move_state")]
impl Resource for Moved {
    type Data = Users;
    type Model = MovedModel;
    type Identity = MovedIdentity;

    async fn create(&self, _: &mut Context<Users>, _: MovedModel) -> Result<MovedModel> {
        Ok(MovedModel { moved_random_string: Attr::Null })
    }

    async fn read(&self, _: &mut Context<Users>, state: MovedModel) -> Result<Option<MovedModel>> {
        Ok(Some(state))
    }

    async fn update(&self, _: &mut Context<Users>, _: MovedModel, planned: MovedModel) -> Result<MovedModel> {
        Ok(planned)
    }

    async fn delete(&self, _: &mut Context<Users>, _: MovedModel) -> Result<()> {
        Ok(())
    }

    fn move_from(&self, source: &MoveSource) -> Result<Option<MovedModel>> {
        let moved_random_string = match source.type_name.as_str() {
            "random_string" => source.read::<RandomString>()?.result,
            "framework_identity" => text(source, "name"),
            _ => return Ok(None),
        };
        Ok(Some(MovedModel { moved_random_string }))
    }

    fn identity_from(&self, source: &MoveSource, state: &MovedModel) -> Option<MovedIdentity> {
        let id = if source.identity.is_some() { text(source, "id") } else { state.moved_random_string.clone() };
        Some(MovedIdentity { id })
    }
}

/// A part of the identity that it had.
fn text(source: &MoveSource, name: &str) -> Attr<String> {
    let identity = source.identity.as_ref();
    identity.and_then(|identity| identity.get(name)?.as_str()).map(str::to_owned).into()
}
