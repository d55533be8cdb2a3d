//! A resource that can ask Terraform to wait.

use tfplug::{DeferredReason, prelude::*};

use super::user::Users;

/// Says how it can ask.
pub struct Deferred {
    pub type_name: &'static str,
    pub plans_without_provider: bool,
}

/// A thing for which Terraform may have to wait.
#[derive(Clone, Model)]
pub struct DeferredModel {
    /// Whether the plan has to wait.
    modify_plan_deferral: Attr<bool>,
    /// Whether reading has to wait.
    read_deferral: Attr<bool>,
    /// The ID: `test_id` is the only one.
    id: Attr<String>,
}

const WAITS: DeferredReason = DeferredReason::ResourceConfigUnknown;

impl Resource for Deferred {
    type Data = Users;
    type Model = DeferredModel;
    type Identity = NoIdentity;

    fn type_name(&self) -> &str {
        self.type_name
    }

    fn schema(&self) -> Schema {
        Schema::of::<DeferredModel>()
    }

    fn plans_without_provider(&self) -> bool {
        self.plans_without_provider
    }

    async fn plan(&self, cx: &mut Context<Users>, change: &mut Change<DeferredModel>) -> Result<()> {
        let Some(planned) = &change.planned else { return Ok(()) };
        if planned.id.as_str().is_some_and(|id| id != "test_id") {
            return Err(Diagnostic::error("invalid id value", "There is only test_id.")
                .at(Path::attribute("id"))
                .into());
        }
        if planned.modify_plan_deferral == Attr::Known(true) {
            cx.defer(WAITS);
        }
        Ok(())
    }

    async fn create(&self, _: &mut Context<Users>, planned: DeferredModel) -> Result<DeferredModel> {
        Ok(planned)
    }

    async fn read(&self, cx: &mut Context<Users>, state: DeferredModel) -> Result<Option<DeferredModel>> {
        if state.read_deferral == Attr::Known(true) {
            cx.defer(WAITS);
        }
        Ok(Some(state))
    }

    async fn update(&self, _: &mut Context<Users>, _: DeferredModel, planned: DeferredModel) -> Result<DeferredModel> {
        Ok(planned)
    }

    async fn delete(&self, _: &mut Context<Users>, _: DeferredModel) -> Result<()> {
        Ok(())
    }

    async fn import(&self, cx: &mut Context<Users>, source: Import<NoIdentity>) -> Result<DeferredModel> {
        let id = match source {
            Import::Id(id) => id,
            Import::Identity(_) => String::new(),
        };
        if id == "deferral-id" {
            cx.defer(WAITS);
        }
        Ok(DeferredModel { modify_plan_deferral: Attr::Null, read_deferral: Attr::Null, id: id.into() })
    }
}
