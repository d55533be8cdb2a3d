//! Types that stand for nothing of Terraform's, and settings that do not go with a type.

use std::collections::BTreeSet;

use tfplug::prelude::*;

struct Foreign;

/// A thing.
#[derive(Clone, Model)]
struct Thing {
    /// A type of somebody else's.
    foreign: Attr<std::time::Duration>,
    /// A default of another type.
    #[tf(default = "many")]
    count: Attr<i64>,
    /// A set already.
    #[tf(set)]
    names: Attr<BTreeSet<String>>,
    /// A block needs a struct.
    #[tf(block)]
    block: Attr<String>,
    /// Not the struct for timeouts.
    #[tf(timeouts(create = "30m"))]
    timeouts: Attr<String>,
}

#[resource("null_thing")]
impl Resource for Foreign {
    type Model = NoIdentity;

    async fn create(&self, _: &mut Context<()>, planned: NoIdentity) -> Result<NoIdentity> {
        Ok(planned)
    }

    async fn read(&self, _: &mut Context<()>, state: NoIdentity) -> Result<Option<NoIdentity>> {
        Ok(Some(state))
    }

    async fn delete(&self, _: &mut Context<()>, _: NoIdentity) -> Result<()> {
        Ok(())
    }
}

fn main() {}
