//! An ephemeral resource that is opened, renewed and closed.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use tfplug::{
    Attr, Context, Diagnostic, EphemeralResource, Opened, Result,
    schema::{Attribute, Schema},
};

use crate::service::Service;

pub struct Token;

#[derive(Clone, Serialize, Deserialize)]
pub struct Model {
    name: Attr<String>,
    renew_in: Attr<i64>,
    token: Attr<String>,
}

impl EphemeralResource for Token {
    type Data = Service;
    type Model = Model;

    fn type_name(&self) -> &'static str {
        "tfplugtest_token"
    }

    fn schema(&self) -> Schema {
        Schema::new("A token.")
            .attribute("name", Attribute::string("Whose it is.").required())
            .attribute("renew_in", Attribute::number("After how many seconds it must be renewed."))
            .attribute("token", Attribute::string("The token.").computed().sensitive())
    }

    async fn open(&self, cx: &mut Context<Service>, mut config: Model) -> Result<Opened<Model>> {
        let name = config.name.as_str().unwrap_or_default().to_owned();
        cx.data()?.log(&format!("open {name}"))?;
        cx.private_mut().set("name", &name)?;
        let renew_at = after(config.renew_in.as_known().copied());
        cx.private_mut().set("renew_in", &config.renew_in.as_known())?;
        config.token = Attr::Known(format!("token-of-{name}"));
        Ok(Opened { result: config, renew_at })
    }

    async fn renew(&self, cx: &mut Context<Service>) -> Result<Option<SystemTime>> {
        let name = remembered(cx)?;
        cx.data()?.log(&format!("renew {name}"))?;
        Ok(after(cx.private().get("renew_in")))
    }

    async fn close(&self, cx: &mut Context<Service>) -> Result<()> {
        let name = remembered(cx)?;
        cx.data()?.log(&format!("close {name}"))
    }
}

fn after(seconds: Option<i64>) -> Option<SystemTime> {
    Some(SystemTime::now() + Duration::from_secs(seconds?.try_into().ok()?))
}

fn remembered(cx: &Context<Service>) -> Result<String> {
    let name = cx.private().get("name");
    name.ok_or_else(|| Diagnostic::error("The token is not known", "Its private data is missing.").into())
}
