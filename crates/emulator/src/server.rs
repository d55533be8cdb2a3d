//! The HTTP server: connections, and which of them ask the services and which the control paths.

use std::{convert::Infallible, error::Error, sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, Response, StatusCode},
};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::timeout,
};
use tokio_rustls::TlsAcceptor;

use crate::{
    answering::{Lost, answer, plain, too_large},
    call::Arrival,
    control,
    state::Shared,
};

/// Bodies larger than this are refused, as Huawei Cloud's gateway does; the largest real one is a few kilobytes.
const LARGEST_BODY: usize = 12 * 1024 * 1024;

/// Who has not said hello after this time does not speak TLS.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Serves connections until the task is dropped; over TLS where that is given.
pub(super) async fn serve(listener: TcpListener, tls: Option<TlsAcceptor>, shared: Arc<Shared>) {
    let router = control::router(Arc::clone(&shared));
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else {
                    // Out of descriptors, most likely; give connections time to end.
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                };
                // A small answer must not wait for the acknowledgement of the one before it. Where the option cannot be
                // set, answers are slower and just as right.
                let _ = stream.set_nodelay(true);
                connections.spawn(accepted_connection(stream, tls.clone(), Arc::clone(&shared), router.clone()));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn accepted_connection(stream: TcpStream, tls: Option<TlsAcceptor>, shared: Arc<Shared>, router: Router) {
    let Some(tls) = tls else {
        return connection(stream, shared, router).await;
    };
    // Who does not trust the certificate, or does not speak TLS, has been told so by the handshake.
    if let Ok(Ok(stream)) = timeout(HANDSHAKE, tls.accept(stream)).await {
        connection(stream, shared, router).await;
    }
}

async fn connection<S>(stream: S, shared: Arc<Shared>, router: Router)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let service = service_fn(move |request: Request<Incoming>| {
        let (shared, router) = (Arc::clone(&shared), router.clone());
        async move {
            if request.uri().path().starts_with("/_emulator") {
                let control = TowerToHyperService::new(router);
                let answered = hyper::service::Service::call(&control, request.map(Body::new)).await;
                return answered.map_err(|never: Infallible| match never {});
            }
            answer_api(&shared, request).await
        }
    });
    // The client going away, or a fault, ends the connection with an error; neither is news.
    let _ = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn answer_api(shared: &Shared, request: Request<Incoming>) -> Result<Response<Body>, Lost> {
    let (parts, body) = request.into_parts();
    let body = match to_bytes(Body::new(body), LARGEST_BODY).await {
        Ok(body) => body,
        Err(error) if breaks_off(&error) => {
            return Ok(plain(StatusCode::BAD_REQUEST, "The body cannot be read to its end.\n"));
        }
        Err(_) => return Ok(too_large(shared, &Arrival::new(parts, Vec::new()))),
    };
    answer(shared, &Arrival::new(parts, body.to_vec())).await
}

/// Whether a body is not what the connection announced, rather than too large.
fn breaks_off(error: &axum::Error) -> bool {
    let mut cause = Some(error as &(dyn Error + 'static));
    while let Some(error) = cause {
        if error.is::<hyper::Error>() {
            return true;
        }
        cause = error.source();
    }
    false
}
