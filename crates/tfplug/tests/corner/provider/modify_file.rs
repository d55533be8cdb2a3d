//! An action that writes a file.

use tfplug::prelude::*;

use super::user::Users;

/// Writes a file.
#[derive(Clone, Default, Model)]
pub struct ModifyFile {
    /// Its name.
    #[tf(required)]
    filename: Attr<String>,
    /// What is in it.
    #[tf(required)]
    content: Attr<String>,
    /// Whether the plan fails.
    plan_error: Attr<bool>,
}

#[action("framework_modify_file_action")]
impl Action for ModifyFile {
    type Data = Users;

    async fn plan(&self, _: &mut Context<Users>, config: &ModifyFile) -> Result<()> {
        if config.plan_error == Attr::Known(true) {
            return Err(Diagnostic::error("ModifyPlan error", "`plan_error` says so.").into());
        }
        Ok(())
    }

    async fn invoke(&self, _: &mut Context<Users>, config: ModifyFile, progress: Progress) -> Result<()> {
        let name = config.filename.require("filename")?;
        progress.tell(format!("Writing {name}"));
        std::fs::write(name, config.content.require("content")?).map_err(|error| {
            Diagnostic::error(format!("Cannot write {name}"), format!("The system says: {error}.")).into()
        })
    }
}
