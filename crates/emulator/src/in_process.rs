//! The emulator without a network: whoever has it asks it directly, in their own time and with their own chance.

use std::{convert::Infallible, fmt, sync::Arc};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, Response, StatusCode},
};
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use jiff::Timestamp;
use serde_json::Value;

use crate::{
    answering::{Lost, answer},
    call::Arrival,
    clock::Wall,
    control,
    error::StartError,
    options::{Options, Settings},
    random::Random,
    state::Shared,
    storage,
    world::World,
};

/// An emulator that listens nowhere. It has no thread and no task of its own: it does what is due when it is asked.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use appstreaming_emulator::{Emulator, Options};
///
/// let emulator = Emulator::in_process(&Options::default(), jiff::Timestamp::now, 7)?;
/// let (status, health) = emulator.control("GET", "health", None).await;
/// assert_eq!((status, &health["status"]), (200, &"ok".into()));
///
/// let unsigned = http::Request::get("http://emulator/v1/p/app-server-groups").body(Vec::new())?;
/// assert_eq!(emulator.answer(unsigned).await?.status(), 401);
/// # Ok(())
/// # }
/// ```
pub struct InProcess {
    shared: Arc<Shared>,
    control: TowerToHyperService<Router>,
}

impl InProcess {
    /// # Errors
    /// Where a world file cannot be used, or people cannot come and go as the options say.
    pub(crate) fn start(
        options: &Options,
        clock: impl Fn() -> Timestamp + Send + Sync + 'static,
        seed: u64,
    ) -> Result<Self, StartError> {
        let settings = Settings::of(options, Wall::new(clock));
        let shared = Shared::new(settings, first_world(options)?, None, Random::from_seed(seed))?;
        let control = TowerToHyperService::new(control::router(Arc::clone(&shared)));
        Ok(Self { shared, control })
    }

    /// What one of the services answers to a request.
    ///
    /// # Errors
    /// Where the connection closes before the answer is complete, as a fault demands. The request may have been carried
    /// out.
    pub async fn answer(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, Lost> {
        let (parts, body) = request.into_parts();
        let (parts, body) = answer(&self.shared, &Arrival::new(parts, body)).await?.into_parts();
        let body = to_bytes(body, usize::MAX).await.map_err(|_| Lost)?;
        Ok(Response::from_parts(parts, body.to_vec()))
    }

    /// What a path below `/_emulator/` answers: its status and its JSON, which is null where there is none.
    pub async fn control(&self, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        let request = Request::builder().method(method).uri(format!("/_emulator/{path}"));
        let request = request.header("content-type", "application/json");
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let Ok(request) = request.body(body) else { return (StatusCode::BAD_REQUEST.as_u16(), Value::Null) };
        let answered: Result<_, Infallible> = self.control.call(request).await;
        let Ok(response) = answered;
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap_or_default();
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }
}

impl fmt::Debug for InProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InProcess").finish_non_exhaustive()
    }
}

/// The world that an emulator begins with, and that a reset goes back to.
///
/// # Errors
/// Where a file is named that is not one.
pub(crate) fn first_world(options: &Options) -> Result<World, StartError> {
    let mut world = match &options.seed {
        Some(seed) => storage::read(seed)?,
        None => World::builtin(),
    };
    world.populate(options.users, options.delivery_groups, options.server_groups);
    Ok(world)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Emulator;

    #[tokio::test]
    async fn half_an_answer_is_none_in_the_process() {
        let emulator = Emulator::in_process(&Options::default(), Timestamp::now, 7).unwrap();
        let unsigned = || Request::get("http://emulator/v1/p/app-server-groups").body(Vec::new()).unwrap();
        let (status, _) = emulator.control("POST", "faults", Some(&json!({"kind": "half_answer"}))).await;
        assert_eq!(status, 201);
        assert!(emulator.answer(unsigned()).await.is_err());
        assert_eq!(emulator.answer(unsigned()).await.unwrap().status(), 401);
    }
}
