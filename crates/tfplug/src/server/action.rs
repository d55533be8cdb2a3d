//! Actions: `ValidateActionConfig`, `PlanAction`, `InvokeAction`.

use std::sync::Arc;

use tokio::{
    sync::mpsc::{self, UnboundedReceiver},
    task::{JoinError, JoinHandle},
};
use tonic::{Status, codegen::BoxStream};
use tracing::Instrument as _;

use super::{
    guard::{guard, guard_sync},
    shared::Shared,
    validate::{attributes, collect, own_check, require},
    wire,
};
use crate::{
    action::Progress,
    context::DeferredReason,
    diagnostic::{Diagnostic, Diagnostics, Result},
    proto::tfplugin6::{self as proto, invoke_action::event},
};

impl Shared {
    pub(super) fn validate_action_config(
        &self,
        request: &proto::validate_action_config::Request,
    ) -> proto::validate_action_config::Response {
        let diagnostics = collect(|diagnostics| {
            let action = self.action(&request.type_name)?;
            let config = wire::decode_config(request.config.as_ref(), action.schema().root(), action.ty())?;
            attributes(&request.type_name, action.schema().root(), &config, true, diagnostics)?;
            own_check(diagnostics, guard_sync(&request.type_name, || action.validate(&config)))
        });
        proto::validate_action_config::Response { diagnostics }
    }

    pub(super) async fn plan_action(&self, request: &proto::plan_action::Request) -> proto::plan_action::Response {
        let mut response = proto::plan_action::Response::default();
        if self.defers(request.client_capabilities.as_ref()) {
            response.deferred = Some(DeferredReason::ProviderConfigUnknown.into());
            return response;
        }
        let mut diagnostics = Diagnostics::NONE;
        let planned: Result<()> = async {
            let action = self.action(&request.action_type)?;
            let config = wire::decode_config(request.config.as_ref(), action.schema().root(), action.ty())?;
            require(action.schema().root(), &config)?;
            let mut cx = self.call(request.client_capabilities.as_ref());
            let result = guard(&request.action_type, action.plan(&mut cx, &config)).await;
            diagnostics.append(std::mem::take(&mut cx.diagnostics));
            response.deferred = cx.deferred.map(Into::into);
            result
        }
        .await;
        if let Err(errors) = planned {
            diagnostics.append(errors);
        }
        response.diagnostics = wire::diagnostics(diagnostics);
        response
    }

    /// Progress goes out as it is told; the last event says that the action is over, and how it went.
    pub(super) fn invoke_action(
        self: &Arc<Self>,
        request: proto::invoke_action::Request,
    ) -> BoxStream<proto::invoke_action::Event> {
        let (sender, messages) = mpsc::unbounded_channel();
        let inner = Arc::clone(self);
        // On its own task: the action goes on to its end even if nobody reads its progress.
        let finish = async move {
            let mut diagnostics = Diagnostics::NONE;
            if let Err(errors) = inner.invoked(&request, Progress(sender), &mut diagnostics).await {
                diagnostics.append(errors);
            }
            diagnostics
        };
        let finish = tokio::spawn(finish.in_current_span());
        Box::pin(futures_util::stream::unfold(Events::Running { messages, finish }, Events::next))
    }

    async fn invoked(
        &self,
        request: &proto::invoke_action::Request,
        progress: Progress,
        diagnostics: &mut Diagnostics,
    ) -> Result<()> {
        let action = self.action(&request.action_type)?;
        let config = wire::decode_config(request.config.as_ref(), action.schema().root(), action.ty())?;
        require(action.schema().root(), &config)?;
        // An answer that the action waits has no place among the events, whatever the client would allow.
        let mut cx = self.call(None);
        let result = guard(&request.action_type, action.invoke(&mut cx, &config, progress)).await;
        diagnostics.append(std::mem::take(&mut cx.diagnostics));
        result
    }
}

/// What is still to be told of an action.
enum Events {
    Running {
        messages: UnboundedReceiver<String>,
        finish: JoinHandle<Diagnostics>,
    },
    /// It is over, whoever still holds a [`Progress`] of it.
    Over {
        messages: UnboundedReceiver<String>,
        diagnostics: Diagnostics,
    },
    Told,
}

impl Events {
    async fn next(self) -> Option<(std::result::Result<proto::invoke_action::Event, Status>, Self)> {
        let (mut messages, diagnostics) = match self {
            Self::Running { mut messages, mut finish } => tokio::select! {
                biased;
                Some(message) = messages.recv() => {
                    return Some((progress(message), Self::Running { messages, finish }));
                }
                finished = &mut finish => {
                    messages.close();
                    let ended_early = |error: JoinError| Diagnostic::error("The action ended early", error.to_string());
                    (messages, finished.unwrap_or_else(|error| ended_early(error).into()))
                }
            },
            Self::Over { messages, diagnostics } => (messages, diagnostics),
            Self::Told => return None,
        };
        match messages.recv().await {
            Some(message) => Some((progress(message), Self::Over { messages, diagnostics })),
            None => {
                let completed = event::Completed { diagnostics: wire::diagnostics(diagnostics) };
                Some((Ok(wrap(event::Type::Completed(completed))), Self::Told))
            }
        }
    }
}

fn progress(message: String) -> std::result::Result<proto::invoke_action::Event, Status> {
    Ok(wrap(event::Type::Progress(event::Progress { message })))
}

fn wrap(event: event::Type) -> proto::invoke_action::Event {
    proto::invoke_action::Event { r#type: Some(event) }
}
