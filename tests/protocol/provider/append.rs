//! An action that tells its progress.

use serde::{Deserialize, Serialize};
use tfplug::{
    Action, Attr, Context, Diagnostic, Progress, Result,
    schema::{Attribute, Schema, validate},
};

use crate::service::Service;

pub struct Append;

#[derive(Clone, Serialize, Deserialize)]
pub struct Model {
    text: Attr<String>,
    times: Attr<i64>,
    fail: Attr<String>,
}

impl Action for Append {
    type Data = Service;
    type Model = Model;

    fn type_name(&self) -> &'static str {
        "tfplugtest_append"
    }

    fn schema(&self) -> Schema {
        Schema::new("Appends lines to the log.")
            .attribute("text", Attribute::string("The line.").required().validate(validate::length(1..=20)))
            .attribute("times", Attribute::number("How often; once by default.").validate(validate::at_least(1)))
            .attribute("fail", Attribute::string("`plan`, `invoke` or `panic`: where it fails."))
    }

    async fn plan(&self, _: &mut Context<Service>, config: &Model) -> Result<()> {
        match config.fail.as_str() {
            Some("plan") => Err(Diagnostic::error("Not now", "It cannot be done.").into()),
            _ => Ok(()),
        }
    }

    async fn invoke(&self, cx: &mut Context<Service>, config: Model, progress: Progress) -> Result<()> {
        let text = config.text.into_known().unwrap_or_default();
        let times = config.times.into_known().unwrap_or(1);
        tracing::info!(times, "appending");
        for time in 1..=times {
            progress.tell(format!("line {time} of {times}"));
            cx.data()?.log(&text)?;
        }
        match config.fail.as_str() {
            Some("invoke") => Err(Diagnostic::error("Too much", "All lines are there, though.").into()),
            Some("panic") => panic!("the action breaks"),
            _ => Ok(()),
        }
    }
}
