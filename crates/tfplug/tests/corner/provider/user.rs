//! Users, in memory.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use tfplug::{prelude::*, value::Number};

/// All users, by their e-mail addresses.
///
/// Terraform configures the provider anew with each command, and the users of this process stay.
#[derive(Clone, Copy, Default)]
pub struct Users(());

static USERS: Mutex<BTreeMap<String, User>> = Mutex::new(BTreeMap::new());

impl Users {
    fn all(self) -> MutexGuard<'static, BTreeMap<String, User>> {
        USERS.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub struct UserResource;

/// A user.
#[derive(Clone, Model)]
pub struct User {
    /// The e-mail address. Another one is another user.
    #[tf(required, requires_replace)]
    email: Attr<String>,
    /// The name.
    #[tf(required)]
    name: Attr<String>,
    /// The age.
    #[tf(required)]
    age: Attr<Number>,
    /// When the user came.
    #[tf(computed, use_state_for_unknown)]
    date_joined: Attr<String>,
    /// The language. Default `en`.
    #[tf(optional, computed, use_state_for_unknown)]
    language: Attr<String>,
}

fn unknown(email: &str) -> Diagnostic {
    Diagnostic::error(format!("There is no user {email}"), "Somebody else has deleted it.")
}

#[resource("framework_user")]
impl Resource for UserResource {
    type Data = Users;
    type Model = User;

    async fn create(&self, cx: &mut Context<Users>, mut planned: User) -> Result<User> {
        planned.date_joined = Timestamp::now().to_string().into();
        planned.language.resolve("en".into());
        let email = planned.email.require("email")?.clone();
        let data = cx.data()?;
        let mut users = data.all();
        if users.contains_key(&email) {
            let detail = "An e-mail address is one user's.";
            return Err(Diagnostic::error(format!("There is a user {email} already"), detail).into());
        }
        users.insert(email, planned.clone());
        Ok(planned)
    }

    async fn read(&self, cx: &mut Context<Users>, state: User) -> Result<Option<User>> {
        Ok(cx.data()?.all().get(state.email.require("email")?).cloned())
    }

    async fn update(&self, cx: &mut Context<Users>, _: User, planned: User) -> Result<User> {
        let email = planned.email.require("email")?;
        *cx.data()?.all().get_mut(email).ok_or_else(|| unknown(email))? = planned.clone();
        Ok(planned)
    }

    async fn delete(&self, cx: &mut Context<Users>, state: User) -> Result<()> {
        cx.data()?.all().remove(state.email.require("email")?);
        Ok(())
    }
}
