//! An ephemeral resource that is renewed.

use std::time::{Duration, SystemTime};

use tfplug::prelude::*;

use super::user::Users;

const TIME: Duration = Duration::from_secs(5);

/// A token that lasts for five seconds.
#[derive(Clone, Default, Model)]
pub struct Lifecycle {
    /// Whose it is.
    #[tf(required)]
    name: Attr<String>,
    /// The token.
    #[tf(computed)]
    token: Attr<String>,
}

#[ephemeral_resource("framework_lifecycle")]
impl EphemeralResource for Lifecycle {
    type Data = Users;

    async fn open(&self, _: &mut Context<Users>, config: Lifecycle) -> Result<Opened<Lifecycle>> {
        config.name.require("name")?;
        let result = Lifecycle { token: "fake-token-12345".into(), ..config };
        Ok(Opened { result, renew_at: Some(SystemTime::now() + TIME) })
    }

    async fn renew(&self, _: &mut Context<Users>) -> Result<Option<SystemTime>> {
        Ok(Some(SystemTime::now() + TIME))
    }
}
